//! The walk along a graph: what each value is, from the constants to the answer.

use std::collections::HashMap;

use super::activation::Activation;
use super::constant::{Constants, Floats};
use super::network::Network;
use super::node::{BRANCH_HINT, Node, listed, shown, with_hint};
use super::padding::Zeros;
use super::path::Path;
use super::sizes::{self, Sizes};
use super::{layers, operators};
use crate::error::Error;
use crate::onnx::proto::{TensorProto, data_type};

/// A value of the graph, by now.
pub(super) enum Value<'a> {
    Stored(&'a TensorProto),
    Floats(Floats),
    Sizes(Sizes),
    Activation(Activation),
}

/// What a graph turned out to be.
pub(super) struct Answer {
    pub network: Network,
    /// What the classes are called, if the graph says so.
    pub labels: Option<Vec<String>>,
}

/// A graph being read.
pub(super) struct Reader<'a> {
    pub path: Path<'a>,
    pub opset: i64,
    /// Whether this program has written the graph.
    pub is_own: bool,
    constants: Constants<'a>,
    pub values: HashMap<&'a str, Value<'a>>,
    pub network: Network,
    /// Zeros that a `Pad` puts before and after the image that comes next: rows and columns.
    pub zeros: Option<Zeros>,
    pub labels: Option<Vec<String>>,
}

impl<'a> Reader<'a> {
    /// A reader at the start of a path, with the values of all constants.
    pub fn new(path: Path<'a>, opset: i64, is_own: bool, constants: Constants<'a>) -> Result<Self, Error> {
        let mut values: HashMap<_, _> =
            path.constants.iter().map(|(&name, &tensor)| (name, Value::Stored(tensor))).collect();
        values.insert(path.input, Value::Activation(path.image.clone()));
        let network = Network::new(path.image.shape);
        let mut reader = Self { path, opset, is_own, constants, values, network, zeros: None, labels: None };
        for node in reader.path.nodes.clone().iter().filter(|node| node.op() == "Constant") {
            let value = reader.constant(node)?;
            reader.values.insert(node.output(), value);
        }
        Ok(reader)
    }

    /// Follows the path to its end.
    pub fn read(mut self) -> Result<Answer, Error> {
        for node in self.path.nodes.clone() {
            // Constants are known already, and so are products that are a part of the node before them.
            if !self.values.contains_key(node.output()) {
                let value = self.visit(&node)?;
                self.values.insert(node.output(), value);
            }
        }
        let refuse = |problem: String| Error::unsupported("graph", with_hint(problem));
        let no_answer = || refuse("gives what does not depend on an image".to_owned());
        let Some(Value::Activation(answer)) = self.values.remove(self.path.output) else { return Err(no_answer()) };
        let whole = answer.step == self.network.last_step() && answer.dims == [answer.len()];
        let answer = match answer.dims.len() {
            1 if !answer.shape.is_flat() => self.network.flatten(answer),
            _ => answer,
        };
        if !whole || answer.flattened_image() != Some(answer.shape) {
            let found = listed(&answer.dims);
            return Err(refuse(format!("gives {found} for an image, expected a row, a number per class")));
        }
        Ok(Answer { network: self.network, labels: self.labels })
    }

