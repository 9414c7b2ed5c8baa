//! What a model bears: its errors on corrupted and on distorted images, beside those of a reference.

mod charts;
mod files;
mod measure;
mod page;
mod text;

use serde::Serialize;
use tenfold_dataset::corruption::{Corruption, Distortion};

pub use files::{ROBUSTNESS_FILE, robustness_files};

/// Error rates of a model and of a reference on the same images, as they are and made harder to read.
///
/// Measured by [`Robustness::measure`]; [`robustness_files`] writes it down.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Robustness {
    /// Decides what is random in the images.
    pub seed: u64,
    /// How many images each rate is of.
    pub images: usize,
    /// The model's error rate on the images as they are, 0 to 1.
    pub error_rate: f64,
    /// The reference's.
    pub reference_error_rate: f64,
    /// The mean corruption error in percent, 100 for the reference itself, at the severities of MNIST-C; none if the reference
    /// makes no errors at all.
    pub mean_corruption_error: Option<f64>,
    /// The same over all severities.
    pub mean_corruption_error_all_severities: Option<f64>,
    /// Each family of corruptions.
    pub corruptions: Vec<CorruptionErrors>,
    /// Each distortion.
    pub distortions: Vec<DistortionErrors>,
}

/// Error rates under one family of corruptions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CorruptionErrors {
    /// The family.
    pub corruption: Corruption,
    /// The severity that MNIST-C has, from 1.
    pub published_severity: usize,
    /// The model's error rate at each severity, 0 to 1.
    pub error_rates: Vec<f64>,
    /// The reference's.
    pub reference_error_rates: Vec<f64>,
    /// The model's error in percent of the reference's at the published severity; none if that makes no errors.
    pub corruption_error: Option<f64>,
    /// The same of the sums over all severities.
    pub corruption_error_all_severities: Option<f64>,
}

/// Error rates against the amount of a distortion.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DistortionErrors {
    /// What changes.
    pub distortion: Distortion,
    /// What the amounts are: pixels, degrees, times the size.
    pub unit: &'static str,
    /// By how much.
    pub amounts: Vec<f32>,
    /// The model's error rate at each amount, 0 to 1.
    pub error_rates: Vec<f64>,
    /// The reference's.
    pub reference_error_rates: Vec<f64>,
}
