//! Activations: functions of one number, forward and backward, with the formulas that they are tested against.
//!
//! Forward works from the input. Backward works from the output alone where the function never falls, so that no input has to
//! be kept for it; and from the input where it first falls and then rises.

pub(crate) mod formula;
mod smooth;

use crate::level::{Cpu, for_each_level};

/// What [`Activation::Selu`] multiplies numbers by (Klambauer et al. 2017), so that their mean and variance stay near 0 and 1.
const SELU_SCALE: f32 = 1.050_701;
/// The depth that [`Activation::Selu`] approaches, before it is multiplied.
const SELU_ALPHA: f32 = 1.673_263_2;

/// A function that is applied to each number of an array. All levels give the same bits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    /// `max(x, 0)`; the derivative at 0 is taken as 0.
    Relu,
    /// The number of `low..=high` nearest to `x`, `low < high`; the derivative at a limit is taken as 0.
    Clip {
        /// Smallest number.
        low: f32,
        /// Largest number.
        high: f32,
    },
    /// The hyperbolic tangent.
    Tanh,
    /// `1 / (1 + e^-x)`.
    Sigmoid,
    /// `x` where it is positive, `slope x` elsewhere (Maas et al. 2013); `slope` is not negative, and with 0 it is [`Self::Relu`],
    /// of infinities too.
    LeakyRelu {
        /// The steepness below 0.
        slope: f32,
    },
    /// `x` where it is positive, `alpha (e^x - 1)` elsewhere (Clevert et al. 2015); `alpha` is not negative.
    Elu {
        /// The depth that it approaches.
        alpha: f32,
    },
    /// [`Self::Elu`] with the depth 1.6733, times 1.0507 (Klambauer et al. 2017).
    Selu,
    /// `x` times the share of a normal distribution that is below it, `x (1 + erf(x / sqrt 2)) / 2` (Hendrycks and Gimpel
    /// 2016).
    Gelu {
        /// Whether it is `x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2` instead, which is up to 0.0005 away.
        approximate: bool,
    },
    /// `x / (1 + e^-x)`, also called swish.
    Silu,
    /// `x` times [`Self::HardSigmoid`] with the slope 1/6 (Howard et al. 2019).
    HardSwish,
    /// `slope x + 1/2`, limited to 0 to 1; `slope` is positive, and the derivative at a limit is taken as 0.
    HardSigmoid {
        /// The steepness between the limits.
        slope: f32,
    },
    /// `ln(1 + e^x)`.
    Softplus,
}

impl Activation {
    /// `output[i] = f(input[i])`; NaN stays NaN, so that a diverged network is noticed.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn forward(self, cpu: Cpu, input: &[f32], output: &mut [f32]) {
        assert_eq!(input.len(), output.len(), "input and output of an activation");
        let activation = self;
        for_each_level!(cpu, forward(activation: Activation, input: &[f32], output: &mut [f32]));
    }

    /// [`Self::forward`] where input and output are the same array.
    pub fn in_place(self, cpu: Cpu, values: &mut [f32]) {
        let activation = self;
        for_each_level!(cpu, in_place(activation: Activation, values: &mut [f32]));
    }

    /// Whether [`Self::backward`] works from the input: where the function falls and rises, an output does not say which
    /// input it is of.
    pub const fn goes_back_from_input(self) -> bool {
        matches!(self, Self::Gelu { .. } | Self::Silu | Self::HardSwish)
    }

    /// `input_gradient[i] = f'(x) output_gradient[i]`, where `at[i]` is `f(x)`; or `x`, if it
    /// [goes back from the input](Self::goes_back_from_input).
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn backward(self, cpu: Cpu, at: &[f32], output_gradient: &[f32], input_gradient: &mut [f32]) {
        assert!(
            at.len() == output_gradient.len() && at.len() == input_gradient.len(),
            "output or input, and both gradients, of an activation"
        );
        let activation = self;
        for_each_level!(
            cpu,
            backward(activation: Activation, at: &[f32], output_gradient: &[f32], input_gradient: &mut [f32])
        );
    }

    /// Whether kernels that end in an [`Epilogue`](crate::Epilogue) apply it while their outputs are in registers.
    pub const fn is_in_registers(self) -> bool {
        matches!(self, Self::Relu)
    }
}

