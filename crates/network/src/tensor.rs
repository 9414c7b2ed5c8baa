//! Tensors of parameters: what they are for, and where their values are.

use std::ops::Range;

/// What a tensor of parameters is to its layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A convolution's `[H, W, C, O]` or a dense layer's `[in, out]`; its fan-in is what one output adds up.
    Kernel {
        /// Inputs of one output.
        fan_in: usize,
        /// Outputs of one input.
        fan_out: usize,
    },
    /// Added to each output channel.
    Bias,
    /// The scale of a batch normalisation.
    Gamma,
    /// The shift of a batch normalisation.
    Beta,
    /// The mean that a batch normalisation uses after training.
    MovingMean,
    /// The variance that a batch normalisation uses after training.
    MovingVariance,
}

impl Role {
    /// Whether gradient descent changes it.
    pub const fn is_trainable(self) -> bool {
        !matches!(self, Self::MovingMean | Self::MovingVariance)
    }

    /// Whether it is a kernel, of whatever fans.
    pub(crate) const fn is_kernel(self) -> bool {
        matches!(self, Self::Kernel { .. })
    }

    /// The last part of a tensor's name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Kernel { .. } => "kernel",
            Self::Bias => "bias",
            Self::Gamma => "gamma",
            Self::Beta => "beta",
            Self::MovingMean => "moving_mean",
            Self::MovingVariance => "moving_variance",
        }
    }
}

/// One tensor of parameters and its place among a model's values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// `layer.role`, such as `conv2d_1.kernel`.
    pub name: String,
    /// Sizes, outermost first.
    pub shape: Vec<usize>,
    /// What it is for.
    pub role: Role,
    /// Where its values are among the model's.
    pub range: Range<usize>,
}
