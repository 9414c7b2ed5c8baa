//! Pooling: the largest or the mean of each channel over a sliding window, forward and backward.
//!
//! What a mean divides by is chosen by [`Pooling`]; a sum is a mean divided by 1.

mod average;
mod lengths;
mod max;

pub use average::{Pooling, average_pool, average_pool_backward};
pub use max::{MAX_POOL_WINDOW, max_pool, max_pool_backward};
