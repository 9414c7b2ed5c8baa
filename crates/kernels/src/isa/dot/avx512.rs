//! Sixteen lanes: AVX-512, with VNNI or without.

use std::arch::x86_64::*;

use super::Dot;

/// AVX-512 F, BW and VL; `VNNI`: and VNNI.
pub(crate) struct Avx512<const VNNI: bool>;

// SAFETY of every block: `Dot`'s contract; the CPU has AVX-512 F, BW and VL, and VNNI where the parameter says so, and
// pointers are valid for what is named.
#[expect(clippy::undocumented_unsafe_blocks, reason = "one contract, stated above, serves every method")]
impl<const VNNI: bool> Dot for Avx512<VNNI> {
    type Vector = __m512i;

    const LANES: usize = 16;

    const MANY_REGISTERS: bool = true;

    #[inline(always)]
    unsafe fn zero() -> __m512i {
        unsafe { _mm512_setzero_si512() }
    }

    #[inline(always)]
    unsafe fn splat(from: *const u8) -> __m512i {
        unsafe { _mm512_set1_epi32(from.cast::<i32>().read_unaligned()) }
    }

    #[inline(always)]
    unsafe fn load(from: *const [i8; 4]) -> __m512i {
        unsafe { _mm512_loadu_si512(from.cast()) }
    }

    #[inline(always)]
    unsafe fn add_products(sums: __m512i, bytes: __m512i, weights: __m512i) -> __m512i {
        unsafe {
            if VNNI {
                return _mm512_dpbusd_epi32(sums, bytes, weights);
            }
            // `vpmaddubsw` would cut off sums of two products at 16 bits. The even and the odd bytes as words, two
            // products of words in each sum of 32 bits: exact. The compiler splits a vector once for all its products.
            let even = _mm512_madd_epi16(
                _mm512_and_si512(bytes, _mm512_set1_epi16(255)),
                _mm512_srai_epi16::<8>(_mm512_slli_epi16::<8>(weights)),
            );
            let odd = _mm512_madd_epi16(_mm512_srli_epi16::<8>(bytes), _mm512_srai_epi16::<8>(weights));
            _mm512_add_epi32(sums, _mm512_add_epi32(even, odd))
        }
    }

    #[inline(always)]
    unsafe fn max(a: __m512i, b: __m512i) -> __m512i {
        unsafe { _mm512_max_epi32(a, b) }
    }

    #[inline(always)]
    unsafe fn store_floats(to: *mut f32, count: usize, sums: __m512i, scale: *const f32, bias: *const f32) {
        unsafe { _mm512_mask_storeu_ps(to, first(count), scale_and_shift(sums, scale, bias)) }
    }

    #[inline(always)]
    unsafe fn store_bytes(to: *mut u8, count: usize, sums: __m512i, scale: *const f32, bias: *const f32) {
        unsafe {
            let values = _mm512_max_ps(scale_and_shift(sums, scale, bias), _mm512_setzero_ps());
            // The conversion gives 2^31 for whatever is larger, and the unsigned narrowing 255 for whatever is larger.
            let bytes = _mm512_cvtusepi32_epi8(_mm512_cvtps_epi32(values));
            _mm_mask_storeu_epi8(to.cast(), first(count), bytes)
        }
    }
}

/// `sums * scale + bias`, rounded after each.
///
/// # Safety
/// The level's instructions are there, and a vector of scales and of biases.
#[inline(always)]
unsafe fn scale_and_shift(sums: __m512i, scale: *const f32, bias: *const f32) -> __m512 {
    // SAFETY: by contract: the CPU has AVX-512 F, the pointers are valid for sixteen floats.
    unsafe { _mm512_add_ps(_mm512_mul_ps(_mm512_cvtepi32_ps(sums), _mm512_loadu_ps(scale)), _mm512_loadu_ps(bias)) }
}

/// The mask of the first `count <= 16` lanes.
#[inline(always)]
fn first(count: usize) -> __mmask16 {
    ((1u32 << count) - 1) as __mmask16
}
