//! Files of Keras' formats, written here and changed.

mod layers;
mod refusals;
mod round_trips;
mod values;

use proptest::prelude::*;
use serde_json::json;
use tenfold_network::{Layer, LayerOutline, Padding, PoolKind};

use super::*;
use crate::samples::{of_layers, saved as sample};

/// What a JSON of these layers is translated to, or why not.
fn sequential(layers: Value) -> Result<Architecture, String> {
    let model = json!({ "class_name": "Sequential", "config": { "name": "m", "layers": layers } });
    translate(&model, None).map(|network| network.architecture).map_err(|error| error.to_string())
}

/// A layer after an input of a shape.
fn after(shape: Value, class: &str, config: Value) -> Result<Architecture, String> {
    let mut config = config;
    config["name"] = json!("x");
    sequential(json!([
        { "class_name": "InputLayer", "config": { "batch_input_shape": shape, "name": "input_1" } },
        { "class_name": class, "config": config },
    ]))
}

fn bits(saved: &SavedModel) -> Vec<u32> {
    saved.model.values().iter().map(|value| value.to_bits()).collect()
}
