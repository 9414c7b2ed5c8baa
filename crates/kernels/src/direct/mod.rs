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

pub use forward::convolution;
pub use input_gradient::convolution_input_gradient;
pub use kernel_gradient::convolution_kernel_gradient;
pub(crate) use packing::packed_len;
