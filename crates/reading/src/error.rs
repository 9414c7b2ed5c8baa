//! Why a constraint cannot be used.

use tenfold_error_kind::ErrorKind;

/// Why a constraint cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A part of a constraint is not written as it must be.
    #[error("{what} '{found}': expected {expected}")]
    Malformed {
        /// Which part: "length", "pattern", "range", "choice", "check" or "date".
        what: &'static str,
        /// What was given.
        found: String,
        /// How it is written.
        expected: &'static str,
    },
    /// No string fulfils all parts of a constraint.
    #[error("no string fulfils all parts of the constraint: {constraint}\nhint: leave one of them out, or correct it")]
    Contradiction {
        /// Its parts.
        constraint: String,
    },
    /// A constraint needs more memory than is allowed.
    #[error("the constraint is too large: {what} are {found}, the limit is {limit}")]
    TooLarge {
        /// What there is too much of: "digits of choices" or "states".
        what: &'static str,
        /// How many there are, or would be at least.
        found: usize,
        /// How many there may be.
        limit: usize,
    },
}

impl Error {
    /// The kind of this error.
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Malformed { .. } => ErrorKind::Setting,
            Self::Contradiction { .. } => ErrorKind::Contradiction,
            Self::TooLarge { .. } => ErrorKind::TooLarge,
        }
    }
}
