//! The transforms of kernels, for as many pairs of channels at once as a vector has lanes.

use super::lines::{self, BANDS, column};
use super::spacing::spaced;
use crate::isa::{Isa, for_each_isa, load, store};
use crate::level::Cpu;
use crate::transposed::transpose;

/// Frequencies of a band.
const BAND_LEN: usize = 12;

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

    /// Floats of a band of the kernel in the frequency domain.
    pub(super) fn band_len(self) -> usize {
        BAND_LEN * spaced(self.len())
    }

    /// Those of the kernel that [`transposed`] made of these.
    pub(super) fn transposed(self) -> Self {
        Self { rows: self.width, columns: self.rows, first: 0, width: self.rows }
    }

    fn assert_lengths(self, band: usize, kernel: &[f32], transformed: &[f32]) {
        assert!(self.first + self.width <= self.columns && band < BANDS.len(), "columns and a band of a kernel");
        assert_eq!(kernel.len(), 9 * self.rows * self.columns, "a kernel of {}x{}", self.rows, self.columns);
        assert_eq!(transformed.len(), self.band_len(), "a band of a transformed kernel");
    }
}

/// The frequencies of a band, by their number.
pub(super) fn frequencies(band: usize) -> impl Iterator<Item = usize> {
    BANDS[band].into_iter().flat_map(|y| 6 * y..6 * y + 6)
}

/// One band of `U = G g Gt` for `pairs` of the kernel `[9, rows, columns]`: 12 matrices `[rows, width]`.
pub(super) fn transform(cpu: Cpu, pairs: Pairs, band: usize, kernel: &[f32], transformed: &mut [f32]) {
    pairs.assert_lengths(band, kernel, transformed);
    let work = Work { pairs, band, kernel: kernel.as_ptr().cast_mut(), transformed: transformed.as_mut_ptr() };
    // SAFETY: the lengths are asserted above; the kernel is only read.
    unsafe { for_each_isa!(cpu, transform_body(work: Work)) }
}

/// The adjoint of [`transform`]: writes the part of the kernel's gradient that comes from band 0, or adds another's.
pub(super) fn adjoint(cpu: Cpu, pairs: Pairs, band: usize, transformed: &[f32], kernel: &mut [f32]) {
    pairs.assert_lengths(band, kernel, transformed);
    let work = Work { pairs, band, kernel: kernel.as_mut_ptr(), transformed: transformed.as_ptr().cast_mut() };
    // SAFETY: the lengths are asserted above; the transformed kernel is only read.
    unsafe { for_each_isa!(cpu, adjoint_body(work: Work)) }
}

/// Writes the nine taps of `pairs` with rows and columns exchanged. The transform does not mix pairs of channels, so that
/// 36 frequencies need not be transposed.
pub(super) fn transposed(cpu: Cpu, pairs: Pairs, kernel: &[f32], taps: &mut [f32]) {
    for (from, to) in kernel.chunks_exact(pairs.rows * pairs.columns).zip(taps.chunks_exact_mut(pairs.len())) {
        transpose(cpu, &from[pairs.first..], pairs.columns, [pairs.rows, pairs.width], to);
    }
}

/// The arguments of [`transform`] and [`adjoint`], of asserted lengths.
struct Work {
    pairs: Pairs,
    band: usize,
    kernel: *mut f32,
    transformed: *mut f32,
}

impl Work {
    /// The vector of pairs from column `at` of a row on: its first tap, its first frequency, its lanes.
    #[inline(always)]
    fn vector<I: Isa>(&self, row: usize, at: usize) -> (*mut f32, *mut f32, usize) {
        let Pairs { columns, first, width, .. } = self.pairs;
        let taps = self.kernel.wrapping_add(row * columns + first + at);
        (taps, self.transformed.wrapping_add(row * width + at), I::LANES.min(width - at))
    }

    /// The distances between taps and between frequencies.
    fn strides(&self) -> (usize, usize) {
        (self.pairs.rows * self.pairs.columns, spaced(self.pairs.len()))
    }
}

/// A band of all pairs' frequencies.
///
/// # Safety
/// The level's instructions are there, and the pointers are valid as [`Work`] says.
#[inline(always)]
unsafe fn transform_body<I: Isa>(work: Work) {
    // SAFETY: by contract.
    unsafe {
        match work.band {
            0 => transform_band::<I, 0>(&work),
            1 => transform_band::<I, 1>(&work),
            _ => transform_band::<I, 2>(&work),
        }
    }
}

/// As [`transform_body`], for a band that is known.
///
/// # Safety
/// As for [`transform_body`].
#[inline(always)]
unsafe fn transform_band<I: Isa, const BAND: usize>(work: &Work) {
    let (tap, frequency) = work.strides();
    for row in 0..work.pairs.rows {
        for at in (0..work.pairs.width).step_by(I::LANES) {
            let (from, to, lanes) = work.vector::<I>(row, at);
            // SAFETY: `lanes` pairs from here on exist in each of the 9 taps and 12 frequencies.
            unsafe {
                let mut bands = [[I::zero(); 2]; 3];
                for (j, band) in bands.iter_mut().enumerate() {
                    let mut taps = [I::zero(); 3];
                    for (i, value) in taps.iter_mut().enumerate() {
                        *value = load::<I>(from.add((3 * i + j) * tap), lanes);
                    }
                    *band = lines::filter_band::<I, BAND>(taps);
                }
                for y in 0..2 {
                    for (x, value) in lines::filter::<I>(column(&bands, y)).into_iter().enumerate() {
                        store::<I>(to.add((6 * y + x) * frequency), lanes, value);
                    }
                }
            }
        }
    }
}

/// The gradients of all pairs' taps from those of a band.
///
/// # Safety
/// The level's instructions are there, and the pointers are valid as [`Work`] says.
#[inline(always)]
unsafe fn adjoint_body<I: Isa>(work: Work) {
    // SAFETY: by contract.
    unsafe {
        match work.band {
            0 => adjoint_band::<I, 0>(&work),
            1 => adjoint_band::<I, 1>(&work),
            _ => adjoint_band::<I, 2>(&work),
        }
    }
}

/// As [`adjoint_body`], for a band that is known.
///
/// # Safety
/// As for [`adjoint_body`].
#[inline(always)]
unsafe fn adjoint_band<I: Isa, const BAND: usize>(work: &Work) {
    let (tap, frequency) = work.strides();
    for row in 0..work.pairs.rows {
        for at in (0..work.pairs.width).step_by(I::LANES) {
            let (to, from, lanes) = work.vector::<I>(row, at);
            // SAFETY: as in `transform_band`.
            unsafe {
                let mut rows = [[I::zero(); 3]; 2];
                for (y, row) in rows.iter_mut().enumerate() {
                    let mut line = [I::zero(); 6];
                    for (x, value) in line.iter_mut().enumerate() {
                        *value = load::<I>(from.add((6 * y + x) * frequency), lanes);
                    }
                    *row = lines::filter_adjoint::<I>(line);
                }
                for j in 0..3 {
                    let taps = lines::filter_band_adjoint::<I, BAND>(column(&rows, j));
                    for (i, &value) in taps.iter().enumerate() {
                        let to = to.add((3 * i + j) * tap);
                        let value = if BAND == 0 { value } else { I::add(load::<I>(to, lanes), value) };
                        store::<I>(to, lanes, value);
                    }
                }
            }
        }
    }
}
