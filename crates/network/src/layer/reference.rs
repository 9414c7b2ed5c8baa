//! What a layer's reference can see: the formulas stand with the kinds, in `f64` and for bytes.

use tenfold_kernels::{Convolution, reference as kernels};

use super::outline::LayerOutline;
use crate::quantization::scales::LayerScales;
use crate::tensor::Role;

/// A layer of a network whose reference runs.
#[derive(Clone, Copy)]
pub(crate) struct Reference<'a> {
    pub layer: &'a LayerOutline,
    /// Its position in the network, counted from 0.
    pub index: usize,
    /// Of a training step; nothing in prediction.
    pub seed: Option<u64>,
    /// All values of the model.
    pub values: &'a [f64],
}

impl<'a> Reference<'a> {
    /// The values of the layer's tensor of a role; empty if it has none.
    pub(crate) fn values_of(&self, is: impl Fn(Role) -> bool) -> &'a [f64] {
        self.layer.range(is).map_or(&[], |range| &self.values[range])
    }

    /// Writes the gradient of the layer's tensor of a role, if it has one, to its place among all gradients.
    pub(crate) fn set(&self, gradient: &mut [f64], is: impl Fn(Role) -> bool, values: &[f64]) {
        if let Some(range) = self.layer.range(is) {
            gradient[range].copy_from_slice(values);
        }
    }
}

/// What a layer took and gave, and the loss's derivative with respect to what it gave.
#[derive(Clone, Copy)]
pub(crate) struct Derivative<'a> {
    pub input: &'a [f64],
    pub output: &'a [f64],
    pub output_gradient: &'a [f64],
}

/// What flows through a quantised network.
pub(crate) enum Values {
    /// With what a 1 stands for.
    Bytes(Vec<u8>, f32),
    Floats(Vec<f32>),
}

/// A layer of a quantised network whose reference runs.
pub(crate) struct ByteReference<'a> {
    pub layer: &'a LayerOutline,
    /// All values of the model.
    pub values: &'a [f32],
    /// The layer's scales, if it has any.
    pub scales: Option<&'a LayerScales>,
    /// What a 1 stands for in the input of the next layer with scales; nothing after the last.
    pub next_scale: Option<f32>,
}

impl ByteReference<'_> {
    /// What a convolution, or a dense layer seen as one, makes of bytes; `f64` factors are rounded once. `whole`: the
    /// convolution's kernel, of the layer's.
    ///
    /// # Panics
    /// If the layer has no kernel or no scales, or its input is floats: only what follows the last kernel takes these.
    pub(crate) fn convolved(&self, geometry: &Convolution, whole: impl Fn(&[i8]) -> Vec<i8>, input: Values) -> Values {
        let (Values::Bytes(bytes, _), Some(scales)) = (input, self.scales) else {
            unreachable!("{} takes bytes, and has scales", self.layer.name)
        };
        let (kernel, bias) = self.layer.kernel_and_bias();
        let weights = self.values[kernel].iter().zip(scales.kernel.iter().cycle());
        let kernel: Vec<i8> =
            weights.map(|(value, scale)| libm::round(f64::from(*value) / f64::from(*scale)) as i8).collect();
        let bias = bias.map(|bias| &self.values[bias]);
        let output_scale = f64::from(self.next_scale.unwrap_or(1.0));
        let sums = kernels::quantized_sums(geometry, &bytes, &whole(&kernel)).into_iter().enumerate();
        let outputs = sums.map(|(i, sum)| {
            let filter = i % geometry.filters;
            let factor = f64::from(scales.input) * f64::from(scales.kernel[filter]) / output_scale;
            let bias = bias.map_or(0.0, |bias| f64::from(bias[filter]) / output_scale);
            sum as f32 * factor as f32 + bias as f32
        });
        match self.next_scale {
            Some(scale) => Values::Bytes(outputs.map(kernels::to_byte).collect(), scale),
            None => Values::Floats(outputs.collect()),
        }
    }
}
