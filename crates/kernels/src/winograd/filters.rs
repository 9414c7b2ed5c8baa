//! The transforms of kernels, for as many pairs of channels at once as a vector has lanes.

use super::lines::{self, column};
use super::{FREQUENCIES, spaced};
use crate::gemm::transpose;
use crate::isa::{Isa, for_each_isa, load, store};
use crate::level::Cpu;

/// Some columns of a kernel's pairs of channels: all `rows` input channels with the output channels from `first` on.
#[derive(Clone, Copy)]
pub(super) struct Pairs {
    pub rows: usize,
    /// Of the whole kernel.
    pub columns: usize,
    pub first: usize,
    pub width: usize,
}

impl Pairs {
    pub(super) fn len(self) -> usize {
        self.rows * self.width
    }

    fn assert_lengths(self, kernel: &[f32], transformed: &[f32]) {
        assert!(self.first + self.width <= self.columns, "columns of a kernel");
        assert_eq!(kernel.len(), 9 * self.rows * self.columns, "a kernel of {}x{}", self.rows, self.columns);
        assert_eq!(transformed.len(), FREQUENCIES * spaced(self.len()), "a transformed kernel");
    }
}

/// `U = G g Gt` for `pairs` of the kernel `[9, rows, columns]`: 36 matrices `[rows, width]`.
pub(super) fn transform(cpu: Cpu, pairs: Pairs, kernel: &[f32], transformed: &mut [f32]) {
    let (from, to) = (kernel.as_ptr(), transformed.as_mut_ptr());
    pairs.assert_lengths(kernel, transformed);
    #[inline(always)]
    unsafe fn body<I: Isa>(pairs: Pairs, from: *const f32, to: *mut f32) {
        let (tap, frequency) = (pairs.rows * pairs.columns, spaced(pairs.len()));
        for row in 0..pairs.rows {
            for at in (0..pairs.width).step_by(I::LANES) {
                let lanes = I::LANES.min(pairs.width - at);
                // SAFETY: `lanes` pairs from here on exist in each of the 9 taps and 36 frequencies.
                unsafe {
                    let from = from.add(row * pairs.columns + pairs.first + at);
                    let to = to.add(row * pairs.width + at);
                    let mut rows = [[I::zero(); 6]; 3];
                    for (i, row) in rows.iter_mut().enumerate() {
                        let mut taps = [I::zero(); 3];
                        for (j, value) in taps.iter_mut().enumerate() {
                            *value = load::<I>(from.add((3 * i + j) * tap), lanes);
                        }
                        *row = lines::filter::<I>(taps);
                    }
                    for x in 0..6 {
                        let column = lines::filter::<I>(column(&rows, x));
                        for (y, &value) in column.iter().enumerate() {
                            store::<I>(to.add((6 * y + x) * frequency), lanes, value);
                        }
                    }
                }
            }
        }
    }
    // SAFETY: the lengths are asserted above.
    unsafe { for_each_isa!(cpu, body(pairs: Pairs, from: *const f32, to: *mut f32)) }
}

/// As [`transform`], with each frequency's matrix transposed to `[width, rows]`. `taps`: scratch for at least nine
/// matrices of `pairs`.
pub(super) fn transform_transposed(cpu: Cpu, pairs: Pairs, kernel: &[f32], taps: &mut [f32], transformed: &mut [f32]) {
    pairs.assert_lengths(kernel, transformed);
    let taps = &mut taps[..9 * pairs.len()];
    // Nine taps are transposed instead of 36 frequencies: the transform does not mix pairs of channels.
    for (from, to) in kernel.chunks_exact(pairs.rows * pairs.columns).zip(taps.chunks_exact_mut(pairs.len())) {
        transpose(cpu, &from[pairs.first..], pairs.columns, [pairs.rows, pairs.width], to);
    }
    let whole = Pairs { rows: pairs.width, columns: pairs.rows, first: 0, width: pairs.rows };
    transform(cpu, whole, taps, transformed);
}

/// The adjoint of [`transform`]: overwrites the pairs of the kernel's gradient.
pub(super) fn adjoint(cpu: Cpu, pairs: Pairs, transformed: &[f32], kernel: &mut [f32]) {
    let (from, to) = (transformed.as_ptr(), kernel.as_mut_ptr());
    pairs.assert_lengths(kernel, transformed);
    #[inline(always)]
    unsafe fn body<I: Isa>(pairs: Pairs, from: *const f32, to: *mut f32) {
        let (tap, frequency) = (pairs.rows * pairs.columns, spaced(pairs.len()));
        for row in 0..pairs.rows {
            for at in (0..pairs.width).step_by(I::LANES) {
                let lanes = I::LANES.min(pairs.width - at);
                // SAFETY: as in `transform`.
                unsafe {
                    let from = from.add(row * pairs.width + at);
                    let to = to.add(row * pairs.columns + pairs.first + at);
                    let mut rows = [[I::zero(); 3]; 6];
                    for (y, row) in rows.iter_mut().enumerate() {
                        let mut line = [I::zero(); 6];
                        for (x, value) in line.iter_mut().enumerate() {
                            *value = load::<I>(from.add((6 * y + x) * frequency), lanes);
                        }
                        *row = lines::filter_adjoint::<I>(line);
                    }
                    for j in 0..3 {
                        let column = lines::filter_adjoint::<I>(column(&rows, j));
                        for (i, &value) in column.iter().enumerate() {
                            store::<I>(to.add((3 * i + j) * tap), lanes, value);
                        }
                    }
                }
            }
        }
    }
    // SAFETY: the lengths are asserted above.
    unsafe { for_each_isa!(cpu, body(pairs: Pairs, from: *const f32, to: *mut f32)) }
}
