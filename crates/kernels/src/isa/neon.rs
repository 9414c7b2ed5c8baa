//! Vectors of four floats: NEON with fused multiply-add, part of every AArch64 target.

use std::arch::aarch64::*;

use super::Isa;

/// NEON (Advanced SIMD); edges lane by lane, as it has no masks.
pub(crate) struct Neon;

// SAFETY of every block: `Isa`'s contract; the CPU has NEON and pointers are valid for the floats or bytes named.
#[expect(clippy::undocumented_unsafe_blocks, reason = "one contract, stated above, serves every method")]
impl Isa for Neon {
    type Vector = float32x4_t;

    const LANES: usize = 4;

    #[inline(always)]
    unsafe fn zero() -> float32x4_t {
        unsafe { vdupq_n_f32(0.0) }
    }

    #[inline(always)]
    unsafe fn splat(value: f32) -> float32x4_t {
        unsafe { vdupq_n_f32(value) }
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> float32x4_t {
        unsafe { vld1q_f32(from) }
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> float32x4_t {
        unsafe {
            match count {
                0 => vdupq_n_f32(0.0),
                1 => vld1q_lane_f32::<0>(from, vdupq_n_f32(0.0)),
                2 => vcombine_f32(vld1_f32(from), vdup_n_f32(0.0)),
                3 => vld1q_lane_f32::<2>(from.add(2), vcombine_f32(vld1_f32(from), vdup_n_f32(0.0))),
                _ => vld1q_f32(from),
            }
        }
    }

    #[inline(always)]
    unsafe fn store(to: *mut f32, vector: float32x4_t) {
        unsafe { vst1q_f32(to, vector) }
    }

    #[inline(always)]
    unsafe fn store_first(to: *mut f32, count: usize, vector: float32x4_t) {
        unsafe {
            match count {
                0 => {}
                1 => vst1q_lane_f32::<0>(to, vector),
                2 => vst1_f32(to, vget_low_f32(vector)),
                3 => {
                    vst1_f32(to, vget_low_f32(vector));
                    vst1q_lane_f32::<2>(to.add(2), vector);
                }
                _ => vst1q_f32(to, vector),
            }
        }
    }

    #[inline(always)]
    unsafe fn add(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        unsafe { vaddq_f32(a, b) }
    }

    #[inline(always)]
    unsafe fn sum(vector: float32x4_t) -> f32 {
        unsafe { vaddvq_f32(vector) }
    }

    #[inline(always)]
    unsafe fn sub(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        unsafe { vsubq_f32(a, b) }
    }

    #[inline(always)]
    unsafe fn mul(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        unsafe { vmulq_f32(a, b) }
    }

    /// A comparison and a selection: NEON's own maximum is NaN where either is, its `maxnm` the other one.
    #[inline(always)]
    unsafe fn max(a: float32x4_t, b: float32x4_t) -> float32x4_t {
        unsafe { vbslq_f32(vcgtq_f32(a, b), a, b) }
    }

    #[inline(always)]
    unsafe fn select_greater(a: float32x4_t, b: float32x4_t, x: float32x4_t, y: float32x4_t) -> float32x4_t {
        unsafe { vbslq_f32(vcgtq_f32(a, b), x, y) }
    }

    #[inline(always)]
    unsafe fn select_equal(a: float32x4_t, b: float32x4_t, x: float32x4_t, y: float32x4_t) -> float32x4_t {
        unsafe { vbslq_f32(vceqq_f32(a, b), x, y) }
    }

    #[inline(always)]
    unsafe fn load_bytes(from: *const u8, count: usize) -> float32x4_t {
        let mut bytes = [0_u8; 8];
        unsafe {
            std::ptr::copy_nonoverlapping(from, bytes.as_mut_ptr(), count);
            vcvtq_f32_u32(vmovl_u16(vget_low_u16(vmovl_u8(vld1_u8(bytes.as_ptr())))))
        }
    }

    #[inline(always)]
    unsafe fn store_bytes(to: *mut u8, count: usize, vector: float32x4_t) {
        let mut bytes = [0_u8; 8];
        unsafe {
            let words = vmovn_u32(vcvtq_u32_f32(vector));
            vst1_u8(bytes.as_mut_ptr(), vmovn_u16(vcombine_u16(words, words)));
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, count);
        }
    }

    #[inline(always)]
    unsafe fn mul_add(a: float32x4_t, b: float32x4_t, c: float32x4_t) -> float32x4_t {
        unsafe { vfmaq_f32(c, a, b) }
    }

    #[inline(always)]
    unsafe fn transpose(from: *const f32, from_stride: usize, to: *mut f32, to_stride: usize) {
        unsafe {
            let (a, b) = (vld1q_f32(from), vld1q_f32(from.add(from_stride)));
            let (c, d) = (vld1q_f32(from.add(2 * from_stride)), vld1q_f32(from.add(3 * from_stride)));
            // Columns 0 and 2, then 1 and 3, of the first two rows and of the last two.
            let (even, odd) = (vtrn1q_f32(a, b), vtrn2q_f32(a, b));
            let (even_2, odd_2) = (vtrn1q_f32(c, d), vtrn2q_f32(c, d));
            vst1q_f32(to, vcombine_f32(vget_low_f32(even), vget_low_f32(even_2)));
            vst1q_f32(to.add(to_stride), vcombine_f32(vget_low_f32(odd), vget_low_f32(odd_2)));
            vst1q_f32(to.add(2 * to_stride), vcombine_f32(vget_high_f32(even), vget_high_f32(even_2)));
            vst1q_f32(to.add(3 * to_stride), vcombine_f32(vget_high_f32(odd), vget_high_f32(odd_2)));
        }
    }
}
