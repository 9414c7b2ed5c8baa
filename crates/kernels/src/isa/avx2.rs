//! Vectors of eight floats: AVX2 with FMA.

use std::arch::x86_64::*;

use super::Isa;

/// AVX2 and FMA with masked edges.
pub(crate) struct Avx2;

// SAFETY of every block: `Isa`'s contract; the CPU has AVX2 and FMA and pointers are valid for the floats named.
#[expect(clippy::undocumented_unsafe_blocks, reason = "one contract, stated above, serves every method")]
impl Isa for Avx2 {
    type Vector = __m256;

    const LANES: usize = 8;

    #[inline(always)]
    unsafe fn zero() -> __m256 {
        unsafe { _mm256_setzero_ps() }
    }

    #[inline(always)]
    unsafe fn splat(value: f32) -> __m256 {
        unsafe { _mm256_set1_ps(value) }
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> __m256 {
        unsafe { _mm256_loadu_ps(from) }
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> __m256 {
        unsafe { _mm256_maskload_ps(from, first(count)) }
    }

    #[inline(always)]
    unsafe fn store(to: *mut f32, vector: __m256) {
        unsafe { _mm256_storeu_ps(to, vector) }
    }

    #[inline(always)]
    unsafe fn store_first(to: *mut f32, count: usize, vector: __m256) {
        unsafe { _mm256_maskstore_ps(to, first(count), vector) }
    }

    #[inline(always)]
    unsafe fn add(a: __m256, b: __m256) -> __m256 {
        unsafe { _mm256_add_ps(a, b) }
    }

    #[inline(always)]
    unsafe fn sum(vector: __m256) -> f32 {
        unsafe {
            let halves = _mm_add_ps(_mm256_castps256_ps128(vector), _mm256_extractf128_ps::<1>(vector));
            let pairs = _mm_add_ps(halves, _mm_movehl_ps(halves, halves));
            _mm_cvtss_f32(_mm_add_ss(pairs, _mm_movehdup_ps(pairs)))
        }
    }

    #[inline(always)]
    unsafe fn pick(from: *const f32, index: __m256) -> __m256 {
        unsafe {
            _mm256_permutevar_ps(_mm256_set_m128(_mm_loadu_ps(from), _mm_loadu_ps(from)), _mm256_cvttps_epi32(index))
        }
    }

    #[inline(always)]
    unsafe fn sub(a: __m256, b: __m256) -> __m256 {
        unsafe { _mm256_sub_ps(a, b) }
    }

    #[inline(always)]
    unsafe fn mul(a: __m256, b: __m256) -> __m256 {
        unsafe { _mm256_mul_ps(a, b) }
    }

    #[inline(always)]
    unsafe fn max(a: __m256, b: __m256) -> __m256 {
        unsafe { _mm256_max_ps(a, b) }
    }

    #[inline(always)]
    unsafe fn select_greater(a: __m256, b: __m256, x: __m256, y: __m256) -> __m256 {
        unsafe { _mm256_blendv_ps(y, x, _mm256_cmp_ps::<_CMP_GT_OQ>(a, b)) }
    }

    #[inline(always)]
    unsafe fn select_equal(a: __m256, b: __m256, x: __m256, y: __m256) -> __m256 {
        unsafe { _mm256_blendv_ps(y, x, _mm256_cmp_ps::<_CMP_EQ_OQ>(a, b)) }
    }

    #[inline(always)]
    unsafe fn load_bytes(from: *const u8, count: usize) -> __m256 {
        let mut bytes = [0_u8; 8];
        unsafe {
            std::ptr::copy_nonoverlapping(from, bytes.as_mut_ptr(), count);
            _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64(bytes.as_ptr().cast())))
        }
    }

    #[inline(always)]
    unsafe fn store_bytes(to: *mut u8, count: usize, vector: __m256) {
        let mut bytes = [0_u8; 16];
        unsafe {
            let words = _mm256_cvtps_epi32(vector);
            let (low, high) = (_mm256_castsi256_si128(words), _mm256_extracti128_si256::<1>(words));
            let packed = _mm_packus_epi16(_mm_packus_epi32(low, high), _mm_setzero_si128());
            _mm_storeu_si128(bytes.as_mut_ptr().cast(), packed);
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, count);
        }
    }

    #[inline(always)]
    unsafe fn mul_add(a: __m256, b: __m256, c: __m256) -> __m256 {
        unsafe { _mm256_fmadd_ps(a, b, c) }
    }

    #[inline(always)]
    unsafe fn transpose(from: *const f32, from_stride: usize, to: *mut f32, to_stride: usize) {
        unsafe {
            // Column `c` of four rows in the low half, column `c + 4` in the high half.
            let mut quads = [[_mm256_setzero_ps(); 4]; 2];
            for (g, quads) in quads.iter_mut().enumerate() {
                let from = from.add(4 * g * from_stride);
                let (a, b) = (_mm256_loadu_ps(from), _mm256_loadu_ps(from.add(from_stride)));
                let (c, d) = (_mm256_loadu_ps(from.add(2 * from_stride)), _mm256_loadu_ps(from.add(3 * from_stride)));
                let (low, high) = (_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
                let (low_2, high_2) = (_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d));
                quads[0] = _mm256_shuffle_ps::<0x44>(low, low_2);
                quads[1] = _mm256_shuffle_ps::<0xEE>(low, low_2);
                quads[2] = _mm256_shuffle_ps::<0x44>(high, high_2);
                quads[3] = _mm256_shuffle_ps::<0xEE>(high, high_2);
            }
            let [low_rows, high_rows] = quads;
            for (c, (&first, &second)) in low_rows.iter().zip(&high_rows).enumerate() {
                _mm256_storeu_ps(to.add(c * to_stride), _mm256_permute2f128_ps::<0x20>(first, second));
                _mm256_storeu_ps(to.add((c + 4) * to_stride), _mm256_permute2f128_ps::<0x31>(first, second));
            }
        }
    }
}

/// The mask of the first `count <= 8` lanes: all bits set in each.
///
/// # Safety
/// The CPU has AVX2.
#[inline(always)]
unsafe fn first(count: usize) -> __m256i {
    // SAFETY: by contract: the CPU has AVX2.
    unsafe { _mm256_cmpgt_epi32(_mm256_set1_epi32(count as i32), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)) }
}
