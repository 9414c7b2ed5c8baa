//! How a gradient changes the parameters.

use serde::{Deserialize, Serialize};

use crate::absent::is_default;
use crate::error::Error;
use crate::regularization::Regularization;

/// The rule of an update and its constants, and the [settings](Self::settings) of a step that nothing else varies.
/// Formulas at [`tenfold_kernels::Sgd`] and [`tenfold_kernels::Adam`].
///
/// ```
/// use tenfold_network::{Optimizer, StepSettings};
///
/// let optimizer = Optimizer::AdamW { learning_rate: 0.001, weight_decay: 0.004 };
/// optimizer.check()?;
/// assert_eq!(optimizer.memory(), ["mean", "square"]);
/// let slower = StepSettings { learning_rate: 0.0001, ..optimizer.settings() };
/// assert_eq!(slower.weight_decay, 0.004);
/// # Ok::<(), tenfold_network::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Optimizer {
    /// Stochastic gradient descent, with decoupled weight decay (SGDW).
    Sgd {
        /// Learning rate, above 0.
        learning_rate: f32,
        /// `0..1`; 0 is plain descent.
        momentum: f32,
        /// Nesterov's look-ahead.
        nesterov: bool,
        /// Relative to the learning rate, 0 or above; not in files where it is 0.
        #[serde(default, skip_serializing_if = "is_default")]
        weight_decay: f32,
    },
    /// Adam with decay rates 0.9 and 0.999 and epsilon 1e-7, Keras' defaults.
    Adam {
        /// Learning rate, above 0.
        learning_rate: f32,
    },
    /// Adam with decoupled weight decay.
    #[serde(rename = "adamw")]
    AdamW {
        /// Learning rate, above 0.
        learning_rate: f32,
        /// Relative to the learning rate, 0 or above.
        weight_decay: f32,
    },
}

impl Optimizer {
    /// The paper's: learning rate 0.01, momentum 0.9.
    pub const PAPER: Self = Self::Sgd { learning_rate: 0.01, momentum: 0.9, nesterov: false, weight_decay: 0.0 };

    /// Checks the settings' ranges.
    ///
    /// # Errors
    /// [`Error::Setting`] for the first that is out of range.
    pub fn check(self) -> Result<(), Error> {
        let check = |name, value: f32, ok: bool, expected| {
            if ok { Ok(()) } else { Err(Error::Setting { name, expected, found: value.to_string() }) }
        };
        let learning_rate = self.learning_rate();
        let positive = learning_rate.is_finite() && learning_rate > 0.0;
        check("the learning rate", learning_rate, positive, "a number above 0")?;
        if let Self::Sgd { momentum, .. } = self {
            check("momentum", momentum, (0.0..1.0).contains(&momentum), "0 up to but not including 1")?;
        }
        let weight_decay = self.weight_decay();
        check("the weight decay", weight_decay, weight_decay.is_finite() && weight_decay >= 0.0, "0 or above")
    }

    /// The learning rate.
    pub const fn learning_rate(self) -> f32 {
        let (Self::Sgd { learning_rate, .. } | Self::Adam { learning_rate } | Self::AdamW { learning_rate, .. }) = self;
        learning_rate
    }

    /// The weight decay; 0 for Adam, which has none.
    pub const fn weight_decay(self) -> f32 {
        match self {
            Self::Sgd { weight_decay, .. } | Self::AdamW { weight_decay, .. } => weight_decay,
            Self::Adam { .. } => 0.0,
        }
    }

    /// The learning rate and the weight decay, for a step that nothing else varies or regularizes.
    pub const fn settings(self) -> StepSettings {
        let (learning_rate, weight_decay) = (self.learning_rate(), self.weight_decay());
        StepSettings { learning_rate, weight_decay, regularization: Regularization::NONE }
    }

    /// The names of what the rule remembers between steps, a number for each trainable parameter each.
    pub const fn memory(self) -> &'static [&'static str] {
        match self {
            Self::Sgd { .. } => &["velocity"],
            Self::Adam { .. } | Self::AdamW { .. } => &["mean", "square"],
        }
    }

    /// Which rule it is.
    pub const fn kind(self) -> OptimizerKind {
        match self {
            Self::Sgd { .. } => OptimizerKind::Sgd,
            Self::Adam { .. } => OptimizerKind::Adam,
            Self::AdamW { .. } => OptimizerKind::AdamW,
        }
    }
}

/// What may differ from step to step of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepSettings {
    /// What an update is multiplied by, 0 or above.
    pub learning_rate: f32,
    /// What parameters lose in a step, as a share of the learning rate, 0 or above.
    pub weight_decay: f32,
    /// What else keeps the step small or the answers modest.
    pub regularization: Regularization,
}

/// The rules there are; as text `sgd`, `adam` and `adamw`, as in files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OptimizerKind {
    /// [`Optimizer::Sgd`].
    Sgd,
    /// [`Optimizer::Adam`].
    Adam,
    /// [`Optimizer::AdamW`].
    AdamW,
}

impl OptimizerKind {
    /// The rule with the settings that it has where none are given: the paper's for SGD, Keras' for the others.
    pub const fn with_defaults(self) -> Optimizer {
        match self {
            Self::Sgd => Optimizer::PAPER,
            Self::Adam => Optimizer::Adam { learning_rate: 0.001 },
            Self::AdamW => Optimizer::AdamW { learning_rate: 0.001, weight_decay: 0.004 },
        }
    }
}

impl std::fmt::Display for OptimizerKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sgd => "sgd",
            Self::Adam => "adam",
            Self::AdamW => "adamw",
        })
    }
}
