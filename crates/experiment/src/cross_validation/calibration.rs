//! How confident models of a recipe should be, from answers to images that they were not trained on.

use tenfold_evaluation::{
    Answers, CALIBRATION_BINS, Calibration, SelectiveThreshold, Temperature, ln_probabilities, threshold_for_error_rate,
};
use tenfold_formats::Threshold;

use crate::assessment::Assessment;
use crate::error::Result;

/// Error rates that thresholds are found for.
const ERROR_RATES: [f64; 4] = [0.005, 0.002, 0.001, 0.0005];

/// The share of answers to images of digits that a model with a least confidence gives.
const ANSWERED: f64 = 0.987;

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
        Ok(Self {
            temperature: fit(&|_| true)?.value(),
            calibration_error: calibration.expected_error,
            min_confidence: least_confidence(&answers.confidences),
            thresholds: ERROR_RATES.into_iter().map(|rate| threshold(&answers, rate)).collect::<Result<_>>()?,
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

fn threshold(answers: &Answers, error_rate: f64) -> Result<Threshold> {
    let found = threshold_for_error_rate(&answers.confidences, &answers.correct, error_rate, LEVEL)?;
    Ok(match found {
        Some(SelectiveThreshold { threshold, coverage, error_rate_bound, .. }) => {
            Threshold { error_rate, threshold: Some(threshold), coverage, error_rate_bound }
        }
        None => Threshold { error_rate, threshold: None, coverage: 0.0, error_rate_bound: 1.0 },
    })
}
