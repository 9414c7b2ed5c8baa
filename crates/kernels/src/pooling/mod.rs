//! Pooling: the largest or the mean of each channel over a sliding window, forward and backward.
//!
//! What a mean divides by is chosen by [`Pooling`]; a sum is a mean divided by 1.

mod average;
mod max;

use crate::window::Window;

pub use average::{Pooling, average_pool, average_pool_backward};
pub use max::{MAX_POOL_WINDOW, max_pool, max_pool_backward};

fn assert_images(window: &Window, input: &[f32], output: &[f32]) {
    let images = input.len() / window.input_len();
    assert_eq!(input.len(), images * window.input_len(), "whole input images of {window:?}");
    assert_eq!(output.len(), images * window.positions() * window.channels, "{images} output images of {window:?}");
}
