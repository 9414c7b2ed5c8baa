//! Why bytes are not an archive or an array, or cannot become one.

use tenfold_error_kind::ErrorKind;

/// Why an archive or an array cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are not a file of this format, or are damaged.
    #[error("not a readable {format} file: {reason}")]
    Malformed {
        /// The format.
        format: &'static str,
        /// What the parser found.
        reason: String,
    },
    /// Something in the file is larger than the caller allows.
    #[error("{what}: expected at most {limit}, found {found}")]
    TooLarge {
        /// What is too large.
        what: String,
        /// How large it may be.
        limit: u64,
        /// How large it says it is.
        found: u64,
    },
    /// An array of Python objects, which numpy stores as a pickle, which is a program.
    #[error("a Python pickle: opening one runs whatever program it holds, so it is not opened")]
    Pickle,
    /// What the format has no way to say.
    #[error("{format} files cannot hold this: {problem}")]
    Inexpressible {
        /// The format.
        format: &'static str,
        /// What cannot be said.
        problem: String,
    },
}

impl Error {
    /// The kind of this error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Malformed { .. } => ErrorKind::Input,
            Self::Pickle | Self::Inexpressible { .. } => ErrorKind::Unsupported,
            Self::TooLarge { .. } => ErrorKind::TooLarge,
        }
    }
}
