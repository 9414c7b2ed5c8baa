//! Which answers of a model to accept so that few of them are wrong.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// The most thresholds of a model.
const MOST: usize = 64;

/// Which answers to accept for a target error rate among them, as found on images that models of the same recipe were not
/// trained on: with so few errors for images like those.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// The target, `0..=1`.
    pub error_rate: f64,
    /// Accept answers at least this confident, `0..=1`; none if no threshold can be promised.
    pub threshold: Option<f32>,
    /// The share of answers that is accepted, `0..=1`.
    pub coverage: f64,
    /// The upper bound of the error rate among them, at 95 %.
    pub error_rate_bound: f64,
}

/// `errors at most 0.10 %  accept answers of at least 0.9712 confidence: 97.20 % of them`
impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rate, coverage) = (100.0 * self.error_rate, 100.0 * self.coverage);
        write!(f, "errors at most {rate:.2} %  ")?;
        match self.threshold {
            Some(threshold) => {
                write!(f, "accept answers of at least {threshold} confidence: {coverage:.2} % of them")
            }
            None => write!(f, "too few images to promise it"),
        }
    }
}

/// Checks that thresholds are shares of 1, and not too many.
pub(crate) fn check(thresholds: &[Threshold]) -> Result<(), Error> {
    if thresholds.len() > MOST {
        return Err(Error::contradiction("thresholds", format!("at most {MOST}"), thresholds.len()));
    }
    for Threshold { error_rate, threshold, coverage, error_rate_bound } in thresholds {
        let shares = [*error_rate, threshold.map_or(0.0, f64::from), *coverage, *error_rate_bound];
        if let Some(found) = shares.into_iter().find(|share| !(0.0..=1.0).contains(share)) {
            return Err(Error::contradiction("thresholds", "shares from 0 to 1", found));
        }
    }
    Ok(())
}
