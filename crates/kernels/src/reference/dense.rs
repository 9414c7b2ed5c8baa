//! Dense layers: `y = x W + b` for each row `x`.

use super::real::Real;

/// `output[n, o] = sum over i of input[n, i] kernel[i, o] + bias[o]`; no bias where `bias` is empty.
pub fn dense<T: Real>(input: &[T], kernel: &[T], bias: &[T], inputs: usize, outputs: usize) -> Vec<T> {
    let mut output = Vec::new();
    for row in input.chunks_exact(inputs) {
        for o in 0..outputs {
            let sum: T = (0..inputs).map(|i| row[i] * kernel[i * outputs + o]).sum();
            output.push(sum + bias.get(o).copied().unwrap_or_default());
        }
    }
    output
}

/// `dW[i, o] = sum over n of input[n, i] output_gradient[n, o]`.
pub fn dense_kernel_gradient<T: Real>(input: &[T], output_gradient: &[T], inputs: usize, outputs: usize) -> Vec<T> {
    let mut gradient = vec![T::default(); inputs * outputs];
    for (row, dy) in input.chunks_exact(inputs).zip(output_gradient.chunks_exact(outputs)) {
        for i in 0..inputs {
            for o in 0..outputs {
                gradient[i * outputs + o] += row[i] * dy[o];
            }
        }
    }
    gradient
}

/// `dx[n, i] = sum over o of output_gradient[n, o] kernel[i, o]`.
pub fn dense_input_gradient<T: Real>(output_gradient: &[T], kernel: &[T], inputs: usize, outputs: usize) -> Vec<T> {
    let mut gradient = Vec::new();
    for dy in output_gradient.chunks_exact(outputs) {
        for i in 0..inputs {
            gradient.push((0..outputs).map(|o| dy[o] * kernel[i * outputs + o]).sum());
        }
    }
    gradient
}

/// The sum of the rows: a bias's gradient.
pub fn sum_rows<T: Real>(rows: &[T], columns: usize) -> Vec<T> {
    (0..columns).map(|c| rows.iter().skip(c).step_by(columns).copied().sum()).collect()
}
