//! Networks on bytes: what a quantised model holds beside its values, and what must be true of it.
//!
//! A byte `q` of an activation stands for `q s`, with one scale `s` for the whole tensor; a weight is `w s_o`, with a
//! whole number `w` in `-127..=127` and a scale for each filter `o`. A quantised model's values are these products,
//! rounded to `f32`, so that whatever reads values can read them. Division by `s_o` and rounding give `w` back exactly:
//! where scales are normal numbers, the two roundings move a quotient of at most 127 by less than `127 / 2^22`.

mod calibrate;
mod fold;
mod plan;
mod workspace;

use tenfold_kernels::MAX_QUANTIZED_TAPS;

use crate::architecture::{Layer, PoolKind};
use crate::effect::layer_window;
use crate::error::Error;
use crate::model::Model;
use crate::outline::{LayerOutline, Outline, Role};

pub use calibrate::quantize;
pub(crate) use plan::BytePlan;
pub(crate) use workspace::{ByteLayout, ByteWorkspace};

/// The scale of a network's input: a pixel's byte `q` stands for `q / 255`.
pub const PIXEL_SCALE: f32 = 1.0 / 255.0;

/// Cells of a window up to which bytes can be averaged.
const MAX_AVERAGED_CELLS: usize = 1 << 16;
/// Numbers in an image with its padding.
const MAX_PADDED: u64 = 1 << 25;

/// The scales of a quantised model; see [`Model::with_quantization`].
#[derive(Clone, Debug, PartialEq)]
pub struct Quantization {
    /// One entry for each of [`Outline::byte_layers`], in that order.
    pub layers: Vec<LayerScales>,
}

/// The scales of one layer that reckons with bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerScales {
    /// The layer's position in the architecture's list, counted from 0.
    pub layer: usize,
    /// What a 1 among its input bytes stands for; for the first entry [`PIXEL_SCALE`]. The bytes it gives have the scale
    /// of the next entry's input, and the last entry gives floats.
    pub input: f32,
    /// What a 1 among the weights of each filter stands for: `[O]`; empty for pooling, which has no weights.
    pub kernel: Vec<f32>,
}

impl Quantization {
    /// The scales of the layer numbered `layer`, counted from 0, if it has any.
    pub fn of(&self, layer: usize) -> Option<&LayerScales> {
        self.entry(layer).map(|entry| &self.layers[entry])
    }

    fn entry(&self, layer: usize) -> Option<usize> {
        self.layers.iter().position(|scales| scales.layer == layer)
    }

    /// What the sums of each filter of the entry numbered `entry` are multiplied by, and what is added then, for what the
    /// entry gives: in `f64`, rounded once.
    fn factors(&self, entry: usize, biases: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let LayerScales { input, kernel, .. } = &self.layers[entry];
        let output = self.output(entry);
        let scales = kernel.iter().map(|&scale| (f64::from(*input) * f64::from(scale) / output) as f32).collect();
        (scales, biases.iter().map(|&bias| (f64::from(bias) / output) as f32).collect())
    }

    /// The scale of the input of the entry numbered `entry` over that of its output.
    fn ratio(&self, entry: usize) -> f32 {
        (f64::from(self.layers[entry].input) / self.output(entry)) as f32
    }

    fn output(&self, entry: usize) -> f64 {
        self.layers.get(entry + 1).map_or(1.0, |next| f64::from(next.input))
    }

    /// Checks that a model of this outline with these values can be run on bytes with these scales.
    pub(crate) fn check(&self, outline: &Outline, values: &[f32]) -> Result<(), Error> {
        let layers = outline.byte_layers()?;
        if !self.layers.iter().map(|scales| scales.layer).eq(layers.iter().copied()) {
            let found: Vec<usize> = self.layers.iter().map(|scales| scales.layer + 1).collect();
            let expected: Vec<usize> = layers.iter().map(|layer| layer + 1).collect();
            let problem = format!("has scales for the layers {found:?}, expected {expected:?}");
            return Err(Error::Quantization { problem });
        }
        for (entry, &LayerScales { layer, input, .. }) in self.layers.iter().enumerate() {
            let limit = outline.input_limit(layer);
            check_input(entry, input, limit).map_err(|problem| refusal(outline, layer, problem))?;
        }
        for (entry, scales) in self.layers.iter().enumerate() {
            let layer = &outline.layers[scales.layer];
            self.check_layer(entry, layer, values).map_err(|problem| refusal(outline, scales.layer, problem))?;
        }
        Ok(())
    }

