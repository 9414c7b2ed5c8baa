//! Weights that lie in files beside the model: `model.onnx.data`.

use std::collections::HashMap;

use crate::companion::Companion;
use crate::error::Error;
use crate::excerpt::shown;
use crate::onnx::proto::{GraphProto, TensorProto};

/// The longest name of such a file.
const MAX_NAME: usize = 255;

/// The files beside a model that its weights lie in, by the names that the model gives them.
#[derive(Default)]
pub(super) struct Beside {
    files: HashMap<String, Vec<u8>>,
}

impl Beside {
    /// All files that a graph's constants name, each asked for once.
    ///
    /// # Errors
    /// [`Error::Companion`] for an invalid name, or a file that `companion` does not give.
    pub fn of(graph: &GraphProto, companion: &mut Companion<'_>) -> Result<Self, Error> {
        let mut files = HashMap::new();
        let attributes = graph.node.iter().flat_map(|node| &node.attribute).filter_map(|held| held.t.as_deref());
        for tensor in graph.initializer.iter().chain(attributes).filter(|tensor| is_outside(tensor)) {
            let name = entry(tensor, "location").unwrap_or_default();
            if name.is_empty() || name.len() > MAX_NAME {
                let problem = format!("has no name of 1 to {MAX_NAME} bytes for the file that its values are in");
                return Err(Error::unsupported(place(tensor), format!("{problem}\n{EXPORT_HINT}")));
            }
            if !files.contains_key(name) {
                let bytes = companion(name).map_err(|reason| Error::Companion { name: shown(name), reason })?;
                files.insert(name.to_owned(), bytes);
            }
        }
        Ok(Self { files })
    }

    /// The bytes of all files.
    pub fn len(&self) -> usize {
        self.files.values().map(Vec::len).sum()
    }

    /// The bytes of a tensor's values; nothing where they are numbers of its message.
    ///
    /// # Errors
    /// [`Error::Companion`] if the file ends before the values do; [`Error::Unsupported`] for an offset or a length that
    /// is not a number.
    pub fn raw<'b>(&'b self, tensor: &'b TensorProto) -> Result<Option<&'b [u8]>, Error> {
        if !is_outside(tensor) {
            return Ok((!tensor.raw_data.is_empty()).then_some(tensor.raw_data.as_slice()));
        }
        let number = |key: &str| {
            let parse = |text: &str| {
                let wrong = format!("says '{}' for its {key}, expected a number of bytes\n{EXPORT_HINT}", shown(text));
                text.parse::<u64>().map_err(|_| Error::unsupported(place(tensor), wrong))
            };
            entry(tensor, key).map(parse).transpose()
        };
        let name = entry(tensor, "location").unwrap_or_default();
        let file = self.files.get(name).map_or(&[][..], Vec::as_slice);
        let (offset, length) = (number("offset")?.unwrap_or(0), number("length")?);
        let end = length.map_or(Some(file.len() as u64), |length| offset.checked_add(length));
        let range = usize::try_from(offset).ok().zip(end.and_then(|end| usize::try_from(end).ok()));
        let bytes = range.and_then(|(start, end)| file.get(start..end));
        let outside = || Error::Companion {
            name: shown(name),
            reason: format!(
                "{} is said to be at bytes {offset} to {}, but it has {} bytes\n\
                 hint: the two files are of different exports, or it was cut off; export the model again",
                place(tensor),
                end.map_or("beyond all numbers".to_owned(), |end| end.to_string()),
                file.len()
            ),
        };
        bytes.map(Some).ok_or_else(outside)
    }
}

/// The way out for all that is wrong with such a file.
const EXPORT_HINT: &str = "hint: export the model with external_data=False";

/// Whether a tensor's values are in another file.
fn is_outside(tensor: &TensorProto) -> bool {
    tensor.data_location != 0
}

/// What a tensor says of the file that its values are in.
fn entry<'a>(tensor: &'a TensorProto, key: &str) -> Option<&'a str> {
    tensor.external_data.iter().find(|entry| entry.key == key).map(|entry| entry.value.as_str())
}

/// A tensor, as errors call it.
pub(super) fn place(tensor: &TensorProto) -> String {
    format!("tensor '{}'", shown(&tensor.name))
}
