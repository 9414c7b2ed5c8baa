//! A network with values for its parameters.

use tenfold_kernels::Buffer;

use crate::architecture::Architecture;
use crate::error::Error;
use crate::initializer::Initializer;
use crate::outline::{Outline, Tensor};

/// An architecture, its outline and a value for every parameter.
#[derive(Clone, PartialEq)]
pub struct Model {
    architecture: Architecture,
    outline: Outline,
    values: Buffer,
}

impl Model {
    /// A model with initial values drawn from `seed`.
    ///
    /// # Errors
    /// Those of [`Architecture::outline`].
    pub fn random(architecture: Architecture, initializer: Initializer, seed: u64) -> Result<Self, Error> {
        let outline = architecture.outline()?;
        let values = initializer.values(&outline, seed);
        Ok(Self { values: Buffer::from(&*values), architecture, outline })
    }

    /// A model with the given values, in the order of [`Model::values`].
    ///
    /// # Errors
    /// Those of [`Architecture::outline`], and [`Error::Values`] if there are too few or too many values.
    pub fn with_values(architecture: Architecture, values: Vec<f32>) -> Result<Self, Error> {
        let outline = architecture.outline()?;
        if values.len() != outline.parameters {
            return Err(Error::Values { expected: outline.parameters, found: values.len() });
        }
        Ok(Self { values: Buffer::from(&*values), architecture, outline })
    }

    /// What the network is.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// Names, shapes and places of the parameters.
    pub fn outline(&self) -> &Outline {
        &self.outline
    }

    /// All parameter values: the trainable ones in layer order, then moving statistics in layer order.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The values of one tensor of this model's outline.
    ///
    /// # Panics
    /// If `tensor` is of another outline and its range is not in this model.
    pub fn tensor(&self, tensor: &Tensor) -> &[f32] {
        &self.values[tensor.range.clone()]
    }

    pub(crate) fn trainable_mut(&mut self) -> &mut [f32] {
        &mut self.values[..self.outline.trainable]
    }

    pub(crate) fn values_mut(&mut self) -> &mut [f32] {
        &mut self.values
    }
}

impl std::fmt::Debug for Model {
    /// The architecture and the number of values: the values themselves would fill the screen.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model")
            .field("architecture", &self.architecture)
            .field("values", &format_args!("{} numbers", self.values.len()))
            .finish()
    }
}
