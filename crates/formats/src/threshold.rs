//! Which answers of a model to accept so that few of them are wrong.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::saved_model::SavedModel;

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

impl SavedModel {
    /// The confidence that an answer must have for at most this share of the answers to be wrong, by the
    /// [thresholds](Self::thresholds) of the model; not below its least confidence. None if there is no threshold for that rate
    /// or a lower one.
    pub fn confidence_for(&self, error_rate: f64) -> Option<f32> {
        let promised = self.thresholds.iter().filter(|threshold| threshold.error_rate <= error_rate);
        let lowest = promised.filter_map(|threshold| threshold.threshold).min_by(f32::total_cmp)?;
        Some(lowest.max(self.min_confidence))
    }

    /// Checks that thresholds are shares of 1, and not too many.
    pub(crate) fn check_thresholds(&self) -> Result<(), Error> {
        if self.thresholds.len() > MOST {
            return Err(Error::contradiction("thresholds", format!("at most {MOST}"), self.thresholds.len()));
        }
        for Threshold { error_rate, threshold, coverage, error_rate_bound } in &self.thresholds {
            let confidence = threshold.map_or(0.0, f64::from);
            let shares = [*error_rate, confidence, *coverage, *error_rate_bound];
            if let Some(found) = shares.into_iter().find(|share| !(0.0..=1.0).contains(share)) {
                return Err(Error::contradiction("thresholds", "shares from 0 to 1", found));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn threshold(error_rate: f64, threshold: Option<f32>) -> Threshold {
        Threshold { error_rate, threshold, coverage: 0.9, error_rate_bound: error_rate }
    }

    #[test]
    fn a_target_is_kept_by_the_lowest_threshold_that_promises_it() {
        let thresholds = vec![threshold(0.005, Some(0.3)), threshold(0.001, Some(0.9)), threshold(0.0001, None)];
        let saved = SavedModel { thresholds, min_confidence: 0.5, ..samples::saved() };
        saved.check().unwrap();
        assert_eq!(
            [0.01, 0.002, 0.001, 0.0005].map(|rate| saved.confidence_for(rate)),
            [Some(0.5), Some(0.9), Some(0.9), None]
        );
        let again = crate::safetensors::read(&crate::safetensors::write(&saved).unwrap()).unwrap();
        assert_eq!(again, saved);
    }

    #[test]
    fn thresholds_are_shares() {
        for wrong in [threshold(1.5, None), threshold(0.1, Some(f32::NAN)), threshold(f64::INFINITY, None)] {
            let saved = SavedModel { thresholds: vec![wrong], ..samples::saved() };
            assert!(saved.check().unwrap_err().to_string().contains("thresholds: expected shares from 0 to 1"));
        }
        let many = SavedModel { thresholds: vec![threshold(0.1, None); MOST + 1], ..samples::saved() };
        assert!(many.check().unwrap_err().to_string().contains("at most 64"));
    }
}
