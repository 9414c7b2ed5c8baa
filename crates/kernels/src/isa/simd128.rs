//! Vectors of four floats: WebAssembly's fixed-width SIMD.

use std::arch::wasm32::*;

use super::Isa;

/// Plain simd128: multiplication and addition round separately, so that every engine gives the same bits, as the fused
/// ones of relaxed SIMD do not promise.
pub(crate) struct Simd128;

// SAFETY of every block: `Isa`'s contract; simd128 was compiled in, and pointers are valid for the floats or bytes named.
#[expect(clippy::undocumented_unsafe_blocks, reason = "one contract, stated above, serves every method")]
impl Isa for Simd128 {
    type Vector = v128;

    const LANES: usize = 4;

    #[inline(always)]
    unsafe fn zero() -> v128 {
        f32x4_splat(0.0)
    }

    #[inline(always)]
    unsafe fn splat(value: f32) -> v128 {
        f32x4_splat(value)
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> v128 {
        unsafe { v128_load(from.cast()) }
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> v128 {
        unsafe {
            match count {
                0 => f32x4_splat(0.0),
                1 => v128_load32_zero(from.cast()),
                2 => v128_load64_zero(from.cast()),
                3 => v128_load32_lane::<2>(v128_load64_zero(from.cast()), from.add(2).cast()),
                _ => v128_load(from.cast()),
            }
        }
    }

    #[inline(always)]
    unsafe fn store(to: *mut f32, vector: v128) {
        unsafe { v128_store(to.cast(), vector) }
    }

    #[inline(always)]
    unsafe fn store_first(to: *mut f32, count: usize, vector: v128) {
        unsafe {
            match count {
                0 => {}
                1 => v128_store32_lane::<0>(vector, to.cast()),
                2 => v128_store64_lane::<0>(vector, to.cast()),
                3 => {
                    v128_store64_lane::<0>(vector, to.cast());
                    v128_store32_lane::<2>(vector, to.add(2).cast());
                }
                _ => v128_store(to.cast(), vector),
            }
        }
    }

    #[inline(always)]
    unsafe fn add(a: v128, b: v128) -> v128 {
        f32x4_add(a, b)
    }

    #[inline(always)]
    unsafe fn sum(vector: v128) -> f32 {
        let pairs = f32x4_add(vector, i32x4_shuffle::<2, 3, 0, 1>(vector, vector));
        f32x4_extract_lane::<0>(pairs) + f32x4_extract_lane::<1>(pairs)
    }

    #[inline(always)]
    unsafe fn sub(a: v128, b: v128) -> v128 {
        f32x4_sub(a, b)
    }

    #[inline(always)]
    unsafe fn mul(a: v128, b: v128) -> v128 {
        f32x4_mul(a, b)
    }

    /// `pmax(b, a)` is `b < a ? a : b`; the other maximum, `f32x4_max`, is NaN where either is.
    #[inline(always)]
    unsafe fn max(a: v128, b: v128) -> v128 {
        f32x4_pmax(b, a)
    }

    #[inline(always)]
    unsafe fn select_greater(a: v128, b: v128, x: v128, y: v128) -> v128 {
        v128_bitselect(x, y, f32x4_gt(a, b))
    }

    #[inline(always)]
    unsafe fn select_equal(a: v128, b: v128, x: v128, y: v128) -> v128 {
        v128_bitselect(x, y, f32x4_eq(a, b))
    }

    #[inline(always)]
    unsafe fn load_bytes(from: *const u8, count: usize) -> v128 {
        let mut bytes = [0_u8; 4];
        unsafe {
            std::ptr::copy_nonoverlapping(from, bytes.as_mut_ptr(), count);
            let words = u16x8_extend_low_u8x16(v128_load32_zero(bytes.as_ptr().cast()));
            f32x4_convert_i32x4(u32x4_extend_low_u16x8(words))
        }
    }

    #[inline(always)]
    unsafe fn store_bytes(to: *mut u8, count: usize, vector: v128) {
        let integers = i32x4_trunc_sat_f32x4(vector);
        let words = u16x8_narrow_i32x4(integers, integers);
        let bytes = i32x4_extract_lane::<0>(u8x16_narrow_i16x8(words, words)).to_le_bytes();
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, count) };
    }

    #[inline(always)]
    unsafe fn mul_add(a: v128, b: v128, c: v128) -> v128 {
        f32x4_add(f32x4_mul(a, b), c)
    }

    #[inline(always)]
    unsafe fn transpose(from: *const f32, from_stride: usize, to: *mut f32, to_stride: usize) {
        unsafe {
            let (a, b) = (v128_load(from.cast()), v128_load(from.add(from_stride).cast()));
            let (c, d) = (v128_load(from.add(2 * from_stride).cast()), v128_load(from.add(3 * from_stride).cast()));
            // Columns 0 and 1, then 2 and 3, of the first two rows and of the last two.
            let (low, high) = (i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<2, 6, 3, 7>(a, b));
            let (low_2, high_2) = (i32x4_shuffle::<0, 4, 1, 5>(c, d), i32x4_shuffle::<2, 6, 3, 7>(c, d));
            v128_store(to.cast(), i64x2_shuffle::<0, 2>(low, low_2));
            v128_store(to.add(to_stride).cast(), i64x2_shuffle::<1, 3>(low, low_2));
            v128_store(to.add(2 * to_stride).cast(), i64x2_shuffle::<0, 2>(high, high_2));
            v128_store(to.add(3 * to_stride).cast(), i64x2_shuffle::<1, 3>(high, high_2));
        }
    }
}
