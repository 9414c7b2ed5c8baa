//! The kinds of schedules, and the settings each has where none are given.

use serde::{Deserialize, Serialize};

use super::Schedule;

/// The kinds there are; as text `constant`, `step`, `exponential`, `cosine`, `one_cycle` and `plateau`, as in files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScheduleKind {
    /// [`Schedule::Constant`].
    Constant,
    /// [`Schedule::Step`].
    Step,
    /// [`Schedule::Exponential`].
    Exponential,
    /// [`Schedule::Cosine`].
    Cosine,
    /// [`Schedule::OneCycle`].
    OneCycle,
    /// [`Schedule::Plateau`].
    Plateau,
}

impl ScheduleKind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Constant, Self::Step, Self::Exponential, Self::Cosine, Self::OneCycle, Self::Plateau];

    /// The kind with the settings that it has where none are given: PyTorch's, where PyTorch has some.
    pub const fn with_defaults(self) -> Schedule {
        let warm_up = 0.0;
        match self {
            Self::Constant => Schedule::Constant { warm_up },
            Self::Step => Schedule::Step { every: 5, factor: 0.1, warm_up },
            Self::Exponential => Schedule::Exponential { factor: 0.9, warm_up },
            Self::Cosine => Schedule::Cosine { floor: 0.0, warm_up },
            Self::OneCycle => Schedule::OneCycle { rise: 0.3, start: 0.04, floor: 4e-6 },
            Self::Plateau => Schedule::Plateau { patience: 10, factor: 0.1, warm_up },
        }
    }
}

impl std::fmt::Display for ScheduleKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Constant => "constant",
            Self::Step => "step",
            Self::Exponential => "exponential",
            Self::Cosine => "cosine",
            Self::OneCycle => "one_cycle",
            Self::Plateau => "plateau",
        })
    }
}
