//! Winograd convolution for 3x3 kernels with stride 1: forward and both gradients with a quarter of the products.
//!
//! An output tile of 4x4 pixels is made from the 6x6 input pixels around it in the frequency domain of F(4x4, 3x3):
//!
//! ```text
//! forward   V = Bt d B      for each tile d of the input
//!           U = G g Gt      for each pair of channels
//!           M[f] = V[f] U[f]           one product per frequency f: [tiles, C] x [C, O]
//!           y = At M A      for each tile
//! backward  Mb = A dy At    the adjoint of the last line, used twice
//!           dU[f] = V[f]t Mb[f], dg = Gt dU G
//!           dV[f] = Mb[f] U[f]t, dd = B dV Bt, overlapping tiles added
//! ```
//!
//! Tiles at the right and bottom may be *half* as wide or high (see [`lines`]); they have fewer frequencies, so a
//! frequency has only the tiles that need it.
//!
//! A frequency-domain buffer holds, for each of the 36 frequencies, a matrix: `[images x tiles, channels]` of images,
//! `[C, O]` of a kernel. The matrices lie a cache line further apart than their size: at strides of a power of two the
//! 36 streams of a transform would share one set of the cache.

mod filters;
mod lines;
mod transforms;

use crate::convolution::Convolution;
use crate::epilogue::{Epilogue, OutputGradient};
use crate::gemm::{Matrix, gemm, transpose};
use crate::level::Cpu;

/// Frequencies of a tile: 6 x 6.
const FREQUENCIES: usize = 36;
/// Floats between two frequencies' matrices beyond their size.
const GAP: usize = 16;

/// A convolution laid out in tiles.
#[derive(Clone, Debug)]
pub struct Winograd {
    geometry: Convolution,
    tiles: Vec<Tile>,
    /// How many tiles of an image have each frequency.
    counts: [usize; FREQUENCIES],
}

/// Where one tile lies and which of its frequencies' matrices rows are its.
#[derive(Clone, Debug)]
struct Tile {
    /// The first output pixel; the first input pixel is this minus the padding before the image.
    row: usize,
    column: usize,
    /// Whether it is half as high, and half as wide.
    half: [bool; 2],
    /// Its number among the tiles that have the frequency.
    index: [usize; FREQUENCIES],
}

/// Lengths in floats of the buffers that [`Winograd`]'s passes need for a number of images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WinogradLengths {
    /// The input in the frequency domain, kept from forward to backward.
    pub input: usize,
    /// The output, or its gradient, in the frequency domain.
    pub output: usize,
    /// The kernel in the frequency domain, plain or transposed.
    pub kernel: usize,
}

impl Winograd {
    /// The layout for `geometry`, or `None` unless its kernel is 3x3 and its stride 1.
    pub fn new(geometry: Convolution) -> Option<Self> {
        if geometry.window.kernel != [3, 3] || geometry.window.stride != [1, 1] {
            return None;
        }
        let [height, width] = geometry.window.output;
        let mut counts = [0; FREQUENCIES];
        let mut tiles = Vec::new();
        for (row, half_height) in cut(height) {
            for (column, half_width) in cut(width) {
                let mut index = [0; FREQUENCIES];
                for (frequency, index) in index.iter_mut().enumerate() {
                    if lines::has(half_height, frequency / 6) && lines::has(half_width, frequency % 6) {
                        *index = counts[frequency];
                        counts[frequency] += 1;
                    }
                }
                tiles.push(Tile { row, column, half: [half_height, half_width], index });
            }
        }
        Some(Self { geometry, tiles, counts })
    }

    /// The convolution's geometry.
    pub fn geometry(&self) -> &Convolution {
        &self.geometry
    }

    /// The lengths of the buffers for `images` images.
    pub fn lengths(&self, images: usize) -> WinogradLengths {
        let Convolution { window, filters } = self.geometry;
        WinogradLengths {
            input: self.matrices(images, window.channels).length,
            output: self.matrices(images, filters).length,
            kernel: FREQUENCIES * spaced(window.channels * filters),
        }
    }

