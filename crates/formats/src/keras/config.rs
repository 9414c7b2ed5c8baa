//! A network as Keras' layers.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};
use tenfold_network::{Layer, LayerOutline, Padding, PoolKind, Shape};

use super::activations::{self, Written as Activation};
use super::depthwise;
use super::sequence::FORMAT;
use super::settings::decimal;
use crate::error::Error;
use crate::layout;
use crate::saved_model::SavedModel;

/// A layer for Keras.
pub(super) struct Written {
    pub class: &'static str,
    /// As Keras itself would call it: `conv2d`, `conv2d_1`, ...
    pub name: String,
    /// Its settings, without the name.
    config: Map<String, Value>,
    /// The layers that it takes, by their places; nothing for the network's input.
    pub takes: Vec<Option<usize>>,
    /// Keras' shape of its input, without the batch, or of the first of several.
    pub input: Vec<usize>,
    /// That of its output.
    pub output: Vec<usize>,
    /// The layer of the architecture whose values it has.
    pub weights: Option<usize>,
}

impl Written {
    /// The settings.
    pub fn config(&self) -> Value {
        let mut config = self.config.clone();
        config.insert("name".to_owned(), json!(self.name));
        config.insert("trainable".to_owned(), json!(true));
        config.insert("dtype".to_owned(), json!("float32"));
        Value::Object(config)
    }
}

/// The layers of a model, all but its input; the last one gives probabilities.
///
/// # Errors
/// [`Error::Inexpressible`] for limits and paddings of pooling that Keras has not.
pub(super) fn layers(saved: &SavedModel) -> Result<Vec<Written>, Error> {
    let model = &saved.model;
    let sizes = <[usize; 3]>::from(model.architecture().input).to_vec();
    let mut writer = Writer { all: Vec::new(), counts: HashMap::new(), sizes, trunks: HashMap::new() };
    let layers = &model.outline().layers;
    let trunks: HashSet<usize> = layers.iter().filter_map(|layer| layer.trunk).collect();
    for (index, layer) in layers.iter().enumerate() {
        if trunks.contains(&index) {
            writer.trunks.insert(index, (writer.last(), writer.sizes.clone()));
        }
        let before = index.checked_sub(1).map(|before| &layers[before].layer);
        if let Some(problem) = inexpressible(before, &layer.layer) {
            let problem = format!("layer {}: {problem}", layer.name);
            return Err(Error::Inexpressible { format: FORMAT, problem });
        }
        writer.layer(index, layer);
    }
    writer.end(f64::from(model.temperature()));
    Ok(writer.all)
}

/// Why Keras has no counterpart to a layer after another.
fn inexpressible(before: Option<&Layer>, layer: &Layer) -> Option<&'static str> {
    if let Some(activation) = layer.activation() {
        return activations::written(activation).err();
    }
    let Layer::Pool { kind, padding, .. } = *layer else { return None };
    match (kind, padding) {
        (_, Padding::Valid) | (PoolKind::Max | PoolKind::Average, Padding::Same) => None,
        (PoolKind::AverageWithPadding | PoolKind::Sum, _) => None,
        (PoolKind::Max, Padding::Explicit { .. }) if layout::maximum_ignores_zeros(before) => None,
        (_, Padding::Explicit { .. }) => {
            Some("Keras pads for pooling in numbers only before a maximum after ReLU\nhint: ONNX pads before any")
        }
    }
}

struct Writer {
    all: Vec<Written>,
    /// How many layers have had a name.
    counts: HashMap<&'static str, usize>,
    /// Keras' shape up to here.
    sizes: Vec<usize>,
    /// What the layers with which a branch begins take: the place of the layer that gives it, and Keras' shape of it.
    trunks: HashMap<usize, (Option<usize>, Vec<usize>)>,
}

impl Writer {
    /// Adds a layer whose output has the shape `sizes`.
    fn push(&mut self, class: &'static str, name: &'static str, config: Value, sizes: Vec<usize>) -> &mut Written {
        let Value::Object(config) = config else { unreachable!("settings are an object") };
        let count = self.counts.entry(name).and_modify(|count| *count += 1).or_insert(0);
        let name = if *count == 0 { name.to_owned() } else { format!("{name}_{count}") };
        let input = std::mem::replace(&mut self.sizes, sizes.clone());
        let takes = vec![self.last()];
        self.all.push(Written { class, name, config, takes, input, output: sizes, weights: None });
        self.all.last_mut().expect("a layer was just added")
    }

