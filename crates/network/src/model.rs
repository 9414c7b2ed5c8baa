//! A network with values for its parameters.

use tenfold_kernels::Buffer;

use crate::architecture::Architecture;
use crate::error::Error;
use crate::initializer::Initializer;
use crate::outline::{Outline, Tensor};
use crate::quantization::Quantization;

/// An architecture, its outline and a value for every parameter; and if it is quantised, the scales of its bytes.
#[derive(Clone, PartialEq)]
pub struct Model {
    architecture: Architecture,
    outline: Outline,
    values: Buffer,
    quantization: Option<Quantization>,
}

impl Model {
    /// A model with initial values drawn from `seed`.
    ///
    /// # Errors
    /// Those of [`Architecture::outline`].
    pub fn random(architecture: Architecture, initializer: Initializer, seed: u64) -> Result<Self, Error> {
        let outline = architecture.outline()?;
        let values = initializer.values(&outline, seed);
        Ok(Self { values: Buffer::from(&*values), architecture, outline, quantization: None })
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
        Ok(Self { values: Buffer::from(&*values), architecture, outline, quantization: None })
    }

    /// A quantised model: every value of a kernel is a whole number, -127 to 127, times the scale of its filter.
    ///
    /// Its values mean what they say, and whatever works with values can work with them; but a
    /// [`Predictor`](crate::Predictor) runs the model on bytes. [`quantize()`](crate::quantize) makes one of any model.
    ///
    /// # Errors
    /// Those of [`Model::with_values`] and [`Outline::byte_layers`]; [`Error::Quantization`] for scales of other layers
    /// than these, and [`Error::Layer`] for scales that are not positive or of another number than the layer's filters,
    /// for values that are off the grid, and for products of scales that leave the range of normal numbers.
    pub fn with_quantization(
        architecture: Architecture,
        values: Vec<f32>,
        quantization: Quantization,
    ) -> Result<Self, Error> {
        let model = Self::with_values(architecture, values)?;
        quantization.check(&model.outline, &model.values)?;
        Ok(Self { quantization: Some(quantization), ..model })
    }

    /// The scales of the model's bytes, if it is quantised.
    pub fn quantization(&self) -> Option<&Quantization> {
        self.quantization.as_ref()
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

    /// The values that training changes; it takes them off the grid, so the model is no longer quantised.
    pub(crate) fn trainable_mut(&mut self) -> &mut [f32] {
        self.quantization = None;
        &mut self.values[..self.outline.trainable]
    }

    /// As [`Self::trainable_mut`], and the moving statistics behind them.
    pub(crate) fn values_mut(&mut self) -> &mut [f32] {
        self.quantization = None;
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
