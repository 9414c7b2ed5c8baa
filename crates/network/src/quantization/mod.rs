//! Networks in int8: what a quantised model holds beside its values, and what must be true of it.
//!
//! A byte `q` of an activation stands for `q s`, with one scale `s` for the whole tensor; a weight is `w s_o`, with a
//! whole number `w` in `-127..=127` and a scale for each filter `o`. A quantised model's values are these products,
//! rounded to `f32`, so that whatever reads values can read them. Division by `s_o` and rounding give `w` back exactly:
//! where scales are normal numbers, the two roundings move a quotient of at most 127 by less than `127 / 2^22`.

mod calibrate;
mod fold;
mod plan;
mod scales;
mod workspace;

use tenfold_kernels::MAX_QUANTIZED_TAPS;

use crate::error::Error;
use crate::layer::{ByteRole, LayerOutline};
use crate::model::Model;
use crate::outline::Outline;
use crate::tensor::Role;

pub use calibrate::quantize;
pub(crate) use plan::BytePlan;
pub use scales::{LayerScales, Quantization};
pub(crate) use workspace::{ByteLayout, ByteWorkspace};

/// The scale of a network's input: a pixel's byte `q` stands for `q / 255`.
pub const PIXEL_SCALE: f32 = 1.0 / 255.0;

/// Cells of a window up to which bytes can be averaged.
const MAX_AVERAGED_CELLS: usize = 1 << 16;
/// Numbers in an image with its padding.
const MAX_PADDED: u64 = 1 << 25;

impl Quantization {
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
        let kernel = layer.range(Role::is_kernel);
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
    /// (see [`Model::folded`]), layers whose output may be negative where bytes are needed, activations other than ReLU and
    /// clip before the last kernel, and windows too large for exact sums; [`Error::Quantization`] if there is nothing to
    /// quantise.
    pub fn byte_layers(&self) -> Result<Vec<usize>, Error> {
        let last = self.layers.iter().rposition(|layer| matches!(byte_role(layer), ByteRole::Kernel { .. }));
        let nothing = || Error::Quantization { problem: "has no convolution or dense layer to quantise".to_owned() };
        let last = last.ok_or_else(nothing)?;
        let mut layers = Vec::new();
        // The layer whose output has met no ReLU yet.
        let mut signed = None;
        for (index, layer) in self.layers.iter().enumerate() {
            let refused = |problem| refusal(self, index, problem);
            match byte_role(layer) {
                ByteRole::FoldsIntoKernel | ByteRole::LeftOut => {
                    return Err(refused("is no part of a quantised network".to_owned()));
                }
                _ if index > last => {}
                ByteRole::Keeps => {}
                ByteRole::CutsOff { limit: Some(high) } if layers.is_empty() && high < 1.0 => {
                    let problem = format!("its upper limit is {high}, expected at least 1 where it takes pixels");
                    return Err(refused(problem));
                }
                ByteRole::CutsOff { .. } => signed = None,
                ByteRole::AfterKernels(problem) => return Err(refused(problem)),
                role @ (ByteRole::Kernel { .. } | ByteRole::AddsUp { .. }) => {
                    if let Some(before) = signed {
                        let problem = format!(
                            "its output may be negative, and {} takes bytes\nhint: only networks with a ReLU between the \
                             two can be quantised",
                            layer.name
                        );
                        return Err(refusal(self, before, problem));
                    }
                    check_sums(&role).map_err(refused)?;
                    layers.push(index);
                    signed = matches!(role, ByteRole::Kernel { .. }).then_some(index);
                }
            }
        }
        Ok(layers)
    }

    /// The largest number that the layer numbered `layer` can take in, where a clip since the layer with scales before
    /// it says so.
    fn input_limit(&self, layer: usize) -> Option<f32> {
        let roles = self.layers[..layer].iter().rev().map(byte_role);
        let limits = roles.map_while(|role| match role {
            ByteRole::CutsOff { limit } => Some(limit),
            ByteRole::Keeps => Some(None),
            ByteRole::Kernel { .. } | ByteRole::AddsUp { .. } | ByteRole::AfterKernels(_) => None,
            ByteRole::FoldsIntoKernel | ByteRole::LeftOut => None,
        });
        limits.flatten().min_by(f32::total_cmp)
    }
}

fn byte_role(layer: &LayerOutline) -> ByteRole {
    layer.layer.rules().byte_role(layer.input)
}

impl Model {
    /// The whole numbers behind the values of a quantised model's convolution or dense layer, in the shape of its kernel,
    /// each `-127..=127`; `None` if the model is not quantised or the layer numbered `layer`, counted from 0, has no
    /// kernel.
    pub fn quantized_kernel(&self, layer: usize) -> Option<Vec<i8>> {
        let scales = &self.quantization()?.of(layer)?.kernel;
        let kernel = self.outline().layers[layer].range(Role::is_kernel)?;
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
fn check_sums(role: &ByteRole) -> Result<(), String> {
    let (found, most, what) = match *role {
        ByteRole::Kernel { padded, .. } if padded > MAX_PADDED => {
            (padded as usize, MAX_PADDED as usize, "numbers in an image and its padding")
        }
        ByteRole::Kernel { inputs, .. } => (inputs, MAX_QUANTIZED_TAPS, "inputs"),
        ByteRole::AddsUp { cells } => (cells, MAX_AVERAGED_CELLS, "cells in a window"),
        ByteRole::Keeps
        | ByteRole::CutsOff { .. }
        | ByteRole::AfterKernels(_)
        | ByteRole::FoldsIntoKernel
        | ByteRole::LeftOut => return Ok(()),
    };
    if found > most { Err(format!("{found} {what}, expected at most {most} to be quantised")) } else { Ok(()) }
}

fn refusal(outline: &Outline, index: usize, problem: String) -> Error {
    Error::Layer { number: index + 1, layer: outline.layers[index].layer.kind(), problem }
}
