//! Pooling of bytes, where it is not part of a layer.

use crate::isa::dot::portable::to_byte;
use crate::level::{Cpu, for_each_level};
use crate::pooling::Pooling;
use crate::window::Window;

/// Channels whose sums are kept at a time.
const CHANNELS: usize = 64;

/// `output[n, y, x, c] = max` over the window's cells inside the image, 0 if there are none.
///
/// `input`: `[N, H, W, C]`; `output`: `[N, H', W', C]`, overwritten. Its scale is the input's.
///
/// # Panics
/// If a length does not fit the window.
pub fn max_pool_bytes(cpu: Cpu, window: &Window, input: &[u8], output: &mut [u8]) {
    #[inline(always)]
    fn body(window: &Window, input: &[u8], output: &mut [u8]) {
        let channels = window.channels;
        for (image, output) in images(window, input, output) {
            for (index, best) in output.chunks_exact_mut(channels).enumerate() {
                best.fill(0);
                let (row, column) = (index / window.output[1], index % window.output[1]);
                window.for_each_cell(row, column, |_, pixel| {
                    for (best, &value) in best.iter_mut().zip(&image[pixel..pixel + channels]) {
                        *best = value.max(*best);
                    }
                });
            }
        }
    }
    check(window, input, output);
    for_each_level!(cpu, body(window: &Window, input: &[u8], output: &mut [u8]))
}

/// `output[n, y, x, c] = ratio *` the mean or sum over the window's cells inside the image, rounded to the nearest whole
/// number (ties to even) and cut off at 255.
///
/// `input`: `[N, H, W, C]`; `output`: `[N, H', W', C]`, overwritten. `ratio`: the input's scale over the output's. The
/// factor, `ratio` over the number of cells that counts, is rounded to `f32` before the exact sum is multiplied by it.
///
/// # Panics
/// If a length does not fit the window, it has more than 2^16 cells, or `ratio` is not finite and positive.
pub fn average_pool_bytes(cpu: Cpu, window: &Window, pooling: Pooling, ratio: f32, input: &[u8], output: &mut [u8]) {
    #[inline(always)]
    fn body(window: &Window, pooling: Pooling, ratio: f32, input: &[u8], output: &mut [u8]) {
        let channels = window.channels;
        for (image, output) in images(window, input, output) {
            for (index, means) in output.chunks_exact_mut(channels).enumerate() {
                let (row, column) = (index / window.output[1], index % window.output[1]);
                let factor = ratio / pooling.divisor(window, row, column);
                for (part, means) in means.chunks_mut(CHANNELS).enumerate() {
                    // At most 2^16 cells of 255: whole numbers that `f32` holds exactly.
                    let mut sums = [0.0_f32; CHANNELS];
                    window.for_each_cell(row, column, |_, pixel| {
                        let from = pixel + part * CHANNELS;
                        for (sum, &value) in sums.iter_mut().zip(&image[from..from + means.len()]) {
                            *sum += f32::from(value);
                        }
                    });
                    for (mean, sum) in means.iter_mut().zip(sums) {
                        *mean = to_byte(sum * factor);
                    }
                }
            }
        }
    }
    check(window, input, output);
    assert!(window.kernel[0].saturating_mul(window.kernel[1]) <= 1 << 16, "a pooling window of {:?}", window.kernel);
    assert!(ratio.is_finite() && ratio > 0.0, "a ratio of {ratio}");
    for_each_level!(
        cpu,
        body(window: &Window, pooling: Pooling, ratio: f32, input: &[u8], output: &mut [u8])
    )
}

#[inline(always)]
fn images<'a>(
    window: &Window,
    input: &'a [u8],
    output: &'a mut [u8],
) -> impl Iterator<Item = (&'a [u8], &'a mut [u8])> {
    input.chunks_exact(window.input_len()).zip(output.chunks_exact_mut(window.positions() * window.channels))
}

fn check(window: &Window, input: &[u8], output: &[u8]) {
    let images = input.len() / window.input_len();
    assert_eq!(input.len(), images * window.input_len(), "whole input images of {window:?}");
    assert_eq!(output.len(), images * window.positions() * window.channels, "{images} output images of {window:?}");
}
