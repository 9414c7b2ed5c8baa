//! The vector operations a hand-blocked kernel needs, one implementation per CPU level.

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512;
pub(crate) mod dot;
#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
pub(crate) mod neon;
pub(crate) mod portable;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(crate) mod simd128;

/// Vectors of `f32` of one level.
///
/// Kernels are written once over this trait as `#[inline(always)]` functions and entered through one
/// `#[target_feature]` function per level, in which everything is inlined.
///
/// # Safety
/// Every method may use the level's instructions: callers must know that the CPU has them. Pointers must be valid for
/// the stated number of floats; no alignment is needed.
#[expect(clippy::missing_safety_doc, reason = "one contract, stated above, serves every method")]
pub(crate) trait Isa {
    /// A register full of floats.
    type Vector: Copy;

    /// Floats per vector.
    const LANES: usize;

    /// All lanes zero.
    unsafe fn zero() -> Self::Vector;

    /// All lanes `value`.
    unsafe fn splat(value: f32) -> Self::Vector;

    /// The `LANES` floats at `from`.
    unsafe fn load(from: *const f32) -> Self::Vector;

    /// The first `count <= LANES` floats at `from`, the other lanes zero.
    unsafe fn load_first(from: *const f32, count: usize) -> Self::Vector;

    /// Writes `LANES` floats to `to`.
    unsafe fn store(to: *mut f32, vector: Self::Vector);

    /// Writes the first `count <= LANES` lanes to `to`.
    unsafe fn store_first(to: *mut f32, count: usize, vector: Self::Vector);

    /// `a + b` per lane.
    unsafe fn add(a: Self::Vector, b: Self::Vector) -> Self::Vector;

    /// The sum of all lanes.
    unsafe fn sum(vector: Self::Vector) -> f32;

    /// Writes the sums of the lanes of four vectors to `to`.
    #[inline(always)]
    unsafe fn store_sums(to: *mut f32, vectors: [Self::Vector; 4]) {
        for (at, vector) in vectors.into_iter().enumerate() {
            // SAFETY: by contract.
            unsafe { *to.add(at) = Self::sum(vector) };
        }
    }

    /// `a - b` per lane.
    unsafe fn sub(a: Self::Vector, b: Self::Vector) -> Self::Vector;

    /// `a * b` per lane.
    unsafe fn mul(a: Self::Vector, b: Self::Vector) -> Self::Vector;

    /// `max(a, b)` per lane; `b` where `a` is NaN.
    unsafe fn max(a: Self::Vector, b: Self::Vector) -> Self::Vector;

    /// `x` in lanes where `a > b`, `y` elsewhere.
    unsafe fn select_greater(a: Self::Vector, b: Self::Vector, x: Self::Vector, y: Self::Vector) -> Self::Vector;

    /// `x` in lanes where `a == b`, `y` elsewhere.
    unsafe fn select_equal(a: Self::Vector, b: Self::Vector, x: Self::Vector, y: Self::Vector) -> Self::Vector;

    /// In each lane that of the four floats at `from` which `index`, a whole number 0 to 3, names; any one where it is another.
    #[inline(always)]
    unsafe fn pick(from: *const f32, index: Self::Vector) -> Self::Vector {
        // SAFETY: by contract.
        unsafe {
            let mut picked = Self::splat(*from);
            for at in 1..4u8 {
                let value = Self::splat(*from.add(usize::from(at)));
                picked = Self::select_equal(index, Self::splat(f32::from(at)), value, picked);
            }
            picked
        }
    }

    /// The first `count <= LANES` bytes at `from` as floats, the other lanes zero.
    unsafe fn load_bytes(from: *const u8, count: usize) -> Self::Vector;

    /// Writes the first `count <= LANES` lanes, whole numbers `0..=255`, to `to` as bytes.
    unsafe fn store_bytes(to: *mut u8, count: usize, vector: Self::Vector);

