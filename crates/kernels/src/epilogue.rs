//! What follows a convolution while its outputs are still in registers: bias, activation and 2x2 max pooling.

use crate::activation::Activation;
use crate::isa::Isa;
use crate::level::{Cpu, for_each_level};

/// The winner of a window whose outputs ReLU has cut off: no gradient goes anywhere.
pub const DEAD: u8 = 255;

/// Where a convolution's outputs go.
#[derive(Debug)]
pub enum Epilogue<'a> {
    /// As they are: `[N, H', W', O]`.
    Map {
        /// What is made of each.
        activation: Option<Activation>,
        /// Overwritten.
        output: &'a mut [f32],
    },
    /// The largest of each 2x2 window: `[N, H' / 2, W' / 2, O]`. A NaN may lose to a number.
    Pooled {
        /// What is made of each.
        activation: Option<Activation>,
        /// Overwritten.
        output: &'a mut [f32],
        /// For each output which of its window's pixels it was, 0 to 3 row by row, or [`DEAD`]; overwritten.
        winners: &'a mut [u8],
    },
}

impl Epilogue<'_> {
    /// Makes of all outputs what was not made of each in registers. No activation falls, so it may follow the pooling.
    pub(crate) fn finish(self, cpu: Cpu) {
        let (Self::Map { activation, output } | Self::Pooled { activation, output, .. }) = self;
        activate_rest(cpu, activation, output);
    }
}

/// The gradient of what an [`Epilogue`] gave; one by an activation that is not
/// [in registers](Activation::is_in_registers) has gone [backward](Activation::backward) through that already.
#[derive(Clone, Copy, Debug)]
pub enum OutputGradient<'a> {
    /// Of a map.
    Map {
        /// `[N, H', W', O]`.
        gradient: &'a [f32],
        /// The map itself if ReLU was part of the epilogue: where it is not positive there is no gradient.
        relu_output: Option<&'a [f32]>,
    },
    /// Of a pooled map.
    Pooled {
        /// `[N, H' / 2, W' / 2, O]`.
        gradient: &'a [f32],
        /// What the epilogue wrote.
        winners: &'a [u8],
    },
}

/// The bias's gradient, the sum over all pixels of what reaches the convolution's outputs, overwriting `sums` (`[O]`).
///
/// # Panics
/// If the gradient is not whole rows of `O`, or its companion has another length.
pub fn bias_gradient(cpu: Cpu, gradient: OutputGradient<'_>, sums: &mut [f32]) {
    #[inline(always)]
    fn masked(gradient: &[f32], output: &[f32], sums: &mut [f32]) {
        let filters = sums.len();
        for (gradient, output) in gradient.chunks_exact(filters).zip(output.chunks_exact(filters)) {
            for ((sum, &gradient), &output) in sums.iter_mut().zip(gradient).zip(output) {
                *sum += if output > 0.0 { gradient } else { 0.0 };
            }
        }
    }
    #[inline(always)]
    fn pooled(gradient: &[f32], winners: &[u8], sums: &mut [f32]) {
        let filters = sums.len();
        for (gradient, winners) in gradient.chunks_exact(filters).zip(winners.chunks_exact(filters)) {
            for ((sum, &gradient), &winner) in sums.iter_mut().zip(gradient).zip(winners) {
                *sum += if winner == DEAD { 0.0 } else { gradient };
            }
        }
    }
    sums.fill(0.0);
    match gradient {
        OutputGradient::Map { gradient, relu_output: None } => crate::sum_rows(cpu, gradient, sums),
        OutputGradient::Map { gradient, relu_output: Some(output) } => {
            assert!(gradient.len() == output.len() && gradient.len().is_multiple_of(sums.len()), "an output each");
            for_each_level!(cpu, masked(gradient: &[f32], output: &[f32], sums: &mut [f32]))
        }
        OutputGradient::Pooled { gradient, winners } => {
            assert!(gradient.len() == winners.len() && gradient.len().is_multiple_of(sums.len()), "a winner each");
            for_each_level!(cpu, pooled(gradient: &[f32], winners: &[u8], sums: &mut [f32]))
        }
    }
}

/// Whether outputs are cut off below 0: the one activation that kernels apply to their outputs in registers.
#[inline(always)]
const fn is_relu(activation: Option<Activation>) -> bool {
    matches!(activation, Some(Activation::Relu))
}

/// Outputs with what can be done of the activation in registers.
///
/// # Safety
/// The level's instructions are there.
#[inline(always)]
pub(crate) unsafe fn activate<I: Isa>(value: I::Vector, activation: Option<Activation>) -> I::Vector {
    // SAFETY: by contract. A NaN stays one.
    unsafe { if is_relu(activation) { I::max(I::zero(), value) } else { value } }
}

/// What [`activate`] and [`pool`] leave of the activation, for all outputs.
pub(crate) fn activate_rest(cpu: Cpu, activation: Option<Activation>, outputs: &mut [f32]) {
    if let Some(activation) = activation.filter(|activation| !activation.is_in_registers()) {
        activation.in_place(cpu, outputs);
    }
}

/// The largest of a window's four pixels plus bias, and its winner; the first of equals wins.
///
/// # Safety
/// The level's instructions are there.
#[inline(always)]
pub(crate) unsafe fn pool<I: Isa>(
    window: [I::Vector; 4],
    bias: I::Vector,
    activation: Option<Activation>,
) -> (I::Vector, I::Vector) {
    // SAFETY: by contract.
    unsafe {
        let (mut best, mut winner) = (window[0], I::zero());
        for (cell, &value) in window.iter().enumerate().skip(1) {
            winner = I::select_greater(value, best, I::splat(cell as f32), winner);
            best = I::max(best, value);
        }
        let best = I::add(best, bias);
        if !is_relu(activation) {
            return (best, winner);
        }
        (I::max(I::zero(), best), I::select_greater(best, I::zero(), winner, I::splat(f32::from(DEAD))))
    }
}

/// The gradient of each of a window's four pixels: all of it for the winner, none for the others.
///
/// # Safety
/// The level's instructions are there.
#[inline(always)]
pub(crate) unsafe fn unpool<I: Isa>(gradient: I::Vector, winner: I::Vector) -> [I::Vector; 4] {
    // SAFETY: by contract.
    unsafe {
        let mut parts = [I::zero(); 4];
        for (cell, part) in parts.iter_mut().enumerate() {
            *part = I::select_equal(winner, I::splat(cell as f32), gradient, I::zero());
        }
        parts
    }
}
