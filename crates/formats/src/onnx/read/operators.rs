//! The operators that are read: one table, which the list in errors and that of `docs/formats.md` follow.

use super::activation::Activation;
use super::node::Node;
use super::reader::Reader;
use super::{answer, layers, padding, pooling, scaling, shaping};
use crate::error::Error;

/// What an operator makes of an activation.
type Read = for<'a> fn(&mut Reader<'a>, &Node<'a>, Activation) -> Result<Activation, Error>;

/// The operators on images and rows, each with its reader.
const OPERATORS: [(&str, Read); 29] = [
    ("Conv", pooling::convolution),
    ("Gemm", layers::dense),
    ("MatMul", layers::dense),
    ("Add", scaling::scale),
    ("Sub", scaling::scale),
    ("Mul", scaling::scale),
    ("Div", scaling::scale),
    ("BatchNormalization", layers::batch_norm),
    ("Relu", layers::relu),
    ("Clip", layers::clip),
    ("Max", layers::clip),
    ("Min", layers::clip),
    ("MaxPool", pooling::pool),
    ("AveragePool", pooling::pool),
    ("GlobalMaxPool", pooling::global),
    ("GlobalAveragePool", pooling::global),
    ("ReduceMax", pooling::global),
    ("ReduceMean", pooling::global),
    ("Pad", padding::pad),
    ("Flatten", layers::flatten),
    ("Reshape", shaping::reshape),
    ("Squeeze", shaping::squeeze),
    ("Unsqueeze", shaping::unsqueeze),
    ("Transpose", shaping::transpose),
    ("Dropout", layers::dropout),
    ("Identity", layers::identity),
    ("Cast", layers::cast),
    ("Softmax", answer::softmax),
    ("LogSoftmax", answer::softmax),
];

/// Activations that have no counterpart.
const ACTIVATIONS: [&str; 16] = [
    "Celu",
    "Elu",
    "Erf",
    "Gelu",
    "HardSigmoid",
    "HardSwish",
    "LeakyRelu",
    "Mish",
    "PRelu",
    "Selu",
    "Sigmoid",
    "Softplus",
    "Softsign",
    "Swish",
    "Tanh",
    "ThresholdedRelu",
];

/// The reader of an operator; nothing for one that is not read.
pub(super) fn reader(node: &Node<'_>) -> Option<Read> {
    OPERATORS.iter().find(|(name, _)| node.is_of("") && *name == node.op()).map(|&(_, read)| read)
}

/// The error for an operator that is not read.
pub(super) fn unknown(node: &Node<'_>) -> Error {
    if node.is_of("") && ACTIVATIONS.contains(&node.op()) {
        return node.refuse(
            "has no counterpart here\nhint: put ReLU, ReLU6 or a clamp in its place, and train the network again",
        );
    }
    let names: Vec<&str> = OPERATORS.iter().map(|&(name, _)| name).collect();
    node.refuse(format!("has no counterpart here\nhint: supported are {}", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::onnx::read::sizes;

    #[test]
    fn the_document_lists_the_operators_that_are_read() {
        let document = include_str!("../../../../../docs/formats.md");
        let listed = |from: &str| -> Vec<&str> {
            let part = document.split_once(from).unwrap_or_else(|| panic!("the document has no '{from}'")).1;
            part.split_once(".\n").unwrap().0.split('`').skip(1).step_by(2).collect()
        };
        assert_eq!(listed("Operators of ONNX:"), OPERATORS.map(|(name, _)| name));
        let sizes = [&["Constant", "Shape"], &sizes::OPERATORS[..]].concat();
        assert_eq!(listed("Arithmetic on sizes and constants:"), sizes);
    }
}
