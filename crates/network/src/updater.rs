//! A rule at work: from the gradient of a step to new parameters.

use std::collections::BTreeMap;
use std::ops::Range;

use tenfold_kernels::{Adam, Buffer, Cpu, Sgd, Team};

use crate::error::Error;
use crate::gradient::Block;
use crate::optimizer::{Optimizer, StepSettings};

/// A rule with its constants; what varies are [`StepSettings`].
#[derive(Clone, Copy, Debug)]
enum Rule {
    Sgd { momentum: f32, nesterov: bool },
    Adam,
}

impl Rule {
    const fn new(optimizer: Optimizer) -> Self {
        match optimizer {
            Optimizer::Sgd { momentum, nesterov, .. } => Self::Sgd { momentum, nesterov },
            Optimizer::Adam { .. } | Optimizer::AdamW { .. } => Self::Adam,
        }
    }
}

/// A rule with what it remembers between steps.
#[derive(Debug)]
pub(crate) struct Updater {
    rule: Rule,
    /// What the rule remembers, by name.
    memory: Vec<(&'static str, Buffer)>,
    /// The end of each thread's share of the parameters.
    ends: Vec<usize>,
    /// Room for the gradient of a block, for each thread.
    gradients: Vec<Buffer>,
    steps: u32,
}

impl Updater {
    /// For parameters in `blocks`, one after the other, and `threads` threads.
    pub(crate) fn new(optimizer: Optimizer, blocks: &[Block], threads: usize) -> Self {
        let parameters = blocks.last().map_or(0, |block| block.range.end);
        let longest = blocks.iter().map(|block| block.range.len()).max().unwrap_or(0);
        // Whole blocks to each thread: the first whose end reaches its part of all parameters is its last.
        let end = |thread: usize| {
            let part = (parameters * (thread + 1)).div_ceil(threads);
            blocks.iter().map(|block| block.range.end).find(|&end| end >= part).unwrap_or(parameters)
        };
        Self {
            rule: Rule::new(optimizer),
            memory: optimizer.memory().iter().map(|&name| (name, Buffer::zeroed(parameters))).collect(),
            ends: (0..threads).map(end).collect(),
            gradients: vec![Buffer::zeroed(longest); threads],
            steps: 0,
        }
    }

    /// Bytes that [`Self::new`] takes, but for those of the blocks.
    pub(crate) fn bytes(optimizer: Optimizer, parameters: usize) -> u64 {
        optimizer.memory().len() as u64 * parameters as u64 * size_of::<f32>() as u64
    }

    /// Steps made.
    pub(crate) fn steps(&self) -> u32 {
        self.steps
    }

    /// A copy of what the rule remembers.
    pub(crate) fn memory(&self) -> BTreeMap<String, Vec<f32>> {
        self.memory.iter().map(|(name, values)| ((*name).to_owned(), values.to_vec())).collect()
    }

    /// Takes over the memory of another updater with the same rule and parameters, after its `steps`.
    ///
    /// # Errors
    /// [`Error::OptimizerMemory`] if it is another's.
    pub(crate) fn restore(&mut self, memory: &BTreeMap<String, Vec<f32>>, steps: u32) -> Result<(), Error> {
        let own = |name: &str| self.memory.iter().find(|(own, _)| *own == name).map_or(0, |(_, values)| values.len());
        let saved = |name: &str| memory.get(name).map_or(0, Vec::len);
        for name in self.memory.iter().map(|(name, _)| *name).chain(memory.keys().map(String::as_str)) {
            let (expected, found) = (own(name), saved(name));
            if expected != found {
                return Err(Error::OptimizerMemory { name: name.to_owned(), expected, found });
            }
        }
        for (name, values) in &mut self.memory {
            values.copy_from_slice(&memory[*name]);
        }
        self.steps = steps;
        Ok(())
    }

    /// One step for `parameters`; `gradient(block, to)` writes the gradient of a block's parameters.
    ///
    /// # Panics
    /// If there is a weight decay for SGD, which has none.
    pub(crate) fn step(
        &mut self,
        cpu: Cpu,
        team: &mut Team,
        parameters: &mut [f32],
        blocks: &[Block],
        settings: StepSettings,
        gradient: impl Fn(&Block, &mut [f32]) + Sync,
    ) {
        self.steps += 1;
        let Self { rule, memory, ends, gradients, steps } = self;
        let StepSettings { learning_rate: rate, weight_decay: decay } = settings;
        let blocks_of = |range: &Range<usize>| {
            let start = blocks.partition_point(|block| block.range.start < range.start);
            let end = blocks.partition_point(|block| block.range.end <= range.end);
            &blocks[start..end.max(start)]
        };
        match (*rule, &mut memory[..]) {
            (Rule::Sgd { momentum, nesterov }, [(_, velocity)]) => {
                assert!(decay == 0.0, "a weight decay of {decay} for SGD, which has none");
                let sgd = Sgd { rate, momentum, nesterov };
                team.for_each_cut([parameters, velocity], ends, gradients, |range, [parameters, velocity], to| {
                    for block in blocks_of(&range) {
                        let (to, at) = (&mut to[..block.range.len()], place(block, &range));
                        gradient(block, to);
                        sgd.update(cpu, &mut parameters[at.clone()], to, &mut velocity[at]);
                    }
                });
            }
            (Rule::Adam, [(_, mean), (_, square)]) => {
                let adam = Adam { rate, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7, decay };
                let arrays = [parameters, mean, square];
                team.for_each_cut(arrays, ends, gradients, |range, [parameters, mean, square], to| {
                    for block in blocks_of(&range) {
                        let (to, at) = (&mut to[..block.range.len()], place(block, &range));
                        gradient(block, to);
                        let (mean, square) = (&mut mean[at.clone()], &mut square[at.clone()]);
                        adam.update(cpu, u64::from(*steps), &mut parameters[at], to, mean, square);
                    }
                });
            }
            (rule, memory) => unreachable!("{} tensors are remembered for {rule:?}", memory.len()),
        }
    }
}

/// Where a block lies in a thread's share.
fn place(block: &Block, share: &Range<usize>) -> Range<usize> {
    block.range.start - share.start..block.range.end - share.start
}
