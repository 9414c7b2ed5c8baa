//! Convolution, pooling, normalisation and loss, one loop nest each.

use super::real::Real;
use crate::convolution::Convolution;
use crate::loss::NO_CLASS;
use crate::normalization::Moments;
use crate::pooling::Pooling;
use crate::window::Window;

/// [`convolution`](crate::convolution); returns the output.
pub fn convolution<T: Real>(geometry: &Convolution, input: &[T], kernel: &[T]) -> Vec<T> {
    let mut output = vec![T::default(); input.len() / geometry.window.input_len() * geometry.output_len()];
    for_each_product(geometry, input.len(), |x, k, y| output[y] += input[x] * kernel[k]);
    output
}

/// [`convolution_kernel_gradient`](crate::convolution_kernel_gradient); returns the gradient.
pub fn convolution_kernel_gradient<T: Real>(geometry: &Convolution, input: &[T], output_gradient: &[T]) -> Vec<T> {
    let mut gradient = vec![T::default(); geometry.kernel_len()];
    for_each_product(geometry, input.len(), |x, k, y| gradient[k] += input[x] * output_gradient[y]);
    gradient
}

/// [`convolution_input_gradient`](crate::convolution_input_gradient); returns the gradient.
pub fn convolution_input_gradient<T: Real>(geometry: &Convolution, output_gradient: &[T], kernel: &[T]) -> Vec<T> {
    let mut gradient = vec![T::default(); output_gradient.len() / geometry.output_len() * geometry.window.input_len()];
    for_each_product(geometry, gradient.len(), |x, k, y| gradient[x] += kernel[k] * output_gradient[y]);
    gradient
}

/// [`max_pool`](crate::max_pool); returns the outputs and the winners.
pub fn max_pool<T: Real>(window: &Window, input: &[T]) -> (Vec<T>, Vec<u8>) {
    let mut outputs = Vec::new();
    let mut winners = Vec::new();
    for_each_window(window, input.len(), |cells| {
        let (mut winner, mut best) = cells[0];
        let mut largest = input[best];
        for &(cell, pixel) in &cells[1..] {
            let value = input[pixel];
            if value > largest || value.to_f64().is_nan() {
                (winner, best) = (cell, pixel);
                largest = input[best];
            }
        }
        outputs.push(largest);
        winners.push(winner as u8);
    });
    (outputs, winners)
}

/// [`max_pool_backward`](crate::max_pool_backward); returns the gradient for an input of `input_len` floats.
pub fn max_pool_backward<T: Real>(window: &Window, output_gradient: &[T], winners: &[u8], input_len: usize) -> Vec<T> {
    let mut gradient = vec![T::default(); input_len];
    let mut at = 0;
    for_each_window(window, input_len, |cells| {
        for &(cell, pixel) in cells {
            if cell == usize::from(winners[at]) {
                gradient[pixel] += output_gradient[at];
            }
        }
        at += 1;
    });
    gradient
}

/// [`average_pool`](crate::average_pool); returns the output.
pub fn average_pool<T: Real>(window: &Window, pooling: Pooling, input: &[T]) -> Vec<T> {
    let mut output = Vec::new();
    for_each_window(window, input.len(), |cells| {
        let sum: T = cells.iter().map(|&(_, pixel)| input[pixel]).sum();
        output.push(sum / divisor(window, pooling, cells));
    });
    output
}

/// [`average_pool_backward`](crate::average_pool_backward); returns the gradient for an input of `input_len` floats.
pub fn average_pool_backward<T: Real>(
    window: &Window,
    pooling: Pooling,
    output_gradient: &[T],
    input_len: usize,
) -> Vec<T> {
    let mut gradient = vec![T::default(); input_len];
    let mut at = 0;
    for_each_window(window, input_len, |cells| {
        for &(_, pixel) in cells {
            gradient[pixel] += output_gradient[at] / divisor(window, pooling, cells);
        }
        at += 1;
    });
    gradient
}

/// The mean and inverse deviation of one channel, as batch normalisation uses them.
fn statistics<T: Real>(input: &[T], channels: usize, channel: usize, epsilon: f64) -> (T, T) {
    let values = || input.iter().skip(channel).step_by(channels).map(|x| x.to_f64());
    let mut moments = Moments::default();
    values().for_each(|x| moments.first += x);
    let count = input.len() / channels;
    let mean = moments.first / count as f64;
    // The two-pass form, so that the oracle does not share the kernel's subtraction of two large numbers.
    let variance = values().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count as f64;
    (T::from_f64(mean), T::from_f64(1.0 / (variance + epsilon).sqrt()))
}

/// Batch normalisation with the batch's own statistics; returns the output.
pub fn batch_norm<T: Real>(input: &[T], gamma: &[T], beta: &[T], epsilon: f64) -> Vec<T> {
    let channels = gamma.len();
    let statistics: Vec<_> = (0..channels).map(|c| statistics(input, channels, c, epsilon)).collect();
    let normalized = input.iter().enumerate().map(|(i, &x)| {
        let (c, (mean, inverse_deviation)) = (i % channels, statistics[i % channels]);
        gamma[c] * (x - mean) * inverse_deviation + beta[c]
    });
    normalized.collect()
}

