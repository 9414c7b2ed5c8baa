//! Functions that exporters write as several nodes, gathered into the one node that says them: `x` times its sigmoid, GELU by
//! its formula, means and largest numbers one after the other. The nodes that only they take are then of no use, and left out.

use std::collections::HashMap;
use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_PI};

use crate::onnx::graph::{int, text};
use crate::onnx::proto::{AttributeProto, GraphProto, NodeProto, TensorProto, data_type};

/// Nodes that are looked at for one product.
const MAX_STEPS: usize = 16;

/// From here on an exporter takes `ln(1 + e^x)` for `x`.
const SOFTPLUS_FLAT: f64 = 15.0;

/// Puts one node in the place of the last one of each such function.
pub(super) fn gather(graph: &mut GraphProto) {
    let finder = Finder::new(graph);
    let found = graph.node.iter().enumerate().filter_map(|(index, node)| Some((index, finder.function(node)?)));
    let found: Vec<(usize, NodeProto)> = found.collect();
    for (index, node) in found {
        graph.node[index] = node;
    }
}

/// Nodes by what they give, and constants that are one number.
struct Finder<'a> {
    nodes: HashMap<&'a str, &'a NodeProto>,
    constants: HashMap<&'a str, f64>,
}

/// What values are multiplied with each other.
#[derive(Debug, Default, PartialEq)]
struct Product<'a> {
    factor: f64,
    values: Vec<&'a str>,
}

/// What a function multiplies its input by.
struct Gate<'a> {
    name: &'a str,
    /// The function's input.
    x: &'a str,
    /// What multiplies the product beside.
    factor: f64,
    /// The operator that says the function.
    op: &'static str,
    attribute: Option<AttributeProto>,
}

impl<'a> Finder<'a> {
    fn new(graph: &'a GraphProto) -> Self {
        let single = |tensor: &TensorProto| match (tensor.data_type, &*tensor.float_data, &*tensor.raw_data) {
            (data_type::FLOAT, &[number], _) => Some(f64::from(number)),
            (data_type::FLOAT, _, &[a, b, c, d]) => Some(f64::from(f32::from_le_bytes([a, b, c, d]))),
            _ => None,
        };
        let mut constants: HashMap<&str, f64> = HashMap::new();
        constants.extend(graph.initializer.iter().filter_map(|tensor| Some((tensor.name.as_str(), single(tensor)?))));
        for node in graph.node.iter().filter(|node| node.op_type == "Constant") {
            let number = |held: &AttributeProto| held.f.map(f64::from).or_else(|| single(held.t.as_deref()?));
            let number = node.attribute.iter().find_map(number);
            constants.extend(node.output.first().map(String::as_str).zip(number));
        }
        let nodes = graph.node.iter().filter_map(|node| Some((node.output.first()?.as_str(), node))).collect();
        Self { nodes, constants }
    }

