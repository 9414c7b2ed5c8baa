//! The options that keep steps small and answers modest.

use clap::Args;
use tenfold_training::RegularizationChanges;

/// What stands against overfitting and divergence.
#[derive(Args, Default)]
pub(super) struct RegularizationArguments {
    /// Share of the target that is spread evenly over all classes [default: 0]
    #[arg(long, value_name = "SHARE")]
    label_smoothing: Option<f32>,
    /// Scale the gradient down to this norm where it is longer
    #[arg(long, value_name = "NORM")]
    clip_norm: Option<f32>,
    /// Spare biases and normalisations the weight decay
    #[arg(long)]
    decay_kernels_only: bool,
    /// Add this, times the sum of the absolute values of all kernels, to the loss
    #[arg(long, value_name = "PENALTY")]
    l1: Option<f32>,
    /// Add this, times the sum of the squares of all kernels' values, to the loss
    #[arg(long, value_name = "PENALTY")]
    l2: Option<f32>,
}

impl RegularizationArguments {
    pub(super) fn changes(&self) -> RegularizationChanges {
        RegularizationChanges {
            label_smoothing: self.label_smoothing,
            clip_norm: self.clip_norm,
            decay_kernels_only: self.decay_kernels_only.then_some(true),
            l1: self.l1,
            l2: self.l2,
        }
    }
}
