//! The scales of a quantised model.

/// The scale of a network's input: a pixel's byte `q` stands for `q / 255`.
pub const PIXEL_SCALE: f32 = 1.0 / 255.0;

/// The scales of a quantised model; see [`Model::with_quantization`](crate::Model::with_quantization).
#[derive(Clone, Debug, PartialEq)]
pub struct Quantization {
    /// One entry for each of [`Outline::byte_layers`](crate::Outline::byte_layers), in that order.
    pub layers: Vec<LayerScales>,
}

/// The scales of one layer that computes in int8.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerScales {
    /// The layer's position in the architecture's list, counted from 0.
    pub layer: usize,
    /// What a 1 among its input bytes stands for; for the first entry [`PIXEL_SCALE`]. The bytes it
    /// gives have the scale of the next entry's input, and the last entry gives floats.
    pub input: f32,
    /// What a 1 among the weights of each filter stands for: `[O]`; empty for pooling, which has no weights.
    pub kernel: Vec<f32>,
}

impl Quantization {
    /// The scales of the layer numbered `layer`, counted from 0, if it has any.
    pub fn of(&self, layer: usize) -> Option<&LayerScales> {
        self.entry(layer).map(|entry| &self.layers[entry])
    }

    pub(crate) fn entry(&self, layer: usize) -> Option<usize> {
        self.layers.iter().position(|scales| scales.layer == layer)
    }

    /// What the sums of each filter of the entry numbered `entry` are multiplied by, and what is added then, for what the
    /// entry gives: in `f64`, rounded once.
    pub(crate) fn factors(&self, entry: usize, biases: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let LayerScales { input, kernel, .. } = &self.layers[entry];
        let output = self.output(entry);
        let scales = kernel.iter().map(|&scale| (f64::from(*input) * f64::from(scale) / output) as f32).collect();
        (scales, biases.iter().map(|&bias| (f64::from(bias) / output) as f32).collect())
    }

    /// The scale of the input of the entry numbered `entry` over that of its output.
    pub(crate) fn ratio(&self, entry: usize) -> f32 {
        (f64::from(self.layers[entry].input) / self.output(entry)) as f32
    }

    fn output(&self, entry: usize) -> f64 {
        self.layers.get(entry + 1).map_or(1.0, |next| f64::from(next.input))
    }
}
