//! ONNX graphs (<https://onnx.ai>): for ONNX Runtime and the many others that run them, and from the programs that export
//! them.
//!
//! What is written has the operators, the axes `[N, C, H, W]` and the order of weights of PyTorch's exports. What is read
//! is a chain of the operators that layers here have a counterpart of, whatever its axes, and the arithmetic on sizes that
//! exporters put around a reshape. Everything else is refused by the name of the node.

mod activations;
mod fields;
mod graph;
mod proto;
mod read;
mod write;

pub use read::read;
pub(crate) use read::read_with;
pub use write::{Output, write};

#[cfg(test)]
mod tests;
