//! Selective prediction: how the errors fall when the least confident answers are refused.

use serde::Serialize;

use crate::{Error, confidence::check_answers};

/// The risk-coverage curve: every share of images that a threshold on the confidence can accept, and the error rate
/// among them.
///
/// El-Yaniv and Wiener, "On the foundations of noise-free selective classification", JMLR 11 (2010) 1605–1641.
///
/// ```
/// use tenfold_evaluation::RiskCoverage;
///
/// let curve = RiskCoverage::new(&[0.9, 0.8, 0.7, 0.6], &[true, true, false, true])?;
/// assert_eq!(curve.accuracy_at(0.5), Some(1.0)); // the more confident half is right
/// assert_eq!(curve.accuracy_at(1.0), Some(0.75));
/// assert_eq!(curve.area, (0.0 + 0.0 + 1.0 / 3.0 + 1.0 / 4.0) / 4.0);
/// # Ok::<(), tenfold_evaluation::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RiskCoverage {
    /// One point per different confidence, highest first; the last one accepts all images.
    pub points: Vec<RiskPoint>,
    /// The area under the curve (AURC): the mean over all images of the risk at their confidence as threshold. 0 is
    /// perfect; with confidences that say nothing it is the error rate (Geifman, Uziel and El-Yaniv, "Bias-reduced
    /// uncertainty estimation for deep neural classifiers", ICLR 2019).
    pub area: f64,
}

/// What is accepted when all answers with at least a threshold's confidence are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RiskPoint {
    /// The confidence.
    pub threshold: f32,
    /// How many answers are accepted, at least 1.
    pub accepted: u64,
    /// How many of them are wrong.
    pub errors: u64,
    /// The fraction of all images that is accepted, above 0 and at most 1.
    pub coverage: f64,
    /// The error rate among the accepted, `errors / accepted`.
    pub risk: f64,
}

impl RiskCoverage {
    /// The curve of `confidences` (`[N]`, 0 to 1) of answers that are right where `correct` (`[N]`) says so, N at least
    /// 1; both as [`Answers`](crate::Answers) has them. Answers of equal confidence are accepted together.
    ///
    /// # Errors
    /// `Length` or `Empty` when the slices do not fit; `Value` when a confidence is NaN or outside 0 to 1.
    pub fn new(confidences: &[f32], correct: &[bool]) -> Result<Self, Error> {
        let answers = most_confident_first(confidences, correct)?;
        let (mut accepted, mut errors, mut area) = (0, 0, 0.0);
        let mut points = Vec::new();
        for tied in answers.chunk_by(|(a, _), (b, _)| a == b) {
            accepted += tied.len();
            errors += tied.iter().filter(|(_, right)| !right).count();
            let risk = errors as f64 / accepted as f64;
            area += risk * tied.len() as f64;
            points.push(RiskPoint {
                threshold: tied[0].0,
                accepted: accepted as u64,
                errors: errors as u64,
                coverage: accepted as f64 / answers.len() as f64,
                risk,
            });
        }
        Ok(Self { points, area: area / answers.len() as f64 })
    }

    /// The accuracy among the accepted at the highest threshold that accepts at least the share `coverage` of all
    /// images; None when no threshold does (`coverage` over 1, or NaN).
    pub fn accuracy_at(&self, coverage: f64) -> Option<f64> {
        self.points.iter().find(|point| point.coverage >= coverage).map(|point| 1.0 - point.risk)
    }
}

/// (confidence, right) of every answer, by falling confidence.
pub(crate) fn most_confident_first(confidences: &[f32], correct: &[bool]) -> Result<Vec<(f32, bool)>, Error> {
    check_answers(confidences, correct)?;
    let mut answers: Vec<(f32, bool)> = confidences.iter().copied().zip(correct.iter().copied()).collect();
    answers.sort_unstable_by(|(a, _), (b, _)| b.total_cmp(a));
    Ok(answers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_are_accepted_together() {
        let curve = RiskCoverage::new(&[0.5, 0.9, 0.5, 0.5], &[false, true, true, false]).unwrap();
        let found: Vec<_> = curve.points.iter().map(|p| (p.threshold, p.accepted, p.errors, p.coverage)).collect();
        assert_eq!(found, [(0.9, 1, 0, 0.25), (0.5, 4, 2, 1.0)]);
        assert_eq!(curve.area, 0.5 * 0.75);
        assert_eq!((curve.accuracy_at(0.0), curve.accuracy_at(0.26)), (Some(1.0), Some(0.5)));
        assert_eq!((curve.accuracy_at(1.5), curve.accuracy_at(f64::NAN)), (None, None));
    }

    /// The definition, image by image.
    #[test]
    fn area_is_the_mean_risk_over_thresholds() {
        let confidences: Vec<f32> = (0u16..200).map(|i| f32::from(i * 37 % 50) / 50.0).collect();
        let correct: Vec<bool> = (0..200).map(|i| i * 53 % 7 > 1).collect();
        let risk = |threshold: f32| {
            let accepted = || confidences.iter().zip(&correct).filter(|(c, _)| **c >= threshold);
            accepted().filter(|(_, right)| !**right).count() as f64 / accepted().count() as f64
        };
        let mean = confidences.iter().map(|&threshold| risk(threshold)).sum::<f64>() / 200.0;
        assert!((RiskCoverage::new(&confidences, &correct).unwrap().area - mean).abs() < 1e-14);
    }
}
