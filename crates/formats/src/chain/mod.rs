//! A network being read from another program's file: a chain of layers that grows operator by operator.
//!
//! A framework's reader says what each of its operators is in the words of [`Chain`]: a convolution, a mean, zeros around
//! the image, a factor. What follows from that is decided here, whatever the framework: the shapes; which padding zeros
//! and windows make together; that a mean of whole windows times their size is a sum; what a temperature and a softmax
//! leave room for. Values are the reader's: it keeps those of a layer under the layer's index.

mod layers;
mod refused;
mod windows;

pub(crate) use layers::{Chain, Role};
pub(crate) use refused::{MAX_NUMBERS, Refused};
pub(crate) use windows::Pooling;

#[cfg(test)]
mod tests;
