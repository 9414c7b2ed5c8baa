//! What is reported of a model on one part of a data set.

use serde::Serialize;
use tenfold_dataset::{Part, Source};
use tenfold_evaluation::{Accepted, Evaluation, Interval};
use tenfold_report::{grouped, percent};

use crate::assessment::Assessment;
use crate::error::Result;
use crate::galleries::most_confused_text;
use crate::group_results::GroupResults;
use crate::label_errors::WithoutLabelErrors;
use crate::robustness::Robustness;

/// The most classes whose confusion matrix is written as text: more are wider than a terminal.
const WIDEST_MATRIX: usize = 26;

/// The evaluation of a model on one part of a data set, which serialises as the evaluation with up to three more keys.
#[derive(Clone, Debug, Serialize)]
pub struct PartEvaluation {
    /// Of all its answers.
    #[serde(flatten)]
    pub evaluation: Evaluation,
    /// Without labels that are in doubt; only for MNIST's test images.
    #[serde(rename = "without_errata", skip_serializing_if = "Option::is_none")]
    pub without_label_errors: Option<WithoutLabelErrors>,
    /// By groups, where these are known: of MNIST's images by their writers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_group: Option<GroupResults>,
    /// Of the answers that are confident enough; none unless it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Accepted>,
    /// On corrupted images; none unless it was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub robustness: Option<Robustness>,
}

impl PartEvaluation {
    /// Of an assessment of this part of `source`, or of all its images; with a threshold `0..=1` also of the answers with at
    /// least this confidence.
    ///
    /// # Errors
    /// [`Error::Evaluation`](crate::Error::Evaluation) for a threshold out of range.
    pub fn new(
        assessment: &Assessment<'_>,
        source: &Source,
        part: Option<Part>,
        threshold: Option<f32>,
    ) -> Result<Self> {
        let is_known = (source, part) == (&Source::Embedded, Some(Part::Test));
        Ok(Self {
            evaluation: assessment.evaluation.clone(),
            without_label_errors: is_known.then(|| WithoutLabelErrors::of_mnist(assessment)).transpose()?,
            by_group: GroupResults::new(assessment, Some(source))?,
            accepted: threshold.map(|threshold| Accepted::at(&assessment.answers, threshold)).transpose()?,
            robustness: None,
        })
    }

    /// The part's name with the accuracy, without labels in doubt and with confident answers alone too, if these are known;
    /// the report; and the confusion matrix, whose classes have these names.
    ///
    /// # Errors
    /// [`Error::Evaluation`](crate::Error::Evaluation) unless there is a name for each class.
    pub fn to_text(&self, part: &str, names: &[&str]) -> Result<String> {
        let Self { evaluation, without_label_errors, by_group, accepted, robustness } = self;
        let mut text = evaluation_line(part, evaluation);
        let notes = [without_label_errors.as_ref().map(without_text), accepted.as_ref().map(accepted_text)];
        let by_group = by_group.as_ref().map_or(Vec::new(), GroupResults::lines);
        for note in notes.into_iter().flatten().chain(by_group) {
            text += &format!("\n       {note}");
        }
        let report = evaluation.report.to_text(4);
        let confusion = match names.len() > WIDEST_MATRIX {
            true => most_confused_text(evaluation, names),
            false => {
                let matrix = evaluation.confusion.to_text(names)?;
                format!("confusion matrix (rows: truth, columns: prediction)\n\n{matrix}")
            }
        };
        let robustness = robustness.as_ref().map_or(String::new(), |robustness| format!("\n{}", robustness.to_text()));
        Ok(format!("{text}\n\n{report}\n{confusion}{robustness}"))
    }
}

/// `test   99.05 % of 10,000 images right (95 % interval: 98.84 to 99.22), loss 0.0301, calibration error 0.21 %`
pub fn evaluation_line(name: &str, evaluation: &Evaluation) -> String {
    let Evaluation { images, accuracy, accuracy_95: Interval { low, high }, loss, calibration_error, .. } = evaluation;
    let [accuracy, low, high, calibration_error] = [accuracy, low, high, calibration_error].map(|&it| percent(it));
    let images = grouped(*images);
    format!(
        "{name:<5}  {accuracy} of {images} images right (95 % interval: {low} to {high}), loss {loss:.4}, \
         calibration error {calibration_error}"
    )
}

/// The accuracy without label errors, in a line.
fn without_text(without: &WithoutLabelErrors) -> String {
    let WithoutLabelErrors { doubtful, wrong_among_them, accuracy, accuracy_95: Interval { low, high } } = *without;
    let [accuracy, low, high] = [accuracy, low, high].map(percent);
    format!(
        "{accuracy} without {doubtful} images whose label is in doubt (95 % interval: {low} to {high}); \
         {wrong_among_them} of these are counted as wrong above"
    )
}

/// The results of accepting only confident answers, in a line.
fn accepted_text(accepted: &Accepted) -> String {
    let Accepted { threshold, accepted, coverage, errors, error_rate_95, .. } = accepted;
    let interval = error_rate_95.map_or(String::new(), |Interval { low, high }| {
        format!(" ({:.3} % to {:.3} % of them)", 100.0 * low, 100.0 * high)
    });
    let (accepted, coverage) = (grouped(*accepted), percent(*coverage));
    format!(
        "{accepted} answers ({coverage}) have a confidence of at least {threshold}; {errors} of them are wrong{interval}"
    )
}
