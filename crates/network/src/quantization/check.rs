//! What must be true of a quantised model.

use super::byte_layers::refusal;
use super::scales::{LayerScales, PIXEL_SCALE, Quantization};
use crate::error::Error;
use crate::layer::LayerOutline;
use crate::outline::Outline;
use crate::tensor::Role;

impl Quantization {
    /// Checks that there are scales for the layers of this outline that need some, and for no others.
    pub(crate) fn check_layers(&self, outline: &Outline) -> Result<(), Error> {
        let layers = outline.byte_layers()?;
        if !self.layers.iter().map(|scales| scales.layer).eq(layers.iter().copied()) {
            let found: Vec<usize> = self.layers.iter().map(|scales| scales.layer + 1).collect();
            let expected: Vec<usize> = layers.iter().map(|layer| layer + 1).collect();
            let problem = format!("has scales for the layers {found:?}, expected {expected:?}");
            return Err(Error::Quantization { problem });
        }
        Ok(())
    }

    /// Checks that a model of this outline, of whose layers [`Self::check_layers`] has been told, can be run on bytes with
    /// these values and scales.
    pub(crate) fn check(&self, outline: &Outline, values: &[f32]) -> Result<(), Error> {
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
        let (factors, biases) = self.factors(entry, layer.biases(values));
        if let Some(factor) = factors.into_iter().find(|&factor| !usable(factor)) {
            return Err(format!("its scales give a factor of {factor:e}, {EXPECTED}"));
        }
        if let Some(bias) = biases.into_iter().find(|bias| !bias.is_finite()) {
            return Err(format!("its scales give a bias of {bias}, expected a finite number"));
        }
        Ok(())
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
