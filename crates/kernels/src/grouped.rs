//! Convolution in groups: the channels and the filters are divided into as many groups, and a filter sees its group's
//! channels alone. With a group for each channel it is called depthwise.
//!
//! Plain loops over the filters of a window, which the compiler vectorises for each level: a group has few products for each
//! number that is read, so that there is little to gain from holding on to registers. All levels give the same bits.

use crate::convolution::Convolution;
use crate::level::{Cpu, for_each_level};

/// The geometry of a convolution in groups. Kernels are `[kernel height, kernel width, C / groups, O]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupedConvolution {
    /// The window, with all channels, and all filters.
    pub all: Convolution,
    /// How many groups.
    pub groups: usize,
}

impl GroupedConvolution {
    /// The geometry of `all` in `groups`; nothing unless these divide the channels and the filters.
    pub fn new(all: Convolution, groups: usize) -> Option<Self> {
        let divides = |count: usize| count.checked_rem(groups) == Some(0);
        (divides(all.window.channels) && divides(all.filters)).then_some(Self { all, groups })
    }

    /// Floats of the kernel.
    pub fn kernel_len(&self) -> usize {
        self.all.kernel_len() / self.groups
    }

    /// Channels and filters of one group.
    fn sizes(&self) -> [usize; 2] {
        [self.all.window.channels / self.groups, self.all.filters / self.groups]
    }

    /// Calls `visit(position, cell, pixel)` for every window of one image and each of its cells inside the image: the number
    /// of the window, that of the cell, and the offset of its first channel.
    #[inline(always)]
    fn for_each_cell(&self, mut visit: impl FnMut(usize, usize, usize)) {
        let window = &self.all.window;
        for position in 0..window.positions() {
            let (row, column) = (position / window.output[1], position % window.output[1]);
            window.for_each_cell(row, column, |cell, pixel| visit(position, cell, pixel));
        }
    }

    /// # Panics
    /// If a length does not fit.
    fn check(&self, input: &[f32], output: &[f32], kernel: &[f32]) {
        let images = input.len() / self.all.window.input_len();
        assert!(Self::new(self.all, self.groups).is_some(), "whole groups, {self:?}");
        assert_eq!(input.len(), images * self.all.window.input_len(), "whole input images, {self:?}");
        assert_eq!(output.len(), images * self.all.output_len(), "{images} output images of {self:?}");
        assert_eq!(kernel.len(), self.kernel_len(), "a kernel of {self:?}");
    }
}

/// `output[n, y, x, o] = bias[o] +` the sum over the window's cells inside the image and the channels `c` of the group of `o`
/// of `input[n, cell, c] * kernel[cell, c, o]`.
///
/// `input`: `[N, H, W, C]`; `bias`: `[O]`; `output`: `[N, H', W', O]`, overwritten.
///
/// # Panics
/// If a length does not fit the geometry.
pub fn grouped_convolution(
    cpu: Cpu,
    geometry: &GroupedConvolution,
    input: &[f32],
    kernel: &[f32],
    bias: &[f32],
    output: &mut [f32],
) {
    #[inline(always)]
    fn body(geometry: &GroupedConvolution, input: &[f32], kernel: &[f32], bias: &[f32], output: &mut [f32]) {
        let Convolution { window, filters } = geometry.all;
        let taps = geometry.sizes()[0] * filters;
        for output in output.chunks_exact_mut(filters) {
            output.copy_from_slice(bias);
        }
        let images = input.chunks_exact(window.input_len()).zip(output.chunks_exact_mut(geometry.all.output_len()));
        for (image, output) in images {
            geometry.for_each_cell(|position, cell, pixel| {
                let y = &mut output[position * filters..][..filters];
                let (x, k) = (&image[pixel..][..window.channels], &kernel[cell * taps..][..taps]);
                add_outputs(geometry, x, k, y);
            });
        }
    }
    geometry.check(input, output, kernel);
    assert_eq!(bias.len(), geometry.all.filters, "a bias for each filter of {geometry:?}");
    for_each_level!(
        cpu,
        body(geometry: &GroupedConvolution, input: &[f32], kernel: &[f32], bias: &[f32], output: &mut [f32])
    )
}

