//! Vectors as arrays: any target, in whatever registers its baseline has.

use super::Isa;

/// Eight floats in an array; multiplication and addition round separately.
pub(crate) struct Portable;

impl Isa for Portable {
    type Vector = [f32; 8];

    const LANES: usize = 8;

    #[inline(always)]
    unsafe fn zero() -> [f32; 8] {
        [0.0; 8]
    }

    #[inline(always)]
    unsafe fn splat(value: f32) -> [f32; 8] {
        [value; 8]
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> [f32; 8] {
        // SAFETY: by contract: `from` is valid for eight floats; an array of floats read unaligned.
        unsafe { from.cast::<[f32; 8]>().read_unaligned() }
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> [f32; 8] {
        let mut vector = [0.0; 8];
        // SAFETY: by contract: `from` is valid for `count <= 8` floats; `vector` is another place.
        unsafe { std::ptr::copy_nonoverlapping(from, vector.as_mut_ptr(), count) };
        vector
    }

    #[inline(always)]
    unsafe fn store(to: *mut f32, vector: [f32; 8]) {
        // SAFETY: by contract: `to` is valid for eight floats.
        unsafe { to.cast::<[f32; 8]>().write_unaligned(vector) };
    }

    #[inline(always)]
    unsafe fn store_first(to: *mut f32, count: usize, vector: [f32; 8]) {
        // SAFETY: by contract: `to` is valid for `count <= 8` floats; `vector` is another place.
        unsafe { std::ptr::copy_nonoverlapping(vector.as_ptr(), to, count) };
    }

    #[inline(always)]
    unsafe fn add(a: [f32; 8], b: [f32; 8]) -> [f32; 8] {
        std::array::from_fn(|lane| a[lane] + b[lane])
    }

    #[inline(always)]
    unsafe fn sum(vector: [f32; 8]) -> f32 {
        let pairs: [f32; 4] = std::array::from_fn(|lane| vector[lane] + vector[lane + 4]);
        (pairs[0] + pairs[2]) + (pairs[1] + pairs[3])
    }

    #[inline(always)]
    unsafe fn sub(a: [f32; 8], b: [f32; 8]) -> [f32; 8] {
        std::array::from_fn(|lane| a[lane] - b[lane])
    }

    #[inline(always)]
    unsafe fn mul(a: [f32; 8], b: [f32; 8]) -> [f32; 8] {
        std::array::from_fn(|lane| a[lane] * b[lane])
    }

    #[inline(always)]
    unsafe fn max(a: [f32; 8], b: [f32; 8]) -> [f32; 8] {
        std::array::from_fn(|lane| if a[lane] > b[lane] { a[lane] } else { b[lane] })
    }

    #[inline(always)]
    unsafe fn select_greater(a: [f32; 8], b: [f32; 8], x: [f32; 8], y: [f32; 8]) -> [f32; 8] {
        std::array::from_fn(|lane| if a[lane] > b[lane] { x[lane] } else { y[lane] })
    }

    #[inline(always)]
    unsafe fn select_equal(a: [f32; 8], b: [f32; 8], x: [f32; 8], y: [f32; 8]) -> [f32; 8] {
        std::array::from_fn(|lane| if a[lane] == b[lane] { x[lane] } else { y[lane] })
    }

    #[inline(always)]
    unsafe fn load_bytes(from: *const u8, count: usize) -> [f32; 8] {
        let mut bytes = [0_u8; 8];
        // SAFETY: by contract: `from` is valid for `count <= 8` bytes; `bytes` is another place.
        unsafe { std::ptr::copy_nonoverlapping(from, bytes.as_mut_ptr(), count) };
        bytes.map(f32::from)
    }

    #[inline(always)]
    unsafe fn store_bytes(to: *mut u8, count: usize, vector: [f32; 8]) {
        let bytes = vector.map(|value| value as u8);
        // SAFETY: by contract: `to` is valid for `count <= 8` bytes; `bytes` is another place.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, count) };
    }

    #[inline(always)]
    unsafe fn mul_add(a: [f32; 8], b: [f32; 8], c: [f32; 8]) -> [f32; 8] {
        std::array::from_fn(|lane| a[lane] * b[lane] + c[lane])
    }
}
