//! Pooling: the largest or the mean of each channel over a sliding window, forward and backward.
//!
//! Sum pooling is average pooling without the division, chosen by [`Pooling`].

use crate::level::{Cpu, for_each_level};
use crate::window::Window;

/// The largest number of cells in a max-pooling window: a winner's number is stored in one byte.
pub const MAX_POOL_WINDOW: usize = 256;

/// How [`average_pool`] combines the cells of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// The mean of the cells inside the image: padding counts in neither the sum nor the number (as in Keras).
    Average,
    /// The sum of the cells inside the image.
    Sum,
}

/// `output[n, y, x, c] = max` over the window's cells inside the image; the winner's cell number, counted row by row
/// over the whole window, goes to `winners`. The first of equal cells wins; a NaN wins over any number.
///
/// `input`: `[N, H, W, C]`; `output`, `winners`: `[N, H', W', C]`, overwritten.
///
/// # Panics
/// If a length does not fit the window or it has more than [`MAX_POOL_WINDOW`] cells.
pub fn max_pool(cpu: Cpu, window: &Window, input: &[f32], output: &mut [f32], winners: &mut [u8]) {
    assert!(window.kernel[0] * window.kernel[1] <= MAX_POOL_WINDOW, "a max-pooling window of {:?}", window.kernel);
    assert_images(window, input, output);
    assert_eq!(output.len(), winners.len(), "a winner for each output");
    #[inline(always)]
    fn body(window: &Window, input: &[f32], output: &mut [f32], winners: &mut [u8]) {
        let channels = window.channels;
        let output_len = window.positions() * channels;
        for ((image, output), winners) in input
            .chunks_exact(window.input_len())
            .zip(output.chunks_exact_mut(output_len))
            .zip(winners.chunks_exact_mut(output_len))
        {
            for_each_output(window, |row, column, at| {
                let best = &mut output[at..at + channels];
                let winners = &mut winners[at..at + channels];
                best.fill(f32::NEG_INFINITY);
                winners.fill(0);
                let mut first = true;
                window.for_each_cell(row, column, |cell, pixel| {
                    let pixels = &image[pixel..pixel + channels];
                    for ((best, winner), &value) in best.iter_mut().zip(winners.iter_mut()).zip(pixels) {
                        let wins = first | (value > *best) | value.is_nan();
                        *best = if wins { value } else { *best };
                        *winner = if wins { cell as u8 } else { *winner };
                    }
                    first = false;
                });
            });
        }
    }
    for_each_level!(cpu, body(window: &Window, input: &[f32], output: &mut [f32], winners: &mut [u8]))
}

/// Sends each output's gradient to the input cell that won it; all other input gradients are zero.
///
/// `output_gradient`, `winners`: `[N, H', W', C]`; `input_gradient`: `[N, H, W, C]`, overwritten.
///
/// # Panics
/// If a length does not fit the window, or a winner is not a cell of its window.
pub fn max_pool_backward(window: &Window, output_gradient: &[f32], winners: &[u8], input_gradient: &mut [f32]) {
    assert_images(window, input_gradient, output_gradient);
    assert_eq!(output_gradient.len(), winners.len(), "a winner for each output");
    let channels = window.channels;
    let output_len = window.positions() * channels;
    input_gradient.fill(0.0);
    for ((image, gradient), winners) in input_gradient
        .chunks_exact_mut(window.input_len())
        .zip(output_gradient.chunks_exact(output_len))
        .zip(winners.chunks_exact(output_len))
    {
        for_each_output(window, |row, column, at| {
            let (top, left) = (row * window.stride[0], column * window.stride[1]);
            for channel in 0..channels {
                let winner = usize::from(winners[at + channel]);
                let y = top + winner / window.kernel[1] - window.before[0];
                let x = left + winner % window.kernel[1] - window.before[1];
                image[(y * window.width + x) * channels + channel] += gradient[at + channel];
            }
        });
    }
}

/// `output[n, y, x, c]` = mean or sum over the window's cells inside the image.
///
/// `input`: `[N, H, W, C]`; `output`: `[N, H', W', C]`, overwritten.
///
/// # Panics
/// If a length does not fit the window.
pub fn average_pool(cpu: Cpu, window: &Window, pooling: Pooling, input: &[f32], output: &mut [f32]) {
    assert_images(window, input, output);
    #[inline(always)]
    fn body(window: &Window, pooling: Pooling, input: &[f32], output: &mut [f32]) {
        let channels = window.channels;
        for (image, output) in
            input.chunks_exact(window.input_len()).zip(output.chunks_exact_mut(window.positions() * channels))
        {
            for_each_output(window, |row, column, at| {
                let sums = &mut output[at..at + channels];
                sums.fill(0.0);
                window.for_each_cell(row, column, |_, pixel| {
                    for (sum, value) in sums.iter_mut().zip(&image[pixel..pixel + channels]) {
                        *sum += value;
                    }
                });
                let weight = cell_weight(window, pooling, row, column);
                for sum in sums {
                    *sum *= weight;
                }
            });
        }
    }
    for_each_level!(cpu, body(window: &Window, pooling: Pooling, input: &[f32], output: &mut [f32]))
}

/// Spreads each output's gradient over the cells of its window, as much to each.
///
/// `output_gradient`: `[N, H', W', C]`; `input_gradient`: `[N, H, W, C]`, overwritten.
///
/// # Panics
/// If a length does not fit the window.
pub fn average_pool_backward(
    cpu: Cpu,
    window: &Window,
    pooling: Pooling,
    output_gradient: &[f32],
    input_gradient: &mut [f32],
) {
    assert_images(window, input_gradient, output_gradient);
    #[inline(always)]
    fn body(window: &Window, pooling: Pooling, output_gradient: &[f32], input_gradient: &mut [f32]) {
        let channels = window.channels;
        input_gradient.fill(0.0);
        for (image, gradient) in input_gradient
            .chunks_exact_mut(window.input_len())
            .zip(output_gradient.chunks_exact(window.positions() * channels))
        {
            for_each_output(window, |row, column, at| {
                let weight = cell_weight(window, pooling, row, column);
                window.for_each_cell(row, column, |_, pixel| {
                    for (to, from) in image[pixel..pixel + channels].iter_mut().zip(&gradient[at..at + channels]) {
                        *to += from * weight;
                    }
                });
            });
        }
    }
    for_each_level!(
        cpu,
        body(window: &Window, pooling: Pooling, output_gradient: &[f32], input_gradient: &mut [f32])
    )
}

/// What one cell of the window at `(row, column)` counts for in its output.
fn cell_weight(window: &Window, pooling: Pooling, row: usize, column: usize) -> f32 {
    match pooling {
        Pooling::Sum => 1.0,
        Pooling::Average => 1.0 / (window.rows(row).0.len() * window.columns(column).0.len()) as f32,
    }
}

/// Calls `visit(row, column, offset of the pixel's first channel)` for every output pixel of one image.
#[inline(always)]
fn for_each_output(window: &Window, mut visit: impl FnMut(usize, usize, usize)) {
    for row in 0..window.output[0] {
        for column in 0..window.output[1] {
            visit(row, column, (row * window.output[1] + column) * window.channels);
        }
    }
}

fn assert_images(window: &Window, input: &[f32], output: &[f32]) {
    let images = input.len() / window.input_len();
    assert_eq!(input.len(), images * window.input_len(), "whole input images of {window:?}");
    assert_eq!(output.len(), images * window.positions() * window.channels, "{images} output images of {window:?}");
}
