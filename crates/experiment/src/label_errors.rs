//! Accuracy without the images whose label is in doubt.

use serde::Serialize;
use tenfold_evaluation::Interval;

use crate::assessment::Assessment;
use crate::error::Result;

/// The accuracy on MNIST's test images without those whose label is in doubt.
///
/// ```
/// use tenfold_dataset::{Part, Source};
/// use tenfold_experiment::{Assessment, WithoutLabelErrors};
///
/// // A classifier that is always right, by the labels as they are.
/// let test = Source::Embedded.load(Part::Test)?;
/// let mut probabilities = vec![0.0; 10 * test.len()];
/// for (row, &label) in probabilities.chunks_exact_mut(10).zip(test.labels()) {
///     row[usize::from(label)] = 1.0;
/// }
/// let names = (0..10).map(|digit| digit.to_string()).collect();
/// let without = WithoutLabelErrors::of_mnist(&Assessment::new(&test, names, probabilities)?)?;
/// assert_eq!((without.wrong_among_them, without.accuracy), (0, 1.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct WithoutLabelErrors {
    /// How many labels are in doubt.
    pub doubtful: usize,
    /// How many of these images count as read wrong.
    pub wrong_among_them: usize,
    /// The share of the others that is read right, `0..=1`.
    pub accuracy: f64,
    /// Its 95 % interval by Wilson's method.
    pub accuracy_95: Interval,
}

impl WithoutLabelErrors {
    /// Of an assessment of MNIST's 10,000 test images; the labels in doubt are those of
    /// [`tenfold_mnist::DOUBTFUL_TEST_LABELS`].
    ///
    /// # Errors
    /// [`Error::Evaluation`](crate::Error::Evaluation) if the assessment is of another number of images.
    pub fn of_mnist(assessment: &Assessment<'_>) -> Result<Self> {
        let doubtful = tenfold_mnist::DOUBTFUL_TEST_LABELS;
        let (what, expected, found) = ("images", tenfold_mnist::TEST_LEN, assessment.images.len());
        if found != expected {
            return Err(tenfold_evaluation::Error::Length { what, expected, found }.into());
        }
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
}
