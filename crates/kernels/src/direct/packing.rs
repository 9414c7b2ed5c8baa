//! Kernels in the order in which they are used: one group of filters after the other, aligned and without gaps.
//!
//! Rows of a kernel lie as far apart as there are filters, wherever its first float happens to be. Read like that from
//! the second-level cache, with loads that cross cache lines and pages that change all the time, they would come at
//! two thirds of the speed.

use super::axis::even_part;
use crate::convolution::Convolution;
use crate::isa::Isa;
use crate::level::{Cpu, Level};

/// Floats of a cache line, and of the longest vector.
const LINE: usize = 16;

/// Filters that a block works on together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// The first of them, and how many they are.
    pub first: usize,
    pub filters: usize,
    /// Floats of a row of their weights: whole vectors.
    pub width: usize,
}

impl Group {
    /// How many of the `v`th vector's lanes are filters, `vectors` being the group's number of vectors.
    #[inline(always)]
    pub(super) fn lanes<I: Isa>(self, v: usize, vectors: usize) -> usize {
        if v + 1 < vectors { I::LANES } else { self.filters - v * I::LANES }
    }
}

/// For each level the floats of a vector, and the most vectors of filters in a block.
pub(super) const fn vectors(level: Level) -> [usize; 2] {
    match level {
        Level::Avx512 => [16, 4],
        Level::Avx2 => [8, 2],
        Level::Neon => [4, 4],
        Level::Simd128 => [4, 2],
        Level::Portable => [8, 1],
    }
}

/// `filters` filters in groups of up to `most` vectors of `lanes`.
pub(super) fn groups(filters: usize, [lanes, most]: [usize; 2]) -> impl Iterator<Item = Group> {
    let mut first = 0;
    std::iter::from_fn(move || {
        let left = filters - first;
        let width = even_part(left.div_ceil(lanes), most) * lanes;
        let group = Group { first, filters: left.min(width), width };
        first += group.filters;
        (left > 0).then_some(group)
    })
}

impl Convolution {
    /// Floats of scratch space that [`convolution`](crate::convolution) and
    /// [`convolution_input_gradient`](crate::convolution_input_gradient) need: the kernel in another order.
    pub fn scratch_len(&self) -> usize {
        let Self { window, filters } = self;
        let taps = window.kernel[0] * window.kernel[1];
        packed_len(taps * window.channels, *filters).max(packed_len(taps * filters, window.channels))
    }
}

/// Floats of a packed kernel `[rows, filters]`, with room to align it.
fn packed_len(rows: usize, filters: usize) -> usize {
    rows * filters.next_multiple_of(LINE) + LINE - 1
}

/// The scratch space for a packed kernel of `geometry`: `scratch` from the first cache line on that begins in it.
///
/// # Panics
/// If it is shorter than [`Convolution::scratch_len`].
pub(super) fn aligned<'a>(geometry: &Convolution, scratch: &'a mut [f32]) -> &'a mut [f32] {
    assert!(scratch.len() >= geometry.scratch_len(), "scratch space for {geometry:?}");
    let skip = scratch.as_ptr().align_offset(LINE * size_of::<f32>()).min(LINE - 1);
    &mut scratch[skip..]
}

/// Packs `kernel`, `[rows, filters]`: for each group in turn its columns, with zeros beyond the last filter.
pub(super) fn pack(cpu: Cpu, kernel: &[f32], filters: usize, packed: &mut [f32]) {
    let rows = kernel.len() / filters;
    for group in groups(filters, vectors(cpu.level())) {
        let block = &mut packed[rows * group.first..][..rows * group.width];
        for (to, from) in block.chunks_exact_mut(group.width).zip(kernel.chunks_exact(filters)) {
            to[..group.filters].copy_from_slice(&from[group.first..][..group.filters]);
            to[group.filters..].fill(0.0);
        }
    }
}

/// Packs the kernel made of the transposes of `taps`, each `[filters, columns]`.
pub(super) fn pack_transposed<'a>(
    cpu: Cpu,
    taps: impl ExactSizeIterator<Item = &'a [f32]> + Clone,
    filters: usize,
    packed: &mut [f32],
) {
    for group in groups(filters, vectors(cpu.level())) {
        for (number, tap) in taps.clone().enumerate() {
            let columns = tap.len() / filters;
            let start = (taps.len() * group.first + number * group.width) * columns;
            let from = &tap[group.first * columns..][..group.filters * columns];
            transpose(from, columns, &mut packed[start..][..columns * group.width], group.width);
        }
    }
}

/// Writes the transpose of `from`, rows of `columns` floats, to rows of `width`, and zeros to their ends.
fn transpose(from: &[f32], columns: usize, to: &mut [f32], width: usize) {
    let rows = from.len() / columns;
    // Four rows at a time, of which the compiler makes one store of four floats.
    let whole = rows - rows % 4;
    for row in (0..whole).step_by(4) {
        let lines: [&[f32]; 4] = std::array::from_fn(|line| &from[(row + line) * columns..][..columns]);
        for (column, to) in to.chunks_exact_mut(width).enumerate() {
            for (to, line) in to[row..row + 4].iter_mut().zip(lines) {
                *to = line[column];
            }
        }
    }
    for (column, to) in to.chunks_exact_mut(width).enumerate() {
        for row in whole..rows {
            to[row] = from[row * columns + column];
        }
        to[rows..].fill(0.0);
    }
}
