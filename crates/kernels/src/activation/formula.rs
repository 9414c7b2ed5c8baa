//! The formulas of activations, forward and backward.

use super::{Activation, SELU_ALPHA, SELU_SCALE};
use crate::reference::real::Real;

/// [`Activation::forward`] as its formula; returns the output.
pub fn forward<T: Real>(activation: Activation, input: &[T]) -> Vec<T> {
    input.iter().map(|&x| value(activation, x)).collect()
}

/// [`Activation::backward`] as its formula; returns the gradient.
pub fn backward<T: Real>(activation: Activation, at: &[T], output_gradient: &[T]) -> Vec<T> {
    at.iter().zip(output_gradient).map(|(&at, &dy)| slope(activation, at) * dy).collect()
}

fn value<T: Real>(activation: Activation, x: T) -> T {
    let (zero, f64) = (T::default(), x.to_f64());
    match activation {
        Activation::Relu | Activation::LeakyRelu { slope: 0.0 } if x < zero => zero,
        Activation::Clip { low, .. } if x < T::from(low) => T::from(low),
        Activation::Clip { high, .. } if x > T::from(high) => T::from(high),
        Activation::Tanh => T::from_f64(libm::tanh(f64)),
        Activation::Sigmoid => T::from_f64(sigmoid(f64)),
        Activation::LeakyRelu { slope } if x < zero => T::from(slope) * x,
        Activation::Elu { alpha } if x < zero => T::from_f64(f64::from(alpha) * libm::expm1(f64)),
        Activation::Selu => T::from(SELU_SCALE) * value(Activation::Elu { alpha: SELU_ALPHA }, x),
        Activation::Gelu { approximate } => T::from_f64(f64 * gelu_gate(approximate, f64)[0]),
        Activation::Silu => T::from_f64(f64 * sigmoid(f64)),
        Activation::HardSwish => T::from_f64(f64 * (f64 / 6.0 + 0.5).clamp(0.0, 1.0)),
        Activation::HardSigmoid { slope } => T::from_f64((f64::from(slope) * f64 + 0.5).clamp(0.0, 1.0)),
        Activation::Softplus => T::from_f64(f64.max(0.0) + libm::log1p(libm::exp(-f64.abs()))),
        Activation::Relu | Activation::Clip { .. } | Activation::LeakyRelu { .. } | Activation::Elu { .. } => x,
    }
}

/// The derivative where the output is `y`; or where the input is `y`, if the function goes back from that.
fn slope<T: Real>(activation: Activation, y: T) -> T {
    let (one, f64) = (T::from(1.0), y.to_f64());
    let passes = |passes: bool| if passes { one } else { T::default() };
    match activation {
        Activation::Relu => passes(y > T::default()),
        Activation::Clip { low, high } => passes(T::from(low) < y && y < T::from(high)),
        Activation::Tanh => one - y * y,
        Activation::Sigmoid => y * (one - y),
        Activation::LeakyRelu { .. } | Activation::Elu { .. } if y > T::default() => one,
        Activation::LeakyRelu { slope } => T::from(slope),
        Activation::Elu { alpha } => y + T::from(alpha),
        Activation::Selu if y > T::default() => T::from(SELU_SCALE),
        Activation::Selu => y + T::from(SELU_SCALE) * T::from(SELU_ALPHA),
        Activation::Gelu { approximate } => {
            let [gate, rise] = gelu_gate(approximate, f64);
            T::from_f64(gate + f64 * rise)
        }
        Activation::Silu => T::from_f64(sigmoid(f64) * (1.0 + f64 * sigmoid(-f64))),
        Activation::HardSwish if f64.abs() >= 3.0 => passes(f64 > 0.0),
        Activation::HardSwish => T::from_f64(f64 / 3.0 + 0.5),
        Activation::HardSigmoid { slope } if T::default() < y && y < one => T::from(slope),
        Activation::HardSigmoid { .. } => T::default(),
        Activation::Softplus => T::from_f64(-libm::expm1(-f64)),
    }
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

/// What GELU multiplies `x` by, and that factor's derivative.
fn gelu_gate(approximate: bool, x: f64) -> [f64; 2] {
    if approximate {
        let steepness = 2.0 * (2.0 / std::f64::consts::PI).sqrt();
        let gate = sigmoid(steepness * (x + 0.044715 * x * x * x));
        [gate, gate * (1.0 - gate) * steepness * (1.0 + 3.0 * 0.044715 * x * x)]
    } else {
        let density = libm::exp(-x * x / 2.0) / (2.0 * std::f64::consts::PI).sqrt();
        [libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2) / 2.0, density]
    }
}
