//! Why there is no recogniser, or no prediction.

use tenfold_error_kind::ErrorKind;
use tenfold_form::NotRegistered;
use tenfold_formats::Error as ModelError;
use tenfold_imaging::{Error as PictureError, Refusal};
use tenfold_network::Error as NetworkError;

use crate::unsure::Unsure;

/// Why there is no recogniser, or no prediction for a picture.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are not a picture that can be opened.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// The picture was opened, and is blank or has marks too small for a digit.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The picture was opened, and is none of the form that it should be.
    #[error(transparent)]
    NotRegistered(#[from] NotRegistered),
    /// No class is probable enough for an answer.
    #[error("{0}")]
    Unsure(Box<Unsure>),
    /// The model's arithmetic left the range of numbers, so there is no answer.
    #[error(
        "the model gives no numbers for this picture: its arithmetic overflows\n\
         hint: train the model again, with a lower learning rate"
    )]
    NotFinite,
    /// The bytes are not a model that can be read, or its parts do not fit together.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The model cannot be run: there is too little memory.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// No model inside this crate has this name.
    #[error("unknown model '{name}': expected one of {expected}")]
    UnknownModel {
        /// What was asked for.
        name: String,
        /// The names that there are.
        expected: String,
    },
    /// The model has no threshold for the target error rate.
    #[error(
        "the model promises no error rate of {target}: it promises {promised}\n\
         hint: give a higher rate, or a model that was calibrated by a cross-validation of its recipe"
    )]
    NoThreshold {
        /// What was asked for, as a share.
        target: f64,
        /// The rates that it promises, as shares.
        promised: String,
    },
    /// A setting is out of range.
    #[error("{name} is {found}, expected {expected}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// What it is.
        found: String,
        /// What it may be.
        expected: &'static str,
    },
    /// A stage was given too many or too few numbers.
    #[error("{found} {what}, expected {expected}")]
    Length {
        /// What the numbers are.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        expected: String,
    },
}

impl Error {
    /// Why a picture has no answer, in a word: `blank`, `too_small`, `no_digits`, `not_registered`, `not_a_digit`,
    /// `several_digits`, `blurred` or `low_confidence`; none for what is wrong with anything else than what the picture
    /// shows.
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Refused(refusal) => Some(refusal.reason()),
            Self::NotRegistered(_) => Some("not_registered"),
            Self::Unsure(unsure) => Some(unsure.reason()),
            _ => None,
        }
    }

    /// The kind of this error.
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Picture(error) => error.kind(),
            Self::Refused(_) | Self::NotRegistered(_) | Self::Unsure(_) => ErrorKind::Refused,
            Self::NotFinite => ErrorKind::NotFinite,
            Self::Model(error) => error.kind(),
            Self::Network(error) => match error.kind() {
                ErrorKind::Memory => ErrorKind::Memory,
                _ => ErrorKind::Contradiction,
            },
            Self::UnknownModel { .. } | Self::NoThreshold { .. } | Self::Setting { .. } => ErrorKind::Setting,
            Self::Length { .. } => ErrorKind::Input,
        }
    }
}
