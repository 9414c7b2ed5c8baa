//! Which nodes of a graph make the answer, and what they start from.

use std::collections::{HashMap, HashSet};

use super::activation::Activation;
use super::node::{Node, with_hint};
use crate::error::Error;
use crate::excerpt::{listed, shown};
use crate::onnx::proto::{FORMAT, GraphProto, TensorProto, ValueInfoProto, data_type};

/// The part of a graph that makes its answer.
pub(super) struct Path<'a> {
    /// In the order of the file, in which a node comes after those whose outputs it takes.
    pub nodes: Vec<Node<'a>>,
    pub constants: HashMap<&'a str, &'a TensorProto>,
    pub input: &'a str,
    pub image: Activation,
    /// The number of images, where it is fixed.
    pub batch: Option<i64>,
    pub output: &'a str,
    /// The values that are the answer, or that only a softmax takes.
    pub logits: HashSet<&'a str>,
}

impl<'a> Path<'a> {
    /// Finds the path to a value that can be probabilities.
    ///
    /// # Errors
    /// [`Error::Malformed`] for a graph that names a value twice; [`Error::Unsupported`] unless one image goes in and one
    /// answer comes out.
    pub fn to(graph: &'a GraphProto, output: &'a str) -> Result<Self, Error> {
        let constants: HashMap<_, _> = graph.initializer.iter().map(|tensor| (tensor.name.as_str(), tensor)).collect();
        check_names(graph, &constants)?;
        let mut needed = HashSet::from([output]);
        let mut nodes: Vec<Node<'a>> = Vec::new();
        for node in graph.node.iter().rev().map(Node::new) {
            if node.outputs().any(|output| needed.contains(output)) {
                needed.extend(node.inputs());
                nodes.push(node);
            }
        }
        nodes.reverse();
        check_order(graph, &nodes)?;
        let is_input = |value: &&ValueInfoProto| {
            needed.contains(value.name.as_str()) && !constants.contains_key(value.name.as_str())
        };
        let inputs: Vec<&ValueInfoProto> = graph.input.iter().filter(is_input).collect();
        let [input] = inputs.as_slice() else {
            return Err(Error::unsupported(
                "graph",
                with_hint(format!("takes {}, expected one input", names(&inputs))),
            ));
        };
        let (image, batch) = image(input)?;
        let logits = logits(&nodes, output);
        Ok(Self { nodes, constants, input: &input.name, image, batch, output, logits })
    }
}

/// The values that are the answer, or that only a softmax takes.
fn logits<'a>(nodes: &[Node<'a>], output: &'a str) -> HashSet<&'a str> {
    let mut takers: HashMap<&str, usize> = HashMap::new();
    nodes.iter().flat_map(Node::inputs).for_each(|input| *takers.entry(input).or_default() += 1);
    let softmaxes = nodes.iter().filter(|node| matches!(node.op(), "Softmax" | "LogSoftmax"));
    let taken = softmaxes.filter_map(|node| node.input(0)).filter(|name| takers[name] == 1);
    taken.chain([output]).collect()
}

/// The constant of this name.
pub(super) fn constant<'a>(graph: &'a GraphProto, name: &str) -> Option<&'a TensorProto> {
    graph.initializer.iter().find(|tensor| tensor.name == name)
}

/// Refuses a name that stands for two values.
fn check_names(graph: &GraphProto, constants: &HashMap<&str, &TensorProto>) -> Result<(), Error> {
    let inputs = graph.input.iter().map(|value| value.name.as_str()).filter(|name| !constants.contains_key(name));
    let outputs = graph.node.iter().flat_map(|node| Node::new(node).outputs());
    let mut names = HashSet::new();
    let mut all = graph.initializer.iter().map(|tensor| tensor.name.as_str()).chain(inputs).chain(outputs);
    match all.find(|&name| !names.insert(name)) {
        Some(name) => Err(Error::Malformed { format: FORMAT, reason: format!("'{}' is made twice", shown(name)) }),
        None => Ok(()),
    }
}

/// Refuses a node that takes what none before it gives.
fn check_order(graph: &GraphProto, nodes: &[Node<'_>]) -> Result<(), Error> {
    let constants = graph.initializer.iter().map(|tensor| tensor.name.as_str());
    let mut given: HashSet<&str> = constants.chain(graph.input.iter().map(|value| value.name.as_str())).collect();
    for node in nodes {
        if let Some(unknown) = node.inputs().find(|name| !given.contains(name)) {
            let reason = format!("{} takes '{}', which no node before it gives", node.place(), shown(unknown));
            return Err(Error::Malformed { format: FORMAT, reason });
        }
        given.extend(node.outputs());
    }
    Ok(())
}

/// The output with an answer per class: not the labels, which are whole numbers or text.
pub(super) fn output(graph: &GraphProto) -> Result<&str, Error> {
    let floats = |value: &&ValueInfoProto| {
        let tensor = value.r#type.as_ref().and_then(|kind| kind.tensor_type.as_ref());
        tensor.is_none_or(|tensor| matches!(tensor.elem_type, data_type::FLOAT | data_type::DOUBLE))
    };
    let outputs: Vec<&ValueInfoProto> = graph.output.iter().filter(floats).collect();
    match outputs.as_slice() {
        [output] => Ok(&output.name),
        _ => {
            let problem = format!("gives {}, expected one output of floats", names(&outputs));
            Err(Error::unsupported("graph", with_hint(problem)))
        }
    }
}

/// What a graph's input declares: one square grey image per row of the batch.
fn image(input: &ValueInfoProto) -> Result<(Activation, Option<i64>), Error> {
    let refuse = |problem: String| Error::unsupported(format!("input '{}'", shown(&input.name)), with_hint(problem));
    let tensor = input.r#type.as_ref().and_then(|kind| kind.tensor_type.as_ref());
    let tensor = tensor.ok_or_else(|| refuse("is not a tensor".to_owned()))?;
    if !matches!(tensor.elem_type, data_type::FLOAT | data_type::DOUBLE) {
        let found = tensor.elem_type;
        return Err(refuse(format!("holds data type {found}, expected 1 (float) or 11 (double)")));
    }
    let dims = tensor.shape.as_ref().map_or(&[][..], |shape| &shape.dim);
    let sizes: Vec<Option<i64>> = dims.iter().map(|dim| dim.dim_value).collect();
    let image = match sizes.as_slice() {
        [_, image @ ..] => image.iter().map(|&size| usize::try_from(size?).ok()).collect::<Option<Vec<_>>>(),
        [] => None,
    };
    let image = image.filter(|dims| dims.len() < super::constant::MAX_RANK).and_then(Activation::input);
    let expected = || {
        let found: Vec<String> =
            sizes.iter().map(|size| size.map_or("?".to_owned(), |size| size.to_string())).collect();
        refuse(format!(
            "is {}, expected one grey square image: [N, 1, 28, 28], [N, 28, 28, 1] or [N, 784]",
            listed(&found)
        ))
    };
    Ok((image.ok_or_else(expected)?, sizes[0]))
}

fn names(values: &[&ValueInfoProto]) -> String {
    let names: Vec<String> = values.iter().map(|value| format!("'{}'", shown(&value.name))).collect();
    listed(&names)
}
