//! Eight lanes: AVX2, with AVX-VNNI or without.

use std::arch::x86_64::*;

use super::Dot;

/// AVX2; `VNNI`: and AVX-VNNI.
pub(crate) struct Avx2<const VNNI: bool>;

// SAFETY of every block: `Dot`'s contract; the CPU has AVX2, and AVX-VNNI where the parameter says so, and pointers are
// valid for what is named.
#[expect(clippy::undocumented_unsafe_blocks, reason = "one contract, stated above, serves every method")]
impl<const VNNI: bool> Dot for Avx2<VNNI> {
    type Vector = __m256i;

    const LANES: usize = 8;

    const MANY_REGISTERS: bool = false;

    #[inline(always)]
    unsafe fn zero() -> __m256i {
        unsafe { _mm256_setzero_si256() }
    }

    #[inline(always)]
    unsafe fn splat(from: *const u8) -> __m256i {
        unsafe { _mm256_set1_epi32(from.cast::<i32>().read_unaligned()) }
    }

    #[inline(always)]
    unsafe fn load(from: *const [i8; 4]) -> __m256i {
        unsafe { _mm256_loadu_si256(from.cast()) }
    }

    #[inline(always)]
    unsafe fn add_products(sums: __m256i, bytes: __m256i, weights: __m256i) -> __m256i {
        unsafe {
            if VNNI {
                return _mm256_dpbusd_avx_epi32(sums, bytes, weights);
            }
            // As in AVX-512: even and odd bytes as words, since `vpmaddubsw` would cut sums off at 16 bits.
            let even = _mm256_madd_epi16(
                _mm256_and_si256(bytes, _mm256_set1_epi16(255)),
                _mm256_srai_epi16::<8>(_mm256_slli_epi16::<8>(weights)),
            );
            let odd = _mm256_madd_epi16(_mm256_srli_epi16::<8>(bytes), _mm256_srai_epi16::<8>(weights));
            _mm256_add_epi32(sums, _mm256_add_epi32(even, odd))
        }
    }

    #[inline(always)]
    unsafe fn max(a: __m256i, b: __m256i) -> __m256i {
        unsafe { _mm256_max_epi32(a, b) }
    }

    #[inline(always)]
    unsafe fn store_floats(to: *mut f32, count: usize, sums: __m256i, scale: *const f32, bias: *const f32) {
        unsafe {
            let lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
            let first = _mm256_cmpgt_epi32(_mm256_set1_epi32(count as i32), lanes);
            _mm256_maskstore_ps(to, first, scale_and_shift(sums, scale, bias));
        }
    }

    #[inline(always)]
    unsafe fn store_bytes(to: *mut u8, count: usize, sums: __m256i, scale: *const f32, bias: *const f32) {
        unsafe {
            let values = _mm256_max_ps(scale_and_shift(sums, scale, bias), _mm256_setzero_ps());
            let words = _mm256_cvtps_epi32(_mm256_min_ps(values, _mm256_set1_ps(255.0)));
            let (low, high) = (_mm256_castsi256_si128(words), _mm256_extracti128_si256::<1>(words));
            let bytes = _mm_packus_epi16(_mm_packus_epi32(low, high), _mm_setzero_si128());
            if count == Self::LANES {
                return _mm_storel_epi64(to.cast(), bytes);
            }
            let mut all = [0_u8; 16];
            _mm_storeu_si128(all.as_mut_ptr().cast(), bytes);
            std::ptr::copy_nonoverlapping(all.as_ptr(), to, count);
        }
    }
}

/// `sums * scale + bias`, rounded after each.
///
/// # Safety
/// The level's instructions are there, and a vector of scales and of biases.
#[inline(always)]
unsafe fn scale_and_shift(sums: __m256i, scale: *const f32, bias: *const f32) -> __m256 {
    // SAFETY: by contract: the CPU has AVX2, the pointers are valid for eight floats.
    unsafe { _mm256_add_ps(_mm256_mul_ps(_mm256_cvtepi32_ps(sums), _mm256_loadu_ps(scale)), _mm256_loadu_ps(bias)) }
}
