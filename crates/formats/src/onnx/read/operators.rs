//! The operators that are read: one table, which the list in errors and that of `docs/formats.md` follow.

use super::activation::Activation;
use super::context::Context;
use super::node::Node;
use super::{answer, layers, padding, pooling, scaling, shaping};
use crate::chain::Role;
use crate::error::Error;
use crate::onnx::activations;

/// What an operator makes of an activation.
type Read = for<'a> fn(&mut Context<'a>, &Node<'a>, Activation) -> Result<Activation, Error>;

/// The operators on images and vectors, each with its part in the chain and its reader.
const OPERATORS: [(&str, Role, Read); 30] = [
    ("Conv", Role::Window, pooling::convolution),
    ("Gemm", Role::Layer, layers::dense),
    ("MatMul", Role::Layer, layers::dense),
    ("Add", Role::Scale, scaling::scale),
    ("Sub", Role::Scale, scaling::scale),
    ("Mul", Role::Scale, scaling::scale),
    ("Div", Role::Scale, scaling::scale),
    ("BatchNormalization", Role::Layer, layers::batch_norm),
    ("Clip", Role::Layer, layers::clip),
    ("Max", Role::Layer, layers::clip),
    ("Min", Role::Layer, layers::clip),
    ("MaxPool", Role::Window, pooling::pool),
    ("AveragePool", Role::Window, pooling::pool),
    ("GlobalMaxPool", Role::Layer, pooling::global),
    ("GlobalAveragePool", Role::Layer, pooling::global),
    ("Concat", Role::Layer, pooling::concat),
    ("ReduceMax", Role::Layer, pooling::global),
    ("ReduceMean", Role::Layer, pooling::global),
    ("Pad", Role::Scale, padding::pad),
    ("Flatten", Role::Axes, shaping::flatten),
    ("Reshape", Role::Axes, shaping::reshape),
    ("Squeeze", Role::Axes, shaping::squeeze),
    ("Unsqueeze", Role::Axes, shaping::unsqueeze),
    ("Transpose", Role::Axes, shaping::transpose),
    ("Dropout", Role::Layer, layers::dropout),
    ("Gelu", Role::Layer, layers::gelu),
    ("Identity", Role::Axes, layers::identity),
    ("Cast", Role::Axes, layers::cast),
    ("Softmax", Role::End, answer::softmax),
    ("LogSoftmax", Role::End, answer::softmax),
];

/// The reader of an operator, and its part in the chain; nothing for one that is not read.
pub(super) fn reader(node: &Node<'_>) -> Option<(Role, Read)> {
    let others = OPERATORS.into_iter();
    let activations = activations::OPERATORS.map(|operator| (operator.name, Role::Layer, layers::activation as Read));
    let mut own = others.chain(activations).filter(|_| node.is_of(""));
    own.find(|(name, ..)| *name == node.op()).map(|(_, role, read)| (role, read))
}

/// The error for an operator that is not read.
pub(super) fn unknown(node: &Node<'_>) -> Error {
    if node.is_of("") && activations::WITHOUT_COUNTERPART.contains(&node.op()) {
        let read = activations::OPERATORS.map(|operator| operator.name).join(", ");
        return node.refuse(format!("has no counterpart here\nhint: put one of {read} in its place, and train again"));
    }
    node.refuse(format!("has no counterpart here\nhint: supported are {}", names().join(", ")))
}

/// All operators that are read.
fn names() -> Vec<&'static str> {
    [&OPERATORS.map(|(name, ..)| name)[..], &activations::OPERATORS.map(|operator| operator.name)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documented;
    use crate::onnx::read::arithmetic;

    #[test]
    fn the_document_lists_the_operators_that_are_read() {
        assert_eq!(documented::names("Operators of ONNX:"), names());
        let sizes = [&["Constant", "Shape"], &arithmetic::OPERATORS[..]].concat();
        assert_eq!(documented::names("Arithmetic on sizes and constants:"), sizes);
    }
}
