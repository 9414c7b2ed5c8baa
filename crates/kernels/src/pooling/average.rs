//! The mean or the sum of a window's cells.

use super::lengths::assert_images;
use crate::level::{Cpu, for_each_level};
use crate::window::Window;

/// How [`average_pool`] combines the cells of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// The mean of the cells inside the image: padding counts in neither the sum nor the number (as in Keras).
    Average,
    /// The mean of the whole window: padding counts as zeros (PyTorch's and ONNX' `count_include_pad`).
    AverageWithPadding,
    /// The sum of the cells inside the image.
    Sum,
}

impl Pooling {
    /// What the sum of the cells inside the image is divided by, for the window at `[row, column]`.
    pub(crate) fn divisor(self, window: &Window, row: usize, column: usize) -> f32 {
        let cells = match self {
            Self::Average => window.rows(row).0.len() * window.columns(column).0.len(),
            Self::AverageWithPadding => window.kernel[0] * window.kernel[1],
            Self::Sum => 1,
        };
        cells as f32
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
            output.fill(0.0);
            if channels < FEW_CHANNELS && window.stride[1] == 1 {
                add_by_tap(window, image, output);
            } else {
                add_by_output(window, image, output);
            }
            for_each_output(window, |row, column, at| {
                let weight = 1.0 / pooling.divisor(window, row, column);
                for sum in &mut output[at..at + channels] {
                    *sum *= weight;
                }
            });
        }
    }
    for_each_level!(cpu, body(window: &Window, pooling: Pooling, input: &[f32], output: &mut [f32]))
}

/// Channels below which most of a vector would be idle in [`add_by_output`].
const FEW_CHANNELS: usize = 16;

/// Adds the cells of each output's window to it, row by row.
#[inline(always)]
fn add_by_output(window: &Window, image: &[f32], output: &mut [f32]) {
    let channels = window.channels;
    for_each_output(window, |row, column, at| {
        let sums = &mut output[at..at + channels];
        window.for_each_cell(row, column, |_, pixel| {
            for (sum, value) in sums.iter_mut().zip(&image[pixel..pixel + channels]) {
                *sum += value;
            }
        });
    });
}

/// The same additions in the same order, each made for a whole row of outputs at once: with a stride of 1 the cells that
/// neighbouring outputs have at the same place of their windows are neighbours too.
#[inline(always)]
fn add_by_tap(window: &Window, image: &[f32], output: &mut [f32]) {
    let Window { width, channels, kernel, before, output: [_, columns], .. } = *window;
    for (row, sums) in output.chunks_exact_mut(columns * channels).enumerate() {
        let (kernel_rows, top) = window.rows(row);
        for kernel_row in kernel_rows {
            let pixels = &image[(top + kernel_row - before[0]) * width * channels..][..width * channels];
            for tap in 0..kernel[1] {
                // Output `column` has the pixel `column + tap - before` at this place.
                let (first, pixel) = (before[1].saturating_sub(tap), tap.saturating_sub(before[1]));
                let count = columns.saturating_sub(first).min(width.saturating_sub(pixel));
                let sums = sums.iter_mut().skip(first * channels);
                for (sum, value) in sums.zip(&pixels[(pixel * channels).min(pixels.len())..]).take(count * channels) {
                    *sum += value;
                }
            }
        }
    }
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
                let weight = 1.0 / pooling.divisor(window, row, column);
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

/// Calls `visit(row, column, offset of the pixel's first channel)` for every output pixel of one image.
#[inline(always)]
fn for_each_output(window: &Window, mut visit: impl FnMut(usize, usize, usize)) {
    for row in 0..window.output[0] {
        for column in 0..window.output[1] {
            visit(row, column, (row * window.output[1] + column) * window.channels);
        }
    }
}
