//! What a network does with its input's numbers before the first layer that computes, and what that means for pixels from
//! 0 to 1, which networks take here.
//!
//! A file does not say whether its network takes pixels from 0 to 255 or from 0 to 1, but what it does with them does:
//! numbers that are made a hundred times smaller were bytes.

use std::ops::RangeInclusive;

use tenfold_network::{Layer, Model};

use crate::error::Error;

/// What bytes are multiplied by: 1/255, 1/127.5, or one by the deviation of a set of images.
const OF_BYTES: RangeInclusive<f64> = 0.001..=0.04;
/// What numbers from 0 to 1 are multiplied by at least.
const OF_UNITS: f64 = 0.5;
/// Keras' smallest deviation.
const LEAST_DEVIATION: f64 = 1e-7;

/// The scalings, one after the other.
#[derive(Default)]
pub(super) struct Pixels {
    pub steps: Vec<Scaling>,
    /// The layer that began them, for errors.
    pub layer: String,
}

/// One scaling.
pub(super) enum Scaling {
    /// `number * scale + offset`.
    Rescaling { scale: f64, offset: f64 },
    /// `(number - mean) / deviation`: one of each, or one for each place along the last axis. Nothing where they are
    /// among the file's values.
    Normalization(Option<Statistics>),
}

/// Means and variances.
#[derive(Clone)]
pub(super) struct Statistics {
    pub means: Vec<f64>,
    pub variances: Vec<f64>,
}

impl Pixels {
    /// The network that takes pixels from 0 to 1 and answers as `model` does for numbers that have been scaled; `found`
    /// are the statistics among the file's values, in the order of the steps.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for scalings that fit neither bytes nor numbers from 0 to 1, for invalid statistics,
    /// and for a scaling of each pixel before another layer than a flattening.
    pub fn before(&self, model: Model, found: Vec<Statistics>) -> Result<Model, Error> {
        if self.steps.is_empty() {
            return Ok(model);
        }
        let [scales, shifts] = self.scales_and_shifts(found.into_iter())?;
        let least = scales.iter().fold(f64::INFINITY, |least, scale| least.min(scale.abs()));
        let unit = match least {
            _ if OF_BYTES.contains(&least) => 255.0,
            _ if least >= OF_UNITS => 1.0,
            _ => {
                return Err(self.refuse(&format!(
                    "multiplies pixels by {least}, which fits neither bytes (about 1/255) nor numbers from 0 to 1\n\
                     hint: save the network without the layer, and give the mean and deviation of its pixels when it is converted"
                )));
            }
        };
        let scales: Vec<f64> = scales.iter().map(|scale| scale * unit).collect();
        if !scales.iter().chain(&shifts).all(|&number| (number as f32).is_finite()) {
            return Err(self.refuse("scales pixels by numbers that are not finite"));
        }
        let changes = |(scale, shift): (&f64, &f64)| (scale - 1.0).abs() >= 1e-6 || shift.abs() >= 1e-9;
        match (&scales[..], &shifts[..]) {
            _ if !scales.iter().zip(&shifts).any(changes) => Ok(model),
            (&[scale], &[shift]) => Ok(model.with_scaled_pixels(scale, shift)?),
            _ if model.architecture().layers.first() == Some(&Layer::Flatten) => {
                let repeated = |of: &[f64]| {
                    let length = model.architecture().input.len();
                    of.iter().map(|&value| value as f32).cycle().take(length).collect::<Vec<f32>>()
                };
                Ok(model.with_scaling(1, &repeated(&scales), &repeated(&shifts))?)
            }
            _ => Err(self.refuse(
                "scales each column of pixels by numbers of its own before a layer of windows\n\
                 hint: use Normalization(axis=None), which has one mean and one variance",
            )),
        }
    }

    /// Whether all that is done is one scaling without offset, which is then returned.
    pub fn only_scale(&self) -> Option<f64> {
        match self.steps[..] {
            [Scaling::Rescaling { scale, offset: 0.0 }] => Some(scale),
            _ => None,
        }
    }

    /// All steps as one: what a number is multiplied by and what is added then, once or for each place.
    fn scales_and_shifts(&self, mut found: impl Iterator<Item = Statistics>) -> Result<[Vec<f64>; 2], Error> {
        let (mut scales, mut shifts) = (vec![1.0], vec![0.0]);
        for step in &self.steps {
            let (factors, summands) = match step {
                Scaling::Rescaling { scale, offset } => (vec![*scale], vec![*offset]),
                Scaling::Normalization(statistics) => {
                    let statistics = statistics.clone().or_else(|| found.next());
                    let statistics = statistics.ok_or_else(|| self.refuse("has no means and variances"))?;
                    self.factors_and_summands(&statistics)?
                }
            };
            let length = scales.len().max(factors.len());
            if length % scales.len() != 0 || length % factors.len() != 0 {
                return Err(self.refuse("is followed by a scaling along an axis of another length"));
            }
            let at = |of: &[f64], index: usize| of[index % of.len()];
            shifts = (0..length).map(|i| at(&shifts, i) * at(&factors, i) + at(&summands, i)).collect();
            scales = (0..length).map(|i| at(&scales, i) * at(&factors, i)).collect();
        }
        Ok([scales, shifts])
    }

