//! Numeric kernels of Tenfold: slices in, slices out. The only crate of the workspace with `unsafe` code.
//!
//! Axis letters: N batch, H height, W width, C channels in, O channels out. Activations are NHWC, convolution kernels
//! `[kernel height, kernel width, C, O]` (HWIO), dense kernels `[in, out]`, all row-major and dense, as Keras stores them.
//!
//! Every kernel takes a [`Cpu`] first: a copyable proof that this machine can run a [`Level`]. Public functions are
//! safe: they assert the lengths of what they are given and then choose the body for the level. [`mod@reference`] holds the
//! formula of each layer, forward and backward, in `f32` and `f64`, against which every level is tested.
//!
//! ```
//! use tenfold_kernels::{Cpu, Matrix, gemm};
//!
//! let (a, b) = ([1.0, 2.0, 3.0, 4.0], [1.0, 0.0, 0.0, 1.0]);
//! let mut c = [0.0; 4];
//! gemm(Cpu::detect(), Matrix::row_major(&a, 2, 2), Matrix::row_major(&b, 2, 2), &mut c, false);
//! assert_eq!(c, a);
//! ```

mod activation;
mod buffer;
mod convolution;
mod direct;
mod elementwise;
mod epilogue;
mod exponential;
mod few_channel;
mod gemm;
mod grouped;
mod isa;
mod level;
mod loss;
mod normalization;
mod peak;
mod pooling;
mod quantized;
pub mod reference;
mod team;
mod transposed;
mod update;
mod window;
mod winograd;

pub use activation::Activation;
pub use buffer::Buffer;
pub use convolution::Convolution;
pub use direct::{convolution, convolution_input_gradient, convolution_kernel_gradient};
pub use elementwise::{
    add_assign, add_products_by_channel, add_row, multiply, multiply_channels, scale, sum_of_squares, sum_rows,
    unit_pixels,
};
pub use epilogue::{DEAD, Epilogue, OutputGradient, bias_gradient};
pub use few_channel::{
    MAX_FEW_CHANNELS, few_channel_convolution, few_channel_kernel_gradient, few_channel_scratch_len,
};
pub use gemm::{Matrix, gemm};
pub use grouped::{
    GroupedConvolution, grouped_convolution, grouped_convolution_input_gradient, grouped_convolution_kernel_gradient,
};
pub use level::{Cpu, Level, UnknownLevel};
pub use loss::{NO_CLASS, add_distillation, softmax, softmax_cross_entropy};
pub use normalization::{Moments, Normalization, add_moments};
pub use peak::multiply_adds;
pub use pooling::{MAX_POOL_WINDOW, Pooling, average_pool, average_pool_backward, max_pool, max_pool_backward};
pub use quantized::{
    MAX_QUANTIZED_TAPS, QuantizedKernel, QuantizedLayer, QuantizedOutput, average_pool_bytes, max_pool_bytes,
};
pub use team::Team;
pub use tenfold_error_kind::ErrorKind;
pub use transposed::{gemm_transposed, transpose};
pub use update::{Adam, Sgd};
pub use window::{Padding, Window};
pub use winograd::{Winograd, WinogradKernel};

#[cfg(test)]
mod tests;