    /// The node of ONNX' own that gives a value, with its two first inputs; nothing twice where there is one.
    fn made(&self, name: &str) -> Option<(&'a str, [&'a str; 2])> {
        let node = *self.nodes.get(name)?;
        let input = |index: usize| node.input.get(index).map_or("", String::as_str);
        matches!(&*node.domain, "" | "ai.onnx").then(|| (node.op_type.as_str(), [input(0), input(1)]))
    }

    /// The node that says the function whose last node this is.
    fn function(&self, node: &'a NodeProto) -> Option<NodeProto> {
        let (x, op, attribute) = match node.op_type.as_str() {
            "Mul" | "Div" => {
                let output = node.output.first()?;
                let gates = self.product(output, None)?.values.into_iter().filter_map(|name| self.gate(name));
                let gated = |gate: &Gate<'_>| {
                    let product = self.product(output, Some(gate.x));
                    product.is_some_and(|found| close(found.factor, gate.factor) && found.is_of(&[gate.x, gate.name]))
                };
                let Gate { x, op, attribute, .. } = gates.into_iter().find(gated)?;
                (x, op, attribute)
            }
            "Where" => (self.softplus(node)?, "Softplus", None),
            "Concat" => return self.concat_pool(node),
            _ => return None,
        };
        let attribute = attribute.into_iter().collect();
        Some(NodeProto { op_type: op.to_owned(), input: vec![x.to_owned()], attribute, ..node.clone() })
    }

    /// A node without an axis for a `Concat` of the means and the largest numbers of an image; where each of the two is
    /// flattened before, in one axis.
    fn concat_pool(&self, node: &'a NodeProto) -> Option<NodeProto> {
        let [means, largest] = node.input.as_slice() else { return None };
        let axis = node.attribute.iter().find(|held| held.name == "axis").and_then(|held| held.i);
        let pooled = |name: &'a str, by: &str| match self.made(name)? {
            (op, [x, _]) if op == by => Some((x, false)),
            ("Flatten" | "Reshape" | "Squeeze", [inner, _]) => {
                let (op, [x, _]) = self.made(inner)?;
                (op == by).then_some((x, true))
            }
            _ => None,
        };
        let (x, is_flat) = pooled(means, "GlobalAveragePool")?;
        let is_joined = matches!((axis, is_flat), (Some(1), _) | (Some(-1), true) | (Some(-3), false));
        if !is_joined || pooled(largest, "GlobalMaxPool")? != (x, is_flat) {
            return None;
        }
        let attribute = is_flat.then(|| int("flat", 1)).into_iter().collect();
        Some(NodeProto { input: vec![x.to_owned()], attribute, ..node.clone() })
    }

    /// What a value is a product of, down to `stop`.
    fn product(&self, name: &'a str, stop: Option<&str>) -> Option<Product<'a>> {
        let mut product = Product { factor: 1.0, values: Vec::new() };
        let mut left = vec![name];
        for _ in 0..MAX_STEPS {
            let Some(name) = left.pop() else { return Some(product) };
            match (self.constants.get(name), self.made(name)) {
                _ if stop == Some(name) => product.values.push(name),
                (Some(number), _) => product.factor *= number,
                (None, Some(("Mul", inputs))) => left.extend(inputs),
                (None, Some(("Div", [divided, divisor]))) if self.constants.contains_key(divisor) => {
                    product.factor /= self.constants[divisor];
                    left.push(divided);
                }
                (None, Some(("Pow", [base, exponent]))) if self.constants.get(exponent) == Some(&3.0) => {
                    left.extend([base; 3]);
                }
                _ => product.values.push(name),
            }
        }
        left.is_empty().then_some(product)
    }

    /// The function whose gate a value is.
    fn gate(&self, name: &'a str) -> Option<Gate<'a>> {
        let gate = |x, factor, op, attribute| Some(Gate { name, x, factor, op, attribute });
        let approximate = |by| Some(text("approximate", by));
        match self.made(name)? {
            ("Sigmoid", [x, _]) => gate(x, 1.0, "Swish", None),
            ("HardSigmoid", [x, _]) if self.is_sixth(name) => gate(x, 1.0, "HardSwish", None),
            ("Add", inputs) => match self.made(self.beside(inputs, 1.0)?)? {
                ("Erf", [scaled, _]) => gate(self.scaled(scaled, FRAC_1_SQRT_2)?, 0.5, "Gelu", approximate("none")),
                ("Tanh", [scaled, _]) => {
                    let Some(("Add", [a, b])) = self.made(self.scaled(scaled, FRAC_2_PI.sqrt())?) else {
                        return None;
                    };
                    let is_cube = |&(x, cube): &(&'a str, &'a str)| {
                        let product = self.product(cube, Some(x));
                        product.is_some_and(|found| close(found.factor, 0.044715) && found.is_of(&[x; 3]))
                    };
                    let (x, _) = [(a, b), (b, a)].into_iter().find(is_cube)?;
                    gate(x, 0.5, "Gelu", approximate("tanh"))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a `HardSigmoid` is that of `HardSwish`.
    fn is_sixth(&self, name: &str) -> bool {
        let is = |setting: &str, number: f64| {
            let mut attributes = self.nodes[name].attribute.iter().filter(|held| held.name == setting);
            attributes.any(|held| held.f.is_some_and(|found| close(f64::from(found), number)))
        };
        is("alpha", 1.0 / 6.0) && is("beta", 0.5)
    }

    /// What a node takes beside a number.
    fn beside(&self, [a, b]: [&'a str; 2], number: f64) -> Option<&'a str> {
        let is = |name: &str| self.constants.get(name) == Some(&number);
        is(b).then_some(a).or(is(a).then_some(b))
    }

    /// What a value is `factor` times of, in one node.
    fn scaled(&self, name: &str, factor: f64) -> Option<&'a str> {
        let number = |name: &str| self.constants.get(name).copied();
        match self.made(name)? {
            ("Mul", [a, b]) if number(b).is_some_and(|found| close(found, factor)) => Some(a),
            ("Mul", [a, b]) if number(a).is_some_and(|found| close(found, factor)) => Some(b),
            ("Div", [a, b]) if number(b).is_some_and(|found| close(1.0 / found, factor)) => Some(a),
            _ => None,
        }
    }

    /// The input of a softplus that gives large numbers as they are.
    fn softplus(&self, node: &'a NodeProto) -> Option<&'a str> {
        let [condition, large, otherwise] = node.input.as_slice() else { return None };
        let ("Softplus", [x, _]) = self.made(otherwise)? else { return None };
        let ("Greater", [compared, limit]) = self.made(condition)? else { return None };
        let is_flat = self.constants.get(limit).is_some_and(|&limit| limit >= SOFTPLUS_FLAT);
        (is_flat && large == x && compared == x).then_some(x)
    }
}

impl Product<'_> {
    /// Whether it is of these values, in whatever order.
    fn is_of(&self, values: &[&str]) -> bool {
        let mut found = self.values.clone();
        let mut expected = values.to_vec();
        found.sort_unstable();
        expected.sort_unstable();
        found == expected
    }
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-5 * expected
}
