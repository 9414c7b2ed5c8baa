//! Two-dimensional convolution (cross-correlation, as every framework means it), forward and both gradients.
//!
//! Each image is unrolled into one row per output pixel holding the pixel's input window ("im2col"), which turns all
//! three passes into matrix products: `Y = P K`, `dK = P^T dY`, `dP = dY K^T`, with P the patches, K the kernel as
//! `[window, O]` and Y the output as `[pixel, O]`.

use crate::gemm::{Matrix, gemm, transpose};
use crate::level::Cpu;
use crate::window::Window;

/// A convolution's geometry: a window and the channels it produces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Convolution {
    /// How the kernel moves over one image.
    pub window: Window,
    /// O, the output channels.
    pub filters: usize,
}

impl Convolution {
    /// Floats of the kernel, `[kernel height, kernel width, C, O]`.
    pub fn kernel_len(&self) -> usize {
        self.window.patch_len() * self.filters
    }

    /// Floats of one output image, `[output height, output width, O]`.
    pub fn output_len(&self) -> usize {
        self.window.positions() * self.filters
    }

    /// Floats of scratch space that each pass needs: the patches of one image and a transposed kernel.
    pub fn scratch_len(&self) -> usize {
        self.window.positions() * self.window.patch_len() + self.kernel_len()
    }

    fn images(&self, input: &[f32], output: &[f32]) -> usize {
        let images = input.len() / self.window.input_len();
        assert_eq!(input.len(), images * self.window.input_len(), "whole input images, {:?}", self.window);
        assert_eq!(output.len(), images * self.output_len(), "{images} output images of {self:?}");
        images
    }

    fn patches<'s>(&self, scratch: &'s mut [f32]) -> (&'s mut [f32], &'s mut [f32]) {
        assert!(scratch.len() >= self.scratch_len(), "scratch space for {self:?}");
        let (patches, rest) = scratch.split_at_mut(self.window.positions() * self.window.patch_len());
        (patches, &mut rest[..self.kernel_len()])
    }
}

/// `output[n, y, x, o] = sum over window cells (i, j) and channels c of input[n, y s + i, x s + j, c] kernel[i, j, c, o]`.
///
/// `input`: `[N, H, W, C]`; `kernel`: `[i, j, C, O]`; `output`: `[N, H', W', O]`, overwritten; bias is added by
/// [`add_row`](crate::add_row). `scratch`: at least [`Convolution::scratch_len`] floats of any content.
///
/// # Panics
/// If a length does not fit the geometry.
pub fn convolution(
    cpu: Cpu,
    geometry: &Convolution,
    input: &[f32],
    kernel: &[f32],
    output: &mut [f32],
    scratch: &mut [f32],
) {
    let (window, filters) = (&geometry.window, geometry.filters);
    geometry.images(input, output);
    let kernel = Matrix::row_major(kernel, window.patch_len(), filters);
    let (patches, _) = geometry.patches(scratch);
    for (image, output) in input.chunks_exact(window.input_len()).zip(output.chunks_exact_mut(geometry.output_len())) {
        gather_patches(window, image, patches);
        let patches = Matrix::row_major(patches, window.positions(), window.patch_len());
        gemm(cpu, patches, kernel, output, false);
    }
}

/// Adds the loss's derivative with respect to the kernel to `kernel_gradient`, summed over the images.
///
/// `dK[i, j, c, o] += sum over n, y, x of input[n, y s + i, x s + j, c] output_gradient[n, y, x, o]`. Shapes as for
/// [`convolution`].
///
/// # Panics
/// If a length does not fit the geometry.
pub fn convolution_kernel_gradient(
    cpu: Cpu,
    geometry: &Convolution,
    input: &[f32],
    output_gradient: &[f32],
    kernel_gradient: &mut [f32],
    scratch: &mut [f32],
) {
    let (window, filters) = (&geometry.window, geometry.filters);
    geometry.images(input, output_gradient);
    let (patches, _) = geometry.patches(scratch);
    for (image, gradient) in
        input.chunks_exact(window.input_len()).zip(output_gradient.chunks_exact(geometry.output_len()))
    {
        gather_patches(window, image, patches);
        let patches = Matrix::row_major(patches, window.positions(), window.patch_len());
        let gradient = Matrix::row_major(gradient, window.positions(), filters);
        gemm(cpu, patches.transposed(), gradient, kernel_gradient, true);
    }
}

/// The loss's derivative with respect to the input, overwriting `input_gradient`.
///
/// `dX[n, y', x', c]` is the sum of `output_gradient[n, y, x, o] kernel[i, j, c, o]` over every output pixel and window
/// cell that read input pixel `(y', x')`. Shapes as for [`convolution`].
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
    geometry.images(input_gradient, output_gradient);
    let (patches, transposed) = geometry.patches(scratch);
    transpose(cpu, kernel, filters, [window.patch_len(), filters], transposed);
    for (image, gradient) in
        input_gradient.chunks_exact_mut(window.input_len()).zip(output_gradient.chunks_exact(geometry.output_len()))
    {
        let gradient = Matrix::row_major(gradient, window.positions(), filters);
        gemm(cpu, gradient, Matrix::row_major(transposed, filters, window.patch_len()), patches, false);
        scatter_patches(window, patches, image);
    }
}

/// Unrolls one image: row `y * W' + x` of `patches` is the window at output pixel `(y, x)`, zero where it is padding.
fn gather_patches(window: &Window, image: &[f32], patches: &mut [f32]) {
    for_each_run(window, |patch, pixels, whole| {
        if !whole.is_empty() {
            patches[whole].fill(0.0);
        }
        patches[patch].copy_from_slice(&image[pixels]);
    });
}

/// The adjoint of [`gather_patches`]: every element of a patch is added to the pixel it came from.
fn scatter_patches(window: &Window, patches: &[f32], image: &mut [f32]) {
    image.fill(0.0);
    for_each_run(window, |patch, pixels, _| {
        for (pixel, &value) in image[pixels].iter_mut().zip(&patches[patch]) {
            *pixel += value;
        }
    });
}

/// Calls `visit(range in patches, range in image, patch to clear)` for each run of pixels that lie side by side in both;
/// the third is the whole patch before the first run of a patch that is partly padding, and empty otherwise.
#[inline(always)]
fn for_each_run(
    window: &Window,
    mut visit: impl FnMut(std::ops::Range<usize>, std::ops::Range<usize>, std::ops::Range<usize>),
) {
    let (channels, patch_len) = (window.channels, window.patch_len());
    for row in 0..window.output[0] {
        let (kernel_rows, top) = window.rows(row);
        for column in 0..window.output[1] {
            let (kernel_columns, left) = window.columns(column);
            let patch = (row * window.output[1] + column) * patch_len;
            let padded = kernel_rows.len() * kernel_columns.len() < window.kernel[0] * window.kernel[1];
            let mut clear = if padded { patch..patch + patch_len } else { 0..0 };
            for kernel_row in kernel_rows.clone() {
                let y = top + kernel_row - window.before[0];
                let x = left + kernel_columns.start - window.before[1];
                let length = kernel_columns.len() * channels;
                let from = patch + (kernel_row * window.kernel[1] + kernel_columns.start) * channels;
                let pixel = (y * window.width + x) * channels;
                visit(from..from + length, pixel..pixel + length, std::mem::take(&mut clear));
            }
        }
    }
}
