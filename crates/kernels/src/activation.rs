//! Activations: functions of one number, forward and backward, with the formulas that they are tested against.
//!
//! Forward works from the input, backward from the output alone, so that no input has to be kept for it.

use crate::exponential::{exp, exp_m1};
use crate::level::{Cpu, for_each_level};
use crate::reference::real::Real;

/// A function that is applied to each number of an array. None of them ever falls, and the derivative of each follows from
/// its output. All levels give the same bits.
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
    /// `x` where it is positive, `slope x` elsewhere (Maas et al. 2013); `slope` is not negative.
    LeakyRelu {
        /// The steepness below 0.
        slope: f32,
    },
    /// `x` where it is positive, `alpha (e^x - 1)` elsewhere (Clevert et al. 2015); `alpha` is not negative.
    Elu {
        /// The depth that it approaches.
        alpha: f32,
    },
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

    /// `input_gradient[i] = f'(x) output_gradient[i]`, where `f(x)` is `output[i]`.
    ///
    /// # Panics
    /// If the lengths differ.
    pub fn backward(self, cpu: Cpu, output: &[f32], output_gradient: &[f32], input_gradient: &mut [f32]) {
        assert!(
            output.len() == output_gradient.len() && output.len() == input_gradient.len(),
            "output and both gradients of an activation"
        );
        let activation = self;
        for_each_level!(
            cpu,
            backward(activation: Activation, output: &[f32], output_gradient: &[f32], input_gradient: &mut [f32])
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
        Activation::Relu => map(input, output, |x| if x < 0.0 { 0.0 } else { x }),
        Activation::Clip { low, high } => map(input, output, |x| {
            let raised = if x < low { low } else { x };
            if raised > high { high } else { raised }
        }),
        Activation::Tanh => map(input, output, |x| {
            let below = exp_m1(-2.0 * x.abs());
            (-below / (below + 2.0)).copysign(x)
        }),
        Activation::Sigmoid => map(input, output, |x| {
            let below = exp(-x.abs());
            (if x < 0.0 { below } else { 1.0 }) / (1.0 + below)
        }),
        Activation::LeakyRelu { slope } => map(input, output, |x| if x < 0.0 { slope * x } else { x }),
        Activation::Elu { alpha } => map(input, output, |x| {
            let below = alpha * exp_m1(if x < 0.0 { x } else { 0.0 });
            if x < 0.0 { below } else { x }
        }),
    }
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
fn backward(activation: Activation, output: &[f32], output_gradient: &[f32], input_gradient: &mut [f32]) {
    #[inline(always)]
    fn map(output: &[f32], from: &[f32], to: &mut [f32], value: impl Fn(f32, f32) -> f32) {
        for ((to, &from), &output) in to.iter_mut().zip(from).zip(output) {
            *to = value(output, from);
        }
    }
    match activation {
        Activation::Relu => map(output, output_gradient, input_gradient, |y, dy| if y > 0.0 { dy } else { 0.0 }),
        Activation::Clip { low, high } => {
            map(output, output_gradient, input_gradient, |y, dy| if y > low && y < high { dy } else { 0.0 });
        }
        Activation::Tanh => map(output, output_gradient, input_gradient, |y, dy| dy * (1.0 - y * y)),
        Activation::Sigmoid => map(output, output_gradient, input_gradient, |y, dy| dy * (y * (1.0 - y))),
        Activation::LeakyRelu { slope } => {
            map(output, output_gradient, input_gradient, |y, dy| if y > 0.0 { dy } else { slope * dy });
        }
        Activation::Elu { alpha } => {
            map(output, output_gradient, input_gradient, |y, dy| if y > 0.0 { dy } else { dy * (y + alpha) });
        }
    }
}

/// [`Activation::forward`] as its formula; returns the output.
pub fn formula<T: Real>(activation: Activation, input: &[T]) -> Vec<T> {
    input.iter().map(|&x| value(activation, x)).collect()
}

/// [`Activation::backward`] as its formula; returns the gradient.
pub fn formula_backward<T: Real>(activation: Activation, output: &[T], output_gradient: &[T]) -> Vec<T> {
    output.iter().zip(output_gradient).map(|(&y, &dy)| slope(activation, y) * dy).collect()
}

fn value<T: Real>(activation: Activation, x: T) -> T {
    let (zero, f64) = (T::default(), x.to_f64());
    match activation {
        Activation::Relu if x < zero => zero,
        Activation::Clip { low, .. } if x < T::from(low) => T::from(low),
        Activation::Clip { high, .. } if x > T::from(high) => T::from(high),
        Activation::Tanh => T::from_f64(libm::tanh(f64)),
        Activation::Sigmoid => T::from_f64(1.0 / (1.0 + libm::exp(-f64))),
        Activation::LeakyRelu { slope } if x < zero => T::from(slope) * x,
        Activation::Elu { alpha } if x < zero => T::from_f64(f64::from(alpha) * libm::expm1(f64)),
        Activation::Relu | Activation::Clip { .. } | Activation::LeakyRelu { .. } | Activation::Elu { .. } => x,
    }
}

/// The derivative where the output is `y`.
fn slope<T: Real>(activation: Activation, y: T) -> T {
    let one = T::from(1.0);
    let passes = |passes: bool| if passes { one } else { T::default() };
    match activation {
        Activation::Relu => passes(y > T::default()),
        Activation::Clip { low, high } => passes(T::from(low) < y && y < T::from(high)),
        Activation::Tanh => one - y * y,
        Activation::Sigmoid => y * (one - y),
        Activation::LeakyRelu { .. } | Activation::Elu { .. } if y > T::default() => one,
        Activation::LeakyRelu { slope } => T::from(slope),
        Activation::Elu { alpha } => y + T::from(alpha),
    }
}
