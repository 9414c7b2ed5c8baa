//! What is reported of a model on one part of a data set.

use serde::Serialize;
use tenfold_dataset::{Part, Source};
use tenfold_evaluation::{Accepted, Evaluation};

use crate::assessment::Assessment;
use crate::error::Result;
use crate::group_results::GroupResults;
use crate::label_errors::WithoutLabelErrors;
use crate::robustness::Robustness;

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
}
