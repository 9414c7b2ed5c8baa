//! Convolution of any geometry, forward and both gradients, with the sums in registers.
//!
//! All three passes are sums of products of a scalar with vectors of filters. A block of such sums, some pixels or cells
//! of the kernel by some vectors, stays in registers: the vectors of one operand come from memory in the order in which
//! they are used, copied together beforehand ([`packing`] for kernels, a panel for gradients), the scalars of the other
//! from where they are. Nothing is unrolled, and padding is neither read nor multiplied: what an [`axis`] says is which
//! outputs have which taps.

/// Calls `work.run::<I, MOST>()`, an `unsafe` method, with the level's vectors and the most of them in a block, compiled
/// with the level's instructions; the caller guarantees what it asks of `work`.
macro_rules! run_blocked {
    ($cpu:expr, $work:ident: $type:ty) => {{
        use $crate::Level;
        use $crate::direct::packing::vectors;

        /// # Safety
        /// The CPU has AVX-512, and `work` is what its type says.
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
        unsafe fn avx512(work: $type) {
            // SAFETY: by contract.
            unsafe { work.run::<$crate::isa::avx512::Avx512, { vectors(Level::Avx512)[1] }>() }
        }
        /// # Safety
        /// The CPU has AVX2 and FMA, and `work` is what its type says.
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2,fma")]
        unsafe fn avx2(work: $type) {
            // SAFETY: by contract.
            unsafe { work.run::<$crate::isa::avx2::Avx2, { vectors(Level::Avx2)[1] }>() }
        }
        match $cpu.level() {
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => avx512($work),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => avx2($work),
            #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
            Level::Neon => $work.run::<$crate::isa::neon::Neon, { vectors(Level::Neon)[1] }>(),
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            Level::Simd128 => $work.run::<$crate::isa::simd128::Simd128, { vectors(Level::Simd128)[1] }>(),
            _ => $work.run::<$crate::isa::portable::Portable, { vectors(Level::Portable)[1] }>(),
        }
    }};
}
mod axis;
mod correlation;
mod forward;
mod input_gradient;
mod kernel_gradient;
mod packing;

pub use forward::convolution;
pub use input_gradient::convolution_input_gradient;
pub use kernel_gradient::convolution_kernel_gradient;
