//! What a run is, by the command that makes it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunKind {
    /// One recipe on one division of the images.
    Train,
    /// One recipe on several divisions: a part for each.
    CrossValidate,
    /// Several recipes on the same divisions: a part for each of both.
    Explore,
}

impl RunKind {
    /// All kinds.
    pub(crate) const ALL: [Self; 3] = [Self::Train, Self::CrossValidate, Self::Explore];

    /// Its name, which is that of the command.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::CrossValidate => "cross-validate",
            Self::Explore => "explore",
        }
    }
}

impl fmt::Display for RunKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
