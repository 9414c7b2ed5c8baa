//! Graphs as other programs write them, made from our own by small changes.

mod ensembles;
mod functions;
mod refusals;
mod scaling;
mod sizes;
mod weights;
mod windows;

use prost::Message;
use tenfold_network::{Layer, Padding, PoolKind};

use super::graph::{float, int, ints, text};
use super::proto::{GraphProto, ModelProto, NodeProto, StringStringEntryProto, TensorProto, data_type};
use super::*;
use crate::error::Error;
use crate::samples;
use crate::saved_model::SavedModel;

/// The file of the samples' model, whose nodes are `conv2d`, `batch_norm`, `relu`, `average_pool`, `flatten`, `dropout`,
/// `dense` and `probabilities`.
fn file() -> ModelProto {
    ModelProto::decode(write(&samples::saved(), Output::Probabilities).unwrap().as_slice()).unwrap()
}

/// The same as another program's.
fn foreign() -> ModelProto {
    let mut file = file();
    file.metadata_props.clear();
    file
}

fn graph(file: &mut ModelProto) -> &mut GraphProto {
    file.graph.as_mut().unwrap()
}

fn node<'a>(graph: &'a mut GraphProto, name: &str) -> &'a mut NodeProto {
    graph.node.iter_mut().find(|node| node.name == name).unwrap()
}

fn weights<'a>(graph: &'a mut GraphProto, name: &str) -> &'a mut TensorProto {
    graph.initializer.iter_mut().find(|tensor| tensor.name == name).unwrap()
}

/// Moves the values of `dense.kernel` into a file beside the model, of which it says more by `entries`; gives the file.
fn outside(graph: &mut GraphProto, name: &str, entries: &[(&str, &str)]) -> Vec<u8> {
    let kernel = weights(graph, "dense.kernel");
    let entry = |&(key, value): &(&str, &str)| StringStringEntryProto { key: key.into(), value: value.into() };
    kernel.external_data = [("location", name)].iter().chain(entries).map(entry).collect();
    kernel.data_location = 1;
    std::mem::take(&mut kernel.raw_data)
}

/// A tensor of sizes.
fn sizes(name: &str, sizes: &[i64]) -> TensorProto {
    let dims = vec![sizes.len() as i64];
    TensorProto {
        dims,
        data_type: data_type::INT64,
        name: name.to_owned(),
        int64_data: sizes.to_vec(),
        ..TensorProto::default()
    }
}

/// A tensor of floats.
fn floats(name: &str, dims: &[i64], values: &[f32]) -> TensorProto {
    let (name, dims, float_data) = (name.to_owned(), dims.to_vec(), values.to_vec());
    TensorProto { dims, data_type: data_type::FLOAT, name, float_data, ..TensorProto::default() }
}

fn new_node(name: &str, op: &str, inputs: &[&str]) -> NodeProto {
    NodeProto {
        input: inputs.iter().map(|&input| input.to_owned()).collect(),
        output: vec![name.to_owned()],
        name: name.to_owned(),
        op_type: op.to_owned(),
        ..NodeProto::default()
    }
}

/// Puts a node with one more input before the node `next`, between it and what it takes.
fn insert(graph: &mut GraphProto, next: &str, mut new: NodeProto) {
    let index = graph.node.iter().position(|node| node.name == next).unwrap();
    let taken = std::mem::replace(&mut graph.node[index].input[0], new.output[0].clone());
    new.input.insert(0, taken);
    graph.node.insert(index, new);
}

fn read_file(file: &ModelProto) -> Result<SavedModel, Error> {
    read(&file.encode_to_vec())
}

fn refused(name: &str, file: &ModelProto, expected: &str) {
    let error = read_file(file).err().unwrap_or_else(|| panic!("{name} is read"));
    let text = error.to_string();
    assert!(text.contains(expected), "{name}: {text}");
    // What cannot be here has a way out, on a line of its own; numbers are told as numbers.
    if matches!(error, Error::Unsupported { .. } | Error::Companion { .. }) {
        assert_eq!(text.matches("hint: ").count(), 1, "{text}");
        assert!(text.lines().last().unwrap().starts_with("hint: ") && !text.contains("Some("), "{text}");
    }
}

type Change = fn(&mut GraphProto);
