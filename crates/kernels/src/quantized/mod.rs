//! Layers on bytes, for prediction: activations `0..=255`, weights `-127..=127`, exact sums in 32 bits.
//!
//! An activation's byte `q` stands for the real number `q s`, `s` being one scale for the whole tensor and zero the
//! byte 0: what comes out of ReLU, and pixels, need no negative numbers. A filter's weights stand for `w s_o` with a
//! scale for each filter. With input scale `s`, output scale `t` and bias `b` a layer therefore computes
//! `round(sum(q w) (s s_o / t) + b / t)`, cut off at 0 and 255; the cut-off at 0 is ReLU (Jacob et al. 2018,
//! "Quantization and training of neural networks for efficient integer-arithmetic-only inference", with floats for the
//! last step). All CPU levels give the same bits.

mod block;
mod frame;
mod kernel;
mod layer;
mod pooling;
mod walk;

pub use block::QuantizedOutput;
pub use kernel::QuantizedKernel;
pub use layer::{MAX_QUANTIZED_TAPS, QuantizedLayer};
pub use pooling::{average_pool_bytes, max_pool_bytes};
