//! What an operator's reader may look at and add to: the values of the graph so far, and the network so far.

use std::collections::{HashMap, HashSet};

use super::activation::Activation;
use super::constant::{Constants, Floats};
use super::node::{BRANCH_HINT, Node};
use super::sizes::Sizes;
use super::weights::Weights;
use crate::chain::{Chain, Refused, Role};
use crate::error::Error;
use crate::excerpt::shown;
use crate::onnx::proto::TensorProto;

/// A value of the graph, by now.
pub(super) enum Value<'a> {
    Stored(&'a TensorProto),
    Floats(Floats),
    Sizes(Sizes),
    Activation(Activation),
}

/// A graph of which some nodes have been read.
pub(super) struct Context<'a> {
    pub opset: i64,
    /// Whether this program has written the graph.
    pub is_own: bool,
    /// The number of images, where the graph fixes it.
    pub batch: Option<i64>,
    /// The values that are the answer or that only a softmax takes.
    pub logits: HashSet<&'a str>,
    pub constants: Constants<'a>,
    pub values: HashMap<&'a str, Value<'a>>,
    pub chain: Chain,
    pub weights: Weights,
    /// Whether the graph divides its input by 255.
    pub takes_bytes: bool,
    /// The `Pad` that put zeros around the image which the next window takes in.
    pub pad: Option<Node<'a>>,
    /// What the classes are called, if the graph says so.
    pub labels: Option<Vec<String>>,
}

impl<'a> Context<'a> {
    /// A context without values, for images as `input`.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for images of too many numbers.
    pub fn new(input: &Activation, opset: i64, is_own: bool, constants: Constants<'a>) -> Result<Self, Error> {
        let chain = Chain::new(input.shape, is_own).map_err(|refused| Error::unsupported("graph", refused))?;
        let (values, logits, weights) = (HashMap::new(), HashSet::new(), Weights::default());
        let (batch, takes_bytes, pad, labels) = (None, false, None, None);
        Ok(Self { opset, is_own, batch, logits, constants, values, chain, weights, takes_bytes, pad, labels })
    }

    /// What the chain made of a node, or the error that names the node, or the `Pad` that it does not go with.
    pub fn placed<T>(&self, node: &Node<'_>, of: Result<T, Refused>) -> Result<T, Error> {
        of.map_err(|refused| match (&refused, &self.pad) {
            (Refused::NoWindow | Refused::MaximumOfZeros, Some(pad)) => refuse_pad(pad),
            _ => node.refuse(refused),
        })
    }

    /// What a node takes, once it is known to come next: a vector where the graph has one axis, if the node's reader
    /// looks at more than axes.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for a node that takes what another one has taken already, or comes after the end.
    pub fn enter(&mut self, node: &Node<'_>, role: Role, taken: Activation) -> Result<Activation, Error> {
        self.placed(node, self.chain.enter(role))?;
        if matches!(role, Role::Nothing | Role::Axes | Role::Scale) {
            return Ok(taken);
        }
        self.check_step(node, &taken)?;
        Ok(self.flattened_if_vector(taken))
    }

    /// Refuses a node that changes numbers other than the last layer's, or after a temperature or a softmax.
    pub fn check_next(&self, node: &Node<'_>, taken: &Activation) -> Result<(), Error> {
        self.check_step(node, taken)?;
        self.placed(node, self.chain.check_next())
    }

    fn check_step(&self, node: &Node<'_>, taken: &Activation) -> Result<(), Error> {
        if taken.step == self.chain.changes() {
            return Ok(());
        }
        let problem = "takes a result that another node has taken, expected one chain of layers";
        Err(node.refuse(format!("{problem}\n{BRANCH_HINT}")))
    }

    /// An activation, after a flatten layer if the graph has made one axis of an image.
    pub fn flattened_if_vector(&mut self, taken: Activation) -> Activation {
        match taken.dims.len() {
            1 if !taken.shape.is_flat() => self.flatten(taken),
            _ => taken,
        }
    }

    /// An activation after a flatten layer.
    pub fn flatten(&mut self, taken: Activation) -> Activation {
        self.chain.flatten();
        taken.flattened().at(self.chain.changes())
    }

    /// Whether a name is that of weights, or of other constants.
    pub fn is_constant(&self, name: Option<&str>) -> bool {
        matches!(name.and_then(|name| self.values.get(name)), Some(Value::Stored(_) | Value::Floats(_)))
    }

    /// The activation of this name.
    pub fn activation(&self, name: Option<&str>) -> Option<&Activation> {
        match name.and_then(|name| self.values.get(name)) {
            Some(Value::Activation(activation)) => Some(activation),
            _ => None,
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

/// The error for a `Pad` whose zeros no window takes in.
pub(super) fn refuse_pad(pad: &Node<'_>) -> Error {
    let expected = "a convolution, an average, or a maximum after ReLU";
    pad.refuse(format!("pads an image for something else than {expected}"))
}
