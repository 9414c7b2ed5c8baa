//! Tensors in a safetensors file (<https://github.com/huggingface/safetensors>) of version 0.x of that format.
//!
//! Tenfold's own model file has one entry in the metadata, `tenfold`: a JSON object with the architecture, the preparation,
//! the labels and the provenance. Tensors are `f32`, named and shaped as in the model's outline.
//!
//! A model with a temperature other than 1 has one more member, `temperature`; a quantised one has `quantization`, whose
//! `input_scales` are those of the layers that [`Outline::byte_layers`](tenfold_network::Outline::byte_layers) lists. Its
//! kernels are whole numbers `i8`, -127 to 127, and beside each is a tensor `LAYER.kernel_scale` with one `f32` per filter.
//! Programs that know nothing of these refuse the file because of the unknown member, which is why the version is the same.
//!
//! The same model always gives the same bytes: tensors are sorted by the format's own rule, and the metadata has a
//! single entry because that map has no order.
//!
//! A file whose tensors have PyTorch's names is a state dict: see [`Format::StateDict`](crate::Format::StateDict).

use tenfold_network::Architecture;

use crate::arrays;
use crate::error::Error;
use crate::saved_model::SavedModel;
use file::{FORMAT, File};

pub(crate) mod file;

/// Writes a model as a safetensors file.
///
/// # Errors
/// [`Error::Contradiction`] if the parts of `saved` do not fit together.
pub fn write(saved: &SavedModel) -> Result<Vec<u8>, Error> {
    file::write(saved, &arrays::of_model(&saved.model))
}

/// Reads a model from the bytes of a safetensors file that [`write()`] made.
///
/// The bytes may be anything: sizes are compared with the bytes present before memory is taken for them.
///
/// # Errors
/// One of [`Error`] for bytes that are not such a file, are damaged or of another version, describe an impossible network
/// or contradict themselves (a tensor missing, of another shape or type, or holding a value that is not a finite number;
/// scales that are not positive, too many or too few). So is a file of [`Format::StateDict`](crate::Format::StateDict),
/// whose tensors have other names: [`crate::read()`] reads both.
pub fn read(bytes: &[u8]) -> Result<SavedModel, Error> {
    read_values(bytes, None)
}

/// As [`read()`]; `architecture` is the network where the file does not say what its values are of.
pub(crate) fn read_values(bytes: &[u8], architecture: Option<&Architecture>) -> Result<SavedModel, Error> {
    let mut file = File::open(bytes)?;
    let (description, program) = (file.description().map(str::to_owned), file.program());
    arrays::saved(FORMAT, description.as_deref(), (architecture, program), |architecture, scales| {
        arrays::model(architecture, scales, &mut file)
    })
}

#[cfg(test)]
mod tests;
