//! How well one class's score ranks its images before all others: areas under the ROC and precision-recall curves.

use crate::{Error, check::check_shape};

/// The images of a set ranked by one class's score, against the question whether they are of that class (one versus
/// rest): the counts from which ROC and precision-recall curves are drawn.
///
/// Both kinds of image occur, so that every rate is defined. Images of equal score are one step of the ranking: their
/// order means nothing.
///
/// ```
/// use tenfold_evaluation::Ranking;
///
/// let scores = [0.9, 0.1, 0.4, 0.6, 0.7, 0.3]; // three images, two classes
/// let rankings = Ranking::one_vs_rest(&scores, 2, &[0, 1, 1])?;
/// assert_eq!(rankings[1].as_ref().unwrap().roc_auc(), 1.0); // 0.6 and 0.3 of class 1 beat 0.1
/// # Ok::<(), tenfold_evaluation::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking {
    /// One step per different score, highest first; at least one.
    pub(crate) steps: Vec<Step>,
}

/// What is accepted when all images with at least a threshold's score are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) threshold: f32,
    /// Accepted images of the class.
    pub(crate) true_positives: u64,
    /// Accepted images of other classes.
    pub(crate) false_positives: u64,
}

impl Ranking {
    /// One ranking per class by that class's column of `scores`; None for a class that no image or every image has,
    /// since there is nothing to rank then.
    ///
    /// `scores`: `[N, classes]` row by row, probabilities or logits; `labels`: `[N]`, N at least 1. Sorts each column:
    /// O(classes N log N).
    ///
    /// # Errors
    /// `Classes`, `Length`, `Empty` or `Class` when shapes or labels do not fit; `Value` when a score is NaN.
    pub fn one_vs_rest(scores: &[f32], classes: usize, labels: &[u16]) -> Result<Vec<Option<Self>>, Error> {
        (0..classes).map(|class| Self::of_class(scores, classes, labels, class)).collect()
    }

    /// As [`Ranking::one_vs_rest`], of one class: for many images, of which ten rankings take ten times the room of one.
    /// A class outside `0..classes` has no ranking.
    ///
    /// # Errors
    /// As [`Ranking::one_vs_rest`].
    pub fn of_class(scores: &[f32], classes: usize, labels: &[u16], class: usize) -> Result<Option<Self>, Error> {
        check_shape(scores, classes, labels)?;
        if class >= classes {
            return Ok(None);
        }
        // Of its own column alone, as every class has its turn.
        let own = || scores.chunks_exact(classes).map(|row| row[class]);
        if let Some(row) = own().position(f32::is_nan) {
            let (index, found) = (row * classes + class, f64::NAN);
            return Err(Error::Value { what: "score", index, found, expected: "a number" });
        }
        Ok(Self::new(own().zip(labels.iter().map(|&label| usize::from(label) == class)).collect()))
    }

    fn new(mut images: Vec<(f32, bool)>) -> Option<Self> {
        images.sort_unstable_by(|(a, _), (b, _)| b.total_cmp(a));
        let mut steps = Vec::new();
        let mut step = Step { threshold: f32::INFINITY, true_positives: 0, false_positives: 0 };
        // Cut by ==, under which 0 and −0 are one score, as a threshold takes them.
        for tied in images.chunk_by(|(a, _), (b, _)| a == b) {
            let positives = tied.iter().filter(|(_, positive)| *positive).count();
            step.threshold = tied[0].0;
            step.true_positives += positives as u64;
            step.false_positives += (tied.len() - positives) as u64;
            steps.push(step);
        }
        (step.true_positives > 0 && step.false_positives > 0).then_some(Self { steps })
    }

    /// How many images are of the class, at least 1.
    pub fn positives(&self) -> u64 {
        self.last().true_positives
    }

    /// How many images are not of the class, at least 1.
    pub fn negatives(&self) -> u64 {
        self.last().false_positives
    }

