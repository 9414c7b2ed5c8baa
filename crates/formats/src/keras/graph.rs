//! The description of a network's layers as a model of Keras: `Sequential`, or `Functional` where one layer does not follow the
//! other.

use serde_json::{Value, json};

use super::config::Written;

/// A model: its class and its settings, but for its name.
pub(super) struct Model {
    pub class: &'static str,
    pub config: Value,
}

/// A model of layers, as Keras 2 describes it; `input`: the first layer, and its name.
pub(super) fn of_keras_2(input: Value, name: &str, layers: &[Written]) -> Model {
    let described = |layer: &Written| json!({ "class_name": layer.class, "config": layer.config() });
    let taken = |layer: &Written| {
        let sources = layer.takes.iter().map(|&place| json!([source(name, layers, place), 0, 0, {}]));
        json!([sources.collect::<Vec<_>>()])
    };
    let [first, last] = [json!([[name, 0, 0]]), json!([[last(name, layers), 0, 0]])];
    model(input, name, layers, [first, last], described, taken)
}

/// As [`of_keras_2`], as Keras 3 does.
pub(super) fn of_keras_3(input: Value, sizes: &[usize], name: &str, layers: &[Written]) -> Model {
    let is_sequence = is_sequence(layers);
    let described = |layer: &Written| {
        let mut described = json!({
            "module": "keras.layers", "class_name": layer.class, "config": layer.config(), "registered_name": null,
        });
        if is_sequence {
            described["build_config"] = json!({ "input_shape": batch(&layer.input) });
        }
        described
    };
    let tensor = |place: &Option<usize>| {
        let shape = place.map_or(sizes, |place| &layers[place].output);
        json!({ "class_name": "__keras_tensor__", "config": {
            "shape": batch(shape), "dtype": "float32", "keras_history": [source(name, layers, *place), 0, 0],
        } })
    };
    let taken = |layer: &Written| {
        let mut tensors: Vec<Value> = layer.takes.iter().map(tensor).collect();
        let argument = if tensors.len() == 1 { tensors.remove(0) } else { Value::Array(tensors) };
        json!([{ "args": [argument], "kwargs": {} }])
    };
    let [first, last] = [json!([name, 0, 0]), json!([last(name, layers), 0, 0])];
    model(input, name, layers, [first, last], described, taken)
}

/// A model; `ends`: how it names its first and its last layer.
fn model(
    input: Value,
    name: &str,
    layers: &[Written],
    [first, last]: [Value; 2],
    described: impl Fn(&Written) -> Value,
    taken: impl Fn(&Written) -> Value,
) -> Model {
    if is_sequence(layers) {
        let all: Vec<Value> = std::iter::once(input).chain(layers.iter().map(described)).collect();
        return Model { class: "Sequential", config: json!({ "layers": all }) };
    }
    let called = |mut layer: Value, name: &str, nodes: Value| {
        layer["name"] = json!(name);
        layer["inbound_nodes"] = nodes;
        layer
    };
    let others = layers.iter().map(|layer| called(described(layer), &layer.name, taken(layer)));
    let all: Vec<Value> = std::iter::once(called(input, name, json!([]))).chain(others).collect();
    let config = json!({ "trainable": true, "layers": all, "input_layers": first, "output_layers": last });
    Model { class: "Functional", config }
}

/// Whether each layer takes the one before it.
fn is_sequence(layers: &[Written]) -> bool {
    layers.iter().enumerate().all(|(place, layer)| layer.takes == [place.checked_sub(1)])
}

/// The name of a layer, or of the network's input.
fn source<'a>(input: &'a str, layers: &'a [Written], place: Option<usize>) -> &'a str {
    place.map_or(input, |place| &layers[place].name)
}

/// The name of the last layer.
fn last<'a>(input: &'a str, layers: &'a [Written]) -> &'a str {
    source(input, layers, layers.len().checked_sub(1))
}

/// A shape with the batch, of any size, in front.
pub(super) fn batch(sizes: &[usize]) -> Value {
    std::iter::once(Value::Null).chain(sizes.iter().map(|&size| json!(size))).collect()
}
