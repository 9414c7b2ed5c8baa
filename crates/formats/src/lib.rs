//! Untrusted bytes to models and back. Bytes in, values out: nothing here opens a file or runs a model.
//!
//! [`SavedModel`] is what a model file holds, whatever its format: the network with its values, how a picture becomes its
//! input, what its outputs are called, and where it comes from. [`safetensors`] is Tenfold's own format.

#![forbid(unsafe_code)]

mod error;
pub mod safetensors;
mod saved_model;

pub use error::Error;
pub use saved_model::{Provenance, SavedModel};
