//! Untrusted bytes to models and back. Bytes in, values out: nothing here opens a file or runs a model.
//!
//! [`SavedModel`] is what a model file holds, whatever its format: the network with its values, how a picture becomes its
//! input, what its outputs are called, and where it comes from. [`read()`] takes bytes of any format that it knows;
//! [`write()`] makes those of one [`Format`]. [`safetensors`] is Tenfold's own.

#![forbid(unsafe_code)]

mod archive;
mod arrays;
mod chain;
mod companion;
mod description;
#[cfg(test)]
mod documented;
mod error;
mod format;
mod hdf5;
pub mod keras;
mod layout;
mod npz;
pub mod onnx;
pub mod safetensors;
#[cfg(test)]
mod samples;
mod saved_model;
mod state_dict;

pub use companion::Companion;
pub use description::VERSION;
pub use error::Error;
pub use format::{Format, read, write};
pub use saved_model::{Provenance, SavedModel};
