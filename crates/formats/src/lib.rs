//! Model files: bytes from anywhere become a model, and a model the bytes of a format. Nothing here opens a file or runs a
//! model.
//!
//! [`SavedModel`] is what a model file holds, whatever its format: the network with its values, how a picture becomes its
//! input, what its outputs are called, and where it comes from. [`read()`] takes bytes of any format that it knows;
//! [`write()`] makes those of one [`Format`].
//!
//! ```
//! use tenfold_formats::{ErrorKind, Format, Provenance, SavedModel, onnx, read, write};
//! use tenfold_network::{Architecture, Initializer, Model};
//!
//! let model = SavedModel {
//!     model: Model::random(Architecture::paper(), Initializer::HeNormal, 1)?,
//!     preparation: Default::default(),
//!     labels: (0..10).map(|digit| digit.to_string()).collect(),
//!     min_confidence: 0.0,
//!     thresholds: Vec::new(),
//!     provenance: Provenance::default(),
//! };
//! let keras = write(&model, Format::Keras)?;
//! assert_eq!(Format::of_bytes(&keras)?, Format::Keras);
//!
//! let same = read(&keras, None)?;
//! assert_eq!(same, model);
//! let graph = write(&same, Format::Onnx(onnx::Output::Probabilities))?;
//! assert_eq!(read(&graph, None)?, model);
//!
//! // Bytes may be anything: here, half a file.
//! assert_eq!(read(&keras[..keras.len() / 2], None).unwrap_err().kind(), ErrorKind::Input);
//! # Ok::<(), tenfold_formats::Error>(())
//! ```
//!
//! # Untrusted bytes
//!
//! Any bytes give a model or an [`Error`]. Sizes in a file are compared with limits and with the bytes that are there before
//! memory is taken for them; what unpacks is counted as it comes, at most 16 times the file and a megabyte. Pickles, which are
//! programs, are refused by their first bytes. Values must be finite, and tensors must be those of the network. Whatever has
//! no counterpart here is refused by the name of its layer or node: nothing that changes an answer is left out. Every parser
//! has a fuzz target.
//!
//! # Formats
//!
//! A file of Tenfold's own ([`safetensors`], and NPZ) names the architecture and its tensors. One of Keras ([`keras`]) or of
//! another program ([`onnx`]) is a chain of its layers or nodes: a reader says what each of them is, and one builder of
//! chains what follows from that. Files of values alone (`.weights.h5`, state dicts of PyTorch, other NPZ files) are read for
//! an architecture that the caller gives.

#![forbid(unsafe_code)]

mod arrays;
mod axes;
mod chain;
mod companion;
mod description;
#[cfg(test)]
mod documented;
mod ensemble;
mod error;
mod excerpt;
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
mod threshold;

pub use companion::Companion;
pub use error::Error;
pub use format::{Format, read, write};
pub use saved_model::{Provenance, SavedModel};
pub use tenfold_error_kind::ErrorKind;
pub use threshold::Threshold;
