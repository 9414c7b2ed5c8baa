//! How confident models of a recipe should be, from answers to images that they were not trained on.

use std::fmt;

use serde::{Deserialize, Serialize};
use tenfold_evaluation::{
    Answers, CALIBRATION_BINS, Calibration, SelectiveThreshold, Temperature, ln_probabilities, threshold_for_error_rate,
};
use tenfold_report::percent;

use crate::assessment::Assessment;
use crate::error::Result;

/// Error rates that thresholds are found for.
const ERROR_RATES: [f64; 4] = [0.005, 0.002, 0.001, 0.0005];

/// The share of answers to images of digits that a model with a least confidence gives.
const ANSWERED: f64 = 0.99;

/// The confidence level of what is promised.
const LEVEL: f64 = 0.95;

/// What the answers to images of folds say of the recipe's models.
pub(super) struct OutOfFold {
    /// Fitted to all answers.
    pub temperature: f64,
    /// Of the answers, each at a temperature fitted to the other folds.
    pub calibration_error: f64,
    pub thresholds: Vec<Threshold>,
    /// The confidence that all but a few answers have.
    pub min_confidence: f32,
}

/// Which answers to accept for a target error rate among them.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Threshold {
    /// The target.
    pub error_rate: f64,
    /// Accept answers at least this confident after calibration, `0..=1`; none if no threshold can be promised.
    pub threshold: Option<f32>,
    /// The share of answers that is accepted, `0..=1`.
    pub coverage: f64,
    /// The upper bound of the error rate among them, at 95 %.
    pub error_rate_bound: f64,
}

impl OutOfFold {
    /// `fold_of`: the fold that held each image out, from 1.
    pub(super) fn new(assessment: &Assessment<'_>, fold_of: &[usize]) -> Result<Self> {
        let (labels, classes) = (assessment.images.labels(), assessment.images.classes());
        let logarithms = ln_probabilities(&assessment.probabilities);
        let fit = |chosen: &dyn Fn(usize) -> bool| -> Result<Temperature> {
            let rows = logarithms.chunks_exact(classes).enumerate().filter(|(index, _)| chosen(*index));
            let some: Vec<f32> = rows.flat_map(|(_, row)| row).copied().collect();
            let own = labels.iter().enumerate().filter(|(index, _)| chosen(*index)).map(|(_, &label)| label);
            Ok(Temperature::fit(&some, classes, &own.collect::<Vec<u16>>())?)
        };
        let mut calibrated = assessment.probabilities.clone();
        for fold in 1..=fold_of.iter().copied().max().unwrap_or(0) {
            let temperature = fit(&|index| fold_of[index] != fold)?;
            for (index, row) in calibrated.chunks_exact_mut(classes).enumerate() {
                if fold_of[index] == fold {
                    row.copy_from_slice(&temperature.apply(row, classes)?);
                }
            }
        }
        let answers = Answers::new(&calibrated, classes, labels)?;
        let calibration = Calibration::equal_width(&answers.confidences, &answers.correct, CALIBRATION_BINS)?;
        let threshold = |error_rate| Threshold::new(&answers, error_rate);
        Ok(Self {
            temperature: fit(&|_| true)?.value(),
            calibration_error: calibration.expected_error,
            min_confidence: least_confidence(&answers.confidences),
            thresholds: ERROR_RATES.into_iter().map(threshold).collect::<Result<_>>()?,
        })
    }
}

/// The confidence that [`ANSWERED`] of the answers have at least.
fn least_confidence(confidences: &[f32]) -> f32 {
    let mut falling = confidences.to_vec();
    falling.sort_unstable_by(|a, b| b.total_cmp(a));
    let answered = (ANSWERED * falling.len() as f64).ceil() as usize;
    falling[answered.max(1) - 1]
}

impl Threshold {
    fn new(answers: &Answers, error_rate: f64) -> Result<Self> {
        let found = threshold_for_error_rate(&answers.confidences, &answers.correct, error_rate, LEVEL)?;
        Ok(match found {
            Some(SelectiveThreshold { threshold, coverage, error_rate_bound, .. }) => {
                Self { error_rate, threshold: Some(threshold), coverage, error_rate_bound }
            }
            None => Self { error_rate, threshold: None, coverage: 0.0, error_rate_bound: 1.0 },
        })
    }
}

/// `errors at most 0.10 %  accept answers of at least 0.9712 confidence: 97.20 % of them`
impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rate = percent(self.error_rate);
        match self.threshold {
            Some(threshold) => {
                let coverage = percent(self.coverage);
                write!(
                    f,
                    "errors at most {rate}  accept answers of at least {threshold} confidence: {coverage} of them"
                )
            }
            None => write!(f, "errors at most {rate}  too few images to promise it"),
        }
    }
}
