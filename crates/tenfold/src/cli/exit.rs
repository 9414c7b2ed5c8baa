//! How a command ends, and the exit code of each end: the one place that knows them.

use std::process::ExitCode;

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

/// The exit code of every error, of whatever kind: what a caller can do about it is in its text. A blank picture is not an
/// error but an answer, [`Outcome::Refused`].
pub(crate) fn of_error() -> ExitCode {
    ExitCode::from(FAILED)
}
