//! What a caller can do about an error, and what it is said of. In a ring with the errors, whose texts it helps to write.

use std::path::PathBuf;

use tenfold_error_kind::ErrorKind;
use tenfold_imaging::FileKind;

use super::Error;

impl Error {
    /// The kind of this error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::At { error, .. } => error.kind(),
            Self::Io(error) | Self::Open(error) if error.kind() == std::io::ErrorKind::NotFound => ErrorKind::NotFound,
            Self::Io(_) | Self::Open(_) => ErrorKind::Io,
            Self::Missing { .. } | Self::NoDataSet | Self::NoPart { .. } => ErrorKind::NotFound,
            Self::LimitExceeded { .. } | Self::FileTooLarge { .. } => ErrorKind::TooLarge,
            Self::Memory { .. } => ErrorKind::Memory,
            Self::Classes(_)
            | Self::Fraction(_)
            | Self::Augmentation { .. }
            | Self::Folds { .. }
            | Self::FoldsOfClasses { .. }
            | Self::FoldsOfGroups { .. }
            | Self::LargeGroups { .. }
            | Self::SklearnSeed(_)
            | Self::Index { .. }
            | Self::Distance(_)
            | Self::Severity { .. }
            | Self::Amount { .. } => ErrorKind::Setting,
            Self::CountMismatch { .. }
            | Self::GroupCount { .. }
            | Self::NoGroups
            | Self::SizesDiffer { .. }
            | Self::ClassNames { .. }
            | Self::UnknownClass { .. } => ErrorKind::Contradiction,
            Self::Archive(error) => error.kind(),
            Self::Picture(error) => error.kind(),
            Self::NoDigit(_) => ErrorKind::Refused,
            Self::Inexpressible { .. } => ErrorKind::Unsupported,
            Self::Folder
            | Self::NotADataSet { .. }
            | Self::Several { .. }
            | Self::Malformed { .. }
            | Self::NoLabels { .. }
            | Self::ClassName { .. }
            | Self::ManyClasses { .. }
            | Self::Magic { .. }
            | Self::Truncated { .. }
            | Self::TrailingBytes { .. }
            | Self::Side { .. }
            | Self::PixelCount { .. }
            | Self::Label { .. }
            | Self::Empty
            | Self::Gzip(_)
            | Self::Embedded(_) => ErrorKind::Input,
        }
    }

    /// Whether a table has no labels.
    pub(crate) fn is_without_labels(&self) -> bool {
        match self {
            Self::At { error, .. } => error.is_without_labels(),
            error => matches!(error, Self::NoLabels { .. }),
        }
    }

    /// The same error, said of a file or folder unless it says one.
    pub fn at(self, path: impl Into<PathBuf>) -> Self {
        match self {
            // The innermost says most.
            Error::At { .. } => self,
            error => Error::At { path: path.into(), error: Box::new(error) },
        }
    }
}

/// What a file is that is not an IDX file, with what to do about it; of a file of an unknown kind, its magic number.
pub(super) fn what_it_is(kind: FileKind, expected: u32, found: u32) -> String {
    match kind {
        FileKind::Unknown => format!("expected magic number {expected:#010x}, found {found:#010x}"),
        kind => {
            let advice = "images and labels are read from IDX files, as they are or compressed with gzip";
            format!("found {kind}\nhint: {}", kind.hint().unwrap_or(advice))
        }
    }
}