    /// The area under the ROC curve by trapezoids: the chance that an image of the class has a higher score than one
    /// that is not, ties counting half. 1 is perfect, 0.5 is guessing. scikit-learn's `roc_auc_score`.
    pub fn roc_auc(&self) -> f64 {
        let mut doubled = 0;
        let (mut hits, mut misses) = (0, 0);
        for step in &self.steps {
            let width = u128::from(step.false_positives - misses);
            doubled += width * u128::from(step.true_positives + hits);
            (hits, misses) = (step.true_positives, step.false_positives);
        }
        doubled as f64 / (2.0 * hits as f64 * misses as f64)
    }

    /// Average precision, `Σ (R_i − R_{i−1}) P_i` over thresholds from the highest, with precision P and recall R: the
    /// area under the precision-recall curve as a sum of rectangles, not of trapezoids, which would be too large (Davis
    /// and Goadrich, "The relationship between precision-recall and ROC curves", ICML 2006). 1 is perfect, the class's
    /// share of the images is guessing. scikit-learn's `average_precision_score`.
    pub fn average_precision(&self) -> f64 {
        let mut hits = 0;
        let area = |step: &Step| {
            let gained = (step.true_positives - hits) as f64;
            hits = step.true_positives;
            gained * step.precision()
        };
        self.steps.iter().map(area).sum::<f64>() / self.positives() as f64
    }

    fn last(&self) -> &Step {
        self.steps.last().expect("a ranking has both kinds of image")
    }
}

impl Step {
    /// Of the accepted images, the fraction of the class.
    pub(crate) fn precision(&self) -> f64 {
        self.true_positives as f64 / (self.true_positives + self.false_positives) as f64
    }
}

/// The mean over the classes for which `values` has a number; None when it has none.
///
/// ```
/// assert_eq!(tenfold_evaluation::macro_average([Some(1.0), None, Some(0.5)]), Some(0.75));
/// assert_eq!(tenfold_evaluation::macro_average([None, None]), None);
/// ```
pub fn macro_average(values: impl IntoIterator<Item = Option<f64>>) -> Option<f64> {
    let defined: Vec<f64> = values.into_iter().flatten().collect();
    (!defined.is_empty()).then(|| defined.iter().sum::<f64>() / defined.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranking(scores: &[f32], positive: &[bool]) -> Option<Ranking> {
        Ranking::new(scores.iter().copied().zip(positive.iter().copied()).collect())
    }

    #[test]
    fn areas_by_hand() {
        const YES: bool = true;
        const NO: bool = false;
        for (scores, positive, auc, precision) in [
            ([0.9, 0.8, 0.2, 0.1], [YES, YES, NO, NO], 1.0, 1.0),
            ([0.9, 0.8, 0.2, 0.1], [NO, NO, YES, YES], 0.0, (1.0 / 3.0 + 0.5) / 2.0),
            ([0.9, 0.8, 0.2, 0.1], [YES, NO, YES, NO], 0.75, (1.0 + 2.0 / 3.0) / 2.0),
            ([0.5, 0.5, 0.5, 0.5], [YES, NO, NO, NO], 0.5, 0.25),
            ([0.5, 0.5, 0.1, 0.1], [YES, NO, NO, NO], 5.0 / 6.0, 0.5),
            ([0.0, -0.0, -1.0, -1.0], [YES, NO, NO, NO], 5.0 / 6.0, 0.5),
            ([f32::INFINITY, 2.0, 1.0, f32::NEG_INFINITY], [YES, NO, NO, NO], 1.0, 1.0),
        ] {
            let ranking = ranking(&scores, &positive).unwrap();
            assert_eq!((ranking.roc_auc(), ranking.average_precision()), (auc, precision), "{scores:?} {positive:?}");
        }
    }

    #[test]
    fn nothing_to_rank() {
        assert_eq!(ranking(&[0.1, 0.2], &[true, true]), None);
        assert_eq!(ranking(&[0.1, 0.2], &[false, false]), None);
        let rankings = Ranking::one_vs_rest(&[0.5, 0.3, 0.2, 0.1, 0.8, 0.1], 3, &[0, 1]).unwrap();
        assert_eq!(rankings.iter().map(Option::is_some).collect::<Vec<_>>(), [true, true, false]);
        assert!(matches!(Ranking::one_vs_rest(&[0.5, f32::NAN], 2, &[0]), Err(Error::Value { index: 1, .. })));
    }
}
