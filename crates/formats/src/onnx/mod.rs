//! ONNX graphs.

use crate::error::Error;
use crate::saved_model::SavedModel;

/// What a graph gives for an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Output {
    /// Probabilities: softmax of the logits divided by the temperature.
    #[default]
    Probabilities,
    /// The logits as they are.
    Logits,
}

pub(crate) fn read(_bytes: &[u8]) -> Result<SavedModel, Error> {
    Err(Error::unsupported("onnx", "to be written"))
}

pub(crate) fn write(_saved: &SavedModel, _output: Output) -> Result<Vec<u8>, Error> {
    Err(Error::unsupported("onnx", "to be written"))
}
