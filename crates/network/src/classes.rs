//! Other classes for a trained model: a last layer of another width, with all before it as it is.

use crate::architecture::Layer;
use crate::error::Error;
use crate::initializer::Initializer;
use crate::model::Model;
use crate::scaling::place;
use crate::tensor::Role;

impl Model {
    /// This model for `classes` other classes: the last layer with a kernel has as many units or filters, and what it and the
    /// layers after it hold is drawn anew from `seed`. All else keeps its values; neither quantised nor of a temperature.
    ///
    /// ```
    /// use tenfold_network::{Architecture, Initializer, Model};
    ///
    /// let digits = Model::random(Architecture::paper(), Initializer::HeNormal, 1)?;
    /// let letters = digits.with_classes(26, Initializer::HeNormal, 1)?;
    /// assert_eq!(letters.outline().classes, 26);
    /// let first = |model: &Model| model.values()[..288].to_vec();
    /// assert_eq!(first(&letters), first(&digits));
    /// # Ok::<(), tenfold_network::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Architecture`] if the number of classes does not follow from such a layer; and those of [`Model::random`].
    pub fn with_classes(&self, classes: usize, initializer: Initializer, seed: u64) -> Result<Self, Error> {
        let problem =
            || Error::Architecture { problem: format!("has no last layer that could give {classes} classes") };
        let has_kernel = |layer: &crate::LayerOutline| layer.range(Role::is_kernel).is_some();
        let last = self.outline().layers.iter().rposition(has_kernel).ok_or_else(problem)?;
        let mut architecture = self.architecture().clone();
        let place = place(&architecture.layers, last).ok_or_else(problem)?;
        match architecture.layers.get_mut(place) {
            Some(Layer::Dense { units, .. }) => *units = classes,
            Some(Layer::Conv2d { filters, .. }) => *filters = classes,
            _ => return Err(problem()),
        }
        let start = Self::random(architecture, initializer, seed)?;
        if start.outline().classes != classes {
            return Err(problem());
        }
        let mut values = start.values().to_vec();
        for (own, new) in self.outline().layers[..last].iter().zip(&start.outline().layers) {
            for (own, new) in own.tensors.iter().zip(&new.tensors) {
                values[new.range.clone()].copy_from_slice(self.tensor(own));
            }
        }
        Self::with_values(start.architecture().clone(), values)
    }
}
