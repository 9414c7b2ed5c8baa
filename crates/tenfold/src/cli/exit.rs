//! How a command ends, and the exit code of each end: the one place that knows them.

use std::process::ExitCode;

use tenfold_recognizer::ErrorKind;

/// The exit code of a program that was interrupted: 128 and the number of the signal that Ctrl-C sends.
pub(crate) const INTERRUPTED: u8 = 130;

/// A file, an image or a setting was wrong.
const FAILED: u8 = 1;

/// A picture is blank, or has marks too small for a digit.
const REFUSED: u8 = 3;

/// How a command that was carried out ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    /// Some of what was asked for failed, and that has been printed.
    Failed,
    /// A picture is blank, or its marks are too small for a digit.
    Refused,
    /// The user wanted to stop.
    Interrupted,
}

impl Outcome {
    /// The worse of what came of two pictures: a file that could not be read is worse than a picture that was refused.
    pub(crate) fn or_worse(self, other: Self) -> Self {
        if self == Self::Failed || other == Self::Done { self } else { other }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::Failed => Self::from(FAILED),
            Outcome::Refused => Self::from(REFUSED),
            Outcome::Interrupted => Self::from(INTERRUPTED),
        }
    }
}

impl From<&anyhow::Error> for Outcome {
    /// What an error ends a command as: each kind of error has its place here. Only a refused picture differs from the
    /// others, for it is an answer; what a caller can do about any other is in its text.
    fn from(error: &anyhow::Error) -> Self {
        match error.downcast_ref().map(tenfold_recognizer::Error::kind) {
            Some(ErrorKind::Refused) => Self::Refused,
            _ => Self::Failed,
        }
    }
}
