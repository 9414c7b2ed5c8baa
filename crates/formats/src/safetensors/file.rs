//! The file itself: tensors with names, and a map of texts.

use std::collections::HashMap;

use safetensors::tensor::{Dtype, Metadata, SafeTensors, TensorView};

use crate::arrays::{Array, Arrays, Kind};
use crate::description::{Description, KEY};
use crate::error::Error;
use crate::saved_model::SavedModel;

/// The name of the format in errors.
pub(crate) const FORMAT: &str = "safetensors";

/// A file to read from.
pub(crate) struct File<'a> {
    metadata: Metadata,
    pub tensors: SafeTensors<'a>,
}

impl<'a> File<'a> {
    /// Reads the header, whose sizes are compared with the bytes present.
    ///
    /// # Errors
    /// [`Error::Malformed`] for bytes that are not such a file.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Error> {
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(malformed)?;
        Ok(Self { metadata, tensors: SafeTensors::deserialize(bytes).map_err(malformed)? })
    }

    /// What Tenfold says beside the tensors, if it wrote them.
    pub fn description(&self) -> Option<&str> {
        self.entry(KEY)
    }

    /// The program that wrote the file, if Tenfold did not.
    pub fn program(&self) -> &'static str {
        // What safetensors.torch.save_file says of itself.
        if self.entry("format") == Some("pt") { "PyTorch" } else { "unknown (safetensors)" }
    }

    fn entry(&self, key: &str) -> Option<&str> {
        self.metadata.metadata().as_ref()?.get(key).map(String::as_str)
    }

    /// The bytes of a tensor.
    fn data(&self, name: &str, dtype: Dtype, shape: &[usize]) -> Result<&'a [u8], Error> {
        let what = || format!("tensor {name}");
        let missing = |_| Error::contradiction(what(), "to be in the file", "nothing");
        let view = self.tensors.tensor(name).map_err(missing)?;
        if view.dtype() != dtype || view.shape() != shape {
            let found = format!("{} {:?}", view.dtype(), view.shape());
            return Err(Error::contradiction(what(), format!("{dtype} {shape:?}"), found));
        }
        Ok(view.data())
    }
}

impl Arrays for File<'_> {
    fn count(&self) -> usize {
        self.tensors.len()
    }

    fn floats(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Error> {
        let data = self.data(name, Dtype::F32, shape)?;
        Ok(data.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect())
    }

    fn whole_numbers(&mut self, name: &str, shape: &[usize]) -> Result<Vec<i8>, Error> {
        Ok(self.data(name, Dtype::I8, shape)?.iter().map(|byte| byte.cast_signed()).collect())
    }
}

/// The names of a file's tensors; only the header is looked at.
///
/// # Errors
/// [`Error::Malformed`] for bytes that are not such a file.
pub(crate) fn names(bytes: &[u8]) -> Result<Vec<String>, Error> {
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(malformed)?;
    Ok(metadata.tensors().into_keys().collect())
}

/// Writes a model whose tensors are `arrays`.
///
/// # Errors
/// [`Error::Contradiction`] if the parts of `saved` do not fit together.
pub(crate) fn write(saved: &SavedModel, arrays: &[Array]) -> Result<Vec<u8>, Error> {
    saved.check()?;
    let description = Description::of_model(saved).to_json()?;
    let views = arrays
        .iter()
        .map(|Array { name, shape, kind, bytes }| {
            let dtype = match kind {
                Kind::F32 => Dtype::F32,
                Kind::I8 => Dtype::I8,
            };
            Ok((name, TensorView::new(dtype, shape.clone(), bytes)?))
        })
        .collect::<Result<Vec<_>, _>>()
        .map_err(malformed)?;
    safetensors::serialize(views, Some(HashMap::from([(KEY.to_owned(), description)]))).map_err(malformed)
}

fn malformed(error: safetensors::SafeTensorError) -> Error {
    Error::Malformed { format: FORMAT, reason: error.to_string() }
}
