//! The curves of a ranking, point by point, for drawing: ROC and precision-recall.

use serde::Serialize;

use crate::Ranking;

/// One point of a ROC curve: what is accepted when all images with at least the threshold's score are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RocPoint {
    /// The score; None (`null` in JSON) at the curve's start, where nothing is accepted.
    pub threshold: Option<f32>,
    /// Of the images of other classes, the fraction accepted, 0 to 1: the curve's x.
    pub false_positive_rate: f64,
    /// Of the images of the class, the fraction accepted, 0 to 1: the curve's y.
    pub true_positive_rate: f64,
}

/// One point of a precision-recall curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PrecisionRecallPoint {
    /// The score; None (`null` in JSON) at the curve's end, where nothing is accepted.
    pub threshold: Option<f32>,
    /// Of the accepted images, the fraction of the class; 1 by convention where nothing is accepted.
    pub precision: f64,
    /// Of the images of the class, the fraction accepted, 0 to 1.
    pub recall: f64,
}

impl Ranking {
    /// The ROC curve from (0, 0) to (1, 1), by falling threshold. Points within a straight stretch of equal steps are
    /// left out, as scikit-learn's `roc_curve` does with `drop_intermediate=True`: the drawing is the same.
    pub fn roc_curve(&self) -> Vec<RocPoint> {
        let (positives, negatives) = (self.positives() as f64, self.negatives() as f64);
        let even = |before: u64, here: u64, after: u64| here - before == after - here;
        let last = self.steps.len() - 1;
        let bends = |i: usize| {
            i == 0 || i == last || {
                let [a, b, c] = [self.steps[i - 1], self.steps[i], self.steps[i + 1]];
                !even(a.true_positives, b.true_positives, c.true_positives)
                    || !even(a.false_positives, b.false_positives, c.false_positives)
            }
        };
        let start = RocPoint { threshold: None, false_positive_rate: 0.0, true_positive_rate: 0.0 };
        let kept = self.steps.iter().enumerate().filter(|&(i, _)| bends(i)).map(|(_, step)| RocPoint {
            threshold: Some(step.threshold),
            false_positive_rate: step.false_positives as f64 / negatives,
            true_positive_rate: step.true_positives as f64 / positives,
        });
        [start].into_iter().chain(kept).collect()
    }

    /// The precision-recall curve by rising threshold, so from recall 1 to recall 0, in the order and with the last
    /// point (precision 1, recall 0) of scikit-learn's `precision_recall_curve`.
    pub fn precision_recall_curve(&self) -> Vec<PrecisionRecallPoint> {
        let positives = self.positives() as f64;
        let end = PrecisionRecallPoint { threshold: None, precision: 1.0, recall: 0.0 };
        let points = self.steps.iter().rev().map(|step| PrecisionRecallPoint {
            threshold: Some(step.threshold),
            precision: step.precision(),
            recall: step.true_positives as f64 / positives,
        });
        points.chain([end]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn straight_stretches_lose_their_inner_points() {
        let scores = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4].map(|p| [p, 1.0 - p]).concat();
        let rankings = Ranking::one_vs_rest(&scores, 2, &[0, 0, 0, 1, 1, 1]).unwrap();
        let ranking = rankings[0].as_ref().unwrap();
        let curve: Vec<_> = ranking.roc_curve().iter().map(|p| (p.false_positive_rate, p.true_positive_rate)).collect();
        assert_eq!(curve, [(0.0, 0.0), (0.0, 1.0 / 3.0), (0.0, 1.0), (1.0, 1.0)]);
        assert_eq!(ranking.precision_recall_curve().len(), 7);
        let json = serde_json::to_value(&ranking.roc_curve()[..2]).unwrap();
        assert!(json[0]["threshold"].is_null() && json[1]["threshold"].is_number(), "{json}");
    }
}
