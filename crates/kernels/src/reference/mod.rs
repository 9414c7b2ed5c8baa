//! What the kernels of each layer must compute, written as its formula: no blocking, no SIMD, no cleverness, no `unsafe`.
//!
//! Generic over [`Real`], so that the same text is the oracle for `f32` kernels and, in `f64`, the subject of
//! finite-difference checks. Shapes and meanings are those of the kernel of the same name.

mod dense;
mod grouped;
mod layers;
mod quantized;
pub(crate) mod real;

pub use crate::activation::formula::{backward as activation_backward, forward as activation};
pub use dense::{dense, dense_input_gradient, dense_kernel_gradient, sum_rows};
pub use grouped::{grouped_kernel, whole_kernel};
pub use layers::{
    average_pool, average_pool_backward, batch_norm, batch_norm_backward, convolution, convolution_input_gradient,
    convolution_kernel_gradient, distillation, max_pool, max_pool_backward, softmax_cross_entropy,
};
pub use quantized::{average_pool_bytes, max_pool_bytes, quantized_sums, to_byte};
pub use real::Real;
