//! The mean or the sum of a window's cells.

use super::assert_images;
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
            for_each_output(window, |row, column, at| {
                let sums = &mut output[at..at + channels];
                sums.fill(0.0);
                window.for_each_cell(row, column, |_, pixel| {
                    for (sum, value) in sums.iter_mut().zip(&image[pixel..pixel + channels]) {
                        *sum += value;
                    }
                });
                let weight = 1.0 / pooling.divisor(window, row, column);
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
