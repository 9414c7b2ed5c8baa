//! What a network does with its input's numbers before the first layer that computes, and what that means for pixels from
//! 0 to 1, which networks take here.
//!
//! A file does not say whether its network takes pixels from 0 to 255 or from 0 to 1, but what it does with them does:
//! numbers that are made a hundred times smaller were bytes.

use std::ops::RangeInclusive;

use tenfold_network::{Layer, Model};

use crate::affine;
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
    /// [`Error::Unsupported`] for scalings that fit neither bytes nor numbers from 0 to 1, for statistics that are none,
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
                     hint: save the network without the layer, and convert it with the mean and deviation of its pixels"
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
            (&[scale], &[shift]) => affine::before(&model, scale, shift),
            _ if model.architecture().layers.first() == Some(&Layer::Flatten) => {
                let repeated = |of: &[f64]| {
                    let length = model.architecture().input.len();
                    of.iter().map(|&value| value as f32).cycle().take(length).collect::<Vec<f32>>()
                };
                affine::inserted(&model, 1, &repeated(&scales), &repeated(&shifts))
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
            return Err(self.refuse("has means and variances that are none"));
        }
        let factors: Vec<f64> = variances.iter().map(|variance| 1.0 / variance.sqrt().max(LEAST_DEVIATION)).collect();
        let summands = means.iter().zip(&factors).map(|(mean, factor)| -mean * factor).collect();
        Ok((factors, summands))
    }

    fn refuse(&self, problem: &str) -> Error {
        Error::unsupported(&self.layer, problem)
    }
}
