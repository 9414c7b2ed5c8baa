//! A network with values for its parameters.

use tenfold_kernels::Buffer;

use crate::architecture::{Architecture, Layer, Member};
use crate::error::Error;
use crate::initializer::Initializer;
use crate::memory;
use crate::outline::Outline;
use crate::quantization::scales::Quantization;
use crate::tensor::{Role, Tensor};

/// An architecture, its outline and a value for every parameter; a temperature; and if it is quantised, the scales of its
/// bytes.
///
/// ```
/// use tenfold_network::{Architecture, Layer, Model};
///
/// let architecture = Architecture { input: [28, 28, 1].into(), layers: vec![Layer::Flatten, Layer::dense(10)] };
/// let model = Model::with_values(architecture, vec![0.5; 7_850])?;
/// let bias = model.outline().tensors().last().expect("a dense layer has a bias");
/// assert_eq!((bias.name.as_str(), model.tensor(bias)), ("dense.bias", &[0.5; 10][..]));
/// # Ok::<(), tenfold_network::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Model {
    architecture: Architecture,
    outline: Outline,
    values: Buffer,
    temperature: f32,
    quantization: Option<Quantization>,
}

impl Model {
    /// A model with initial values drawn from `seed`.
    ///
    /// # Errors
    /// Those of [`Architecture::outline`], and [`Error::Allocation`] if there is no memory for the values.
    pub fn random(architecture: Architecture, initializer: Initializer, seed: u64) -> Result<Self, Error> {
        let outline = architecture.outline()?;
        let values = initializer.values(&outline, seed)?;
        Ok(Self { values, architecture, outline, temperature: 1.0, quantization: None })
    }

    /// A model with the given values, in the order of [`Model::values`].
    ///
    /// # Errors
    /// Those of [`Architecture::outline`], [`Error::Values`] if there are too few or too many values, and
    /// [`Error::Allocation`] if there is no memory for a copy of them.
    pub fn with_values(architecture: Architecture, values: Vec<f32>) -> Result<Self, Error> {
        let outline = architecture.outline()?;
        if values.len() != outline.parameters {
            return Err(Error::Values { expected: outline.parameters, found: values.len() });
        }
        let mut copy = memory::zeroed("parameters", values.len())?;
        copy.copy_from_slice(&values);
        Ok(Self { values: copy, architecture, outline, temperature: 1.0, quantization: None })
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
        quantization.check_layers(&model.outline)?;
        let model = Self { quantization: Some(quantization), ..model };
        if let (Some(quantization), None) = (&model.quantization, model.members()?) {
            quantization.check(&model.outline, &model.values)?;
        }
        Ok(model)
    }

    /// The same model with another temperature: what a [`Predictor`](crate::Predictor) divides logits by before it makes
    /// probabilities of them. It changes the model's confidence, not its answers.
    ///
    /// # Errors
    /// [`Error::Setting`] unless it is 0.01 to 100.
    pub fn with_temperature(self, temperature: f32) -> Result<Self, Error> {
        if !Member::TEMPERATURES.contains(&temperature) {
            let (name, expected, found) = ("the temperature", "0.01 to 100", temperature.to_string());
            return Err(Error::Setting { name, expected, found });
        }
        Ok(Self { temperature, ..self })
    }

    /// The temperature; 1 unless another was given.
    pub fn temperature(&self) -> f32 {
        self.temperature
    }

    /// The scales of the model's bytes, if it is quantised.
    pub fn quantization(&self) -> Option<&Quantization> {
        self.quantization.as_ref()
    }

    /// The whole numbers behind the values of a quantised model's convolution or dense layer, in the shape of its kernel,
    /// each `-127..=127`; `None` if the model is not quantised or the layer numbered `layer`, counted from 0, has no
    /// kernel.
    pub fn quantized_kernel(&self, layer: usize) -> Option<Vec<i8>> {
        let scales = &self.quantization()?.of(layer)?.kernel;
        let kernel = self.outline().layers[layer].range(Role::is_kernel)?;
        let weight = |(value, scale): (&f32, &f32)| (value / scale).round_ties_even() as i8;
        Some(self.values()[kernel].iter().zip(scales.iter().cycle()).map(weight).collect())
    }

    /// What the network is.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// Names, shapes and places of the parameters.
    pub fn outline(&self) -> &Outline {
        &self.outline
    }

    /// Refuses what a trainer cannot train.
    ///
    /// # Errors
    /// [`Error::Untrainable`] for an ensemble, and for a network without trainable parameters.
    pub(crate) fn check_trainable(&self) -> Result<(), Error> {
        match self.architecture.layers.as_slice() {
            [Layer::Ensemble { .. }] => {
                Err(Error::Untrainable { problem: "is an ensemble\nhint: train its members, each by itself" })
            }
            _ if self.outline.trainable == 0 => Err(Error::Untrainable {
                problem: "has no parameters to train\nhint: add a convolution or dense layer",
            }),
            _ => Ok(()),
        }
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

    /// The values that training changes; it takes them off the grid, so the model is no longer quantised, and its
    /// temperature is no longer known.
    pub(crate) fn trainable_mut(&mut self) -> &mut [f32] {
        let trainable = self.outline.trainable;
        &mut self.values_mut()[..trainable]
    }

    /// As [`Self::trainable_mut`], and the moving statistics behind them.
    pub(crate) fn values_mut(&mut self) -> &mut [f32] {
        (self.quantization, self.temperature) = (None, 1.0);
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
