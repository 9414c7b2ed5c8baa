//! What can go wrong: bad data is an [`Error`]; a blank picture, or one of specks, is a [`Refusal`].

use tenfold_error_kind::ErrorKind;
use thiserror::Error as ThisError;

use crate::FileKind;

/// Bad data: bytes that are not a picture, a picture over the limits, or settings out of range.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are of no format that is read.
    #[error(
        "not a PNG, JPEG, WebP, GIF, BMP, TIFF or PNM image: found {found}\nhint: {}",
        found.hint().unwrap_or("convert the picture to PNG or JPEG first; renaming it does not convert it")
    )]
    NotAnImage {
        /// What the bytes are instead.
        found: FileKind,
    },
    /// The picture is larger than the caller's limits allow.
    #[error("image too large: {what} is {found}, the limit is {limit}\nhint: shrink the picture")]
    LimitExceeded {
        /// Which limit: "bytes", "width", "height", "pixels" or "memory" (bytes of decoded pixels).
        what: &'static str,
        /// What the picture has.
        found: u64,
        /// What is allowed.
        limit: u64,
    },
    /// The decoder needed more memory than the caller's limit, as for compressed metadata that never ends.
    #[error("{format} image needs more than {limit} bytes of memory to decode\nhint: shrink the picture")]
    MemoryExceeded {
        /// "PNG", "JPEG", "WebP", "GIF", "BMP", "TIFF" or "PNM".
        format: &'static str,
        /// What is allowed.
        limit: u64,
    },
    /// The system has less memory than decoding takes.
    #[error(
        "not enough memory to decode the {format} image: {bytes} bytes are too many here\nhint: shrink the picture"
    )]
    NoRoom {
        /// "PNG", "JPEG", "WebP", "GIF", "BMP", "TIFF" or "PNM".
        format: &'static str,
        /// How many bytes it takes.
        bytes: u64,
    },
    /// The bytes start as a picture but are damaged or cut short.
    #[error("damaged or cut short {format} image: {detail}")]
    Malformed {
        /// "PNG", "JPEG", "WebP", "GIF", "BMP", "TIFF" or "PNM".
        format: &'static str,
        /// What the decoder said.
        detail: String,
    },
    /// A valid picture of a kind that is not read.
    #[error("unsupported kind of {format} image: {detail}")]
    Unsupported {
        /// "PNG", "JPEG", "WebP", "GIF", "BMP", "TIFF" or "PNM".
        format: &'static str,
        /// What the decoder said.
        detail: String,
    },
    /// Width, height and pixels do not fit together.
    #[error("a grey image of {width}x{height} needs {expected} pixels and at least one, found {found}")]
    PixelCount {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// `width * height`.
        expected: u64,
        /// How many pixels were given.
        found: usize,
    },
    /// A [`Preparation`](crate::Preparation) that cannot be carried out.
    #[error("invalid preparation: {field} is {found}, expected {expected}")]
    InvalidPreparation {
        /// The field, as it is written in the model's metadata.
        field: &'static str,
        /// The value found.
        found: u32,
        /// What is accepted.
        expected: String,
    },
}

impl Error {
    /// The kind of this error.
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::NotAnImage { found: FileKind::Heif } => ErrorKind::Unsupported,
            Self::NotAnImage { .. } | Self::Malformed { .. } | Self::PixelCount { .. } => ErrorKind::Input,
            Self::Unsupported { .. } => ErrorKind::Unsupported,
            Self::InvalidPreparation { .. } => ErrorKind::Setting,
            Self::LimitExceeded { .. } | Self::MemoryExceeded { .. } => ErrorKind::TooLarge,
            Self::NoRoom { .. } => ErrorKind::Memory,
        }
    }
}

/// Why a picture was not turned into a digit image. Blank pictures and specks are refused; a picture of anything else that
/// is large enough, a letter for one, is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum Refusal {
    /// Nothing stands out from the paper.
    #[error("blank picture: paper is {paper}, the strongest mark differs by {contrast}, expected at least {needed}")]
    Blank {
        /// The paper's grey level, 0 black .. 255 white.
        paper: u8,
        /// By how much the marks differ from the paper.
        contrast: u8,
        /// The least contrast that would have been read, given how much this paper varies.
        needed: u8,
    },
    /// There are marks, but none large enough to be a digit.
    #[error(
        "no mark large enough to be a digit: the largest is {width}x{height} px, expected {needed} px or more on the longer side\nhint: crop the picture to the digit, or scan it at a higher resolution"
    )]
    TooSmall {
        /// Width of the largest mark in pixels.
        width: u32,
        /// Height of the largest mark in pixels.
        height: u32,
        /// The least length of the longer side.
        needed: u32,
    },
    /// There are marks on a page, but none of them looks like a digit.
    #[error("nothing in the picture has the form of a digit; marks looked at: {marks}")]
    NoDigits {
        /// How many marks there are.
        marks: usize,
    },
}

impl Refusal {
    /// The reason in a word: `blank`, `too_small` or `no_digits`.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Blank { .. } => "blank",
            Self::TooSmall { .. } => "too_small",
            Self::NoDigits { .. } => "no_digits",
        }
    }
}
