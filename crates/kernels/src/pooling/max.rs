//! The largest of a window's cells, with as many channels at once as a vector has lanes.

use super::lengths::assert_images;
use crate::isa::{Isa, for_each_isa, load, store};
use crate::level::Cpu;
use crate::window::Window;

/// The largest number of cells in a max-pooling window: a winner's number is stored in one byte.
pub const MAX_POOL_WINDOW: usize = 256;

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
    let (pixels, outputs, winners) = (input.as_ptr().cast_mut(), output.as_mut_ptr(), winners.as_mut_ptr());
    let work = &Work { window, images: input.len() / window.input_len(), pixels, outputs, winners };
    // SAFETY: the lengths are asserted above; pixels are only read.
    unsafe { for_each_isa!(cpu, forward(work: &Work<'_>)) }
}

/// Sends each output's gradient to the input cell that won it; all other input gradients are zero.
///
/// `output_gradient`, `winners`: `[N, H', W', C]`; `input_gradient`: `[N, H, W, C]`, overwritten. A winner that is not a
/// cell of its window inside the image passes nothing on.
///
/// # Panics
/// If a length does not fit the window.
pub fn max_pool_backward(
    cpu: Cpu,
    window: &Window,
    output_gradient: &[f32],
    winners: &[u8],
    input_gradient: &mut [f32],
) {
    assert_images(window, input_gradient, output_gradient);
    assert_eq!(output_gradient.len(), winners.len(), "a winner for each output");
    input_gradient.fill(0.0);
    let images = input_gradient.len() / window.input_len();
    let (outputs, winners) = (output_gradient.as_ptr().cast_mut(), winners.as_ptr().cast_mut());
    let work = &Work { window, images, pixels: input_gradient.as_mut_ptr(), outputs, winners };
    // SAFETY: the lengths are asserted above; outputs and winners are only read.
    unsafe { for_each_isa!(cpu, backward(work: &Work<'_>)) }
}

/// A pass as pointers, valid for the window and number of images.
struct Work<'a> {
    window: &'a Window,
    images: usize,
    pixels: *mut f32,
    outputs: *mut f32,
    winners: *mut u8,
}

/// Every window of every image.
///
/// # Safety
/// The level's instructions are there, and the pointers are valid as [`Work`] says.
#[inline(always)]
unsafe fn forward<I: Isa>(work: &Work<'_>) {
    let Window { width, channels, kernel, before, output, .. } = *work.window;
    for image in 0..work.images {
        for row in 0..output[0] {
            let (rows, top) = work.window.rows(row);
            for column in 0..output[1] {
                let (columns, left) = work.window.columns(column);
                for channel in (0..channels).step_by(I::LANES) {
                    let lanes = I::LANES.min(channels - channel);
                    // SAFETY: the cells are inside the image, the channels among its channels.
                    unsafe {
                        let pixels = work.pixels.add(image * work.window.input_len() + channel);
                        let mut best = I::splat(f32::NEG_INFINITY);
                        let mut winner = I::splat((rows.start * kernel[1] + columns.start) as f32);
                        for i in rows.clone() {
                            for j in columns.clone() {
                                let pixel = (top + i - before[0]) * width + left + j - before[1];
                                let value = load::<I>(pixels.add(pixel * channels), lanes);
                                let cell = I::splat((i * kernel[1] + j) as f32);
                                winner = I::select_greater(value, best, cell, winner);
                                best = I::select_greater(value, best, value, best);
                                // Not equal to itself: not a number.
                                winner = I::select_equal(value, value, winner, cell);
                                best = I::select_equal(value, value, best, value);
                            }
                        }
                        let at = ((image * output[0] + row) * output[1] + column) * channels + channel;
                        store::<I>(work.outputs.add(at), lanes, best);
                        I::store_bytes(work.winners.add(at), lanes, winner);
                    }
                }
            }
        }
    }
}

/// The gradient of every image.
///
/// # Safety
/// The level's instructions are there, and the pointers are valid as [`Work`] says.
#[inline(always)]
unsafe fn backward<I: Isa>(work: &Work<'_>) {
    let Window { width, channels, kernel, before, output, .. } = *work.window;
    for image in 0..work.images {
        for row in 0..output[0] {
            let (rows, top) = work.window.rows(row);
            for column in 0..output[1] {
                let (columns, left) = work.window.columns(column);
                for channel in (0..channels).step_by(I::LANES) {
                    let lanes = I::LANES.min(channels - channel);
                    // SAFETY: as in `forward`.
                    unsafe {
                        let pixels = work.pixels.add(image * work.window.input_len() + channel);
                        let at = ((image * output[0] + row) * output[1] + column) * channels + channel;
                        let gradient = load::<I>(work.outputs.add(at), lanes);
                        let winner = I::load_bytes(work.winners.add(at), lanes);
                        for i in rows.clone() {
                            for j in columns.clone() {
                                let pixel = (top + i - before[0]) * width + left + j - before[1];
                                let to = pixels.add(pixel * channels);
                                let cell = I::splat((i * kernel[1] + j) as f32);
                                let part = I::select_equal(winner, cell, gradient, I::zero());
                                store::<I>(to, lanes, I::add(load::<I>(to, lanes), part));
                            }
                        }
                    }
                }
            }
        }
    }
}
