//! The transforms of kernels, for as many pairs of channels at once as a vector has lanes.

use super::lines::{self, column};
use super::{FREQUENCIES, spaced};
use crate::isa::{Isa, for_each_isa};
use crate::level::Cpu;

/// `U = G g Gt` for `pairs` pairs of channels: `kernel` is `[9, pairs]`, `transformed` 36 rows of `pairs`.
pub(super) fn transform(cpu: Cpu, pairs: usize, kernel: &[f32], transformed: &mut [f32]) {
    let (from, to) = (kernel.as_ptr(), transformed.as_mut_ptr());
    assert_filters(pairs, kernel, transformed);
    #[inline(always)]
    unsafe fn body<I: Isa>(pairs: usize, from: *const f32, to: *mut f32) {
        for pair in (0..pairs).step_by(I::LANES) {
            let lanes = I::LANES.min(pairs - pair);
            // SAFETY: `lanes` pairs from `pair` on exist in each of the 9 and 36 rows.
            unsafe {
                let mut rows = [[I::zero(); 6]; 3];
                for (i, row) in rows.iter_mut().enumerate() {
                    let mut taps = [I::zero(); 3];
                    for (j, tap) in taps.iter_mut().enumerate() {
                        *tap = load::<I>(from.add((3 * i + j) * pairs + pair), lanes);
                    }
                    *row = lines::filter::<I>(taps);
                }
                for x in 0..6 {
                    let column = lines::filter::<I>(column(&rows, x));
                    for (y, &value) in column.iter().enumerate() {
                        store::<I>(to.add((6 * y + x) * spaced(pairs) + pair), lanes, value);
                    }
                }
            }
        }
    }
    // SAFETY: the lengths are asserted above.
    unsafe { for_each_isa!(cpu, body(pairs: usize, from: *const f32, to: *mut f32)) }
}

/// The adjoint of [`transform`]: adds to `kernel`.
pub(super) fn adjoint(cpu: Cpu, pairs: usize, transformed: &[f32], kernel: &mut [f32]) {
    let (from, to) = (transformed.as_ptr(), kernel.as_mut_ptr());
    assert_filters(pairs, kernel, transformed);
    #[inline(always)]
    unsafe fn body<I: Isa>(pairs: usize, from: *const f32, to: *mut f32) {
        for pair in (0..pairs).step_by(I::LANES) {
            let lanes = I::LANES.min(pairs - pair);
            // SAFETY: as in `transform`.
            unsafe {
                let mut rows = [[I::zero(); 3]; 6];
                for (y, row) in rows.iter_mut().enumerate() {
                    let mut line = [I::zero(); 6];
                    for (x, value) in line.iter_mut().enumerate() {
                        *value = load::<I>(from.add((6 * y + x) * spaced(pairs) + pair), lanes);
                    }
                    *row = lines::filter_adjoint::<I>(line);
                }
                for j in 0..3 {
                    let column = lines::filter_adjoint::<I>(column(&rows, j));
                    for (i, &value) in column.iter().enumerate() {
                        let tap = to.add((3 * i + j) * pairs + pair);
                        store::<I>(tap, lanes, I::add(load::<I>(tap, lanes), value));
                    }
                }
            }
        }
    }
    // SAFETY: the lengths are asserted above.
    unsafe { for_each_isa!(cpu, body(pairs: usize, from: *const f32, to: *mut f32)) }
}

fn assert_filters(pairs: usize, kernel: &[f32], transformed: &[f32]) {
    assert_eq!(kernel.len(), 9 * pairs, "a kernel of {pairs} pairs of channels");
    assert_eq!(transformed.len(), FREQUENCIES * spaced(pairs), "a transformed kernel of {pairs} pairs of channels");
}

/// The first `lanes` floats at `from`, without a mask where that is a whole vector.
///
/// # Safety
/// The level's instructions are there; `from` is valid for `lanes <= LANES` floats.
#[inline(always)]
unsafe fn load<I: Isa>(from: *const f32, lanes: usize) -> I::Vector {
    // SAFETY: the caller's.
    unsafe { if lanes == I::LANES { I::load(from) } else { I::load_first(from, lanes) } }
}

/// As [`load`], to `to`.
///
/// # Safety
/// As [`load`].
#[inline(always)]
unsafe fn store<I: Isa>(to: *mut f32, lanes: usize, vector: I::Vector) {
    // SAFETY: the caller's.
    unsafe { if lanes == I::LANES { I::store(to, vector) } else { I::store_first(to, lanes, vector) } }
}
