//! An optimiser in part.

use serde::Deserialize;
use tenfold_network::{Optimizer, OptimizerKind};

use crate::error::Error;

/// What differs from another optimiser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OptimizerChanges {
    /// The rule, which starts from its own defaults ([`OptimizerKind::with_defaults`]); `type` in files.
    #[serde(rename = "type")]
    pub kind: Option<OptimizerKind>,
    /// Of any rule.
    pub learning_rate: Option<f32>,
    /// Of SGD.
    pub momentum: Option<f32>,
    /// Of SGD.
    pub nesterov: Option<bool>,
    /// Of SGD and AdamW.
    pub weight_decay: Option<f32>,
}

impl OptimizerChanges {
    pub(super) fn apply(self, base: Optimizer) -> Result<Optimizer, Error> {
        let Self { kind, learning_rate: rate, momentum, nesterov, weight_decay } = self;
        let start = kind.map_or(base, OptimizerKind::with_defaults);
        for (setting, owner, given) in [
            ("momentum", OptimizerKind::Sgd, momentum.is_some()),
            ("nesterov", OptimizerKind::Sgd, nesterov.is_some()),
            ("weight_decay", OptimizerKind::AdamW, weight_decay.is_some() && start.kind() == OptimizerKind::Adam),
        ] {
            if given && start.kind() != owner {
                return Err(Error::OtherOptimizer { setting, owner, found: start.kind() });
            }
        }
        Ok(match start {
            Optimizer::Sgd { learning_rate, momentum: m, nesterov: n, weight_decay: decay } => Optimizer::Sgd {
                learning_rate: rate.unwrap_or(learning_rate),
                momentum: momentum.unwrap_or(m),
                nesterov: nesterov.unwrap_or(n),
                weight_decay: weight_decay.unwrap_or(decay),
            },
            Optimizer::Adam { learning_rate } => Optimizer::Adam { learning_rate: rate.unwrap_or(learning_rate) },
            Optimizer::AdamW { learning_rate, weight_decay: decay } => Optimizer::AdamW {
                learning_rate: rate.unwrap_or(learning_rate),
                weight_decay: weight_decay.unwrap_or(decay),
            },
        })
    }
}
