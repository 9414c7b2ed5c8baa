//! The forward pass: one correlation, with bias and activation.

use super::axis::Axis;
use super::correlation::{Correlation, correlate};
use super::packing::{aligned, pack};
use crate::activation::Activation;
use crate::convolution::Convolution;
use crate::epilogue::activate_rest;
use crate::level::Cpu;

/// `output[n, y, x, o] = bias[o] +` the sum over window cells `(i, j)` and channels `c` of
/// `input[n, y s + i, x s + j, c] kernel[i, j, c, o]`, and what `activation` makes of that; NaN stays NaN.
///
/// `input`: `[N, H, W, C]`; `kernel`: `[i, j, C, O]`; `bias`: `[O]`; `output`: `[N, H', W', O]`, overwritten. `scratch`:
/// at least [`Convolution::scratch_len`] floats of any content.
///
/// # Panics
/// If a length does not fit the geometry.
#[expect(clippy::too_many_arguments, reason = "each is a different array")]
pub fn convolution(
    cpu: Cpu,
    geometry: &Convolution,
    input: &[f32],
    kernel: &[f32],
    bias: &[f32],
    activation: Option<Activation>,
    output: &mut [f32],
    scratch: &mut [f32],
) {
    let (window, filters) = (&geometry.window, geometry.filters);
    let images = geometry.images(input, output, kernel);
    assert_eq!(bias.len(), filters, "a bias for each filter");
    let packed = aligned(geometry, scratch);
    pack(cpu, kernel, filters, packed);
    let work = Correlation {
        images,
        rows: Axis::of(window, 0),
        columns: Axis::of(window, 1),
        channels: window.channels,
        filters,
        input: input.as_ptr(),
        input_steps: [window.input_len(), window.width * window.channels, window.channels],
        weights: packed.as_ptr(),
        bias: Some(bias.as_ptr()),
        activation,
        output: output.as_mut_ptr(),
        output_steps: [geometry.output_len(), window.output[1] * filters, filters],
    };
    // SAFETY: the lengths are asserted above, and the axes are the geometry's.
    unsafe { correlate(cpu, &work) };
    activate_rest(cpu, activation, output);
}
