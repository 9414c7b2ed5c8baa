//! The lengths of what is pooled.

use crate::window::Window;

/// # Panics
/// If `input` and `output` are not what goes into and comes out of the same number of whole images.
pub(super) fn assert_images(window: &Window, input: &[f32], output: &[f32]) {
    let images = input.len() / window.input_len();
    assert_eq!(input.len(), images * window.input_len(), "whole input images of {window:?}");
    assert_eq!(output.len(), images * window.positions() * window.channels, "{images} output images of {window:?}");
}
