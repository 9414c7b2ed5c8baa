//! A graph as a model: the way from its input to its answer, node by node.

mod activation;
mod answer;
mod arithmetic;
mod beside;
mod constant;
mod context;
mod ensemble;
mod folding;
mod functions;
mod joining;
mod layers;
mod node;
mod operators;
mod padding;
mod path;
mod pooling;
mod reader;
mod scaling;
mod shaping;
mod sizes;
mod weights;

use prost::Message;

use self::beside::Beside;
use self::constant::Constants;
use self::ensemble::Ensemble;
use self::path::Path;
use self::reader::Answer;
use super::fields;
use super::proto::{FORMAT, ModelProto};
use crate::companion::{Companion, no_companion};
use crate::description::{Description, KEY};
use crate::error::Error;
use crate::excerpt::shown;
use crate::saved_model::SavedModel;

/// The oldest version of the operators that is read: that of PyTorch 1.0. In newer ones, whatever means something else
/// has come with an attribute of its own, which is refused where it is not known.
const OLDEST_OPSET: i64 = 9;

/// Nodes of a graph: a network of a thousand layers, with exporters' arithmetic around each.
const MAX_NODES: usize = 50_000;

/// Bytes of the description beside a graph.
const MAX_DESCRIPTION: usize = 1 << 20;

/// Reads a model from the bytes of an ONNX file: one that [`write()`](super::write()) made, or a chain of the operators
/// that layers here have a counterpart of.
///
/// The input is one square grey image per row, `[N, 1, H, W]`, `[N, H, W, 1]`, `[N, H, W]` or `[N, H * W]`, of pixels
/// divided by 255, or of bytes that the graph divides; N may be fixed. Of several outputs the one of floats is the answer:
/// probabilities or logits. A final softmax is dropped, and a division before it is the temperature. A `Mean` of several
/// networks' softmaxes is an ensemble.
///
/// The bytes may be anything: what is copied out of them is limited by their number.
///
/// # Errors
/// [`Error::Malformed`] for bytes that are not such a file or are damaged; [`Error::Unsupported`], with the node's name, for
/// what has no counterpart here; [`Error::Contradiction`] for weights that do not fit or are not finite;
/// [`Error::Network`] for an impossible network.
pub fn read(bytes: &[u8]) -> Result<SavedModel, Error> {
    read_with(bytes, &mut no_companion)
}

/// As [`read`], with the files beside the model that its weights may be in.
///
/// # Errors
/// As [`read`]; [`Error::Companion`] for such a file that is not available, or too short.
pub(crate) fn read_with(bytes: &[u8], companion: &mut Companion<'_>) -> Result<SavedModel, Error> {
    fields::check(bytes)?;
    let malformed = |reason: String| Error::Malformed { format: FORMAT, reason };
    let mut file = ModelProto::decode(bytes).map_err(|error| malformed(error.to_string()))?;
    let graph = file.graph.as_mut().ok_or_else(|| malformed("it holds no graph".to_owned()))?;
    let opset = file.opset_import.iter().find(|import| matches!(import.domain.as_str(), "" | "ai.onnx"));
    let opset = opset.map_or(1, |import| import.version);
    if opset < OLDEST_OPSET {
        let problem =
            format!("is {opset}, expected {OLDEST_OPSET} or newer\nhint: onnx.version_converter makes it newer");
        return Err(Error::unsupported("the graph's opset", problem));
    }
    Error::check_limit("nodes of the graph", MAX_NODES, graph.node.len())?;
    functions::gather(graph);
    let description = file.metadata_props.iter().find(|entry| entry.key == KEY);
    let beside = Beside::of(graph, companion)?;
    let constants = Constants::new(&beside, bytes.len());
    let (output, is_own) = (path::output(graph)?, description.is_some());
    let answer = match Ensemble::of(graph, output) {
        Some(ensemble) => ensemble.read(graph, (opset, is_own), constants)?,
        None => reader::read(Path::to(graph, output)?, opset, is_own, constants)?,
    };
    let Answer { model, temperature, labels, .. } = answer;
    let Some(entry) = description else {
        let program = [&file.producer_name, &file.producer_version, "(ONNX)"].map(shown);
        let program = program.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        let model = model.with_temperature(temperature.unwrap_or(1.0))?;
        let saved = SavedModel::undescribed(model, program)?;
        let Some(labels) = labels.map_or_else(|| answer::labels(graph), |labels| Ok(Some(labels)))? else {
            return Ok(saved);
        };
        let saved = SavedModel { labels, ..saved };
        saved.check()?;
        return Ok(saved);
    };
    described(model, temperature, &entry.value)
}

/// The model of a file of Tenfold's own.
fn described(model: tenfold_network::Model, temperature: Option<f32>, text: &str) -> Result<SavedModel, Error> {
    Error::check_limit("bytes of the description in the ONNX file", MAX_DESCRIPTION, text.len())?;
    let mut description = Description::from_json(text)?;
    if description.architecture.is_some() || description.quantization.is_some() {
        return Err(Error::contradiction("the description", "the graph to say what the network is", "one of its own"));
    }
    let beside = description.temperature.take().map(|temperature| temperature as f32);
    if beside.is_some() && temperature.is_some() {
        return Err(Error::contradiction("temperature", "one", "one in the graph and one in the description"));
    }
    description.saved(model.with_temperature(temperature.or(beside).unwrap_or(1.0))?)
}

#[cfg(test)]
mod tests;
