//! How a gradient changes the parameters.

use serde::{Deserialize, Serialize};
use tenfold_kernels::{Adam, Buffer, Cpu, Sgd, Team};

use crate::error::Error;

/// The rule of an update and its settings; formulas at [`tenfold_kernels::Sgd`] and [`tenfold_kernels::Adam`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Optimizer {
    /// Stochastic gradient descent.
    Sgd {
        /// Learning rate, above 0.
        learning_rate: f32,
        /// `0..1`; 0 is plain descent.
        momentum: f32,
        /// Nesterov's look-ahead.
        nesterov: bool,
    },
    /// Adam with decay rates 0.9 and 0.999 and epsilon 1e-7, Keras' defaults.
    Adam {
        /// Learning rate, above 0.
        learning_rate: f32,
    },
    /// Adam with decoupled weight decay on every trainable parameter.
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
    pub const PAPER: Self = Self::Sgd { learning_rate: 0.01, momentum: 0.9, nesterov: false };

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
        match self {
            Self::Sgd { momentum, .. } => {
                check("momentum", momentum, (0.0..1.0).contains(&momentum), "0 up to but not including 1")
            }
            Self::AdamW { weight_decay, .. } => {
                let ok = weight_decay.is_finite() && weight_decay >= 0.0;
                check("the weight decay", weight_decay, ok, "0 or above")
            }
            Self::Adam { .. } => Ok(()),
        }
    }

    /// The learning rate.
    pub const fn learning_rate(self) -> f32 {
        let (Self::Sgd { learning_rate, .. } | Self::Adam { learning_rate } | Self::AdamW { learning_rate, .. }) = self;
        learning_rate
    }

    fn rule(self) -> Rule {
        let adam = |rate, decay| Rule::Adam(Adam { rate, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7, decay });
        match self {
            Self::Sgd { learning_rate, momentum, nesterov } => {
                Rule::Sgd(Sgd { rate: learning_rate, momentum, nesterov })
            }
            Self::Adam { learning_rate } => adam(learning_rate, 0.0),
            Self::AdamW { learning_rate, weight_decay } => adam(learning_rate, weight_decay),
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Rule {
    Sgd(Sgd),
    Adam(Adam),
}

/// A rule with what it remembers between steps.
#[derive(Debug)]
pub(crate) struct Updater {
    rule: Rule,
    /// Velocity, or Adam's means.
    first: Buffer,
    /// Adam's squares; empty otherwise.
    second: Buffer,
    steps: u64,
}

impl Updater {
    pub(crate) fn new(optimizer: Optimizer, parameters: usize) -> Self {
        let rule = optimizer.rule();
        let second = match rule {
            Rule::Sgd(_) => Buffer::default(),
            Rule::Adam(_) => Buffer::zeroed(parameters),
        };
        Self { rule, first: Buffer::zeroed(parameters), second, steps: 0 }
    }

    /// One step for `parameters`; `gradient(start, block)` fills a block with the gradient from index `start` on.
    pub(crate) fn step(
        &mut self,
        cpu: Cpu,
        team: &mut Team,
        parameters: &mut [f32],
        gradient: impl Fn(usize, &mut [f32]) + Sync,
    ) {
        self.steps += 1;
        let steps = self.steps;
        match self.rule {
            Rule::Sgd(sgd) => team.for_each_chunk([parameters, &mut self.first], |range, [parameters, velocity]| {
                let blocks = parameters.chunks_mut(BLOCK).zip(velocity.chunks_mut(BLOCK));
                for (index, (parameters, velocity)) in blocks.enumerate() {
                    let mut block = [0.0; BLOCK];
                    let block = &mut block[..parameters.len()];
                    gradient(range.start + index * BLOCK, block);
                    sgd.update(cpu, parameters, block, velocity);
                }
            }),
            Rule::Adam(adam) => {
                let arrays = [parameters, &mut self.first, &mut self.second];
                team.for_each_chunk(arrays, |range, [parameters, means, squares]| {
                    let blocks =
                        parameters.chunks_mut(BLOCK).zip(means.chunks_mut(BLOCK)).zip(squares.chunks_mut(BLOCK));
                    for (index, ((parameters, means), squares)) in blocks.enumerate() {
                        let mut block = [0.0; BLOCK];
                        let block = &mut block[..parameters.len()];
                        gradient(range.start + index * BLOCK, block);
                        adam.update(cpu, steps, parameters, block, means, squares);
                    }
                });
            }
        }
    }
}

/// Parameters whose gradient is put together at a time: small enough to stay in the first-level cache.
const BLOCK: usize = 1_024;
