//! Activations, a number at a time.

use super::Real;
use crate::Activation;

/// [`Activation::forward`]; returns the output.
pub fn activation<T: Real>(activation: Activation, input: &[T]) -> Vec<T> {
    input.iter().map(|&x| value(activation, x)).collect()
}

/// [`Activation::backward`]; returns the gradient.
pub fn activation_backward<T: Real>(activation: Activation, output: &[T], output_gradient: &[T]) -> Vec<T> {
    output.iter().zip(output_gradient).map(|(&y, &dy)| passed(activation, y, dy)).collect()
}

fn value<T: Real>(activation: Activation, x: T) -> T {
    let zero = T::default();
    match activation {
        Activation::Relu if x < zero => zero,
        Activation::Clip { low, .. } if x < T::from(low) => T::from(low),
        Activation::Clip { high, .. } if x > T::from(high) => T::from(high),
        Activation::Relu | Activation::Clip { .. } => x,
    }
}

/// What of the gradient `dy` gets through where the output is `y`.
fn passed<T: Real>(activation: Activation, y: T, dy: T) -> T {
    let zero = T::default();
    let gets_through = match activation {
        Activation::Relu => y > zero,
        Activation::Clip { low, high } => T::from(low) < y && y < T::from(high),
    };
    if gets_through { dy } else { zero }
}
