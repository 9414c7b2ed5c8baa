//! A classifier's confidence in each answer, and whether it is right: what calibration and refusal are judged by.

use crate::{
    Error, arg_max,
    check::{check_probabilities, check_unit_range},
};

/// One answer per image: its confidence, and whether it is right.
///
/// ```
/// use tenfold_evaluation::Answers;
///
/// let answers = Answers::new(&[0.75, 0.25, 0.5, 0.5], 2, &[0, 1])?;
/// assert_eq!((answers.confidences, answers.correct), (vec![0.75, 0.5], vec![true, false]));
/// # Ok::<(), tenfold_evaluation::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Answers {
    /// The probability of the answer, the greatest of the image's: `[N]`, 0 to 1.
    pub confidences: Vec<f32>,
    /// Whether the answer is the label: `[N]`.
    pub correct: Vec<bool>,
}

impl Answers {
    /// The answers by [`arg_max`], so that ties go to the lower class.
    ///
    /// `probabilities`: `[N, classes]` row by row, each 0 to 1; `labels`: `[N]`, N at least 1.
    ///
    /// # Errors
    /// `Classes`, `Length`, `Empty` or `Class` when shapes or labels do not fit; `Value` when a probability is NaN or
    /// outside 0 to 1.
    pub fn new(probabilities: &[f32], classes: usize, labels: &[u16]) -> Result<Self, Error> {
        check_probabilities(probabilities, classes, labels)?;
        let (confidences, correct) = probabilities
            .chunks_exact(classes)
            .zip(labels)
            .filter_map(|(row, &label)| arg_max(row).map(|best| (row[best], best == usize::from(label))))
            .unzip();
        Ok(Self { confidences, correct })
    }
}

/// One flag per confidence, at least one, each confidence within 0 to 1.
pub(crate) fn check_answers(confidences: &[f32], correct: &[bool]) -> Result<(), Error> {
    if correct.len() != confidences.len() {
        return Err(Error::Length { what: "right-or-wrong flags", expected: confidences.len(), found: correct.len() });
    }
    if confidences.is_empty() {
        return Err(Error::Empty { what: "answer" });
    }
    check_unit_range("confidence", confidences)
}
