//! Why there is no recogniser, or no prediction.

use tenfold_formats::{Error as ModelError, ErrorKind as ModelErrorKind};
use tenfold_imaging::{Error as PictureError, ErrorKind as PictureErrorKind, Refusal};
use tenfold_network::{Error as NetworkError, ErrorKind as NetworkErrorKind};

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
    /// A setting is out of range.
    #[error("{name} is {found}, expected {expected}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// What it is.
        found: usize,
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

/// What a caller can do about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The bytes or numbers given are damaged, or are not what they must be.
    Input,
    /// The bytes are a picture of a kind that is not read, or a model with something in it that is not supported.
    Unsupported,
    /// An argument is missing or out of range.
    Setting,
    /// The picture or the model is over a limit.
    TooLarge,
    /// The system has too little memory.
    Memory,
    /// The picture is blank or has marks too small for a digit.
    Refused,
    /// The model's arithmetic left the range of numbers.
    NotFinite,
    /// The model's parts do not fit together.
    Contradiction,
}

impl Error {
    /// The kind of this error.
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Picture(error) => of_picture(error.kind()),
            Self::Refused(_) => ErrorKind::Refused,
            Self::NotFinite => ErrorKind::NotFinite,
            Self::Model(error) => of_model(error.kind()),
            Self::Network(error) => of_network(error.kind()),
            Self::Setting { .. } => ErrorKind::Setting,
            Self::Length { .. } => ErrorKind::Input,
        }
    }
}

const fn of_picture(kind: PictureErrorKind) -> ErrorKind {
    match kind {
        PictureErrorKind::Unsupported => ErrorKind::Unsupported,
        PictureErrorKind::Setting => ErrorKind::Setting,
        PictureErrorKind::TooLarge => ErrorKind::TooLarge,
        PictureErrorKind::Memory => ErrorKind::Memory,
        _ => ErrorKind::Input,
    }
}

const fn of_model(kind: ModelErrorKind) -> ErrorKind {
    match kind {
        ModelErrorKind::Unsupported => ErrorKind::Unsupported,
        ModelErrorKind::Setting => ErrorKind::Setting,
        ModelErrorKind::TooLarge => ErrorKind::TooLarge,
        ModelErrorKind::Memory => ErrorKind::Memory,
        ModelErrorKind::Contradiction => ErrorKind::Contradiction,
        _ => ErrorKind::Input,
    }
}

const fn of_network(kind: NetworkErrorKind) -> ErrorKind {
    match kind {
        NetworkErrorKind::Memory => ErrorKind::Memory,
        _ => ErrorKind::Contradiction,
    }
}
