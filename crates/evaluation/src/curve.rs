//! The precision-recall curve of a ranking, point by point, for drawing.

use serde::Serialize;

use crate::Ranking;

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
    fn a_point_for_each_score_and_one_where_nothing_is_accepted() {
        let scores = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4].map(|p| [p, 1.0 - p]).concat();
        let rankings = Ranking::one_vs_rest(&scores, 2, &[0, 0, 0, 1, 1, 1]).unwrap();
        let curve = rankings[0].as_ref().unwrap().precision_recall_curve();
        assert_eq!(curve.len(), 7);
        let json = serde_json::to_value(&curve[5..]).unwrap();
        assert!(json[0]["threshold"].is_number() && json[1]["threshold"].is_null(), "{json}");
    }
}
