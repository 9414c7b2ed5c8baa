//! Vectors of sixteen floats: AVX-512 F.

use std::arch::x86_64::*;

use super::Isa;

/// AVX-512 with masked edges.
pub(crate) struct Avx512;

// SAFETY of every block: `Isa`'s contract; the CPU has AVX-512 F and pointers are valid for the floats named.
#[expect(clippy::undocumented_unsafe_blocks, reason = "one contract, stated above, serves every method")]
impl Isa for Avx512 {
    type Vector = __m512;

    const LANES: usize = 16;

    #[inline(always)]
    unsafe fn zero() -> __m512 {
        unsafe { _mm512_setzero_ps() }
    }

    #[inline(always)]
    unsafe fn splat(value: f32) -> __m512 {
        unsafe { _mm512_set1_ps(value) }
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> __m512 {
        unsafe { _mm512_loadu_ps(from) }
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> __m512 {
        unsafe { _mm512_maskz_loadu_ps(first(count), from) }
    }

    #[inline(always)]
    unsafe fn store(to: *mut f32, vector: __m512) {
        unsafe { _mm512_storeu_ps(to, vector) }
    }

    #[inline(always)]
    unsafe fn store_first(to: *mut f32, count: usize, vector: __m512) {
        unsafe { _mm512_mask_storeu_ps(to, first(count), vector) }
    }

    #[inline(always)]
    unsafe fn add(a: __m512, b: __m512) -> __m512 {
        unsafe { _mm512_add_ps(a, b) }
    }

    #[inline(always)]
    unsafe fn sum(vector: __m512) -> f32 {
        unsafe { _mm512_reduce_add_ps(vector) }
    }

    /// Quarters of all four sums side by side, in each quarter of a vector, before anything is added up across them.
    #[inline(always)]
    unsafe fn store_sums(to: *mut f32, [a, b, c, d]: [__m512; 4]) {
        unsafe {
            let ab = _mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
            let cd = _mm512_add_ps(_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
            let (ab, cd) = (_mm512_castps_pd(ab), _mm512_castps_pd(cd));
            let low = _mm512_castpd_ps(_mm512_unpacklo_pd(ab, cd));
            let quarters = _mm512_add_ps(low, _mm512_castpd_ps(_mm512_unpackhi_pd(ab, cd)));
            let halves = _mm256_add_ps(_mm512_castps512_ps256(quarters), _mm512_extractf32x8_ps::<1>(quarters));
            let sums = _mm_add_ps(_mm256_castps256_ps128(halves), _mm256_extractf128_ps::<1>(halves));
            _mm_storeu_ps(to, sums);
        }
    }

    #[inline(always)]
    unsafe fn pick(from: *const f32, index: __m512) -> __m512 {
        unsafe { _mm512_permutevar_ps(_mm512_broadcast_f32x4(_mm_loadu_ps(from)), _mm512_cvttps_epi32(index)) }
    }

    #[inline(always)]
    unsafe fn sub(a: __m512, b: __m512) -> __m512 {
        unsafe { _mm512_sub_ps(a, b) }
    }

    #[inline(always)]
    unsafe fn mul(a: __m512, b: __m512) -> __m512 {
        unsafe { _mm512_mul_ps(a, b) }
    }

    #[inline(always)]
    unsafe fn max(a: __m512, b: __m512) -> __m512 {
        unsafe { _mm512_max_ps(a, b) }
    }

    #[inline(always)]
    unsafe fn select_greater(a: __m512, b: __m512, x: __m512, y: __m512) -> __m512 {
        unsafe { _mm512_mask_blend_ps(_mm512_cmp_ps_mask::<_CMP_GT_OQ>(a, b), y, x) }
    }

    #[inline(always)]
    unsafe fn select_equal(a: __m512, b: __m512, x: __m512, y: __m512) -> __m512 {
        unsafe { _mm512_mask_blend_ps(_mm512_cmp_ps_mask::<_CMP_EQ_OQ>(a, b), y, x) }
    }

    #[inline(always)]
    unsafe fn load_bytes(from: *const u8, count: usize) -> __m512 {
        unsafe { _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(first(count), from.cast()))) }
    }

    #[inline(always)]
    unsafe fn store_bytes(to: *mut u8, count: usize, vector: __m512) {
        unsafe { _mm512_mask_cvtepi32_storeu_epi8(to.cast(), first(count), _mm512_cvtps_epi32(vector)) }
    }

    #[inline(always)]
    unsafe fn mul_add(a: __m512, b: __m512, c: __m512) -> __m512 {
        unsafe { _mm512_fmadd_ps(a, b, c) }
    }

    #[inline(always)]
    unsafe fn transpose(from: *const f32, from_stride: usize, to: *mut f32, to_stride: usize) {
        unsafe {
            let mut rows = [_mm512_setzero_ps(); 16];
            for (i, row) in rows.iter_mut().enumerate() {
                *row = _mm512_loadu_ps(from.add(i * from_stride));
            }
            // Within 128-bit quarters: pairs of rows, then pairs of pairs. `quads[4 g + c]` then holds, in quarter q,
            // column `4 q + c` of rows `4 g` to `4 g + 3`.
            let mut quads = [_mm512_setzero_pd(); 16];
            for g in 0..4 {
                let [a, b, c, d] = [rows[4 * g], rows[4 * g + 1], rows[4 * g + 2], rows[4 * g + 3]];
                let (low, high) = (_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
                let (low_2, high_2) = (_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
                let (low, low_2) = (_mm512_castps_pd(low), _mm512_castps_pd(low_2));
                let (high, high_2) = (_mm512_castps_pd(high), _mm512_castps_pd(high_2));
                quads[4 * g] = _mm512_unpacklo_pd(low, low_2);
                quads[4 * g + 1] = _mm512_unpackhi_pd(low, low_2);
                quads[4 * g + 2] = _mm512_unpacklo_pd(high, high_2);
                quads[4 * g + 3] = _mm512_unpackhi_pd(high, high_2);
            }
            // Then whole quarters: a 4 x 4 transpose for each column modulo four.
            for c in 0..4 {
                let [p, q, r, s] = [quads[c], quads[4 + c], quads[8 + c], quads[12 + c]];
                let (even, odd) = (_mm512_shuffle_f64x2::<0x88>(p, q), _mm512_shuffle_f64x2::<0xDD>(p, q));
                let (even_2, odd_2) = (_mm512_shuffle_f64x2::<0x88>(r, s), _mm512_shuffle_f64x2::<0xDD>(r, s));
                let columns = [
                    _mm512_shuffle_f64x2::<0x88>(even, even_2),
                    _mm512_shuffle_f64x2::<0x88>(odd, odd_2),
                    _mm512_shuffle_f64x2::<0xDD>(even, even_2),
                    _mm512_shuffle_f64x2::<0xDD>(odd, odd_2),
                ];
                for (quarter, &column) in columns.iter().enumerate() {
                    _mm512_storeu_ps(to.add((4 * quarter + c) * to_stride), _mm512_castpd_ps(column));
                }
            }
        }
    }
}

/// The mask of the first `count <= 16` lanes.
#[inline(always)]
fn first(count: usize) -> __mmask16 {
    ((1u32 << count) - 1) as __mmask16
}
