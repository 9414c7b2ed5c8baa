//! The results of accepting only answers that are confident enough.

use serde::Serialize;

use crate::{Answers, Error, Interval};

/// The answers with at least a given confidence, and how many of them are wrong.
///
/// ```
/// use tenfold_evaluation::{Accepted, Answers};
///
/// let answers = Answers::new(&[0.75, 0.25, 0.5, 0.5, 0.125, 0.875], 2, &[0, 1, 0])?;
/// let accepted = Accepted::at(&answers, 0.75)?;
/// assert_eq!((accepted.accepted, accepted.errors, accepted.error_rate), (2, 1, Some(0.5)));
/// # Ok::<(), tenfold_evaluation::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Accepted {
    /// The least confidence that is accepted, 0 to 1.
    pub threshold: f32,
    /// How many answers are accepted.
    pub accepted: u64,
    /// The fraction of all answers that these are, 0 to 1.
    pub coverage: f64,
    /// How many of the accepted are wrong.
    pub errors: u64,
    /// The fraction of the accepted that is wrong, 0 to 1; none if none is accepted.
    pub error_rate: Option<f64>,
    /// Its 95 % interval by Wilson's method.
    pub error_rate_95: Option<Interval>,
}

impl Accepted {
    /// Those of `answers`, at least one, whose confidence is at least `threshold`.
    ///
    /// # Errors
    /// `Empty` without answers; `Setting` unless the threshold lies within 0 to 1.
    pub fn at(answers: &Answers, threshold: f32) -> Result<Self, Error> {
        if !(0.0..=1.0).contains(&threshold) {
            return Err(Error::Setting { what: "threshold", found: f64::from(threshold), expected: "0 to 1" });
        }
        if answers.correct.is_empty() {
            return Err(Error::Empty { what: "answer" });
        }
        let is_accepted = |&(&confidence, _): &(&f32, _)| confidence >= threshold;
        let accepted = || answers.confidences.iter().zip(&answers.correct).filter(is_accepted);
        let (count, errors) = (accepted().count() as u64, accepted().filter(|(_, right)| !**right).count() as u64);
        let interval = (count > 0).then(|| Interval::wilson_95(errors, count)).transpose()?;
        Ok(Self {
            threshold,
            accepted: count,
            coverage: count as f64 / answers.correct.len() as f64,
            errors,
            error_rate: (count > 0).then(|| errors as f64 / count as f64),
            error_rate_95: interval,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_accepted_has_no_error_rate() {
        let answers = Answers { confidences: vec![0.5, 0.75], correct: vec![true, false] };
        let none = Accepted::at(&answers, 1.0).unwrap();
        assert_eq!((none.accepted, none.coverage, none.error_rate, none.error_rate_95), (0, 0.0, None, None));
        let all = Accepted::at(&answers, 0.5).unwrap();
        assert_eq!((all.accepted, all.coverage, all.error_rate), (2, 1.0, Some(0.5)));
        for threshold in [-0.1, 1.1, f32::NAN] {
            assert!(Accepted::at(&answers, threshold).is_err(), "{threshold}");
        }
    }
}
