//! The walk along a graph: what each value is, from the constants to the answer.

use tenfold_network::Model;

use super::activation::Activation;
use super::constant::Constants;
use super::context::{Context, Value, refuse_pad};
use super::node::{BRANCH_HINT, Node, with_hint};
use super::path::Path;
use super::{answer, folding, joining, operators, shaping};
use crate::chain::Refused;
use crate::error::Error;
use crate::excerpt::listed;

/// What a graph turned out to be.
pub(super) struct Answer<'a> {
    pub model: Model,
    /// What the graph divides the logits by, if it does.
    pub temperature: Option<f32>,
    /// What the classes are called, if the graph says so.
    pub labels: Option<Vec<String>>,
    /// Whether the graph divides its input by 255.
    pub takes_bytes: bool,
    /// What is left to be read.
    pub constants: Constants<'a>,
}

/// Follows a path to its end. `is_own`: whether this program has written the graph.
///
/// # Errors
/// [`Error::Unsupported`], with the node's name, for what has no counterpart here, and others about the weights.
pub(super) fn read<'a>(
    path: Path<'a>,
    opset: i64,
    is_own: bool,
    constants: Constants<'a>,
) -> Result<Answer<'a>, Error> {
    let mut context = Context::new(&path.image, opset, is_own, constants)?;
    context.batch = path.batch;
    context.logits = path.logits;
    context.values = path.constants.iter().map(|(&name, &tensor)| (name, Value::Stored(tensor))).collect();
    context.values.insert(path.input, Value::Activation(path.image));
    // Constants may come after the nodes that take them.
    let (constants, others): (Vec<_>, Vec<_>) = path.nodes.into_iter().partition(|node| node.op() == "Constant");
    for node in &constants {
        let value = folding::constant(&mut context, node)?;
        context.values.insert(node.output(), value);
    }
    for node in &others {
        let value = visit(&mut context, node)?;
        context.values.insert(node.output(), value);
    }
    match context.values.remove(path.output) {
        Some(Value::Activation(answer)) => finish(context, answer),
        _ => Err(refuse("gives what does not depend on an image".to_owned())),
    }
}

fn refuse(problem: String) -> Error {
    Error::unsupported("graph", with_hint(problem))
}

/// What a node gives.
fn visit<'a>(context: &mut Context<'a>, node: &Node<'a>) -> Result<Value<'a>, Error> {
    let taken: Vec<&Activation> = node.inputs().filter_map(|name| context.activation(Some(name))).collect();
    match taken.as_slice() {
        [] if node.is_of("") => folding::fold(context, node),
        [] => Err(operators::unknown(node)),
        &[taken] => {
            let taken = taken.clone();
            follow(context, node, taken)
        }
        &[a, b] if matches!(node.op(), "Add" | "Mul") && node.is_of("") => {
            let (a, b) = (a.clone(), b.clone());
            joining::join(context, node, a, b).map(Value::Activation)
        }
        _ => Err(node.refuse(format!("joins two results, expected one chain of layers\n{BRANCH_HINT}"))),
    }
}

/// What a node makes of an activation.
fn follow<'a>(context: &mut Context<'a>, node: &Node<'a>, taken: Activation) -> Result<Value<'a>, Error> {
    if node.is_of("ai.onnx.ml") && node.op() == "ZipMap" {
        context.labels = Some(answer::zip_map(node)?);
        return Ok(Value::Activation(taken));
    }
    if node.is_of("") && node.op() == "Shape" {
        return shaping::shape(node, &taken).map(Value::Sizes);
    }
    let (role, read) = operators::reader(node).ok_or_else(|| operators::unknown(node))?;
    let commutes = matches!(node.op(), "Add" | "Mul" | "Max" | "Min");
    if !commutes && context.activation(node.input(0)).is_none() {
        return Err(node.refuse("takes the image as another input than its first"));
    }
    let taken = context.enter(node, role, taken)?;
    read(context, node, taken).map(Value::Activation)
}

/// The model, once the walk has come to the graph's answer.
fn finish(mut context: Context<'_>, answer: Activation) -> Result<Answer<'_>, Error> {
    let is_whole = answer.step == context.chain.changes() && answer.dims == [answer.len()];
    let answer = context.flattened_if_vector(answer);
    if !is_whole || answer.flattened_image() != Some(answer.shape) {
        let found = listed(&answer.dims);
        return Err(refuse(format!("gives {found} for an image, expected a vector, a number per class")));
    }
    let Context { chain, weights, pad, labels, takes_bytes, constants, .. } = context;
    let refused = |refused: Refused| match (&refused, &pad) {
        (Refused::EndsInZeros, Some(pad)) => refuse_pad(pad),
        _ => refuse(refused.to_string()),
    };
    let (architecture, temperature) = chain.finish().map_err(refused)?;
    Ok(Answer { model: weights.model(architecture)?, temperature, labels, takes_bytes, constants })
}
