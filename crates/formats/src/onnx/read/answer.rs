//! Operators at the end of a graph, which make an answer of logits.

use super::activation::Activation;
use super::beside::Beside;
use super::constant::Constants;
use super::context::Context;
use super::node::Node;
use super::sizes::place;
use crate::error::Error;
use crate::excerpt::listed;
use crate::onnx::proto::GraphProto;

/// Labels of a model; there are 1,000 classes at most.
const MAX_LABELS: usize = 1_000;

/// `Softmax` and `LogSoftmax`: the end. Both have the same logits.
pub(super) fn softmax(context: &mut Context<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&["axis"])?;
    let rank = taken.dims.len() + 1;
    let axis = node.int("axis")?.unwrap_or(if context.opset < 13 { 1 } else { -1 });
    let dim = place(axis, rank).and_then(|place| place.checked_sub(1));
    if dim.is_none_or(|dim| taken.dims[dim] != taken.len()) {
        return Err(node.refuse(format!("along axis {axis} of {}, expected that of the classes", listed(&taken.dims))));
    }
    context.chain.end();
    Ok(taken)
}

/// `ZipMap`, which gives probabilities the names of their classes: the names.
pub(super) fn zip_map(node: &Node<'_>) -> Result<Vec<String>, Error> {
    let numbers = node.ints("classlabels_int64s").map(|labels| labels.iter().map(ToString::to_string).collect());
    let text = |text: &Vec<u8>| String::from_utf8_lossy(text).into_owned();
    let texts = node.strings("classlabels_strings").map(|labels| labels.iter().map(text).collect());
    numbers.or(texts).ok_or_else(|| node.refuse("has no labels"))
}

/// The names of classes that a converter of scikit-learn's models looks a label up in.
pub(super) fn labels(graph: &GraphProto) -> Result<Option<Vec<String>>, Error> {
    let nodes = graph.node.iter().map(Node::new);
    let extractor = nodes.filter(|node| node.is_of("ai.onnx.ml")).find(|node| node.op() == "ArrayFeatureExtractor");
    let name = extractor.and_then(|node| node.input(0));
    let tensor = name.and_then(|name| graph.initializer.iter().find(|tensor| tensor.name == name));
    tensor.map(|tensor| Constants::new(&Beside::default(), MAX_LABELS).texts(tensor)).transpose()
}
