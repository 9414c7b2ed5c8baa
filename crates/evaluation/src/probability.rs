//! Scores of probabilities rather than of answers: log-loss, Brier score, top-k accuracy, and the one rule that picks
//! an answer.

use crate::{
    Error,
    check::{check_class_count, check_not_nan, check_probabilities, check_shape},
    summation::pairwise_sum,
};

/// The class with the greatest score; among equal scores the lowest class wins, as in numpy's `argmax`.
///
/// `scores`: `[classes]`, probabilities or logits. None when there is no class or a score is NaN: a network that has
/// diverged has no answer, and class 0 would hide it.
///
/// ```
/// use tenfold_evaluation::arg_max;
///
/// assert_eq!(arg_max(&[0.2, 0.4, 0.4]), Some(1));
/// assert_eq!(arg_max(&[0.2, f32::NAN, 0.4]), None);
/// ```
pub fn arg_max(scores: &[f32]) -> Option<usize> {
    if scores.iter().any(|score| score.is_nan()) {
        return None;
    }
    (0..scores.len()).reduce(|best, class| if scores[class] > scores[best] { class } else { best })
}

/// The answer for every image, by [`arg_max`].
///
/// `scores`: `[N, classes]` row by row, probabilities or logits; N may be 0. Returns `[N]`.
///
/// # Errors
/// `Classes` unless 1 to [`MAX_CLASSES`](crate::MAX_CLASSES), `Length` when the scores are not a whole number of rows, `Value` when one is NaN.
pub fn predictions(scores: &[f32], classes: usize) -> Result<Vec<u16>, Error> {
    check_class_count(classes)?;
    let rows = scores.chunks_exact(classes);
    if !rows.remainder().is_empty() {
        return Err(Error::Length { what: "scores", expected: rows.len() * classes, found: scores.len() });
    }
    check_not_nan(scores)?;
    Ok(rows.filter_map(arg_max).map(|class| class as u16).collect())
}

/// The mean of `-ln p`, where p is the probability given to the true class; 0 is perfect, `ln classes` is guessing.
///
/// `probabilities`: `[N, classes]` row by row, each 0 to 1; `labels`: `[N]`, N at least 1.
///
/// As scikit-learn's `log_loss` does for float32 input, p is first clipped to ε ≤ p ≤ 1 − ε with ε = [`f32::EPSILON`],
/// so that one confident mistake costs 15.9 and not infinity, and rows are not made to sum to 1. Unlike scikit-learn,
/// which stays in float32, the logarithm and the mean are taken in f64.
///
/// ```
/// use tenfold_evaluation::mean_log_loss;
///
/// let loss = mean_log_loss(&[0.25, 0.75, 0.5, 0.5], 2, &[1, 0])?;
/// assert!((loss - (0.75f64.ln() + 0.5f64.ln()) / -2.0).abs() < 1e-15);
/// # Ok::<(), tenfold_evaluation::Error>(())
/// ```
///
/// # Errors
/// `Classes`, `Length`, `Empty` or `Class` when shapes or labels do not fit; `Value` when a probability is NaN or
/// outside 0 to 1, which is also what logits passed by mistake look like.
pub fn mean_log_loss(probabilities: &[f32], classes: usize, labels: &[u16]) -> Result<f64, Error> {
    check_probabilities(probabilities, classes, labels)?;
    let losses: Vec<f64> = probabilities
        .chunks_exact(classes)
        .zip(labels)
        .map(|(row, &label)| row[usize::from(label)].clamp(f32::EPSILON, 1.0 - f32::EPSILON))
        // libm, not the platform's logarithm: the same loss on every machine.
        .map(|p| -libm::log(f64::from(p)))
        .collect();
    Ok(pairwise_sum(&losses) / labels.len() as f64)
}

/// The Brier score: the mean of `Σ_c (p_c − [c is the label])²`; 0 is perfect, 2 is certain and wrong every time.
///
/// `probabilities`: `[N, classes]` row by row, each 0 to 1; `labels`: `[N]`, N at least 1. Rows are taken as they are,
/// not made to sum to 1.
///
/// Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78 (1950) 1–3:
/// scikit-learn's `brier_score_loss` with `scale_by_half=False`. The score for two classes that is half of this one,
/// and lies within 0 to 1, is that of `scale_by_half=True`.
///
/// ```
/// use tenfold_evaluation::brier_score;
///
/// assert_eq!(brier_score(&[0.5, 0.5, 0.0, 1.0], 2, &[1, 0])?, (0.5 + 2.0) / 2.0);
/// # Ok::<(), tenfold_evaluation::Error>(())
/// ```
///
/// # Errors
/// As [`mean_log_loss`].
pub fn brier_score(probabilities: &[f32], classes: usize, labels: &[u16]) -> Result<f64, Error> {
    check_probabilities(probabilities, classes, labels)?;
    let distance = |(row, &label): (&[f32], &u16)| -> f64 {
        let truth = |class| if class == usize::from(label) { 1.0 } else { 0.0 };
        row.iter().enumerate().map(|(class, &p)| f64::from(p) - truth(class)).map(|error| error * error).sum()
    };
    let distances: Vec<f64> = probabilities.chunks_exact(classes).zip(labels).map(distance).collect();
    Ok(pairwise_sum(&distances) / labels.len() as f64)
}

