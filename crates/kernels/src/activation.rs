//! Activations, forward and backward.

use crate::level::{Cpu, for_each_level};

/// `output[i] = max(input[i], 0)`; NaN stays NaN, so that a diverged network is noticed.
///
/// # Panics
/// If the lengths differ.
pub fn relu(cpu: Cpu, input: &[f32], output: &mut [f32]) {
    #[inline(always)]
    fn body(input: &[f32], output: &mut [f32]) {
        for (output, &input) in output.iter_mut().zip(input) {
            *output = if input < 0.0 { 0.0 } else { input };
        }
    }
    assert_eq!(input.len(), output.len(), "input and output of an activation");
    for_each_level!(cpu, body(input: &[f32], output: &mut [f32]))
}

/// [`relu`] where input and output are the same array.
pub fn relu_in_place(cpu: Cpu, values: &mut [f32]) {
    #[inline(always)]
    fn body(values: &mut [f32]) {
        for value in values {
            *value = if *value < 0.0 { 0.0 } else { *value };
        }
    }
    for_each_level!(cpu, body(values: &mut [f32]))
}

/// `input_gradient[i] = output_gradient[i]` where `output[i] > 0`, else 0: the derivative at 0 is taken as 0.
///
/// # Panics
/// If the lengths differ.
pub fn relu_backward(cpu: Cpu, output: &[f32], output_gradient: &[f32], input_gradient: &mut [f32]) {
    #[inline(always)]
    fn body(output: &[f32], output_gradient: &[f32], input_gradient: &mut [f32]) {
        for ((to, &from), &output) in input_gradient.iter_mut().zip(output_gradient).zip(output) {
            *to = if output > 0.0 { from } else { 0.0 };
        }
    }
    assert!(
        output.len() == output_gradient.len() && output.len() == input_gradient.len(),
        "output and both gradients of an activation"
    );
    for_each_level!(cpu, body(output: &[f32], output_gradient: &[f32], input_gradient: &mut [f32]))
}

/// `output[i]` is the number of `low..=high` nearest to `input[i]`; NaN stays NaN.
///
/// # Panics
/// If the lengths differ.
pub fn clip(cpu: Cpu, [low, high]: [f32; 2], input: &[f32], output: &mut [f32]) {
    #[inline(always)]
    fn body(low: f32, high: f32, input: &[f32], output: &mut [f32]) {
        for (output, &input) in output.iter_mut().zip(input) {
            let raised = if input < low { low } else { input };
            *output = if raised > high { high } else { raised };
        }
    }
    assert_eq!(input.len(), output.len(), "input and output of an activation");
    for_each_level!(cpu, body(low: f32, high: f32, input: &[f32], output: &mut [f32]))
}

/// `input_gradient[i] = output_gradient[i]` where `low < output[i] < high`, else 0: the derivative at a limit is taken
/// as 0.
///
/// # Panics
/// If the lengths differ.
pub fn clip_backward(
    cpu: Cpu,
    [low, high]: [f32; 2],
    output: &[f32],
    output_gradient: &[f32],
    input_gradient: &mut [f32],
) {
    #[inline(always)]
    fn body(low: f32, high: f32, output: &[f32], output_gradient: &[f32], input_gradient: &mut [f32]) {
        for ((to, &from), &output) in input_gradient.iter_mut().zip(output_gradient).zip(output) {
            *to = if output > low && output < high { from } else { 0.0 };
        }
    }
    assert!(
        output.len() == output_gradient.len() && output.len() == input_gradient.len(),
        "output and both gradients of an activation"
    );
    for_each_level!(
        cpu,
        body(low: f32, high: f32, output: &[f32], output_gradient: &[f32], input_gradient: &mut [f32])
    )
}