    /// `U`: the kernel `[3, 3, C, O]` in the frequency domain, 36 matrices `[C, O]`.
    ///
    /// # Panics
    /// If a length does not fit.
    pub fn transform_kernel(&self, cpu: Cpu, kernel: &[f32], transformed: &mut [f32]) {
        self.assert_kernels(kernel, transformed);
        filters::transform(cpu, self.pairs(), kernel, transformed);
    }

    /// `U` with each frequency's matrix transposed to `[O, C]`: what [`Self::input_gradient`] takes. `scratch`: at least
    /// as long as the kernel.
    ///
    /// # Panics
    /// If a length does not fit.
    pub fn transform_kernel_transposed(&self, cpu: Cpu, kernel: &[f32], transformed: &mut [f32], scratch: &mut [f32]) {
        self.assert_kernels(kernel, transformed);
        let (channels, filters) = (self.geometry.window.channels, self.geometry.filters);
        let scratch = &mut scratch[..kernel.len()];
        // Nine taps are transposed instead of 36 frequencies: the transform does not mix pairs of channels.
        for (from, to) in kernel.chunks_exact(self.pairs()).zip(scratch.chunks_exact_mut(self.pairs())) {
            transpose(from, channels, filters, to);
        }
        filters::transform(cpu, self.pairs(), scratch, transformed);
    }

    /// Convolves `input` `[N, H, W, C]` with the transformed kernel, adds `bias` (`[O]`) and goes on as `epilogue` says.
    /// `frequencies` is left holding the transformed input; `products` is scratch.
    ///
    /// # Panics
    /// If a length does not fit, or if an output that is to be pooled has an odd height or width.
    #[expect(clippy::too_many_arguments, reason = "each is a different array")]
    pub fn forward(
        &self,
        cpu: Cpu,
        input: &[f32],
        kernel: &[f32],
        bias: &[f32],
        epilogue: Epilogue<'_>,
        frequencies: &mut [f32],
        products: &mut [f32],
    ) {
        let (channels, filters) = (self.geometry.window.channels, self.geometry.filters);
        let images = input.len() / self.geometry.window.input_len();
        let (from, to) = (self.matrices(images, channels), self.matrices(images, filters));
        transforms::input(cpu, self, images, input, frequencies);
        for (f, kernel) in kernel.chunks_exact(spaced(self.pairs())).enumerate() {
            let kernel = Matrix::row_major(&kernel[..self.pairs()], channels, filters);
            let rows = from.rows[f];
            let input = Matrix::row_major(from.matrix(f, frequencies), rows, channels);
            gemm(cpu, input, kernel, to.matrix_mut(f, products), false);
        }
        transforms::output(cpu, self, images, products, bias, epilogue);
    }

    /// The adjoint of the output transform: `Mb` from the gradient of what [`Self::forward`] gave for `images` images.
    /// Both gradients start from it.
    ///
    /// # Panics
    /// If a length does not fit.
    pub fn transform_gradient(&self, cpu: Cpu, images: usize, gradient: OutputGradient<'_>, products: &mut [f32]) {
        transforms::output_adjoint(cpu, self, images, gradient, products);
    }

    /// Adds the kernel's gradient over `images` images to `kernel_gradient` (`[3, 3, C, O]`). `frequencies`: the transformed
    /// input that [`Self::forward`] left; `products`: what [`Self::transform_gradient`] made; `scratch`: as long as a
    /// transformed kernel.
    ///
    /// # Panics
    /// If a length does not fit.
    pub fn kernel_gradient(
        &self,
        cpu: Cpu,
        images: usize,
        frequencies: &[f32],
        products: &[f32],
        kernel_gradient: &mut [f32],
        scratch: &mut [f32],
    ) {
        self.assert_kernels(kernel_gradient, scratch);
        let (channels, filters) = (self.geometry.window.channels, self.geometry.filters);
        let (from, to) = (self.matrices(images, channels), self.matrices(images, filters));
        for (f, gradient) in scratch.chunks_exact_mut(spaced(self.pairs())).enumerate() {
            let input = Matrix::row_major(from.matrix(f, frequencies), from.rows[f], channels);
            let output = Matrix::row_major(to.matrix(f, products), to.rows[f], filters);
            gemm(cpu, input.transposed(), output, &mut gradient[..self.pairs()], false);
        }
        filters::adjoint(cpu, self.pairs(), scratch, kernel_gradient);
    }

