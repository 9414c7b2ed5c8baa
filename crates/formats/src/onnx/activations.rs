//! ONNX's operators that are an activation each: what is read and what is written of them.

use tenfold_network::{Activation, Layer};

use super::graph::float;
use super::proto::AttributeProto;

/// An operator that is read: its name, that of its setting with its default, and the layer that it is with that setting.
type Operator = (&'static str, Option<(&'static str, f32)>, fn(f32) -> Layer);

/// The operators that are read.
pub(super) const OPERATORS: [Operator; 5] = [
    ("Relu", None, |_| Layer::Relu),
    ("Tanh", None, |_| Layer::Tanh),
    ("Sigmoid", None, |_| Layer::Sigmoid),
    ("LeakyRelu", Some(("alpha", 0.01)), |slope| Layer::LeakyRelu { slope }),
    ("Elu", Some(("alpha", 1.0)), |alpha| Layer::Elu { alpha }),
];

/// Activations without counterpart.
pub(super) const WITHOUT_COUNTERPART: [&str; 12] = [
    "Celu",
    "Erf",
    "Gelu",
    "HardSigmoid",
    "HardSwish",
    "Mish",
    "PRelu",
    "Selu",
    "Softplus",
    "Softsign",
    "Swish",
    "ThresholdedRelu",
];

/// An activation as a node.
pub(super) struct Written {
    pub op: &'static str,
    pub attributes: Vec<AttributeProto>,
    /// Constants that the node takes, with the last parts of their names.
    pub constants: Vec<(&'static str, f32)>,
}

/// What is written for an activation.
pub(super) fn written(activation: Activation) -> Written {
    let (op, attributes, constants) = match activation {
        Activation::Relu => ("Relu", vec![], vec![]),
        Activation::Clip { low, high } => ("Clip", vec![], vec![("low", low), ("high", high)]),
        Activation::Tanh => ("Tanh", vec![], vec![]),
        Activation::Sigmoid => ("Sigmoid", vec![], vec![]),
        Activation::LeakyRelu { slope } => ("LeakyRelu", vec![float("alpha", slope)], vec![]),
        Activation::Elu { alpha } => ("Elu", vec![float("alpha", alpha)], vec![]),
    };
    Written { op, attributes, constants }
}
