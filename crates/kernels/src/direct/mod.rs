//! Convolution of any geometry, forward and both gradients, with the sums in registers.
//!
//! All three passes are sums of products of a scalar with vectors of filters. A block of such sums, some pixels or cells
//! of the kernel by some vectors, stays in registers: the vectors of one operand come from memory in the order in which
//! they are used, copied together beforehand ([`packing`] for kernels, a panel for gradients), the scalars of the other
//! from where they are. Nothing is unrolled, and padding is neither read nor multiplied: what an [`axis`] says is which
//! outputs have which taps.

mod axis;
mod correlation;
mod forward;
mod input_gradient;
mod kernel_gradient;
mod packing;

use crate::isa::Isa;

pub use forward::convolution;
pub use input_gradient::convolution_input_gradient;
pub use kernel_gradient::convolution_kernel_gradient;
pub(crate) use packing::packed_len;

/// The first `lanes` floats at `from`, the other lanes zero.
///
/// # Safety
/// The level's instructions are there, and `lanes` floats, at most a vector.
#[inline(always)]
unsafe fn load<I: Isa>(from: *const f32, lanes: usize) -> I::Vector {
    // SAFETY: the caller's. Nearly all vectors are whole, and without masks they are much faster.
    unsafe { if lanes == I::LANES { I::load(from) } else { I::load_first(from, lanes) } }
}

/// Writes the first `lanes` lanes to `to`.
///
/// # Safety
/// As for [`load`].
#[inline(always)]
unsafe fn store<I: Isa>(to: *mut f32, lanes: usize, vector: I::Vector) {
    // SAFETY: the caller's.
    unsafe { if lanes == I::LANES { I::store(to, vector) } else { I::store_first(to, lanes, vector) } }
}