    /// The input's gradient `[N, H, W, C]`, overwritten. `products`: what [`Self::transform_gradient`] made;
    /// `transposed_kernel`: what [`Self::transform_kernel_transposed`] made; `frequencies`: scratch, may be the
    /// transformed input once that is no longer needed.
    ///
    /// # Panics
    /// If a length does not fit.
    pub fn input_gradient(
        &self,
        cpu: Cpu,
        products: &[f32],
        transposed_kernel: &[f32],
        input_gradient: &mut [f32],
        frequencies: &mut [f32],
    ) {
        let (channels, filters) = (self.geometry.window.channels, self.geometry.filters);
        let images = input_gradient.len() / self.geometry.window.input_len();
        let (to, from) = (self.matrices(images, channels), self.matrices(images, filters));
        for (f, kernel) in transposed_kernel.chunks_exact(spaced(self.pairs())).enumerate() {
            let kernel = Matrix::row_major(&kernel[..self.pairs()], filters, channels);
            let products = Matrix::row_major(from.matrix(f, products), from.rows[f], filters);
            gemm(cpu, products, kernel, to.matrix_mut(f, frequencies), false);
        }
        transforms::input_adjoint(cpu, self, images, frequencies, input_gradient);
    }

    /// Pairs of an input and an output channel.
    fn pairs(&self) -> usize {
        self.geometry.window.channels * self.geometry.filters
    }

    fn assert_kernels(&self, kernel: &[f32], transformed: &[f32]) {
        assert_eq!(kernel.len(), self.geometry.kernel_len(), "a kernel of {:?}", self.geometry);
        assert_eq!(
            transformed.len(),
            FREQUENCIES * spaced(self.pairs()),
            "a transformed kernel of {:?}",
            self.geometry
        );
    }

    /// How a frequency-domain buffer for `images` images with `channels` channels is laid out.
    fn matrices(&self, images: usize, channels: usize) -> Matrices {
        let rows = self.counts.map(|count| count * images);
        let mut offset = [0; FREQUENCIES];
        let mut end = 0;
        for (offset, rows) in offset.iter_mut().zip(rows) {
            *offset = end;
            end += spaced(rows * channels);
        }
        Matrices { offset, rows, channels, length: end }
    }
}

/// The layout of a frequency-domain buffer.
struct Matrices {
    offset: [usize; FREQUENCIES],
    rows: [usize; FREQUENCIES],
    channels: usize,
    length: usize,
}

impl Matrices {
    fn matrix<'a>(&self, frequency: usize, buffer: &'a [f32]) -> &'a [f32] {
        &buffer[self.offset[frequency]..][..self.rows[frequency] * self.channels]
    }

    fn matrix_mut<'a>(&self, frequency: usize, buffer: &'a mut [f32]) -> &'a mut [f32] {
        &mut buffer[self.offset[frequency]..][..self.rows[frequency] * self.channels]
    }
}

/// The distance between two frequencies' matrices of `length` floats.
const fn spaced(length: usize) -> usize {
    length.next_multiple_of(GAP) + GAP
}

/// Cuts `length` outputs into lines of four and, if one or two are left, a half line: (start, half).
fn cut(length: usize) -> impl Iterator<Item = (usize, bool)> {
    (0..length).step_by(4).map(move |start| (start, length - start <= 2))
}
