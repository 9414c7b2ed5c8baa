//! Why a template cannot be used, and why a picture is none of its form.

use tenfold_error_kind::ErrorKind;
use tenfold_reading::Error as ConstraintError;

/// Why a template cannot be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is not TOML, or has other keys or values than a template.
    #[error("not a template: {reason}")]
    Malformed {
        /// What the parser found, and where.
        reason: String,
    },
    /// A part is not what it must be.
    #[error("{place}: expected {expected}, found {found}")]
    Invalid {
        /// Which part.
        place: String,
        /// What is accepted.
        expected: String,
        /// What was given.
        found: String,
    },
    /// What is known of a field cannot be used.
    #[error("field '{name}': known")]
    Known {
        /// The field.
        name: String,
        /// Why.
        #[source]
        source: ConstraintError,
    },
}

impl Error {
    /// The kind of this error.
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Malformed { .. } | Self::Invalid { .. } => ErrorKind::Input,
            Self::Known { source, .. } => source.kind(),
        }
    }
}

/// Why a picture is not taken for one of a form: its marks are not where they could be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected the form's four marks in the corners of the picture, found {found} dark squares\n\
     hint: take the picture from straight above and upright, with the whole form and all four marks in it"
)]
#[non_exhaustive]
pub struct NotRegistered {
    /// How many pieces of ink may be marks.
    pub found: usize,
}
