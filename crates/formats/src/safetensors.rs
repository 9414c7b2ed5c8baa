//! Tenfold's own model file: a safetensors file (<https://github.com/huggingface/safetensors>) of version 0.x of that
//! format, whose metadata holds one entry, `tenfold`: a JSON object with the architecture, the preparation, the labels
//! and the provenance. Tensors are `f32`, named and shaped as in the model's outline.
//!
//! The same model always gives the same bytes: tensors are sorted by the format's own rule, and the metadata has a
//! single entry because that map has no order.

use std::collections::HashMap;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use tenfold_imaging::Preparation;
use tenfold_network::{Architecture, Model};

use crate::error::Error;
use crate::saved_model::{Provenance, SavedModel};

/// The version of what this module writes, and the only one it reads.
pub const VERSION: u64 = 1;

/// The metadata entry that says what network the tensors are.
const KEY: &str = "tenfold";

/// The JSON object in the metadata.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    version: u64,
    architecture: Architecture,
    preparation: Preparation,
    labels: Vec<String>,
    provenance: Provenance,
}

/// The part of the description that all versions share.
#[derive(Deserialize)]
struct Version {
    version: u64,
}

/// Writes a model as a safetensors file.
///
/// # Errors
/// [`Error::Contradiction`] if the parts of `saved` do not fit together.
pub fn write(saved: &SavedModel) -> Result<Vec<u8>, Error> {
    saved.check()?;
    let description = Description {
        version: VERSION,
        architecture: saved.model.architecture().clone(),
        preparation: saved.preparation.clone(),
        labels: saved.labels.clone(),
        provenance: saved.provenance.clone(),
    };
    let description = serde_json::to_string(&description).map_err(|error| description_error(&error))?;
    let bytes: Vec<(String, Vec<usize>, Vec<u8>)> = saved
        .model
        .outline()
        .tensors()
        .map(|tensor| {
            let bytes = saved.model.tensor(tensor).iter().flat_map(|value| value.to_le_bytes()).collect();
            (tensor.name.clone(), tensor.shape.clone(), bytes)
        })
        .collect();
    let views = bytes
        .iter()
        .map(|(name, shape, bytes)| Ok((name, TensorView::new(Dtype::F32, shape.clone(), bytes)?)))
        .collect::<Result<Vec<_>, _>>()
        .map_err(malformed)?;
    safetensors::serialize(views, Some(HashMap::from([(KEY.to_owned(), description)]))).map_err(malformed)
}

/// Reads a model from the bytes of a safetensors file that [`write()`] made.
///
/// The bytes may be anything: sizes are compared with the bytes present before memory is taken for them.
///
/// # Errors
/// One of [`Error`] for bytes that are no such file, are damaged or of another version, describe an impossible network
/// or contradict themselves (a tensor missing, of another shape or type, or holding a value that is no finite number).
pub fn read(bytes: &[u8]) -> Result<SavedModel, Error> {
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(malformed)?;
    let description = metadata.metadata().as_ref().and_then(|entries| entries.get(KEY));
    let description = description.ok_or(Error::Foreign { expected: KEY })?;
    let Version { version } = serde_json::from_str(description).map_err(|error| description_error(&error))?;
    if version != VERSION {
        return Err(Error::Version { found: version, expected: VERSION });
    }
    let description: Description = serde_json::from_str(description).map_err(|error| description_error(&error))?;
    let tensors = SafeTensors::deserialize(bytes).map_err(malformed)?;
    let saved = SavedModel {
        model: model(description.architecture, &tensors)?,
        preparation: description.preparation,
        labels: description.labels,
        provenance: description.provenance,
    };
    saved.check()?;
    Ok(saved)
}

/// Fills the architecture's tensors, each exactly once, from the file's.
fn model(architecture: Architecture, tensors: &SafeTensors<'_>) -> Result<Model, Error> {
    let contradiction = |what: String, expected: String, found: String| Error::Contradiction { what, expected, found };
    let outline = architecture.outline()?;
    let expected = outline.tensors().count();
    if tensors.len() != expected {
        return Err(contradiction("tensors".to_owned(), expected.to_string(), tensors.len().to_string()));
    }
    // The tensors lie inside the file and every shape is compared before its values are copied, so this is no larger
    // than the file once all are there; a file that lacks some fails on the first of them.
    let mut placed: Vec<(usize, Vec<f32>)> = Vec::with_capacity(expected);
    for tensor in outline.tensors() {
        let what = || format!("tensor {}", tensor.name);
        let view = tensors
            .tensor(&tensor.name)
            .map_err(|_| contradiction(what(), "to be in the file".to_owned(), "nothing".to_owned()))?;
        if view.dtype() != Dtype::F32 || view.shape() != tensor.shape {
            let found = format!("{} {:?}", view.dtype(), view.shape());
            return Err(contradiction(what(), format!("F32 {:?}", tensor.shape), found));
        }
        let values: Vec<f32> = view.data().as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
        if let Some(value) = values.iter().find(|value| !value.is_finite()) {
            return Err(contradiction(what(), "finite numbers".to_owned(), value.to_string()));
        }
        placed.push((tensor.range.start, values));
    }
    placed.sort_by_key(|(start, _)| *start);
    let values = placed.into_iter().flat_map(|(_, values)| values).collect();
    Ok(Model::with_values(architecture, values)?)
}

fn malformed(error: safetensors::SafeTensorError) -> Error {
    Error::Malformed { reason: error.to_string() }
}

fn description_error(error: &serde_json::Error) -> Error {
    Error::Description { reason: error.to_string() }
}

#[cfg(test)]
mod tests;
