//! What can be wrong with the values given to this crate: one type, each variant with the place and the remedy.

use tenfold_error_kind::ErrorKind;

/// Why labels, predictions, probabilities or rates could not be evaluated.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is nothing to evaluate, so every rate would be 0 / 0.
    #[error("nothing to evaluate: expected at least one {what}, found none")]
    Empty {
        /// What was missing, in the singular.
        what: &'static str,
    },

    /// Two inputs that describe the same images differ in length.
    #[error("expected {expected} {what}, found {found}")]
    Length {
        /// What was counted, in the plural.
        what: &'static str,
        /// How many the other input calls for.
        expected: usize,
        /// How many there are.
        found: usize,
    },

    /// There are no classes, or more than [`MAX_CLASSES`](crate::MAX_CLASSES).
    #[error("expected 1 to {} classes, found {found}", crate::MAX_CLASSES)]
    Classes {
        /// The number of classes asked for.
        found: usize,
    },

    /// A label or a prediction names a class that does not exist.
    #[error("{what} {index} is class {found}, expected 0 to {}", .classes - 1)]
    Class {
        /// `label` or `prediction`.
        what: &'static str,
        /// Its position, from 0.
        index: usize,
        /// The class it names.
        found: u16,
        /// The number of classes.
        classes: usize,
    },

    /// A number is outside the range in which the result means anything; NaN always is.
    #[error("{what} {index} is {found}, expected {expected}")]
    Value {
        /// What the number is.
        what: &'static str,
        /// Its position in the slice, from 0.
        index: usize,
        /// The number.
        found: f64,
        /// The range, in words.
        expected: &'static str,
    },

    /// A setting is outside the range in which the result means anything; NaN always is.
    #[error("{what} is {found}, expected {expected}")]
    Setting {
        /// What is set.
        what: &'static str,
        /// What it is set to.
        found: f64,
        /// The range, in words.
        expected: &'static str,
    },

    /// More successes than trials.
    #[error("{successes} successes in {trials} trials is not a rate")]
    Rate {
        /// Successes.
        successes: u64,
        /// Trials.
        trials: u64,
    },
}

impl Error {
    /// The kind of this error.
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Classes { .. } | Self::Setting { .. } => ErrorKind::Setting,
            Self::Empty { .. } | Self::Length { .. } | Self::Class { .. } | Self::Value { .. } | Self::Rate { .. } => {
                ErrorKind::Input
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ErrorKind;
    use crate::{ConfusionMatrix, Interval, Temperature};

    #[test]
    fn inputs_and_settings_are_told_apart() {
        assert_eq!(Interval::wilson_95(3, 2).unwrap_err().kind(), ErrorKind::Input);
        assert_eq!(ConfusionMatrix::new(&[0, 7], &[0, 0], 2).unwrap_err().kind(), ErrorKind::Input);
        assert_eq!(ConfusionMatrix::new(&[0], &[0], 1_001).unwrap_err().kind(), ErrorKind::Setting);
        assert_eq!(Temperature::new(0.0).unwrap_err().kind(), ErrorKind::Setting);
    }
}
