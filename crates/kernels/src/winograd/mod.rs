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
//! A frequency-domain buffer is worth its traffic only where it is not written to memory, and a second-level cache of 1 MB
//! holds little more than what a slice of images needs. Therefore the output channels are worked through in groups of 64,
//! and the frequencies of a kernel, four times as many as its taps, in three *bands* of 12: a band is made
//! when its products are due, in the place of the band before it.
//!
//! A frequency-domain buffer holds, for each of the 36 frequencies, a matrix: `[images x tiles, channels]` of images,
//! `[C, O]` of a kernel. The matrices lie a cache line further apart than their size: at strides of a power of two the
//! 36 streams of a transform would share one set of the cache.

mod filters;
mod lines;
mod transforms;
mod walk;

use crate::convolution::Convolution;
use crate::epilogue::{Epilogue, OutputGradient};
use crate::gemm::{Matrix, gemm};
use crate::level::Cpu;
use filters::Pairs;
use lines::BANDS;

/// Frequencies of a tile: 6 x 6.
const FREQUENCIES: usize = 36;
/// Floats between two frequencies' matrices beyond their size.
const GAP: usize = 16;
/// Output channels that are worked on at a time.
const GROUP: usize = 64;

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

/// The kernel of a Winograd convolution.
#[derive(Clone, Copy, Debug)]
pub enum WinogradKernel<'a> {
    /// `[3, 3, C, O]`.
    Plain(&'a [f32]),
    /// What [`Winograd::prepare_kernel`] made of it: for many passes with the same kernel.
    Prepared(&'a [f32]),
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

    /// Multiply-adds of one image's products in the frequency domain; the transforms come on top.
    pub fn multiply_adds(&self) -> u64 {
        self.counts.iter().sum::<usize>() as u64 * (self.geometry.window.channels * self.geometry.filters) as u64
    }

    /// Floats of a prepared kernel.
    pub fn prepared_len(&self) -> usize {
        self.groups().map(|group| BANDS.len() * self.pairs(&group).band_len()).sum()
    }

    /// Floats of scratch space that [`Self::forward`] needs for `images` images.
    pub fn forward_scratch_len(&self, images: usize) -> usize {
        let group = self.widest(|group| self.pairs(group).band_len() + self.matrices(images, group.width).length);
        self.matrices(images, self.geometry.window.channels).length + group
    }

    /// Floats of scratch space that [`Self::backward`] needs for `images` images.
    pub fn backward_scratch_len(&self, images: usize) -> usize {
        let group = self.widest(|group| {
            self.pairs(group).band_len() + 9 * self.pairs(group).len() + self.matrices(images, group.width).length
        });
        let from = self.matrices(images, self.geometry.window.channels);
        from.length + self.apart_len(&from) + group
    }

    /// Transforms a kernel for later passes.
    ///
    /// # Panics
    /// If a length does not fit.
    pub fn prepare_kernel(&self, cpu: Cpu, kernel: &[f32], mut prepared: &mut [f32]) {
        assert_eq!(kernel.len(), self.geometry.kernel_len(), "a kernel of {:?}", self.geometry);
        assert_eq!(prepared.len(), self.prepared_len(), "a prepared kernel of {:?}", self.geometry);
        for pairs in self.groups().map(|group| self.pairs(&group)) {
            for band in 0..BANDS.len() {
                let (part, rest) = prepared.split_at_mut(pairs.band_len());
                filters::transform(cpu, pairs, band, kernel, part);
                prepared = rest;
            }
        }
    }

    /// Convolves `input` `[N, H, W, C]` with `kernel`, adds `bias` (`[O]`) and goes on as `epilogue` says. `scratch`: at
    /// least [`Self::forward_scratch_len`] floats of any content.
    ///
    /// # Panics
    /// If a length does not fit, or if an output that is to be pooled has an odd height or width.
    pub fn forward(
        &self,
        cpu: Cpu,
        input: &[f32],
        kernel: WinogradKernel<'_>,
        bias: &[f32],
        mut epilogue: Epilogue<'_>,
        scratch: &mut [f32],
    ) {
        let channels = self.geometry.window.channels;
        let images = input.len() / self.geometry.window.input_len();
        let from = self.matrices(images, channels);
        let (frequencies, scratch) = scratch.split_at_mut(from.length);
        transforms::input(cpu, self, images, input, frequencies);
        let mut prepared = 0;
        for group in self.groups() {
            let (pairs, to) = (self.pairs(&group), self.matrices(images, group.width));
            let (transformed, products) = scratch.split_at_mut(pairs.band_len());
            for band in 0..BANDS.len() {
                let transformed = match kernel {
                    WinogradKernel::Plain(kernel) => {
                        filters::transform(cpu, pairs, band, kernel, transformed);
                        &*transformed
                    }
                    WinogradKernel::Prepared(kernel) => &kernel[prepared..][..transformed.len()],
                };
                prepared += transformed.len();
                for (f, kernel) in filters::frequencies(band).zip(transformed.chunks_exact(spaced(pairs.len()))) {
                    let kernel = Matrix::row_major(&kernel[..pairs.len()], channels, group.width);
                    let input = Matrix::row_major(from.matrix(f, frequencies), from.rows[f], channels);
                    gemm(cpu, input, kernel, to.matrix_mut(f, products), false);
                }
            }
            transforms::output(cpu, self, images, &group, products, bias, &mut epilogue);
        }
        epilogue.finish(cpu);
    }

    /// Both gradients: of the kernel (`[3, 3, C, O]`, overwritten) and, if wanted, of the input (`[N, H, W, C]`,
    /// overwritten). `input` and `kernel` (`[3, 3, C, O]`): what [`Self::forward`] took; `gradient`: of what it gave;
    /// `scratch`: at least [`Self::backward_scratch_len`] floats of any content.
    ///
    /// The input is transformed again: that is faster than to keep its transform, which is larger than a cache.
    ///
    /// # Panics
    /// If a length does not fit.
    #[expect(clippy::too_many_arguments, reason = "each is a different array")]
    pub fn backward(
        &self,
        cpu: Cpu,
        input: &[f32],
        kernel: &[f32],
        gradient: OutputGradient<'_>,
        kernel_gradient: &mut [f32],
        input_gradient: Option<&mut [f32]>,
        scratch: &mut [f32],
    ) {
        assert_eq!(kernel.len(), self.geometry.kernel_len(), "a kernel of {:?}", self.geometry);
        assert_eq!(kernel_gradient.len(), kernel.len(), "the gradient of a kernel of {:?}", self.geometry);
        let channels = self.geometry.window.channels;
        let images = input.len() / self.geometry.window.input_len();
        let from = self.matrices(images, channels);
        let (frequencies, scratch) = scratch.split_at_mut(from.length);
        let (apart, scratch) = scratch.split_at_mut(self.apart_len(&from));
        transforms::input(cpu, self, images, input, frequencies);
        for group in self.groups() {
            let (pairs, to) = (self.pairs(&group), self.matrices(images, group.width));
            let (transformed, rest) = scratch.split_at_mut(pairs.band_len());
            let (products, taps) = rest.split_at_mut(to.length);
            transforms::output_adjoint(cpu, self, images, &group, gradient, products);
            if input_gradient.is_some() {
                filters::transposed(cpu, pairs, kernel, &mut taps[..9 * pairs.len()]);
            }
            for band in 0..BANDS.len() {
                for (f, gradient) in filters::frequencies(band).zip(transformed.chunks_exact_mut(spaced(pairs.len()))) {
                    let input = Matrix::row_major(from.matrix(f, frequencies), from.rows[f], channels);
                    let output = Matrix::row_major(to.matrix(f, products), to.rows[f], group.width);
                    gemm(cpu, input.transposed(), output, &mut gradient[..pairs.len()], false);
                }
                filters::adjoint(cpu, pairs, band, transformed, kernel_gradient);
                if input_gradient.is_none() {
                    continue;
                }
                filters::transform(cpu, pairs.transposed(), band, &taps[..9 * pairs.len()], transformed);
                let gradients = if apart.is_empty() { &mut *frequencies } else { &mut *apart };
                for (f, kernel) in filters::frequencies(band).zip(transformed.chunks_exact(spaced(pairs.len()))) {
                    let kernel = Matrix::row_major(&kernel[..pairs.len()], group.width, channels);
                    let products = Matrix::row_major(to.matrix(f, products), to.rows[f], group.width);
                    gemm(cpu, products, kernel, from.matrix_mut(f, gradients), group.first > 0);
                }
            }
        }
        if let Some(input_gradient) = input_gradient {
            let gradients = if apart.is_empty() { frequencies } else { apart };
            transforms::input_adjoint(cpu, self, images, gradients, input_gradient);
        }
    }

    /// The groups of output channels, in order.
    fn groups(&self) -> impl Iterator<Item = Group> + use<> {
        let filters = self.geometry.filters;
        (0..filters).step_by(GROUP).map(move |first| Group { first, width: GROUP.min(filters - first) })
    }

    /// Room for the gradient of the input's frequencies. With one group it takes their own place: they are not needed any
    /// more by then, and what is written again does not push something else out of a cache.
    fn apart_len(&self, from: &Matrices) -> usize {
        if self.groups().count() > 1 { from.length } else { 0 }
    }

    fn widest(&self, length: impl Fn(&Group) -> usize) -> usize {
        self.groups().map(|group| length(&group)).max().unwrap_or(0)
    }

    /// The pairs of an input channel and an output channel of a group.
    fn pairs(&self, group: &Group) -> Pairs {
        let Convolution { window, filters } = self.geometry;
        Pairs { rows: window.channels, columns: filters, first: group.first, width: group.width }
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

/// Some output channels.
struct Group {
    first: usize,
    width: usize,
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