    /// Checks everything but the inputs' scales. The error is what is wrong, in words.
    fn check_layer(&self, entry: usize, layer: &LayerOutline, values: &[f32]) -> Result<(), String> {
        let scales = &self.layers[entry].kernel;
        let kernel = layer.range(|role| matches!(role, Role::Kernel { .. }));
        let filters = if kernel.is_some() { layer.output.channels } else { 0 };
        if scales.len() != filters {
            return Err(format!("{} scales of filters, expected {filters}", scales.len()));
        }
        if let Some(scale) = scales.iter().find(|&&scale| !usable(scale) || !usable(127.0 * scale)) {
            return Err(format!("the scale of a filter is {scale:e}, {EXPECTED}"));
        }
        let Some(kernel) = kernel else {
            let ratio = self.ratio(entry);
            return if usable(ratio) {
                Ok(())
            } else {
                Err(format!("its scales give a factor of {ratio:e}, {EXPECTED}"))
            };
        };
        let off_grid = |&(&value, &scale): &(&f32, &f32)| {
            let weight = (value / scale).round_ties_even();
            // Not a number is neither equal to anything nor within the limits.
            !(weight.abs() <= 127.0 && weight * scale == value)
        };
        if let Some((value, scale)) = values[kernel].iter().zip(scales.iter().cycle()).find(off_grid) {
            return Err(format!("the weight {value:e} is not one of -127 to 127 times the filter's scale {scale:e}"));
        }
        let (factors, biases) = self.factors(entry, biases(layer, values));
        if let Some(factor) = factors.into_iter().find(|&factor| !usable(factor)) {
            return Err(format!("its scales give a factor of {factor:e}, {EXPECTED}"));
        }
        if let Some(bias) = biases.into_iter().find(|bias| !bias.is_finite()) {
            return Err(format!("its scales give a bias of {bias}, expected a finite number"));
        }
        Ok(())
    }
}

impl Outline {
    /// The layers, counted from 0, that a quantised network of this outline needs scales for: every convolution and dense
    /// layer, and average and sum pooling before the last of these. What comes after that one works on floats.
    ///
    /// # Errors
    /// [`Error::Layer`] with the first layer that cannot be part of a quantised network: batch normalisation and dropout
    /// (see [`Model::folded`]), layers whose output may be negative where bytes are needed, and windows too large for
    /// exact sums; [`Error::Quantization`] if there is nothing to quantise.
    pub fn byte_layers(&self) -> Result<Vec<usize>, Error> {
        let is_weighted = |layer: &LayerOutline| matches!(layer.layer, Layer::Conv2d { .. } | Layer::Dense { .. });
        let last = self.layers.iter().rposition(is_weighted);
        let nothing = || Error::Quantization { problem: "has no convolution or dense layer to quantise".to_owned() };
        let last = last.ok_or_else(nothing)?;
        let mut layers = Vec::new();
        // The layer whose output has met no ReLU yet.
        let mut signed = None;
        for (index, layer) in self.layers.iter().enumerate() {
            match layer.layer {
                Layer::BatchNorm { .. } | Layer::Dropout { .. } => {
                    return Err(refusal(self, index, "is no part of a quantised network".to_owned()));
                }
                _ if index > last => {}
                Layer::Relu => signed = None,
                Layer::Clip { low: 0.0, high } if layers.is_empty() && high < 1.0 => {
                    let problem = format!("its upper limit is {high}, expected at least 1 where it takes pixels");
                    return Err(refusal(self, index, problem));
                }
                Layer::Clip { low: 0.0, .. } => signed = None,
                Layer::Clip { low, .. } => {
                    let problem = format!("its lower limit is {low}, expected 0 in a quantised network");
                    return Err(refusal(self, index, problem));
                }
                Layer::Flatten | Layer::Pool { kind: PoolKind::Max, .. } => {}
                Layer::Conv2d { .. } | Layer::Dense { .. } | Layer::Pool { .. } => {
                    if let Some(before) = signed {
                        let problem = format!(
                            "its output may be negative, and {} takes bytes\nhint: only networks with a ReLU between the \
                             two can be quantised",
                            layer.name
                        );
                        return Err(refusal(self, before, problem));
                    }
                    check_sums(layer).map_err(|problem| refusal(self, index, problem))?;
                    layers.push(index);
                    signed = is_weighted(layer).then_some(index);
                }
            }
        }
        Ok(layers)
    }

