//! The vector operations a hand-blocked kernel needs, one implementation per CPU level.

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512;
pub(crate) mod portable;

/// Vectors of `f32` of one level.
///
/// Kernels are written once over this trait as `#[inline(always)]` functions and entered through one
/// `#[target_feature]` function per level, in which everything is inlined.
///
/// # Safety
/// Every method may use the level's instructions: callers must know that the CPU has them. Pointers must be valid for
/// the stated number of floats; no alignment is needed.
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

    /// `a * b + c` per lane, rounded once where the level has FMA and twice where not.
    unsafe fn mul_add(a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
}
