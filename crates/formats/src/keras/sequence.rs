//! A Keras network's description as a list of layers, one after the other; models within it are a part of the list.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::place::Place;
use super::settings::KerasLayer;
use crate::error::Error;
use crate::excerpt::shortened;

/// The name of the format in errors.
pub(super) const FORMAT: &str = "Keras";

pub(super) const ONE_WAY: &str = "only networks are read in which one layer follows another, or passes it by in a residual block; leave the branch out \
     and train again";

/// The network's layers in order, with what the model itself says of its input's shape.
pub(super) struct Sequence<'a> {
    pub layers: Vec<KerasLayer<'a>>,
    pub input: Option<&'a Value>,
}

/// The layers of a model's JSON.
///
/// # Errors
/// [`Error::Unsupported`] for networks in which something else than one layer follows another; [`Error::Malformed`] for
/// JSON that is not a model.
pub(super) fn sequence(model: &Value) -> Result<Sequence<'_>, Error> {
    let class = model.get("class_name").and_then(Value::as_str).ok_or_else(|| damaged("class_name"))?;
    let config = model.get("config").ok_or_else(|| damaged("config"))?;
    match (class, config) {
        // Keras before 2.2.3 has the layers alone.
        ("Sequential", Value::Array(layers)) => opened(all(layers, None)?, None),
        (_, Value::Object(config)) => of_model(class, config, None),
        _ => Err(damaged("layers")),
    }
}

/// The layers of a model; `place` is its own where it is a layer of another.
fn of_model<'a>(class: &str, config: &'a Map<String, Value>, place: Option<&Place>) -> Result<Sequence<'a>, Error> {
    match class {
        "Sequential" => opened(all(layers(config)?, place)?, config.get("build_input_shape")),
        "Functional" | "Model" => opened(functional(config, place)?, None),
        _ => {
            let name = shortened(config.get("name").and_then(Value::as_str).unwrap_or(""));
            let problem = "is neither Sequential nor Functional: its layers are in its Python class, not in its file\n\
                           hint: build the network as one of these, copy the weights into it, and save that";
            Err(Error::unsupported(format!("model {name} ({class})"), problem))
        }
    }
}

/// A sequence with the layers of models in their places.
fn opened<'a>(layers: Vec<KerasLayer<'a>>, mut input: Option<&'a Value>) -> Result<Sequence<'a>, Error> {
    let mut all = Vec::new();
    for layer in layers {
        if is_model(&layer) {
            let inner = of_model(layer.class, layer.config(), Some(&layer.place))?;
            if all.is_empty() {
                input = input.or(inner.input);
            }
            all.extend(inner.layers);
        } else {
            all.push(layer);
        }
    }
    Ok(Sequence { layers: all, input })
}

/// A layer that is a model of layers itself.
fn is_model(layer: &KerasLayer<'_>) -> bool {
    matches!(layer.class, "Sequential" | "Functional" | "Model")
}

fn damaged(what: &str) -> Error {
    Error::Malformed { format: FORMAT, reason: format!("the model's description has no {what}") }
}

fn layers(config: &Map<String, Value>) -> Result<&[Value], Error> {
    config.get("layers").and_then(Value::as_array).map(Vec::as_slice).ok_or_else(|| damaged("layers"))
}

/// The layers of one model as they are listed.
fn all<'a>(layers: &'a [Value], place: Option<&Place>) -> Result<Vec<KerasLayer<'a>>, Error> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut layer = |layer| {
        let before = |kind: &str| {
            let count = counts.entry(kind.to_owned()).or_default();
            *count += 1;
            *count - 1
        };
        KerasLayer::new(layer, place, before).ok_or_else(|| damaged("class_name and config of a layer"))
    };
    layers.iter().map(&mut layer).collect()
}

/// The layers of a functional model from its input to its output, found from the end.
fn functional<'a>(config: &'a Map<String, Value>, place: Option<&Place>) -> Result<Vec<KerasLayer<'a>>, Error> {
    let values = layers(config)?;
    let known = all(values, place)?;
    let by_name: HashMap<&str, usize> = known.iter().enumerate().map(|(index, layer)| (layer.name, index)).collect();
    let ends = ["input_layers", "output_layers"].map(|key| config.get(key).map(references).unwrap_or_default());
    let ([input], [output]) = (&ends[0][..], &ends[1][..]) else {
        let problem = format!("has {} inputs and {} outputs, expected one of each", ends[0].len(), ends[1].len());
        let hint = "hint: save a model of one input and of the output that has the classes";
        return Err(Error::unsupported("the model", format!("{problem}\n{hint}")));
    };
    let (mut order, mut trunks) = (Vec::new(), HashMap::new());
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
        let sources = nodes_of(&values[index]);
        let [sources] = &sources[..] else {
            let problem = format!("is used {} times; shared layers have no counterpart", sources.len());
            return Err(layer.refuse(problem, "give each place a layer of its own, and train again"));
        };
        name = match sources[..] {
            [source] => source,
            // Of two, that which comes later in the list is made from the other.
            [a, b] if matches!(layer.class, "Add" | "Multiply") && a != b => {
                let [branch, trunk] = if by_name.get(a) > by_name.get(b) { [a, b] } else { [b, a] };
                trunks.insert(index, trunk);
                branch
            }
            _ => {
                let layer_of = |name: &str| by_name.get(name).map(|&index| (&known[index], &values[index]));
                let pooled = sources.iter().map(|source| layer_of(source)).collect::<Option<Vec<_>>>();
                let Some(source) = pooled.and_then(|pooled| pooled_twice(layer, &pooled)) else {
                    let problem = format!("takes {} inputs; merges have no counterpart", sources.len());
                    return Err(layer.refuse(problem, ONE_WAY));
                };
                seen.extend(sources.iter().map(|source| by_name[source]));
                source
            }
        };
    }
    if let Some(other) = (0..known.len()).find(|index| !seen.contains(index)) {
        let problem = "is beside the way from input to output; branches have no counterpart";
        return Err(known[other].refuse(problem, ONE_WAY));
    }
    order.reverse();
    let mut known: Vec<Option<KerasLayer<'_>>> = known.into_iter().map(Some).collect();
    let ordered = order.into_iter().filter_map(|index| {
        let mut layer = known[index].take()?;
        layer.trunk = trunks.get(&index).copied();
        Some(layer)
    });
    Ok(ordered.collect())
}

/// For each call of a layer, the names of the layers whose outputs it takes.
fn nodes_of(layer: &Value) -> Vec<Vec<&str>> {
    let nodes = layer.get("inbound_nodes").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    nodes.iter().map(references).collect()
}

/// What is pooled in two ways, where `layer` joins the means and the largest numbers of it; nothing if it joins others.
fn pooled_twice<'a>(layer: &KerasLayer<'_>, joined: &[(&KerasLayer<'_>, &'a Value)]) -> Option<&'a str> {
    let [(means, of_means), (largest, of_largest)] = joined else { return None };
    let classes = [layer.class, means.class, largest.class];
    let keeps = [means, largest].map(|pool| pool.flag(&["keepdims"], false).unwrap_or(true));
    let [Ok(of_means), Ok(of_largest)] = [of_means, of_largest].map(|pool| <[_; 1]>::try_from(nodes_of(pool))) else {
        return None;
    };
    let is_both = classes == ["Concatenate", "GlobalAveragePooling2D", "GlobalMaxPooling2D"] && keeps == [false; 2];
    match (&*of_means[0], &*of_largest[0]) {
        ([source], [other]) if is_both && source == other => Some(source),
        _ => None,
    }
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
