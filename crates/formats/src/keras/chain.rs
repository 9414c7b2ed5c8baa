//! A Keras network's description as a list of layers, one after the other.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::FORMAT;
use super::settings::KerasLayer;
use crate::error::Error;

/// The network's layers in order, with what the model itself says of its input's shape.
pub(super) struct Chain<'a> {
    pub layers: Vec<KerasLayer<'a>>,
    pub input: Option<&'a Value>,
}

/// The layers of a model's JSON.
///
/// # Errors
/// [`Error::Unsupported`] for networks in which something else than one layer follows another; [`Error::Malformed`] for
/// JSON that is no model.
pub(super) fn chain(model: &Value) -> Result<Chain<'_>, Error> {
    let class = model.get("class_name").and_then(Value::as_str).ok_or_else(|| damaged("class_name"))?;
    let config = model.get("config").ok_or_else(|| damaged("config"))?;
    match (class, config) {
        // Keras before 2.2.3 has the layers alone.
        ("Sequential", Value::Array(layers)) => Ok(Chain { layers: all(layers)?, input: None }),
        ("Sequential", Value::Object(config)) => {
            Ok(Chain { layers: all(layers(config)?)?, input: config.get("build_input_shape") })
        }
        ("Functional" | "Model", Value::Object(config)) => Ok(Chain { layers: functional(config)?, input: None }),
        _ => {
            let name = config.get("name").and_then(Value::as_str).unwrap_or("");
            Err(Error::unsupported(format!("model {name} ({class})"), "is neither Sequential nor Functional"))
        }
    }
}

fn damaged(what: &str) -> Error {
    Error::Malformed { format: FORMAT, reason: format!("the model's description has no {what}") }
}

fn layers(config: &Map<String, Value>) -> Result<&[Value], Error> {
    config.get("layers").and_then(Value::as_array).map(Vec::as_slice).ok_or_else(|| damaged("layers"))
}

fn all(layers: &[Value]) -> Result<Vec<KerasLayer<'_>>, Error> {
    layers
        .iter()
        .map(|layer| KerasLayer::new(layer).ok_or_else(|| damaged("class_name and config of a layer")))
        .collect()
}

/// The layers of a functional model from its input to its output, found from the end.
fn functional(config: &Map<String, Value>) -> Result<Vec<KerasLayer<'_>>, Error> {
    let values = layers(config)?;
    let known = all(values)?;
    let by_name: HashMap<&str, usize> = known.iter().enumerate().map(|(index, layer)| (layer.name, index)).collect();
    let ends = ["input_layers", "output_layers"].map(|key| config.get(key).map(references).unwrap_or_default());
    let ([input], [output]) = (&ends[0][..], &ends[1][..]) else {
        let problem = format!("has {} inputs and {} outputs, expected one of each", ends[0].len(), ends[1].len());
        return Err(Error::unsupported("the model", problem));
    };
    let mut order = Vec::new();
    let mut seen = HashSet::new();
    let mut name = *output;
    loop {
        let index = *by_name.get(name).ok_or_else(|| damaged(&format!("layer '{name}'")))?;
        let layer = &known[index];
        if !seen.insert(index) {
            return Err(layer.unsupported("follows itself"));
        }
        order.push(index);
        if name == *input {
            break;
        }
        let nodes = values[index].get("inbound_nodes").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let sources: Vec<Vec<&str>> = nodes_of(nodes);
        let [sources] = &sources[..] else {
            return Err(
                layer.unsupported(format!("is used {} times; shared layers have no counterpart", sources.len()))
            );
        };
        let [source] = sources[..] else {
            return Err(layer.unsupported(format!("takes {} inputs; merges have no counterpart", sources.len())));
        };
        name = source;
    }
    if let Some(other) = (0..known.len()).find(|index| !seen.contains(index)) {
        return Err(known[other].unsupported("is beside the way from input to output; branches have no counterpart"));
    }
    order.reverse();
    let mut known: Vec<Option<KerasLayer<'_>>> = known.into_iter().map(Some).collect();
    Ok(order.into_iter().filter_map(|index| known[index].take()).collect())
}

/// For each call of a layer, the names of the layers whose outputs it takes.
fn nodes_of(nodes: &[Value]) -> Vec<Vec<&str>> {
    nodes.iter().map(references).collect()
}

/// The layers that a piece of description refers to: `["name", 0, 0]` before Keras 3, and in it also tensors with a
/// history; on any level of lists and objects.
fn references(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => match &items[..] {
            [Value::String(name), Value::Number(_), Value::Number(_), ..] => vec![name],
            items => items.iter().flat_map(references).collect(),
        },
        Value::Object(entries) => entries.values().flat_map(references).collect(),
        _ => Vec::new(),
    }
}