    fn factors_and_summands(&self, statistics: &Statistics) -> Result<(Vec<f64>, Vec<f64>), Error> {
        let Statistics { means, variances } = statistics;
        if means.is_empty() || means.len() != variances.len() || variances.iter().any(|variance| *variance < 0.0) {
            return Err(self.refuse("has invalid means and variances"));
        }
        let factors: Vec<f64> = variances.iter().map(|variance| 1.0 / variance.sqrt().max(LEAST_DEVIATION)).collect();
        let summands = means.iter().zip(&factors).map(|(mean, factor)| -mean * factor).collect();
        Ok((factors, summands))
    }

    fn refuse(&self, problem: &str) -> Error {
        Error::unsupported(&self.layer, problem)
    }
}

#[cfg(test)]
mod tests {
    use tenfold_network::{Engine, Predictor};

    use super::*;
    use crate::samples;

    fn rescaling(scale: f64, offset: f64) -> Scaling {
        Scaling::Rescaling { scale, offset }
    }

    fn normalization(means: &[f64], variances: &[f64]) -> Scaling {
        Scaling::Normalization(Some(Statistics { means: means.to_vec(), variances: variances.to_vec() }))
    }

    fn before(steps: Vec<Scaling>, layers: &[Layer]) -> Result<[Model; 2], String> {
        let model = samples::of_layers(layers.to_vec()).model;
        let pixels = Pixels { steps, layer: "layer x".to_owned() };
        let scaled = pixels.before(model.clone(), Vec::new()).map_err(|error| error.to_string())?;
        Ok([model, scaled])
    }

    fn logits(model: &Model, image: &[u8]) -> Vec<f32> {
        Predictor::new(model, Engine::single()).unwrap().logits(image).to_vec()
    }

    #[test]
    fn bytes_and_numbers_from_0_to_1_are_told_apart_by_what_they_are_multiplied_by() {
        let dense = [Layer::Flatten, Layer::dense(10)];
        // What a pixel of 51, which is 0.2 here, has become, as pixels again.
        for (steps, expected) in [
            (vec![], 51),
            (vec![rescaling(1.0 / 255.0, 0.0)], 51),
            (vec![rescaling(1.0 / 127.5, 0.0)], 102),
            (vec![rescaling(2.0, 0.0)], 102),
            (vec![rescaling(-1.0 / 255.0, 1.0)], 204),
            (vec![rescaling(1.0 / 255.0, 0.0), normalization(&[0.1], &[0.25])], 51),
            (vec![normalization(&[0.0, 0.0], &[65_025.0 / 4.0, 65_025.0 / 4.0])], 102),
            (vec![rescaling(1.0 / 127.5, -1.0), rescaling(0.5, 0.5)], 51),
        ] {
            let [model, scaled] = before(steps, &dense).unwrap();
            let (found, expected) = (logits(&scaled, &[51; 784]), logits(&model, &[expected; 784]));
            for (found, expected) in found.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-4, "{found} {expected}");
            }
        }
    }

    #[test]
    fn what_fits_neither_is_refused() {
        let dense = &[Layer::Flatten, Layer::dense(10)][..];
        let conv = &[Layer::conv(2, 3), Layer::Flatten, Layer::dense(10)][..];
        for (layers, steps, expected) in [
            (dense, vec![rescaling(0.1, 0.0)], "layer x: multiplies pixels by 0.1, which fits neither bytes"),
            (dense, vec![rescaling(0.0, 0.0)], "layer x: multiplies pixels by 0, which fits"),
            (dense, vec![rescaling(1e300, 0.0)], "layer x: scales pixels by numbers that are not finite"),
            (dense, vec![normalization(&[0.0], &[-1.0])], "layer x: has invalid means and variances"),
            (dense, vec![normalization(&[0.0; 2], &[1.0; 3])], "layer x: has invalid means and variances"),
            (dense, vec![Scaling::Normalization(None)], "layer x: has no means and variances"),
            (conv, vec![normalization(&[0.1, 0.2], &[0.1, 0.2])], "layer x: scales each column of pixels"),
            (
                dense,
                vec![normalization(&[0.1; 2], &[0.1; 2]), normalization(&[0.1; 3], &[0.1; 3])],
                "layer x: is followed by a scaling along an axis of another length",
            ),
        ] {
            let error = before(steps, layers).unwrap_err();
            assert!(error.starts_with(expected), "'{error}' should start with '{expected}'");
        }
    }
}
