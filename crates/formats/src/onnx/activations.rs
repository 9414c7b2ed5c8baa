//! ONNX's operators that are an activation each: what is read and what is written of them.

use tenfold_network::{Activation, Layer};

use super::graph::{Graph, float};
use super::proto::AttributeProto;

/// An operator that is read, but for `Gelu`, whose setting is a word.
pub(super) struct Operator {
    pub name: &'static str,
    /// Its settings, with their defaults.
    pub settings: &'static [(&'static str, f32)],
    /// The layer that it is with these settings; the error is what is wrong with them.
    pub layer: fn(&[f32]) -> Result<Layer, &'static str>,
}

const fn operator(
    name: &'static str,
    settings: &'static [(&'static str, f32)],
    layer: fn(&[f32]) -> Result<Layer, &'static str>,
) -> Operator {
    Operator { name, settings, layer }
}

/// What `Selu` has where it does not say: the numbers of its paper.
const SELU: [(&str, f32); 2] = [("alpha", 1.673_263_2), ("gamma", 1.050_701)];

/// The operators that are read.
pub(super) const OPERATORS: [Operator; 10] = [
    operator("Relu", &[], |_| Ok(Layer::Relu)),
    operator("Tanh", &[], |_| Ok(Layer::Tanh)),
    operator("Sigmoid", &[], |_| Ok(Layer::Sigmoid)),
    operator("LeakyRelu", &[("alpha", 0.01)], |settings| Ok(Layer::LeakyRelu { slope: settings[0] })),
    operator("Elu", &[("alpha", 1.0)], |settings| Ok(Layer::Elu { alpha: settings[0] })),
    operator("Selu", &SELU, |settings| match *settings == SELU.map(|(_, default)| default) {
        true => Ok(Layer::Selu),
        false => Err("has an alpha or a gamma of its own, expected those of the operator"),
    }),
    operator("Swish", &[("alpha", 1.0)], |settings| match settings {
        [1.0] => Ok(Layer::Silu),
        _ => Err("has an alpha other than 1"),
    }),
    operator("HardSwish", &[], |_| Ok(Layer::HardSwish)),
    operator("HardSigmoid", &[("alpha", 0.2), ("beta", 0.5)], |settings| match *settings {
        [slope, 0.5] => Ok(Layer::HardSigmoid { slope }),
        _ => Err("has a beta other than 0.5"),
    }),
    operator("Softplus", &[], |_| Ok(Layer::Softplus)),
];

/// Activations without counterpart.
pub(super) const WITHOUT_COUNTERPART: [&str; 6] = ["Celu", "Erf", "Mish", "PRelu", "Softsign", "ThresholdedRelu"];

/// Adds an activation of `value` as nodes, the last of which has the name. Those that have no operator in the version that
/// is written are nodes as PyTorch writes them.
pub(super) fn write(graph: &mut Graph, name: &str, value: &str, activation: Activation) {
    let mut parts = Parts { graph, name };
    let (op, others, attributes) = match activation {
        Activation::Relu => ("Relu", vec![], vec![]),
        Activation::Clip { low, high } => {
            ("Clip", vec![parts.constant("low", low), parts.constant("high", high)], vec![])
        }
        Activation::Tanh => ("Tanh", vec![], vec![]),
        Activation::Sigmoid => ("Sigmoid", vec![], vec![]),
        Activation::LeakyRelu { slope } => ("LeakyRelu", vec![], vec![float("alpha", slope)]),
        Activation::Elu { alpha } => ("Elu", vec![], vec![float("alpha", alpha)]),
        Activation::Selu => ("Selu", vec![], vec![]),
        Activation::Gelu { approximate } => ("Mul", vec![parts.gelu_gate(value, approximate)], vec![]),
        Activation::Silu => ("Mul", vec![parts.node("gate", "Sigmoid", &[value], vec![])], vec![]),
        Activation::HardSwish => {
            let attributes = vec![float("alpha", 1.0 / 6.0), float("beta", 0.5)];
            ("Mul", vec![parts.node("gate", "HardSigmoid", &[value], attributes)], vec![])
        }
        Activation::HardSigmoid { slope } => ("HardSigmoid", vec![], vec![float("alpha", slope), float("beta", 0.5)]),
        Activation::Softplus => ("Softplus", vec![], vec![]),
    };
    let inputs: Vec<&str> = [value].into_iter().chain(others.iter().map(String::as_str)).collect();
    graph.node(name, op, &inputs, attributes);
}

/// Nodes and constants that an activation is made of, called after it.
struct Parts<'a> {
    graph: &'a mut Graph,
    name: &'a str,
}

impl Parts<'_> {
    fn constant(&mut self, of: &str, number: f32) -> String {
        self.graph.floats((format!("{}.{of}", self.name), Vec::new(), vec![number]))
    }

    fn node(&mut self, of: &str, op: &str, inputs: &[&str], attributes: Vec<AttributeProto>) -> String {
        let name = format!("{}.{of}", self.name);
        self.graph.node(&name, op, inputs, attributes);
        name
    }

    /// A node that takes a number beside a value.
    fn with(&mut self, of: &str, op: &str, value: &str, number: f32) -> String {
        let number = self.constant(&format!("{of}.number"), number);
        self.node(of, op, &[value, &number], Vec::new())
    }

    /// What GELU multiplies `x` by: half of 1 and an error function, or a hyperbolic tangent.
    fn gelu_gate(&mut self, x: &str, approximate: bool) -> String {
        let function = if approximate {
            let square = self.node("square", "Mul", &[x, x], Vec::new());
            let cube = self.node("cube", "Mul", &[x, &square], Vec::new());
            let bend = self.with("bend", "Mul", &cube, 0.044_715);
            let bent = self.node("bent", "Add", &[x, &bend], Vec::new());
            let scaled = self.with("scaled", "Mul", &bent, 0.797_884_6);
            self.node("tanh", "Tanh", &[&scaled], Vec::new())
        } else {
            let scaled = self.with("scaled", "Div", x, std::f32::consts::SQRT_2);
            self.node("erf", "Erf", &[&scaled], Vec::new())
        };
        let raised = self.with("raised", "Add", &function, 1.0);
        self.with("gate", "Mul", &raised, 0.5)
    }
}
