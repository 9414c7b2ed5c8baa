//! Four lanes: NEON.

use std::arch::aarch64::*;

use super::Dot;
use crate::isa::Isa;
use crate::isa::neon::Neon;

// SAFETY of every block: `Dot`'s contract; the CPU has NEON and pointers are valid for what is named.
#[expect(clippy::undocumented_unsafe_blocks, reason = "one contract, stated above, serves every method")]
impl Dot for Neon {
    type Vector = int32x4_t;

    const LANES: usize = 4;

    const MANY_REGISTERS: bool = true;

    #[inline(always)]
    unsafe fn zero() -> int32x4_t {
        unsafe { vdupq_n_s32(0) }
    }

    #[inline(always)]
    unsafe fn splat(from: *const u8) -> int32x4_t {
        unsafe { vdupq_n_s32(from.cast::<i32>().read_unaligned()) }
    }

    #[inline(always)]
    unsafe fn load(from: *const [i8; 4]) -> int32x4_t {
        unsafe { vreinterpretq_s32_s8(vld1q_s8(from.cast())) }
    }

    #[inline(always)]
    unsafe fn add_products(sums: int32x4_t, bytes: int32x4_t, weights: int32x4_t) -> int32x4_t {
        unsafe {
            // Even and odd bytes as words: the instructions that multiply bytes take two of one sign.
            let (bytes, weights) = (vreinterpretq_u16_s32(bytes), vreinterpretq_s16_s32(weights));
            let even = vreinterpretq_s16_u16(vandq_u16(bytes, vdupq_n_u16(255)));
            let odd = vreinterpretq_s16_u16(vshrq_n_u16::<8>(bytes));
            let (even_weights, odd_weights) = (vshrq_n_s16::<8>(vshlq_n_s16::<8>(weights)), vshrq_n_s16::<8>(weights));
            let low = vmull_s16(vget_low_s16(even), vget_low_s16(even_weights));
            let low = vmlal_s16(low, vget_low_s16(odd), vget_low_s16(odd_weights));
            let high = vmlal_high_s16(vmull_high_s16(even, even_weights), odd, odd_weights);
            vaddq_s32(sums, vpaddq_s32(low, high))
        }
    }

    #[inline(always)]
    unsafe fn max(a: int32x4_t, b: int32x4_t) -> int32x4_t {
        unsafe { vmaxq_s32(a, b) }
    }

    #[inline(always)]
    unsafe fn store_floats(to: *mut f32, count: usize, sums: int32x4_t, scale: *const f32, bias: *const f32) {
        unsafe { Self::store_first(to, count, scale_and_shift(sums, scale, bias)) }
    }

    #[inline(always)]
    unsafe fn store_bytes(to: *mut u8, count: usize, sums: int32x4_t, scale: *const f32, bias: *const f32) {
        unsafe {
            let values = vmaxq_f32(scale_and_shift(sums, scale, bias), vdupq_n_f32(0.0));
            let values = vrndnq_f32(vminq_f32(values, vdupq_n_f32(255.0)));
            <Self as Isa>::store_bytes(to, count, values);
        }
    }
}

/// `sums * scale + bias`, rounded after each.
///
/// # Safety
/// The level's instructions are there, and a vector of scales and of biases.
#[inline(always)]
unsafe fn scale_and_shift(sums: int32x4_t, scale: *const f32, bias: *const f32) -> float32x4_t {
    // SAFETY: by contract: the CPU has NEON, the pointers are valid for four floats.
    unsafe { vaddq_f32(vmulq_f32(vcvtq_f32_s32(sums), vld1q_f32(scale)), vld1q_f32(bias)) }
}
