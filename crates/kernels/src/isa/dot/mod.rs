//! The vector operations of integer kernels: products of bytes summed up in 32 bits, exactly, and their way back to
//! bytes or floats.
//!
//! Beside [`Isa`](super::Isa) rather than part of it: here a level has two bodies, with and without the instruction
//! that multiplies bytes (AVX-512 VNNI, AVX-VNNI).

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512;
#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
mod neon;
pub(crate) mod portable;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd128;

/// Vectors of `i32`, or of groups of four bytes, of one level.
///
/// Every level computes the same bits: sums of integers are exact, and the one multiplication and one addition in `f32`
/// at the end round separately, to nearest even.
///
/// # Safety
/// As for [`Isa`](super::Isa): callers must know that the CPU has the level's instructions, and pointers must be valid
/// for what is read or written; no alignment is needed.
#[expect(clippy::missing_safety_doc, reason = "one contract, stated above, serves every method")]
pub(crate) trait Dot {
    /// A register full of lanes of 32 bits.
    type Vector: Copy;

    /// Lanes per vector: a divisor of 16.
    const LANES: usize;

    /// Whether there are registers for sixteen sums and what they are made of; else there are for eight.
    const MANY_REGISTERS: bool;

    /// All lanes zero.
    unsafe fn zero() -> Self::Vector;

    /// The four bytes at `from` in every lane.
    unsafe fn splat(from: *const u8) -> Self::Vector;

    /// `LANES` groups of four bytes.
    unsafe fn load(from: *const [i8; 4]) -> Self::Vector;

    /// Adds to each lane of `sums` the products of its four unsigned `bytes` with its four signed `weights`; a sum beyond
    /// 32 bits wraps around.
    unsafe fn add_products(sums: Self::Vector, bytes: Self::Vector, weights: Self::Vector) -> Self::Vector;

    /// The larger of two signed numbers per lane.
    unsafe fn max(a: Self::Vector, b: Self::Vector) -> Self::Vector;

    /// Writes `sum * scale + bias` of the first `count <= LANES` lanes to `to`. `scale`, `bias`: `LANES` floats each.
    unsafe fn store_floats(to: *mut f32, count: usize, sums: Self::Vector, scale: *const f32, bias: *const f32);

    /// As [`Self::store_floats`], rounded to the nearest whole number, the even one of two, and cut off at 0 and 255. The
    /// scales and biases are finite.
    unsafe fn store_bytes(to: *mut u8, count: usize, sums: Self::Vector, scale: *const f32, bias: *const f32);
}

/// As [`for_each_isa`](super::for_each_isa), for a body written over [`Dot`].
macro_rules! for_each_dot {
    ($cpu:expr, $body:ident ($($argument:ident: $type:ty),* $(,)?)) => {{
        #[cfg(target_arch = "x86_64")]
        /// # Safety
        /// The CPU has these instructions; otherwise as for the body.
        #[target_feature(enable = "avx2,fma")]
        unsafe fn avx2($($argument: $type),*) {
            // SAFETY: by contract.
            unsafe { $body::<$crate::isa::dot::avx2::Avx2<false>>($($argument),*) }
        }
        #[cfg(target_arch = "x86_64")]
        /// # Safety
        /// The CPU has these instructions; otherwise as for the body.
        #[target_feature(enable = "avx2,fma,avxvnni")]
        unsafe fn avx2_vnni($($argument: $type),*) {
            // SAFETY: by contract.
            unsafe { $body::<$crate::isa::dot::avx2::Avx2<true>>($($argument),*) }
        }
        #[cfg(target_arch = "x86_64")]
        /// # Safety
        /// The CPU has these instructions; otherwise as for the body.
        #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
        unsafe fn avx512($($argument: $type),*) {
            // SAFETY: by contract.
            unsafe { $body::<$crate::isa::dot::avx512::Avx512<false>>($($argument),*) }
        }
        #[cfg(target_arch = "x86_64")]
        /// # Safety
        /// The CPU has these instructions; otherwise as for the body.
        #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,avx512vnni")]
        unsafe fn avx512_vnni($($argument: $type),*) {
            // SAFETY: by contract.
            unsafe { $body::<$crate::isa::dot::avx512::Avx512<true>>($($argument),*) }
        }
        match ($cpu.level(), $cpu.multiplies_bytes()) {
            #[cfg(target_arch = "x86_64")]
            ($crate::Level::Avx2, false) => avx2($($argument),*),
            #[cfg(target_arch = "x86_64")]
            ($crate::Level::Avx2, true) => avx2_vnni($($argument),*),
            #[cfg(target_arch = "x86_64")]
            ($crate::Level::Avx512, false) => avx512($($argument),*),
            #[cfg(target_arch = "x86_64")]
            ($crate::Level::Avx512, true) => avx512_vnni($($argument),*),
            #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
            ($crate::Level::Neon, _) => $body::<$crate::isa::neon::Neon>($($argument),*),
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            ($crate::Level::Simd128, _) => $body::<$crate::isa::simd128::Simd128>($($argument),*),
            _ => $body::<$crate::isa::dot::portable::Portable>($($argument),*),
        }
    }};
}
pub(crate) use for_each_dot;
