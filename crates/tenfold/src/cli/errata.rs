//! What an evaluation would be without the labels that people doubt.

use serde_json::{Value, json};
use tenfold_evaluation::Interval;

use super::assessment::Assessment;
use super::output::percent;

/// The accuracy on MNIST's test images without those whose label is doubtful.
pub(crate) struct Errata {
    doubtful: usize,
    wrong_among_them: usize,
    accuracy: f64,
    accuracy_95: Interval,
}

impl Errata {
    pub(crate) fn of_mnist(assessment: &Assessment<'_>) -> anyhow::Result<Self> {
        let doubtful = tenfold_mnist::DOUBTFUL_TEST_LABELS;
        let wrong_among_them = doubtful.iter().filter(|&&index| !assessment.is_right(index)).count();
        let images = assessment.evaluation.images - doubtful.len() as u64;
        let correct = assessment.evaluation.correct - (doubtful.len() - wrong_among_them) as u64;
        Ok(Self {
            doubtful: doubtful.len(),
            wrong_among_them,
            accuracy: correct as f64 / images as f64,
            accuracy_95: Interval::wilson_95(correct, images)?,
        })
    }

    pub(crate) fn to_json(&self) -> Value {
        let Self { doubtful, wrong_among_them, accuracy, accuracy_95 } = self;
        json!({
            "doubtful": doubtful, "wrong_among_them": wrong_among_them, "accuracy": accuracy, "accuracy_95": accuracy_95,
        })
    }

    pub(crate) fn text(&self) -> String {
        let Self { doubtful, wrong_among_them, accuracy, accuracy_95 } = self;
        format!(
            "{} without {doubtful} images whose label people doubt (95 % interval: {} to {}); \
             {wrong_among_them} of these are counted as wrong above",
            percent(*accuracy),
            percent(accuracy_95.low),
            percent(accuracy_95.high)
        )
    }
}
