//! Four lanes: WebAssembly's fixed-width SIMD.

use std::arch::wasm32::*;

use super::Dot;
use crate::isa::Isa;
use crate::isa::simd128::Simd128;

// SAFETY of every block: `Dot`'s contract; simd128 was compiled in, and pointers are valid for what is named.
#[expect(clippy::undocumented_unsafe_blocks, reason = "one contract, stated above, serves every method")]
impl Dot for Simd128 {
    type Vector = v128;

    const LANES: usize = 4;

    const MANY_REGISTERS: bool = false;

    #[inline(always)]
    unsafe fn zero() -> v128 {
        i32x4_splat(0)
    }

    #[inline(always)]
    unsafe fn splat(from: *const u8) -> v128 {
        unsafe { v128_load32_splat(from.cast()) }
    }

    #[inline(always)]
    unsafe fn load(from: *const [i8; 4]) -> v128 {
        unsafe { v128_load(from.cast()) }
    }

    #[inline(always)]
    unsafe fn add_products(sums: v128, bytes: v128, weights: v128) -> v128 {
        // Even and odd bytes as words, of which there is a product of pairs.
        let even = i32x4_dot_i16x8(v128_and(bytes, i16x8_splat(255)), i16x8_shr(i16x8_shl(weights, 8), 8));
        let odd = i32x4_dot_i16x8(u16x8_shr(bytes, 8), i16x8_shr(weights, 8));
        i32x4_add(sums, i32x4_add(even, odd))
    }

    #[inline(always)]
    unsafe fn max(a: v128, b: v128) -> v128 {
        i32x4_max(a, b)
    }

    #[inline(always)]
    unsafe fn store_floats(to: *mut f32, count: usize, sums: v128, scale: *const f32, bias: *const f32) {
        unsafe { Self::store_first(to, count, scale_and_shift(sums, scale, bias)) }
    }

    #[inline(always)]
    unsafe fn store_bytes(to: *mut u8, count: usize, sums: v128, scale: *const f32, bias: *const f32) {
        unsafe {
            let values = f32x4_pmax(f32x4_splat(0.0), scale_and_shift(sums, scale, bias));
            let values = f32x4_nearest(f32x4_pmin(f32x4_splat(255.0), values));
            <Self as Isa>::store_bytes(to, count, values);
        }
    }
}

/// `sums * scale + bias`, rounded after each.
///
/// # Safety
/// The level's instructions are there, and a vector of scales and of biases.
#[inline(always)]
unsafe fn scale_and_shift(sums: v128, scale: *const f32, bias: *const f32) -> v128 {
    // SAFETY: by contract: the pointers are valid for four floats.
    let (scale, bias) = unsafe { (v128_load(scale.cast()), v128_load(bias.cast())) };
    f32x4_add(f32x4_mul(f32x4_convert_i32x4(sums), scale), bias)
}
