//! Convolution of images with few channels, such as a network's first: direct, with the outputs in registers.
//!
//! With one to a few input channels a window holds only some ten numbers: too few for a transform to pay for itself, or
//! for runs of products as long as [`convolution`](crate::convolution) wants them. Here a block of 2x4 output pixels by
//! two vectors of filters is summed up over the window and goes through its epilogue without leaving registers. The
//! kernel's gradient keeps the sums of some taps in registers over an image; where the output was pooled, a lane picks its
//! winner's pixel of the four in a window instead of adding up four products of which three are nothing. There is no
//! gradient of the input: it is the first layer's.

mod backward;
mod forward;
mod lengths;

pub use backward::{few_channel_kernel_gradient, few_channel_scratch_len};
pub use forward::few_channel_convolution;

/// Input channels up to which this is the better way.
pub const MAX_FEW_CHANNELS: usize = 4;