    /// The place of the last layer.
    fn last(&self) -> Option<usize> {
        self.all.len().checked_sub(1)
    }

    /// Means and largest numbers of the same image, one after the other.
    fn concat_pool(&mut self, image: [usize; 3]) {
        let global = || json!({ "data_format": "channels_last", "keepdims": false });
        self.reshape(&image);
        let (before, channels) = (self.last(), image[2]);
        self.push("GlobalAveragePooling2D", "global_average_pooling2d", global(), vec![channels]);
        let means = self.last();
        self.sizes = image.to_vec();
        let largest = self.push("GlobalMaxPooling2D", "global_max_pooling2d", global(), vec![channels]);
        largest.takes = vec![before];
        let takes = vec![means, self.last()];
        self.push("Concatenate", "concatenate", json!({ "axis": -1 }), vec![2 * channels]).takes = takes;
    }

    fn layer(&mut self, index: usize, layer: &LayerOutline) {
        let input = <[usize; 3]>::from(layer.input);
        let output = <[usize; 3]>::from(layer.output).to_vec();
        let same = self.sizes.clone();
        match layer.layer {
            Layer::Conv2d { filters, kernel, stride, padding, bias, groups } => {
                self.reshape(&input);
                let padding = self.pad(layer.input, padding);
                let mut config = json!({
                    "filters": filters, "kernel_size": kernel, "strides": stride, "padding": padding,
                    "data_format": "channels_last", "dilation_rate": [1, 1], "groups": groups,
                    "activation": "linear", "use_bias": bias,
                });
                let (class, name) = match depthwise::multiplier(layer) {
                    Some(multiplier) => {
                        let config = config.as_object_mut().expect("settings are an object");
                        config.retain(|name, _| name != "filters" && name != "groups");
                        config.insert("depth_multiplier".to_owned(), json!(multiplier));
                        ("DepthwiseConv2D", "depthwise_conv2d")
                    }
                    None => ("Conv2D", "conv2d"),
                };
                self.push(class, name, config, output).weights = Some(index);
            }
            Layer::Pool { kind, size, stride, padding } => {
                self.reshape(&input);
                let is_whole = size == [input[0], input[1]] && stride == size && padding == Padding::Valid;
                let padding = match kind {
                    PoolKind::AverageWithPadding | PoolKind::Sum => counted(padding, layer.input, size, stride),
                    PoolKind::Max | PoolKind::Average => padding,
                };
                let padding = self.pad(layer.input, padding);
                let config = json!({
                    "pool_size": size, "strides": stride, "padding": padding, "data_format": "channels_last",
                });
                let global = json!({ "data_format": "channels_last", "keepdims": false });
                let row = vec![input[2]];
                match kind {
                    PoolKind::Max if is_whole => self.push("GlobalMaxPooling2D", "global_max_pooling2d", global, row),
                    PoolKind::Max => self.push("MaxPooling2D", "max_pooling2d", config, output),
                    PoolKind::Average | PoolKind::AverageWithPadding if is_whole => {
                        self.push("GlobalAveragePooling2D", "global_average_pooling2d", global, row)
                    }
                    PoolKind::Average | PoolKind::AverageWithPadding => {
                        self.push("AveragePooling2D", "average_pooling2d", config, output)
                    }
                    PoolKind::Sum => {
                        self.push("AveragePooling2D", "average_pooling2d", config, output.clone());
                        self.rescaling((size[0] * size[1]) as f64, output)
                    }
                };
            }
            Layer::ConcatPool => self.concat_pool(input),
            Layer::Flatten => {
                let row = vec![layer.input.len()];
                self.push("Flatten", "flatten", json!({ "data_format": "channels_last" }), row);
            }
            Layer::Dense { units, bias } => {
                self.reshape(&[input[2]]);
                let config = json!({ "units": units, "activation": "linear", "use_bias": bias });
                self.push("Dense", "dense", config, vec![units]).weights = Some(index);
            }
            Layer::Relu
            | Layer::Clip { .. }
            | Layer::Tanh
            | Layer::Sigmoid
            | Layer::LeakyRelu { .. }
            | Layer::Elu { .. }
            | Layer::Selu
            | Layer::Gelu { .. }
            | Layer::Silu
            | Layer::HardSwish
            | Layer::HardSigmoid { .. }
            | Layer::Softplus => {
                let activation = layer.layer.activation().expect("these are activations");
                match activations::written(activation).expect("what cannot be written has been refused") {
                    Activation::Named(name) => self.activation(name),
                    Activation::Class(class, name, config) => {
                        self.push(class, name, config, same);
                    }
                }
            }
            Layer::Residual { .. } => self.join(layer, "Add", "add"),
            Layer::Gate { .. } => self.join(layer, "Multiply", "multiply"),
            Layer::Ensemble { .. } => unreachable!("an ensemble has been refused"),
            Layer::BatchNorm { momentum, epsilon } => {
                let config = json!({
                    "axis": -1, "momentum": decimal(momentum), "epsilon": decimal(epsilon),
                    "center": true, "scale": true,
                });
                self.push("BatchNormalization", "batch_normalization", config, same).weights = Some(index);
            }
            Layer::Dropout { rate } => {
                self.push("Dropout", "dropout", json!({ "rate": decimal(rate) }), same);
            }
        }
    }