/// Gradients of [`batch_norm`]: of the input, of gamma and of beta.
pub fn batch_norm_backward<T: Real>(input: &[T], gamma: &[T], output_gradient: &[T], epsilon: f64) -> [Vec<T>; 3] {
    let channels = gamma.len();
    let count = T::from_f64((input.len() / channels) as f64);
    let mut input_gradient = vec![T::default(); input.len()];
    let mut gamma_gradient = vec![T::default(); channels];
    let mut beta_gradient = vec![T::default(); channels];
    for c in 0..channels {
        let (mean, inverse_deviation) = statistics(input, channels, c, epsilon);
        let at = || (c..input.len()).step_by(channels);
        let h = |i: usize| (input[i] - mean) * inverse_deviation;
        beta_gradient[c] = at().map(|i| output_gradient[i]).sum();
        gamma_gradient[c] = at().map(|i| output_gradient[i] * h(i)).sum();
        for i in at() {
            let centred = output_gradient[i] - beta_gradient[c] / count - h(i) * gamma_gradient[c] / count;
            input_gradient[i] = gamma[c] * inverse_deviation * centred;
        }
    }
    [input_gradient, gamma_gradient, beta_gradient]
}

/// [`softmax_cross_entropy`](crate::softmax_cross_entropy); returns the summed loss and the gradient.
pub fn softmax_cross_entropy<T: Real>(logits: &[T], labels: &[u16], smoothing: f64, scale: T) -> (f64, Vec<T>) {
    let classes = logits.len() / labels.len();
    let mut loss = 0.0;
    let mut gradient = Vec::new();
    for (row, &label) in logits.chunks_exact(classes).zip(labels) {
        let maximum = row.iter().map(|z| z.to_f64()).fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = row.iter().map(|z| libm::exp(z.to_f64() - maximum)).sum();
        let smoothing = if label == NO_CLASS { 1.0 } else { smoothing };
        loss -= if label == NO_CLASS { libm::log(classes as f64) } else { 0.0 };
        for (class, z) in row.iter().enumerate() {
            let is_label = f64::from(u8::from(class == usize::from(label)));
            let target = (1.0 - smoothing) * is_label + smoothing / classes as f64;
            loss += target * (libm::log(sum) - (z.to_f64() - maximum));
            gradient.push(T::from_f64(libm::exp(z.to_f64() - maximum) / sum - target) * scale);
        }
    }
    (loss, gradient)
}

/// What [`add_distillation`](crate::add_distillation) returns, and adds to a gradient.
pub fn distillation<T: Real>(
    logits: &[T],
    targets: &[f64],
    (classes, temperature): (usize, f64),
    scale: T,
) -> (f64, Vec<T>) {
    let mut divergence = 0.0;
    let mut gradient = Vec::new();
    for (row, targets) in logits.chunks_exact(classes).zip(targets.chunks_exact(classes)) {
        let maximum = row.iter().map(|z| z.to_f64()).fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = row.iter().map(|z| libm::exp((z.to_f64() - maximum) / temperature)).sum();
        for (z, &target) in row.iter().zip(targets) {
            let power = (z.to_f64() - maximum) / temperature;
            if target > 0.0 {
                divergence += temperature * temperature * target * (libm::log(target) - (power - libm::log(sum)));
            }
            gradient.push(T::from_f64(temperature * (libm::exp(power) / sum - target)) * scale);
        }
    }
    (divergence, gradient)
}

/// Calls `visit(input index, kernel index, output index)` for every product of a convolution.
pub(super) fn for_each_product(geometry: &Convolution, input_len: usize, mut visit: impl FnMut(usize, usize, usize)) {
    let Convolution { window, filters } = *geometry;
    let mut position = 0;
    for_each_position(&window, input_len, |cells| {
        for &(cell, pixel) in cells {
            for c in 0..window.channels {
                for o in 0..filters {
                    visit(pixel + c, (cell * window.channels + c) * filters + o, position * filters + o);
                }
            }
        }
        position += 1;
    });
}

/// Calls `visit` for every output pixel and channel, in order, with the (cell, input index) pairs inside the image.
pub(super) fn for_each_window(window: &Window, input_len: usize, mut visit: impl FnMut(&[(usize, usize)])) {
    for_each_position(window, input_len, |cells| {
        for c in 0..window.channels {
            visit(&cells.iter().map(|&(cell, pixel)| (cell, pixel + c)).collect::<Vec<_>>());
        }
    });
}

/// Calls `visit` for every output pixel of every image with the cells of its window that lie inside the image.
fn for_each_position(window: &Window, input_len: usize, mut visit: impl FnMut(&[(usize, usize)])) {
    for image in 0..input_len / window.input_len() {
        for row in 0..window.output[0] {
            for column in 0..window.output[1] {
                let mut cells = Vec::new();
                for i in 0..window.kernel[0] {
                    for j in 0..window.kernel[1] {
                        let y = (row * window.stride[0] + i).checked_sub(window.before[0]);
                        let x = (column * window.stride[1] + j).checked_sub(window.before[1]);
                        if let (Some(y), Some(x)) = (y, x)
                            && y < window.height
                            && x < window.width
                        {
                            let pixel = ((image * window.height + y) * window.width + x) * window.channels;
                            cells.push((i * window.kernel[1] + j, pixel));
                        }
                    }
                }
                visit(&cells);
            }
        }
    }
}

fn divisor<T: Real>(window: &Window, pooling: Pooling, cells: &[(usize, usize)]) -> T {
    match pooling {
        Pooling::Sum => T::from_f64(1.0),
        Pooling::Average => T::from_f64(cells.len() as f64),
        Pooling::AverageWithPadding => T::from_f64((window.kernel[0] * window.kernel[1]) as f64),
    }
}