    /// What a node gives.
    fn visit(&mut self, node: &Node<'a>) -> Result<Value<'a>, Error> {
        let is_activation = |name: &&str| matches!(self.values.get(name), Some(Value::Activation(_)));
        let taken: Vec<&str> = node.inputs().filter(is_activation).collect();
        match taken.as_slice() {
            [] => self.fold(node),
            &[name] => match self.values.get(name) {
                Some(Value::Activation(taken)) => {
                    let taken = taken.clone();
                    layers::layer(self, node, taken)
                }
                _ => unreachable!("{name} has just been found to be an activation"),
            },
            _ => Err(node.refuse(format!("joins two results, expected one chain of layers\n{BRANCH_HINT}"))),
        }
    }

    /// What a node gives that takes only constants and sizes.
    fn fold(&mut self, node: &Node<'a>) -> Result<Value<'a>, Error> {
        if !node.is_of("") {
            return Err(operators::unknown(node));
        }
        let is_float = |value: &Value<'_>| match value {
            Value::Stored(tensor) => matches!(tensor.data_type, data_type::FLOAT | data_type::DOUBLE),
            Value::Floats(_) => true,
            _ => false,
        };
        if node.input(0).and_then(|name| self.values.get(name)).is_some_and(is_float) {
            return Ok(Value::Floats(self.fold_floats(node)?));
        }
        let count = node.inputs_len().min(64);
        let inputs = (0..count).map(|index| self.sizes(node, index)).collect::<Result<Vec<_>, _>>()?;
        let filling = match node.tensor("value")? {
            Some(tensor) => self.constants.ints(tensor)?.1,
            None => vec![0],
        };
        Ok(Value::Sizes(sizes::evaluate(node, &inputs, &filling)?))
    }

    /// Weights in another order or with other axes.
    fn fold_floats(&mut self, node: &Node<'a>) -> Result<Floats, Error> {
        let floats = self.floats(node, 0)?;
        match node.op() {
            "Identity" | "Cast" => Ok(floats),
            "Transpose" => {
                let order = match node.ints("perm") {
                    None => Some((0..floats.shape.len()).rev().collect::<Vec<_>>()),
                    Some(order) => order.iter().map(|&axis| usize::try_from(axis).ok()).collect(),
                };
                let turned = order.and_then(|order| floats.transposed(&order));
                turned.ok_or_else(|| node.refuse("puts the axes of weights in no order"))
            }
            _ => Err(node.refuse("works on weights, where it has no counterpart")),
        }
    }

    /// A `Constant` node's value.
    fn constant(&mut self, node: &Node<'a>) -> Result<Value<'a>, Error> {
        if let Some(tensor) = node.tensor("value")? {
            return Ok(Value::Stored(tensor));
        }
        let single = |values: Vec<f32>| Ok(Value::Floats(Floats { shape: Vec::new(), values }));
        match (node.int("value_int")?, node.ints("value_ints"), node.float("value_float")?, node.floats("value_floats"))
        {
            (Some(number), ..) => Ok(Value::Sizes(Sizes::single(number))),
            (_, Some(numbers), ..) => Ok(Value::Sizes(Sizes::of_numbers(node, vec![numbers.len()], numbers)?)),
            (_, _, Some(number), _) => single(vec![number]),
            (.., Some(numbers)) => {
                self.constants.take(numbers.len())?;
                Ok(Value::Floats(Floats { shape: vec![numbers.len()], values: numbers.to_vec() }))
            }
            _ => Err(node.refuse("holds no number or tensor")),
        }
    }

    /// The weights that an input of a node is.
    pub fn floats(&mut self, node: &Node<'_>, index: usize) -> Result<Floats, Error> {
        let name = node.input(index).ok_or_else(|| node.refuse(format!("has no input {index}")))?;
        match self.values.get(name) {
            Some(Value::Stored(tensor)) => self.constants.floats(tensor),
            Some(Value::Floats(floats)) => {
                self.constants.take(floats.values.len())?;
                Ok(floats.clone())
            }
            _ => Err(node.refuse(format!("takes '{}', expected weights", shown(name)))),
        }
    }

    /// A limit of numbers: an attribute in older versions, an input in newer ones; nothing where there is none.
    pub fn limit(&mut self, node: &Node<'_>, name: &str, index: usize) -> Result<Option<f32>, Error> {
        let limit = match (node.float(name)?, node.input(index).and_then(|input| self.values.get(input))) {
            (Some(limit), _) => Some(limit),
            // No limit may be an infinite one, which weights cannot be.
            (None, Some(Value::Stored(tensor))) => self.constants.any_floats(tensor)?.scalar(),
            (None, Some(Value::Floats(floats))) => floats.scalar(),
            (None, _) if node.input(index).is_none() => return Ok(None),
            _ => None,
        };
        let limit = limit.filter(|limit| !limit.is_nan());
        let refused = || node.refuse(format!("has a limit ({name}) that is not one constant number"));
        limit.map(|limit| Some(limit.clamp(f32::MIN, f32::MAX))).ok_or_else(refused)
    }

    /// The sizes that an input of a node is, if it is there.
    pub fn sizes(&mut self, node: &Node<'_>, index: usize) -> Result<Option<Sizes>, Error> {
        let Some(name) = node.input(index) else { return Ok(None) };
        match self.values.get(name) {
            Some(Value::Stored(tensor)) => {
                let (shape, numbers) = self.constants.ints(tensor)?;
                Ok(Some(Sizes::of_numbers(node, shape, &numbers)?))
            }
            Some(Value::Sizes(sizes)) => Ok(Some(sizes.clone())),
            _ => Err(node.refuse(format!("takes '{}', expected sizes", shown(name)))),
        }
    }

    /// Numbers of a list that is an attribute in older versions and an input in newer ones.
    pub fn list(&mut self, node: &Node<'_>, name: &str, index: usize) -> Result<Option<Vec<i64>>, Error> {
        match node.ints(name) {
            Some(numbers) => Ok(Some(numbers.to_vec())),
            None => self.sizes(node, index)?.map(|sizes| sizes.numbers(node)).transpose(),
        }
    }
}
