//! Activations, a number at a time.

use super::Real;
use crate::Activation;

/// [`Activation::forward`]; returns the output.
pub fn activation<T: Real>(activation: Activation, input: &[T]) -> Vec<T> {
    input.iter().map(|&x| value(activation, x)).collect()
}

/// [`Activation::backward`]; returns the gradient.
pub fn activation_backward<T: Real>(activation: Activation, output: &[T], output_gradient: &[T]) -> Vec<T> {
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
        Activation::Elu { alpha } if x < zero => T::from_f64(f64::from(alpha) * libm::expm1(f64)),
        Activation::Relu | Activation::Clip { .. } | Activation::Elu { .. } => x,
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
        Activation::Elu { .. } if y > T::default() => one,
        Activation::Elu { alpha } => y + T::from(alpha),
    }
}
