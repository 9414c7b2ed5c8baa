//! A model as the groups of an HDF5 file, or as the entries of an archive.

use serde_json::{Value, json};
use tenfold_network::{LayerOutline, Role, Tensor};

use super::compile::{compile_config, training_config};
use super::config::{Written, layers};
use super::depthwise;
use super::graph::{self, Model, batch};
use super::weights::folders;
use crate::description::{Description, KEY};
use crate::error::Error;
use crate::hdf5::{self, Attribute, Group, Node};
use crate::saved_model::SavedModel;

/// The version of Keras whose dialect an HDF5 file is in: the last one before 3.
const DIALECT: &str = "2.15.0";
/// The version of Keras whose archives ours are like.
const ARCHIVE_VERSION: &str = "3.15.1";

/// The root group of an HDF5 file.
pub(super) fn file(saved: &SavedModel) -> Result<Group, Error> {
    let layers = layers(saved)?;
    let input = json!({
        "class_name": "InputLayer",
        "config": {
            "batch_input_shape": batch(&image(saved)), "dtype": "float32", "sparse": false, "ragged": false,
            "name": "input_1",
        },
    });
    let Model { class, mut config } = graph::of_keras_2(input, "input_1", &layers);
    config["name"] = json!(class.to_lowercase());
    let config = json!({ "class_name": class, "config": config });
    let mut weights = versions(Group::default())
        .with_attribute("layer_names", Attribute::Texts(layers.iter().map(|layer| layer.name.clone()).collect()));
    for layer in &layers {
        weights = weights.with(&layer.name, Node::Group(named(saved, layer)));
    }
    let text = |value: Value| Attribute::Text(value.to_string());
    Ok(versions(Group::default())
        .with_attribute("model_config", text(config))
        .with_attribute("training_config", text(training_config(&saved.provenance.recipe)))
        .with_attribute(KEY, Attribute::Text(Description::of_use(saved).to_json()?))
        .with("model_weights", Node::Group(weights)))
}

/// The group of a layer in an HDF5 file: its arrays are in a group of the layer's name once more.
fn named(saved: &SavedModel, layer: &Written) -> Group {
    let mut names = Vec::new();
    let mut arrays = Group::default();
    if let Some(outline) = layer.weights.map(|index| &saved.model.outline().layers[index]) {
        for tensor in &outline.tensors {
            let array = format!("{}:0", role(outline, tensor));
            names.push(format!("{}/{array}", layer.name));
            arrays = arrays.with(array, floats(saved, outline, tensor));
        }
    }
    let is_empty = names.is_empty();
    let group = Group::default().with_attribute("weight_names", Attribute::Texts(names));
    if is_empty { group } else { group.with(&layer.name, Node::Group(arrays)) }
}

/// The entries of an archive.
pub(super) fn entries(saved: &SavedModel) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let layers = layers(saved)?;
    let image = batch(&image(saved));
    let description: Value =
        serde_json::from_str(&Description::of_use(saved).to_json()?).expect("JSON that was just written");
    // The date is the one that archives have for none.
    let metadata = json!({ "keras_version": ARCHIVE_VERSION, "date_saved": "1980-01-01@00:00:00", KEY: description });
    let input = json!({
        "module": "keras.layers",
        "class_name": "InputLayer",
        "config": { "batch_shape": image, "dtype": "float32", "sparse": false, "ragged": false, "name": "input_layer" },
        "registered_name": null,
    });
    let Model { class, mut config } = graph::of_keras_3(input, &self::image(saved), "input_layer", &layers);
    config["name"] = json!(class.to_lowercase());
    if class == "Sequential" {
        config["trainable"] = json!(true);
        config["dtype"] = json!("float32");
        config["build_input_shape"] = image.clone();
    }
    // The one is found by its public name, the other only by its own.
    let (module, registered_name) = match class {
        "Functional" => ("keras.src.models.functional", json!(class)),
        _ => ("keras", Value::Null),
    };
    let config = json!({
        "module": module,
        "class_name": class,
        "config": config,
        "registered_name": registered_name,
        "build_config": { "input_shape": image },
        "compile_config": compile_config(&saved.provenance.recipe),
    });
    let weights = hdf5::write(&Group::default().with("layers", Node::Group(counted(saved))));
    let text = |value: Value| value.to_string().into_bytes();
    Ok(vec![
        ("metadata.json".to_owned(), text(metadata)),
        ("config.json".to_owned(), text(config)),
        ("model.weights.h5".to_owned(), weights),
    ])
}

/// The group of all layers with values in an archive's HDF5 file: the arrays of each are numbered.
fn counted(saved: &SavedModel) -> Group {
    let mut all = Group::default();
    let layers = &saved.model.outline().layers;
    for (index, folder) in folders(layers) {
        let mut vars = Group::default();
        for (number, tensor) in layers[index].tensors.iter().enumerate() {
            vars = vars.with(number, floats(saved, &layers[index], tensor));
        }
        all = all.with(folder, Node::Group(Group::default().with("vars", Node::Group(vars))));
    }
    all
}

fn versions(group: Group) -> Group {
    group
        .with_attribute("keras_version", Attribute::Text(DIALECT.to_owned()))
        .with_attribute("backend", Attribute::Text("tensorflow".to_owned()))
}

fn floats(saved: &SavedModel, layer: &LayerOutline, tensor: &Tensor) -> Node {
    Node::Floats(depthwise::shape(layer, tensor), saved.model.tensor(tensor).to_vec())
}

/// What Keras calls a tensor.
fn role(layer: &LayerOutline, tensor: &Tensor) -> &'static str {
    match tensor.role {
        Role::Kernel { .. } if depthwise::multiplier(layer).is_some() => "depthwise_kernel",
        Role::Kernel { .. } => "kernel",
        Role::Bias => "bias",
        Role::Gamma => "gamma",
        Role::Beta => "beta",
        Role::MovingMean => "moving_mean",
        Role::MovingVariance => "moving_variance",
    }
}

fn image(saved: &SavedModel) -> [usize; 3] {
    saved.model.architecture().input.into()
}
