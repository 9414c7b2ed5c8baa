//! A rule at work: from the gradient of a step to new parameters.

use std::collections::BTreeMap;
use std::ops::Range;

use tenfold_kernels::{Adam, Buffer, Cpu, Sgd, Team, scale, sum_of_squares};

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
    /// Room for the gradient of all parameters, once it is clipped.
    whole: Buffer,
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
            whole: Buffer::zeroed(0),
            steps: 0,
        }
    }

    /// Bytes that it takes at most, but for those of the blocks.
    pub(crate) fn bytes(optimizer: Optimizer, parameters: usize) -> u64 {
        (optimizer.memory().len() as u64 + 1) * parameters as u64 * size_of::<f32>() as u64
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
    pub(crate) fn step(
        &mut self,
        cpu: Cpu,
        team: &mut Team,
        parameters: &mut [f32],
        blocks: &[Block],
        settings: StepSettings,
        gradient: impl Fn(&Block, &mut [f32]) + Sync,
    ) {
        let regularization = settings.regularization;
        let penalised = |block: &Block, values: &[f32], to: &mut [f32]| {
            gradient(block, to);
            if block.is_kernel && regularization.has_penalty() {
                regularization.add_penalty_gradient(values, to);
            }
        };
        let Some(most) = regularization.clip_norm else {
            return self.update(cpu, team, parameters, blocks, settings, penalised);
        };
        // Its norm must be known before the first parameter changes.
        let mut whole = std::mem::replace(&mut self.whole, Buffer::zeroed(0));
        if whole.is_empty() {
            whole = Buffer::zeroed(parameters.len());
        }
        team.for_each_cut([&mut whole], &self.ends, &mut self.gradients, |range, [whole], _| {
            for block in blocks_of(blocks, &range) {
                penalised(block, &parameters[block.range.clone()], &mut whole[place(block, &range)]);
            }
        });
        // As `torch.nn.utils.clip_grad_norm_`; over all parameters in their order, whatever the threads.
        let factor = (f64::from(most) / (sum_of_squares(cpu, &whole).sqrt() + 1e-6)).min(1.0) as f32;
        self.update(cpu, team, parameters, blocks, settings, |block, _, to| {
            to.copy_from_slice(&whole[block.range.clone()]);
            scale(cpu, to, factor);
        });
        self.whole = whole;
    }

    /// As [`Self::step`], with the gradient as it is; it may depend on the parameters' values.
    fn update(
        &mut self,
        cpu: Cpu,
        team: &mut Team,
        parameters: &mut [f32],
        blocks: &[Block],
        settings: StepSettings,
        gradient: impl Fn(&Block, &[f32], &mut [f32]) + Sync,
    ) {
        self.steps += 1;
        let Self { rule, memory, ends, gradients, steps, .. } = self;
        let StepSettings { learning_rate: rate, weight_decay, regularization } = settings;
        let decay_of = |block: &Block| match block.is_kernel || !regularization.decay_kernels_only {
            true => weight_decay,
            false => 0.0,
        };
        match (*rule, &mut memory[..]) {
            (Rule::Sgd { momentum, nesterov }, [(_, velocity)]) => {
                let sgd = Sgd { rate, momentum, nesterov };
                team.for_each_cut([parameters, velocity], ends, gradients, |range, [parameters, velocity], to| {
                    for block in blocks_of(blocks, &range) {
                        let (to, at) = (&mut to[..block.range.len()], place(block, &range));
                        gradient(block, &parameters[at.clone()], to);
                        let decay = decay_of(block);
                        if decay > 0.0 {
                            scale(cpu, &mut parameters[at.clone()], 1.0 - rate * decay);
                        }
                        sgd.update(cpu, &mut parameters[at.clone()], to, &mut velocity[at]);
                    }
                });
            }
            (Rule::Adam, [(_, mean), (_, square)]) => {
                let arrays = [parameters, mean, square];
                team.for_each_cut(arrays, ends, gradients, |range, [parameters, mean, square], to| {
                    for block in blocks_of(blocks, &range) {
                        let (to, at) = (&mut to[..block.range.len()], place(block, &range));
                        gradient(block, &parameters[at.clone()], to);
                        let decay = decay_of(block);
                        let adam = Adam { rate, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7, decay };
                        let (mean, square) = (&mut mean[at.clone()], &mut square[at.clone()]);
                        adam.update(cpu, u64::from(*steps), &mut parameters[at], to, mean, square);
                    }
                });
            }
            (rule, memory) => unreachable!("{} tensors are remembered for {rule:?}", memory.len()),
        }
    }
}

/// The blocks of a thread's share.
fn blocks_of<'a>(blocks: &'a [Block], share: &Range<usize>) -> &'a [Block] {
    let start = blocks.partition_point(|block| block.range.start < share.start);
    let end = blocks.partition_point(|block| block.range.end <= share.end);
    &blocks[start..end.max(start)]
}

/// Where a block lies in a thread's share.
fn place(block: &Block, share: &Range<usize>) -> Range<usize> {
    block.range.start - share.start..block.range.end - share.start
}
