//! The lengths of what is convolved.

use crate::convolution::Convolution;

/// The images that `input` holds.
///
/// # Panics
/// If a length does not fit, or the geometry pads.
pub(super) fn check(geometry: &Convolution, input: &[f32], kernel: &[f32]) -> usize {
    let window = &geometry.window;
    assert!(!window.is_padded(), "a convolution without padding: {window:?}");
    assert_eq!(kernel.len(), geometry.kernel_len(), "a kernel of {geometry:?}");
    let images = input.len() / window.input_len();
    assert_eq!(input.len(), images * window.input_len(), "whole input images of {geometry:?}");
    images
}

/// Floats of one image's output, or of its pooled output.
pub(super) fn output_len(geometry: &Convolution, pooled: bool) -> usize {
    let [height, width] = geometry.window.output;
    if !pooled {
        return geometry.output_len();
    }
    assert!(height % 2 == 0 && width % 2 == 0, "an output of {height}x{width} in whole 2x2 windows");
    geometry.output_len() / 4
}