#[inline(always)]
fn forward(activation: Activation, input: &[f32], output: &mut [f32]) {
    #[inline(always)]
    fn map(input: &[f32], output: &mut [f32], value: impl Fn(f32) -> f32) {
        for (output, &input) in output.iter_mut().zip(input) {
            *output = value(input);
        }
    }
    match activation {
        Activation::Relu | Activation::LeakyRelu { slope: 0.0 } => {
            map(input, output, |x| if x < 0.0 { 0.0 } else { x });
        }
        Activation::Clip { low, high } => map(input, output, |x| {
            let raised = if x < low { low } else { x };
            if raised > high { high } else { raised }
        }),
        Activation::Tanh => map(input, output, smooth::tanh),
        Activation::Sigmoid => map(input, output, smooth::sigmoid),
        Activation::LeakyRelu { slope } => map(input, output, |x| if x < 0.0 { slope * x } else { x }),
        Activation::Elu { alpha } => map(input, output, |x| smooth::elu(alpha, x)),
        Activation::Selu => map(input, output, |x| SELU_SCALE * smooth::elu(SELU_ALPHA, x)),
        Activation::Gelu { approximate: false } => map(input, output, smooth::gelu),
        Activation::Gelu { approximate: true } => map(input, output, smooth::gelu_by_tanh),
        Activation::Silu => map(input, output, smooth::silu),
        Activation::HardSwish => map(input, output, |x| if x < -3.0 { 0.0 } else { x * unit(x / 6.0 + 0.5) }),
        Activation::HardSigmoid { slope } => map(input, output, |x| unit(slope * x + 0.5)),
        Activation::Softplus => map(input, output, smooth::softplus),
    }
}

/// The number of 0 to 1 nearest to `x`.
#[inline(always)]
fn unit(x: f32) -> f32 {
    let raised = if x < 0.0 { 0.0 } else { x };
    if raised > 1.0 { 1.0 } else { raised }
}

/// By way of a copy of a few numbers at a time, so that [`forward`] is all that there is of each function.
#[inline(always)]
fn in_place(activation: Activation, values: &mut [f32]) {
    let mut copy = [0.0; 64];
    for part in values.chunks_mut(copy.len()) {
        let copy = &mut copy[..part.len()];
        copy.copy_from_slice(part);
        forward(activation, copy, part);
    }
}

#[inline(always)]
fn backward(activation: Activation, at: &[f32], output_gradient: &[f32], input_gradient: &mut [f32]) {
    #[inline(always)]
    fn map(at: &[f32], from: &[f32], to: &mut [f32], value: impl Fn(f32, f32) -> f32) {
        for ((to, &from), &at) in to.iter_mut().zip(from).zip(at) {
            *to = value(at, from);
        }
    }
    let (from, to) = (output_gradient, input_gradient);
    match activation {
        Activation::Relu | Activation::LeakyRelu { slope: 0.0 } => {
            map(at, from, to, |y, dy| if y > 0.0 { dy } else { 0.0 });
        }
        Activation::Clip { low, high } => map(at, from, to, |y, dy| if y > low && y < high { dy } else { 0.0 }),
        Activation::Tanh => map(at, from, to, |y, dy| dy * (1.0 - y * y)),
        Activation::Sigmoid => map(at, from, to, |y, dy| dy * (y * (1.0 - y))),
        Activation::LeakyRelu { slope } => map(at, from, to, |y, dy| if y > 0.0 { dy } else { slope * dy }),
        Activation::Elu { alpha } => map(at, from, to, |y, dy| if y > 0.0 { dy } else { dy * (y + alpha) }),
        Activation::Selu => {
            map(at, from, to, |y, dy| dy * if y > 0.0 { SELU_SCALE } else { y + SELU_SCALE * SELU_ALPHA });
        }
        Activation::Gelu { approximate: false } => map(at, from, to, |x, dy| dy * smooth::gelu_slope(x)),
        Activation::Gelu { approximate: true } => map(at, from, to, |x, dy| dy * smooth::gelu_by_tanh_slope(x)),
        Activation::Silu => map(at, from, to, |x, dy| dy * smooth::silu_slope(x)),
        Activation::HardSwish => map(at, from, to, |x, dy| {
            let inside = dy * (x / 3.0 + 0.5);
            let outside = if x < 0.0 { 0.0 } else { dy };
            if x.abs() >= 3.0 { outside } else { inside }
        }),
        Activation::HardSigmoid { slope } => {
            map(at, from, to, |y, dy| if y > 0.0 && y < 1.0 { slope * dy } else { 0.0 });
        }
        Activation::Softplus => map(at, from, to, |y, dy| dy * smooth::softplus_slope(y)),
    }
}