/// The gradient of the input of [`grouped_convolution`]; `input_gradient`: `[N, H, W, C]`, overwritten.
///
/// # Panics
/// If a length does not fit the geometry.
pub fn grouped_convolution_input_gradient(
    cpu: Cpu,
    geometry: &GroupedConvolution,
    output_gradient: &[f32],
    kernel: &[f32],
    input_gradient: &mut [f32],
) {
    #[inline(always)]
    fn body(geometry: &GroupedConvolution, output_gradient: &[f32], kernel: &[f32], input_gradient: &mut [f32]) {
        let Convolution { window, filters } = geometry.all;
        let taps = geometry.sizes()[0] * filters;
        input_gradient.fill(0.0);
        let images = input_gradient.chunks_exact_mut(window.input_len());
        for (image, gradient) in images.zip(output_gradient.chunks_exact(geometry.all.output_len())) {
            geometry.for_each_cell(|position, cell, pixel| {
                let dy = &gradient[position * filters..][..filters];
                let (dx, k) = (&mut image[pixel..][..window.channels], &kernel[cell * taps..][..taps]);
                add_inputs(geometry, dx, k, dy);
            });
        }
    }
    geometry.check(input_gradient, output_gradient, kernel);
    for_each_level!(
        cpu,
        body(geometry: &GroupedConvolution, output_gradient: &[f32], kernel: &[f32], input_gradient: &mut [f32])
    )
}

/// The gradient of the kernel of [`grouped_convolution`], over all images; `kernel_gradient` is overwritten.
///
/// # Panics
/// If a length does not fit the geometry.
pub fn grouped_convolution_kernel_gradient(
    cpu: Cpu,
    geometry: &GroupedConvolution,
    input: &[f32],
    output_gradient: &[f32],
    kernel_gradient: &mut [f32],
) {
    #[inline(always)]
    fn body(geometry: &GroupedConvolution, input: &[f32], output_gradient: &[f32], kernel_gradient: &mut [f32]) {
        let Convolution { window, filters } = geometry.all;
        let taps = geometry.sizes()[0] * filters;
        kernel_gradient.fill(0.0);
        let images = input.chunks_exact(window.input_len());
        for (image, gradient) in images.zip(output_gradient.chunks_exact(geometry.all.output_len())) {
            geometry.for_each_cell(|position, cell, pixel| {
                let dy = &gradient[position * filters..][..filters];
                let (x, dk) = (&image[pixel..][..window.channels], &mut kernel_gradient[cell * taps..][..taps]);
                add_taps(geometry, x, dk, dy);
            });
        }
    }
    geometry.check(input, output_gradient, kernel_gradient);
    for_each_level!(
        cpu,
        body(geometry: &GroupedConvolution, input: &[f32], output_gradient: &[f32], kernel_gradient: &mut [f32])
    )
}

/// Adds what a cell of a window contributes to its outputs `y`: products of the pixel `x` with the cell's taps `k`,
/// `[C / groups, O]`.
#[inline(always)]
fn add_outputs(geometry: &GroupedConvolution, x: &[f32], k: &[f32], y: &mut [f32]) {
    if geometry.sizes() == [1, 1] {
        for ((y, x), k) in y.iter_mut().zip(x).zip(k) {
            *y += x * k;
        }
        return;
    }
    for_each_row(geometry, |channel, taps, filters| {
        for (y, k) in y[filters].iter_mut().zip(&k[taps]) {
            *y += x[channel] * k;
        }
    });
}

/// Adds what a cell's outputs, whose gradient is `dy`, contribute to the gradient of its pixel, `dx`.
#[inline(always)]
fn add_inputs(geometry: &GroupedConvolution, dx: &mut [f32], k: &[f32], dy: &[f32]) {
    if geometry.sizes() == [1, 1] {
        for ((dx, k), dy) in dx.iter_mut().zip(k).zip(dy) {
            *dx += k * dy;
        }
        return;
    }
    for_each_row(geometry, |channel, taps, filters| {
        for (k, dy) in k[taps].iter().zip(&dy[filters]) {
            dx[channel] += k * dy;
        }
    });
}

/// Adds what a cell of a window contributes to the gradient of its taps, `dk`.
#[inline(always)]
fn add_taps(geometry: &GroupedConvolution, x: &[f32], dk: &mut [f32], dy: &[f32]) {
    if geometry.sizes() == [1, 1] {
        for ((dk, x), dy) in dk.iter_mut().zip(x).zip(dy) {
            *dk += x * dy;
        }
        return;
    }
    for_each_row(geometry, |channel, taps, filters| {
        for (dk, dy) in dk[taps].iter_mut().zip(&dy[filters]) {
            *dk += x[channel] * dy;
        }
    });
}

/// Calls `visit(channel, taps, filters)` for every channel: where the cell's taps from it to the filters of its group are, and
/// these filters.
#[inline(always)]
fn for_each_row(
    geometry: &GroupedConvolution,
    mut visit: impl FnMut(usize, std::ops::Range<usize>, std::ops::Range<usize>),
) {
    let [channels, filters] = geometry.sizes();
    for channel in 0..geometry.all.window.channels {
        let first = channel / channels * filters;
        let taps = channel % channels * geometry.all.filters + first;
        visit(channel, taps..taps + filters, first..first + filters);
    }
}
