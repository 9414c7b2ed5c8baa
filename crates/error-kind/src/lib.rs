//! What a caller can do about an error: the kinds that the errors of all Tenfold crates have.
//!
//! Every library crate has one `Error`, whose variants say what happened and whose text says where, and whose `kind()` is an
//! [`ErrorKind`]. Each of them re-exports it, so that a program needs no dependency on this crate.
//!
//! ```
//! use tenfold_error_kind::ErrorKind;
//!
//! fn http_status(kind: ErrorKind) -> u16 {
//!     match kind {
//!         ErrorKind::Input | ErrorKind::Setting | ErrorKind::Contradiction => 400,
//!         ErrorKind::TooLarge => 413,
//!         ErrorKind::Unsupported => 415,
//!         ErrorKind::Refused => 422,
//!         ErrorKind::Memory => 503,
//!         _ => 500,
//!     }
//! }
//! assert_eq!(http_status(ErrorKind::TooLarge), 413);
//! ```

#![forbid(unsafe_code)]

/// What a caller can do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// What was given is damaged, or not what it must be: a file's bytes, pixels, labels, numbers. Give another.
    Input,
    /// What was given is sound, but of a kind that is not read, written or run: convert it.
    Unsupported,
    /// An argument is missing or out of range: change it.
    Setting,
    /// Parts that are sound on their own do not fit together: images and network, or a checkpoint and another run.
    Contradiction,
    /// What was given is over a limit: give less, or raise the limit where it is the caller's.
    TooLarge,
    /// The picture is blank or its marks are too small for a digit: take it for an answer.
    Refused,
    /// The arithmetic left the range of numbers: a lower learning rate, or another model.
    NotFinite,
    /// There is no run, file or folder where one should be.
    NotFound,
    /// Something is in the place of what would be written: choose another place.
    Exists,
    /// Another process works on it: try later.
    Busy,
    /// The system has too little memory.
    Memory,
    /// The file system failed.
    Io,
}
