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

use std::collections::HashMap;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use tenfold_network::Architecture;

use crate::arrays::{self, Array, Arrays, Kind};
use crate::description::{Description, KEY};
use crate::error::Error;
use crate::saved_model::SavedModel;
use crate::state_dict;

const FORMAT: &str = "safetensors";

/// Writes a model as a safetensors file.
///
/// # Errors
/// [`Error::Contradiction`] if the parts of `saved` do not fit together.
pub fn write(saved: &SavedModel) -> Result<Vec<u8>, Error> {
    write_arrays(saved, &arrays::of_model(&saved.model))
}

/// Writes a model whose tensors are `arrays`.
pub(crate) fn write_arrays(saved: &SavedModel, arrays: &[Array]) -> Result<Vec<u8>, Error> {
    saved.check()?;
    let description = Description::of_model(saved).to_json()?;
    let views = arrays
        .iter()
        .map(|Array { name, shape, kind, bytes }| Ok((name, TensorView::new(kind.dtype(), shape.clone(), bytes)?)))
        .collect::<Result<Vec<_>, _>>()
        .map_err(malformed)?;
    safetensors::serialize(views, Some(HashMap::from([(KEY.to_owned(), description)]))).map_err(malformed)
}

impl Kind {
    const fn dtype(self) -> Dtype {
        match self {
            Self::F32 => Dtype::F32,
            Self::I8 => Dtype::I8,
        }
    }
}

/// Reads a model from the bytes of a safetensors file that [`write()`] made.
///
/// The bytes may be anything: sizes are compared with the bytes present before memory is taken for them.
///
/// # Errors
/// One of [`Error`] for bytes that are no such file, are damaged or of another version, describe an impossible network
/// or contradict themselves (a tensor missing, of another shape or type, or holding a value that is no finite number;
/// scales that are not positive, too many or too few).
pub fn read(bytes: &[u8]) -> Result<SavedModel, Error> {
    read_values(bytes, None)
}

/// As [`read()`]; `architecture` is the network where the file does not say what its values are of.
pub(crate) fn read_values(bytes: &[u8], architecture: Option<&Architecture>) -> Result<SavedModel, Error> {
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(malformed)?;
    let entries = metadata.metadata().as_ref();
    let description = entries.and_then(|entries| entries.get(KEY)).map(String::as_str);
    let tensors = SafeTensors::deserialize(bytes).map_err(malformed)?;
    // What safetensors.torch.save_file says of itself.
    let is_pytorch = entries.and_then(|entries| entries.get("format")).is_some_and(|format| format == "pt");
    let program = if is_pytorch { "PyTorch" } else { "unknown (safetensors)" };
    arrays::saved(FORMAT, description, (architecture, program), |architecture, scales| {
        if state_dict::has_its_names(tensors.iter().map(|(name, _)| name)) {
            state_dict::model(architecture, scales.is_some(), &tensors)
        } else {
            arrays::model(architecture, scales, &mut &tensors)
        }
    })
}

/// Whether the tensors of a safetensors file are called as in a state dict; only the header is looked at.
pub(crate) fn is_state_dict(bytes: &[u8]) -> Result<bool, Error> {
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(malformed)?;
    let tensors = metadata.tensors();
    Ok(state_dict::has_its_names(tensors.keys().map(String::as_str)))
}

impl Arrays for &SafeTensors<'_> {
    fn count(&self) -> usize {
        self.len()
    }

    fn floats(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Error> {
        floats(self, name, shape)
    }

    fn whole_numbers(&mut self, name: &str, shape: &[usize]) -> Result<Vec<i8>, Error> {
        Ok(data(self, name, Dtype::I8, shape)?.iter().map(|byte| byte.cast_signed()).collect())
    }
}

/// The values of a tensor of floats.
pub(crate) fn floats(tensors: &SafeTensors<'_>, name: &str, shape: &[usize]) -> Result<Vec<f32>, Error> {
    let data = data(tensors, name, Dtype::F32, shape)?;
    Ok(data.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect())
}

/// The bytes of a tensor.
fn data<'a>(tensors: &SafeTensors<'a>, name: &str, dtype: Dtype, shape: &[usize]) -> Result<&'a [u8], Error> {
    let what = || format!("tensor {name}");
    let view = tensors.tensor(name).map_err(|_| Error::contradiction(what(), "to be in the file", "nothing"))?;
    if view.dtype() != dtype || view.shape() != shape {
        let found = format!("{} {:?}", view.dtype(), view.shape());
        return Err(Error::contradiction(what(), format!("{dtype} {shape:?}"), found));
    }
    Ok(view.data())
}

fn malformed(error: safetensors::SafeTensorError) -> Error {
    Error::Malformed { format: FORMAT, reason: error.to_string() }
}

#[cfg(test)]
mod tests;
