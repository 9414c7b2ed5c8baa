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
    /// Recipes of a space, the best of them on more and more divisions: a part for each of both.
    Search,
}

impl RunKind {
    /// All kinds.
    pub(crate) const ALL: [Self; 4] = [Self::Train, Self::CrossValidate, Self::Explore, Self::Search];

    /// Its name, which is that of the command.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::CrossValidate => "cross-validate",
            Self::Explore => "explore",
            Self::Search => "search",
        }
    }
}

impl fmt::Display for RunKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