/// The fraction of images whose true class is among the `k` best, 0 to 1; `k = 1` is the accuracy of [`predictions`].
///
/// `scores`: `[N, classes]` row by row, probabilities or logits; `labels`: `[N]`, N at least 1. Ties go to the lower
/// class, as in [`arg_max`]; scikit-learn's `top_k_accuracy_score` gives them to the higher, so only where the k-th
/// place is tied can the two differ. With `k >= classes` the answer is 1.
///
/// ```
/// use tenfold_evaluation::top_k_accuracy;
///
/// let scores = [0.5, 0.3, 0.2, 0.1, 0.3, 0.6];
/// assert_eq!(top_k_accuracy(&scores, 3, &[1, 0], 1)?, 0.0);
/// assert_eq!(top_k_accuracy(&scores, 3, &[1, 0], 2)?, 0.5);
/// # Ok::<(), tenfold_evaluation::Error>(())
/// ```
///
/// # Errors
/// `Classes`, `Length`, `Empty` or `Class` when shapes or labels do not fit; `Value` when a score is NaN.
///
/// # Panics
/// If `k` is 0.
pub fn top_k_accuracy(scores: &[f32], classes: usize, labels: &[u16], k: usize) -> Result<f64, Error> {
    assert!(k > 0, "k is 0, expected at least 1");
    check_shape(scores, classes, labels)?;
    check_not_nan(scores)?;
    let hits = scores.chunks_exact(classes).zip(labels).filter(|&(row, &label)| rank(row, usize::from(label)) < k);
    Ok(hits.count() as f64 / labels.len() as f64)
}

/// How many classes are placed before `class`.
fn rank(row: &[f32], class: usize) -> usize {
    let own = row[class];
    row.iter().enumerate().filter(|&(other, &score)| score > own || (score == own && other < class)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lowest_class_wins_ties() {
        assert_eq!(arg_max(&[]), None);
        assert_eq!(arg_max(&[1.0; 10]), Some(0));
        assert_eq!(arg_max(&[f32::NEG_INFINITY; 3]), Some(0));
        assert_eq!(arg_max(&[-0.0, 0.0]), Some(0));
        assert_eq!(arg_max(&[0.1, 0.7, 0.2, 0.7]), Some(1));
        assert_eq!(predictions(&[0.5, 0.5, 0.1, 0.9], 2).unwrap(), [0, 1]);
        let tied = [0.4, 0.4, 0.2];
        assert_eq!(top_k_accuracy(&tied, 3, &[0], 1).unwrap(), 1.0);
        assert_eq!(top_k_accuracy(&tied, 3, &[1], 1).unwrap(), 0.0);
        assert_eq!(top_k_accuracy(&tied, 3, &[1], 2).unwrap(), 1.0);
        assert_eq!(top_k_accuracy(&tied, 3, &[2], 9).unwrap(), 1.0);
    }

    #[test]
    fn certain_answers_are_clipped_at_both_ends() {
        let epsilon = f64::from(f32::EPSILON);
        let wrong = mean_log_loss(&[0.0, 1.0], 2, &[0]).unwrap();
        assert!((wrong + epsilon.ln()).abs() < 1e-14, "{wrong}");
        let right = mean_log_loss(&[0.0, 1.0], 2, &[1]).unwrap();
        assert!((right + (1.0 - epsilon).ln()).abs() < 1e-21, "{right}");
    }

    #[test]
    fn refuses_shapes_and_values_that_do_not_fit() {
        let loss = mean_log_loss;
        assert!(matches!(loss(&[0.5; 3], 2, &[0]), Err(Error::Length { expected: 2, found: 3, .. })));
        assert!(matches!(loss(&[], 2, &[]), Err(Error::Empty { .. })));
        assert!(matches!(loss(&[], 0, &[]), Err(Error::Classes { found: 0 })));
        assert!(matches!(loss(&[0.5, 0.5], 2, &[2]), Err(Error::Class { found: 2, .. })));
        assert!(matches!(loss(&[0.5, -0.1], 2, &[0]), Err(Error::Value { index: 1, .. })));
        assert!(matches!(loss(&[1.5, 0.1], 2, &[0]), Err(Error::Value { index: 0, .. })));
        assert!(matches!(loss(&[0.5, f32::NAN], 2, &[0]), Err(Error::Value { index: 1, .. })));
        assert!(matches!(predictions(&[0.5; 3], 2), Err(Error::Length { .. })));
        assert!(matches!(predictions(&[0.5, f32::NAN], 2), Err(Error::Value { index: 1, .. })));
        assert!(matches!(predictions(&[], 1_001), Err(Error::Classes { found: 1_001 })));
        assert!(matches!(top_k_accuracy(&[f32::NAN, 0.5], 2, &[0], 1), Err(Error::Value { index: 0, .. })));
    }

    #[test]
    #[should_panic(expected = "k is 0")]
    fn top_0_is_a_mistake() {
        let _ = top_k_accuracy(&[0.5, 0.5], 2, &[0], 0);
    }
}