    /// What a layer makes of a branch and of what that left.
    fn join(&mut self, layer: &LayerOutline, class: &'static str, name: &'static str) {
        let trunk = layer.trunk.and_then(|first| self.trunks.get(&first).cloned());
        let (trunk, sizes) = trunk.expect("what a branch leaves has been written");
        // A gate has a factor for each channel of all pixels.
        let of_branch = match (&layer.layer, &sizes[..]) {
            (Layer::Gate { .. }, &[_, _, channels]) => vec![1, 1, channels],
            _ => sizes.clone(),
        };
        self.reshape(&of_branch);
        let takes = vec![trunk, self.last()];
        self.push(class, name, json!({}), sizes).takes = takes;
    }

    /// The logits become probabilities.
    fn end(&mut self, temperature: f64) {
        let classes = *self.sizes.last().expect("a shape has sizes");
        self.reshape(&[classes]);
        if temperature != 1.0 {
            self.rescaling(1.0 / temperature, vec![classes]);
        }
        self.activation("softmax");
    }

    /// An activation, as part of the layer before it where that is one with weights and has none yet.
    fn activation(&mut self, name: &'static str) {
        let place = self.last();
        // What a branch leaves has no more activation than here.
        let is_taken_twice = self.trunks.values().any(|(trunk, _)| *trunk == place);
        let last = self.all.last_mut().filter(|_| !is_taken_twice);
        let last = last.and_then(|layer| layer.config.get_mut("activation"));
        match last.filter(|activation| **activation == "linear") {
            Some(activation) => *activation = json!(name),
            None => {
                self.push("Activation", "activation", json!({ "activation": name }), self.sizes.clone());
            }
        }
    }

    fn rescaling(&mut self, scale: f64, sizes: Vec<usize>) -> &mut Written {
        self.push("Rescaling", "rescaling", json!({ "scale": scale, "offset": 0.0 }), sizes)
    }

    /// Zeros around the image, where a padding says their number; returns what a layer after them calls its padding.
    fn pad(&mut self, image: Shape, padding: Padding) -> &'static str {
        match padding {
            Padding::Valid => "valid",
            Padding::Same => "same",
            Padding::Explicit { before: [top, left], after: [bottom, right] } => {
                let zeros = json!({ "padding": [[top, bottom], [left, right]], "data_format": "channels_last" });
                let sizes = vec![top + image.height + bottom, left + image.width + right, image.channels];
                self.push("ZeroPadding2D", "zero_padding2d", zeros, sizes);
                "valid"
            }
        }
    }

    /// A single pixel is a vector here, but not to Keras; reading leaves such a layer out.
    fn reshape(&mut self, sizes: &[usize]) {
        if self.sizes != sizes {
            self.push("Reshape", "reshape", json!({ "target_shape": sizes }), sizes.to_vec());
        }
    }
}

/// A padding as zeros around the image, which Keras counts in a mean: its `same` padding it leaves out.
fn counted(padding: Padding, image: Shape, size: [usize; 2], stride: [usize; 2]) -> Padding {
    match (padding, padding.windows(image, size, stride)) {
        (Padding::Same, Some(window)) if window.is_padded() => {
            Padding::Explicit { before: window.before, after: window.after() }
        }
        (Padding::Same, _) => Padding::Valid,
        _ => padding,
    }
}
