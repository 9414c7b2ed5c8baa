//! Everything that one pass over a labelled set says about a classifier.

use serde::Serialize;

use crate::{ClassificationReport, ConfusionMatrix, Error, Interval, mean_log_loss, predictions};

/// What a classifier's probabilities on a labelled set amount to.
///
/// ```
/// use tenfold_evaluation::Evaluation;
///
/// let probabilities = [0.9, 0.1, 0.4, 0.6, 0.7, 0.3];
/// let evaluation = Evaluation::new(&[0, 1, 1], &probabilities, 2)?;
/// assert_eq!((evaluation.images, evaluation.correct), (3, 2));
/// # Ok::<(), tenfold_evaluation::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Images in the set.
    pub images: u64,
    /// Images whose most probable class is their label.
    pub correct: u64,
    /// `correct / images`.
    pub accuracy: f64,
    /// Wilson's 95 % interval of the accuracy.
    pub accuracy_95: Interval,
    /// Mean of `-ln p(label)`, in nats.
    pub loss: f64,
    /// Precision, recall, F1 and support per class, and their averages.
    pub report: ClassificationReport,
    /// How often each class was taken for each.
    pub confusion: ConfusionMatrix,
}

impl Evaluation {
    /// Evaluates `probabilities` (`[images, classes]`) against `labels` (`[images]`).
    ///
    /// # Errors
    /// Any [`Error`] of the parts: no images, lengths that do not fit, a label that is no class, a value that is no
    /// number.
    pub fn new(labels: &[u8], probabilities: &[f32], classes: usize) -> Result<Self, Error> {
        let confusion = ConfusionMatrix::new(labels, &predictions(probabilities, classes)?, classes)?;
        Ok(Self {
            images: confusion.total(),
            correct: confusion.correct(),
            accuracy: confusion.accuracy(),
            accuracy_95: Interval::wilson_95(confusion.correct(), confusion.total())?,
            loss: mean_log_loss(probabilities, classes, labels)?,
            report: ClassificationReport::new(&confusion),
            confusion,
        })
    }
}
