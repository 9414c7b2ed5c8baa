//! Lanes in arrays: any target.

use super::Dot;

/// Eight integers in an array.
pub(crate) struct Portable;

impl Dot for Portable {
    type Vector = [i32; 8];

    const LANES: usize = 8;

    const MANY_REGISTERS: bool = false;

    #[inline(always)]
    unsafe fn zero() -> [i32; 8] {
        [0; 8]
    }

    #[inline(always)]
    unsafe fn splat(from: *const u8) -> [i32; 8] {
        // SAFETY: by contract: `from` is valid for four bytes, read unaligned.
        [unsafe { from.cast::<i32>().read_unaligned() }; 8]
    }

    #[inline(always)]
    unsafe fn load(from: *const [i8; 4]) -> [i32; 8] {
        // SAFETY: by contract: `from` is valid for eight groups of four bytes, read unaligned.
        unsafe { from.cast::<[i32; 8]>().read_unaligned() }
    }

    #[inline(always)]
    unsafe fn add_products(mut sums: [i32; 8], bytes: [i32; 8], weights: [i32; 8]) -> [i32; 8] {
        for lane in 0..8 {
            let (bytes, weights) = (bytes[lane], weights[lane]);
            // Shifts of whole lanes, which compilers turn into products of words four lanes at a time.
            let product = |bit: u32| i32::from((bytes >> bit) as u8) * i32::from((weights >> bit) as i8);
            sums[lane] = sums[lane].wrapping_add(product(0) + product(8) + product(16) + product(24));
        }
        sums
    }

    #[inline(always)]
    unsafe fn max(a: [i32; 8], b: [i32; 8]) -> [i32; 8] {
        std::array::from_fn(|lane| a[lane].max(b[lane]))
    }

    #[inline(always)]
    unsafe fn store_floats(to: *mut f32, count: usize, sums: [i32; 8], scale: *const f32, bias: *const f32) {
        // SAFETY: by contract: `to` is valid for `count <= 8` floats, the others for eight.
        unsafe {
            let values = scale_and_shift(sums, scale, bias);
            std::ptr::copy_nonoverlapping(values.as_ptr(), to, count);
        }
    }

    #[inline(always)]
    unsafe fn store_bytes(to: *mut u8, count: usize, sums: [i32; 8], scale: *const f32, bias: *const f32) {
        // SAFETY: by contract: `to` is valid for `count <= 8` bytes, the others for eight floats.
        unsafe {
            let bytes = scale_and_shift(sums, scale, bias).map(to_byte);
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, count);
        }
    }
}

/// The nearest of `0..=255`, the even one of two. `value` is not NaN.
#[inline(always)]
pub(crate) fn to_byte(value: f32) -> u8 {
    let value = if value > 0.0 { value } else { 0.0 };
    let value = if value < 255.0 { value } else { 255.0 };
    // From 2^23 on floats are whole numbers, so the addition rounds, and the last bits of the sum are the number.
    (value + 8_388_608.0).to_bits() as u8
}

/// `sums * scale + bias`, rounded after each.
///
/// # Safety
/// The level's instructions are there, and a vector of scales and of biases.
#[inline(always)]
unsafe fn scale_and_shift(sums: [i32; 8], scale: *const f32, bias: *const f32) -> [f32; 8] {
    // SAFETY: by contract: the pointers are valid for eight floats, read unaligned.
    let (scale, bias) =
        unsafe { (scale.cast::<[f32; 8]>().read_unaligned(), bias.cast::<[f32; 8]>().read_unaligned()) };
    std::array::from_fn(|lane| sums[lane] as f32 * scale[lane] + bias[lane])
}
