//! Nodes that take only constants and sizes: what they give is worked out while reading.

use super::arithmetic;
use super::constant::Floats;
use super::context::{Context, Value};
use super::node::Node;
use super::sizes::Sizes;
use crate::error::Error;
use crate::onnx::proto::data_type;

/// What a node of ONNX' own gives that takes no activation.
///
/// # Errors
/// [`Error::Unsupported`] for an operator that has no counterpart on weights or sizes.
pub(super) fn fold<'a>(context: &mut Context<'a>, node: &Node<'a>) -> Result<Value<'a>, Error> {
    let is_float = |value: &Value<'_>| match value {
        Value::Stored(tensor) => matches!(tensor.data_type, data_type::FLOAT | data_type::DOUBLE),
        Value::Floats(_) => true,
        Value::Sizes(_) | Value::Activation(_) => false,
    };
    if node.input(0).and_then(|name| context.values.get(name)).is_some_and(is_float) {
        return weights(context, node).map(Value::Floats);
    }
    let count = node.inputs_len().min(64);
    let inputs = (0..count).map(|index| context.sizes(node, index)).collect::<Result<Vec<_>, _>>()?;
    let filling = match node.tensor("value")? {
        Some(tensor) => context.constants.ints(tensor)?.1,
        None => vec![0],
    };
    arithmetic::evaluate(node, &inputs, &filling).map(Value::Sizes)
}

/// Weights in another order or with other axes.
fn weights<'a>(context: &mut Context<'a>, node: &Node<'a>) -> Result<Floats, Error> {
    let floats = context.floats(node, 0)?;
    match node.op() {
        "Identity" | "Cast" => Ok(floats),
        "Transpose" => {
            let order = match node.ints("perm") {
                None => Some((0..floats.shape.len()).rev().collect::<Vec<_>>()),
                Some(order) => order.iter().map(|&axis| usize::try_from(axis).ok()).collect(),
            };
            let turned = order.and_then(|order| floats.transposed(&order));
            turned.ok_or_else(|| node.refuse("has a perm that is not an order of the weights' axes"))
        }
        _ => Err(node.refuse("is not supported on weights")),
    }
}

/// A `Constant` node's value.
///
/// # Errors
/// [`Error::Unsupported`] for one that is neither numbers nor a tensor.
pub(super) fn constant<'a>(context: &mut Context<'a>, node: &Node<'a>) -> Result<Value<'a>, Error> {
    if let Some(tensor) = node.tensor("value")? {
        return Ok(Value::Stored(tensor));
    }
    let single = |values: Vec<f32>| Ok(Value::Floats(Floats { shape: Vec::new(), values }));
    match (node.int("value_int")?, node.ints("value_ints"), node.float("value_float")?, node.floats("value_floats")) {
        (Some(number), ..) => Ok(Value::Sizes(Sizes::single(number))),
        (_, Some(numbers), ..) => Ok(Value::Sizes(Sizes::of_numbers(node, vec![numbers.len()], numbers)?)),
        (_, _, Some(number), _) => single(vec![number]),
        (.., Some(numbers)) => {
            context.constants.take(numbers.len())?;
            Ok(Value::Floats(Floats { shape: vec![numbers.len()], values: numbers.to_vec() }))
        }
        _ => Err(node.refuse("holds no number or tensor")),
    }
}
