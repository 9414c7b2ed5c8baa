//! The input's gradient: correlations of the output's gradient with parts of the kernel.
//!
//! Output row `r` reads through tap `i` the input row `y` with `s r + i = y + b`, `s` being the stride and `b` the padding
//! before. If `y + b = s q + p` with `p < s`, those are the taps `i = s t + p` for every `t`, and the rows `r = q - t`: for
//! the input rows with one `p`, a *phase*, the gradient is a correlation with stride 1 with every `s`th row of the
//! kernel, the last one first. With columns alike, there are as many correlations as pairs of phases.

use super::axis::Axis;
use super::correlation::{Correlation, correlate};
use super::packing::{aligned, pack_transposed};
use crate::convolution::Convolution;
use crate::level::Cpu;
use crate::window::Window;

/// Every `stride`th input of an axis.
struct Phase {
    /// The first of these inputs.
    first: usize,
    /// The first tap that reads them; the next is `stride` further.
    tap: usize,
    /// The correlation that gives their gradients.
    axis: Axis,
}

impl Phase {
    /// The phases of the axis numbered `axis` of `window` that have inputs.
    fn all(window: &Window, axis: usize) -> impl Iterator<Item = Self> {
        let Axis { inputs, outputs, taps, stride, before } = Axis::of(window, axis);
        (0..inputs.min(stride)).map(move |first| {
            let (q, tap) = ((first + before as usize) / stride, (first + before as usize) % stride);
            let taps = taps.saturating_sub(tap).div_ceil(stride);
            // In reverse order tap `u` is `t = taps - 1 - u` and reads row `q - t`.
            let before = taps as isize - 1 - q as isize;
            let inputs = (inputs - first).div_ceil(stride);
            Self { first, tap, axis: Axis { inputs: outputs, outputs: inputs, taps, stride: 1, before } }
        })
    }
}

/// The loss's derivative with respect to the input, overwriting `input_gradient`.
///
/// `dX[n, y', x', c]` is the sum of `output_gradient[n, y, x, o] kernel[i, j, c, o]` over every output pixel and window
/// cell that read input pixel `(y', x')`. Shapes and `scratch` as for [`convolution`](crate::convolution).
///
/// # Panics
/// If a length does not fit the geometry.
pub fn convolution_input_gradient(
    cpu: Cpu,
    geometry: &Convolution,
    output_gradient: &[f32],
    kernel: &[f32],
    input_gradient: &mut [f32],
    scratch: &mut [f32],
) {
    let (window, filters) = (&geometry.window, geometry.filters);
    let images = geometry.images(input_gradient, output_gradient, kernel);
    let packed = aligned(geometry, scratch);
    let (row, pairs) = (window.width * window.channels, window.channels * filters);
    for rows in Phase::all(window, 0) {
        for columns in Phase::all(window, 1) {
            let taps = (0..rows.axis.taps * columns.axis.taps).rev().map(|number| {
                let i = rows.tap + number / columns.axis.taps * window.stride[0];
                let j = columns.tap + number % columns.axis.taps * window.stride[1];
                &kernel[(i * window.kernel[1] + j) * pairs..][..pairs]
            });
            pack_transposed(cpu, taps, window.channels, packed);
            let first = rows.first * row + columns.first * window.channels;
            let work = Correlation {
                images,
                rows: rows.axis,
                columns: columns.axis,
                channels: filters,
                filters: window.channels,
                input: output_gradient.as_ptr(),
                input_steps: [geometry.output_len(), window.output[1] * filters, filters],
                weights: packed.as_ptr(),
                bias: None,
                activation: None,
                output: input_gradient.as_mut_ptr().wrapping_add(first),
                output_steps: [window.input_len(), window.stride[0] * row, window.stride[1] * window.channels],
            };
            // SAFETY: the lengths are asserted above. The axes' inputs are the pixels of the output's gradient, and
            // their outputs the phases' pixels of the input's.
            unsafe { correlate(cpu, &work) }
        }
    }
}