    /// `a * b + c` per lane, rounded once where the level has FMA and twice where not.
    unsafe fn mul_add(a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;

    /// Transposes the `LANES` x `LANES` floats at `from`, in rows `from_stride` apart, to `to`, in rows `to_stride` apart.
    unsafe fn transpose(from: *const f32, from_stride: usize, to: *mut f32, to_stride: usize) {
        // SAFETY: by contract.
        unsafe { transpose_scalars(from, from_stride, [Self::LANES; 2], to, to_stride) }
    }
}

/// The first `lanes` floats at `from`, the other lanes zero.
///
/// # Safety
/// The level's instructions are there, and `lanes` floats, at most a vector.
#[inline(always)]
pub(crate) unsafe fn load<I: Isa>(from: *const f32, lanes: usize) -> I::Vector {
    // SAFETY: by contract. Nearly all vectors are whole, and without masks they are much faster.
    unsafe { if lanes == I::LANES { I::load(from) } else { I::load_first(from, lanes) } }
}

/// Writes the first `lanes` lanes to `to`.
///
/// # Safety
/// As for [`load`].
#[inline(always)]
pub(crate) unsafe fn store<I: Isa>(to: *mut f32, lanes: usize, vector: I::Vector) {
    // SAFETY: by contract.
    unsafe { if lanes == I::LANES { I::store(to, vector) } else { I::store_first(to, lanes, vector) } }
}

/// Transposes a matrix one element at a time.
///
/// # Safety
/// `from` is valid for `rows` rows of `columns` floats `from_stride` apart, `to` for the transpose; they do not overlap.
#[inline(always)]
pub(crate) unsafe fn transpose_scalars(
    from: *const f32,
    from_stride: usize,
    [rows, columns]: [usize; 2],
    to: *mut f32,
    to_stride: usize,
) {
    for row in 0..rows {
        for column in 0..columns {
            // SAFETY: by contract.
            unsafe { *to.add(column * to_stride + row) = *from.add(row * from_stride + column) };
        }
    }
}

/// Compiles a body written over [`Isa`] for every level and picks by the [`Cpu`](crate::Cpu).
///
/// The body is an `unsafe` `#[inline(always)]` function with the level as its first generic parameter; the caller
/// guarantees what it asks of its arguments. The levels that a whole build has or has not need no function of their own.
macro_rules! for_each_isa {
    ($cpu:expr, $body:ident $(<$generic:ident: $bound:path>)? ($($argument:ident: $type:ty),* $(,)?)) => {{
        #[cfg(target_arch = "x86_64")]
        /// # Safety
        /// The CPU has these instructions; otherwise as for the body.
        #[target_feature(enable = "avx2,fma")]
        unsafe fn avx2 $(<$generic: $bound>)? ($($argument: $type),*) {
            // SAFETY: by contract.
            unsafe { $body::<$crate::isa::avx2::Avx2 $(, $generic)?>($($argument),*) }
        }
        #[cfg(target_arch = "x86_64")]
        /// # Safety
        /// The CPU has these instructions; otherwise as for the body.
        #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
        unsafe fn avx512 $(<$generic: $bound>)? ($($argument: $type),*) {
            // SAFETY: by contract.
            unsafe { $body::<$crate::isa::avx512::Avx512 $(, $generic)?>($($argument),*) }
        }
        match $cpu.level() {
            #[cfg(target_arch = "x86_64")]
            $crate::Level::Avx2 => avx2($($argument),*),
            #[cfg(target_arch = "x86_64")]
            $crate::Level::Avx512 => avx512($($argument),*),
            #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
            $crate::Level::Neon => $body::<$crate::isa::neon::Neon $(, $generic)?>($($argument),*),
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            $crate::Level::Simd128 => $body::<$crate::isa::simd128::Simd128 $(, $generic)?>($($argument),*),
            _ => $body::<$crate::isa::portable::Portable $(, $generic)?>($($argument),*),
        }
    }};
}
pub(crate) use for_each_isa;
