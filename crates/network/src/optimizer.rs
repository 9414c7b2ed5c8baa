//! How a gradient changes the parameters.

use serde::{Deserialize, Serialize};
use std::ops::Range;

use tenfold_kernels::{Adam, Buffer, Cpu, Sgd, Team};

use crate::error::Error;
use crate::gradient::Block;

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

    /// Which rule it is.
    pub const fn kind(self) -> OptimizerKind {
        match self {
            Self::Sgd { .. } => OptimizerKind::Sgd,
            Self::Adam { .. } => OptimizerKind::Adam,
            Self::AdamW { .. } => OptimizerKind::AdamW,
        }
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
    /// The end of each thread's share of the parameters.
    ends: Vec<usize>,
    /// Room for the gradient of a block, for each thread.
    gradients: Vec<Buffer>,
    steps: u32,
}

impl Updater {
    /// For parameters in `blocks`, one after the other, and `threads` threads.
    pub(crate) fn new(optimizer: Optimizer, blocks: &[Block], threads: usize) -> Self {
        let rule = optimizer.rule();
        let parameters = blocks.last().map_or(0, |block| block.range.end);
        let second = match rule {
            Rule::Sgd(_) => Buffer::default(),
            Rule::Adam(_) => Buffer::zeroed(parameters),
        };
        let longest = blocks.iter().map(|block| block.range.len()).max().unwrap_or(0);
        // Whole blocks to each thread: the first whose end reaches its part of all parameters is its last.
        let end = |thread: usize| {
            let part = (parameters * (thread + 1)).div_ceil(threads);
            blocks.iter().map(|block| block.range.end).find(|&end| end >= part).unwrap_or(parameters)
        };
        Self {
            rule,
            first: Buffer::zeroed(parameters),
            second,
            ends: (0..threads).map(end).collect(),
            gradients: vec![Buffer::zeroed(longest); threads],
            steps: 0,
        }
    }

    /// Bytes that [`Self::new`] takes, but for those of the blocks.
    pub(crate) fn bytes(optimizer: Optimizer, parameters: usize) -> u64 {
        let arrays = match optimizer.rule() {
            Rule::Sgd(_) => 1,
            Rule::Adam(_) => 2,
        };
        arrays * parameters as u64 * size_of::<f32>() as u64
    }

    /// Steps made.
    pub(crate) fn steps(&self) -> u32 {
        self.steps
    }

    /// What the rule remembers: velocity or means, and squares.
    pub(crate) fn memory(&self) -> [&[f32]; 2] {
        [&self.first, &self.second]
    }

    /// Takes over the memory of another updater with the same rule and parameters, after its `steps`.
    ///
    /// # Errors
    /// [`Error::Memory`] if it is too short or too long.
    pub(crate) fn restore(&mut self, memory: [&[f32]; 2], steps: u32) -> Result<(), Error> {
        for (own, saved) in [&self.first, &self.second].into_iter().zip(memory) {
            if own.len() != saved.len() {
                return Err(Error::Memory { expected: own.len(), found: saved.len() });
            }
        }
        self.first.copy_from_slice(memory[0]);
        self.second.copy_from_slice(memory[1]);
        self.steps = steps;
        Ok(())
    }

    /// One step for `parameters`; `gradient(block, to)` writes the gradient of a block's parameters.
    pub(crate) fn step(
        &mut self,
        cpu: Cpu,
        team: &mut Team,
        parameters: &mut [f32],
        blocks: &[Block],
        gradient: impl Fn(&Block, &mut [f32]) + Sync,
    ) {
        self.steps += 1;
        let Self { rule, first, second, ends, gradients, steps } = self;
        let blocks_of = |range: &Range<usize>| {
            let start = blocks.partition_point(|block| block.range.start < range.start);
            let end = blocks.partition_point(|block| block.range.end <= range.end);
            &blocks[start..end.max(start)]
        };
        match *rule {
            Rule::Sgd(sgd) => {
                team.for_each_cut([parameters, first], ends, gradients, |range, [parameters, velocity], to| {
                    for block in blocks_of(&range) {
                        let (to, at) = (&mut to[..block.range.len()], place(block, &range));
                        gradient(block, to);
                        sgd.update(cpu, &mut parameters[at.clone()], to, &mut velocity[at]);
                    }
                });
            }
            Rule::Adam(adam) => {
                let arrays = [parameters, first, second];
                team.for_each_cut(arrays, ends, gradients, |range, [parameters, means, squares], to| {
                    for block in blocks_of(&range) {
                        let (to, at) = (&mut to[..block.range.len()], place(block, &range));
                        gradient(block, to);
                        let (means, squares) = (&mut means[at.clone()], &mut squares[at.clone()]);
                        adam.update(cpu, u64::from(*steps), &mut parameters[at], to, means, squares);
                    }
                });
            }
        }
    }
}

/// Where a block lies in a thread's share.
fn place(block: &Block, share: &Range<usize>) -> Range<usize> {
    block.range.start - share.start..block.range.end - share.start
}