    /// The largest number that the layer numbered `layer` can take in, where a clip since the layer with scales before
    /// it says so.
    fn input_limit(&self, layer: usize) -> Option<f32> {
        let since = self.layers[..layer].iter().rev().take_while(|before| {
            matches!(before.layer, Layer::Relu | Layer::Clip { .. } | Layer::Flatten)
                || matches!(before.layer, Layer::Pool { kind: PoolKind::Max, .. })
        });
        let limits =
            since.filter_map(|before| if let Layer::Clip { high, .. } = before.layer { Some(high) } else { None });
        limits.min_by(f32::total_cmp)
    }
}

impl Model {
    /// The whole numbers behind the values of a quantised model's convolution or dense layer, in the shape of its kernel,
    /// each `-127..=127`; `None` if the model is not quantised or the layer numbered `layer`, counted from 0, has no
    /// kernel.
    pub fn quantized_kernel(&self, layer: usize) -> Option<Vec<i8>> {
        let scales = &self.quantization()?.of(layer)?.kernel;
        let kernel = self.outline().layers[layer].range(|role| matches!(role, Role::Kernel { .. }))?;
        let weight = |(value, scale): (&f32, &f32)| (value / scale).round_ties_even() as i8;
        Some(self.values()[kernel].iter().zip(scales.iter().cycle()).map(weight).collect())
    }
}

/// What a scale should be.
const EXPECTED: &str = "expected a finite number above 0, not too small";

fn usable(scale: f32) -> bool {
    scale.is_normal() && scale > 0.0
}

/// Checks the scale of the input of the entry numbered `entry`, which is never above `limit`. The error is what is wrong,
/// in words.
fn check_input(entry: usize, scale: f32, limit: Option<f32>) -> Result<(), String> {
    if !usable(scale) {
        return Err(format!("the scale of its input is {scale:e}, {EXPECTED}"));
    }
    if entry == 0 && scale != PIXEL_SCALE {
        return Err(format!("the scale of its input is {scale}, expected {PIXEL_SCALE} for pixels"));
    }
    // The largest byte is where the clip is, or below.
    match limit {
        Some(limit) if entry > 0 && scale > limit / 255.0 => {
            Err(format!("the scale of its input is {scale:e}, expected at most a 255th of the limit {limit} before it"))
        }
        _ => Ok(()),
    }
}

/// What is added to each filter of a layer; nothing if it has no bias.
fn biases<'a>(layer: &LayerOutline, values: &'a [f32]) -> &'a [f32] {
    layer.range(|role| role == Role::Bias).map_or(&[], |bias| &values[bias])
}

/// Refuses a layer whose sums could leave their range, or whose image is far larger with its padding, of which a copy is
/// made.
fn check_sums(layer: &LayerOutline) -> Result<(), String> {
    if matches!(layer.layer, Layer::Conv2d { .. }) {
        let window = layer_window(layer);
        let side = |axis: usize| ((window.output[axis] - 1) * window.stride[axis] + window.kernel[axis]) as u64;
        let found = side(0) * side(1) * window.channels as u64;
        if found > MAX_PADDED {
            return Err(format!(
                "{found} numbers in an image and its padding, expected at most {MAX_PADDED} to be quantised"
            ));
        }
    }
    let (found, most, what) = match layer.layer {
        Layer::Pool { size, .. } => (size[0] * size[1], MAX_AVERAGED_CELLS, "cells in a window"),
        Layer::Conv2d { kernel, .. } => (kernel[0] * kernel[1] * layer.input.channels, MAX_QUANTIZED_TAPS, "inputs"),
        _ => (layer.input.len(), MAX_QUANTIZED_TAPS, "inputs"),
    };
    if found > most { Err(format!("{found} {what}, expected at most {most} to be quantised")) } else { Ok(()) }
}

fn refusal(outline: &Outline, index: usize, problem: String) -> Error {
    Error::Layer { number: index + 1, layer: outline.layers[index].layer.kind(), problem }
}
