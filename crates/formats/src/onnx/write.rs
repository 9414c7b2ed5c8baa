//! A model as an ONNX graph, with the operators, the axes and the order of weights of PyTorch's own exports.

use std::collections::{HashMap, HashSet};

use prost::Message;
use tenfold_network::{Layer, LayerOutline, Model, Outline, Padding, PoolKind, Shape};

use super::activations;
use super::graph::{Graph, float, int, ints, text};
use super::proto::{AttributeProto, FORMAT, ModelProto, OperatorSetIdProto, StringStringEntryProto};
use crate::description::{Description, KEY};
use crate::error::Error;
use crate::layout;
use crate::saved_model::SavedModel;

/// The operators' version: that of 2020, which everything that runs ONNX today knows, and the first whose Softmax takes
/// one axis.
const OPSET: i64 = 13;

/// The file's version: the newest that a runtime of 2021 (ONNX Runtime 1.10) reads.
const IR_VERSION: i64 = 8;

/// The name of the graph's input, and of the axis of images.
const INPUT: &str = "image";
const BATCH: &str = "N";

/// What a graph gives for an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Output {
    /// Probabilities: softmax of the logits divided by the temperature.
    #[default]
    Probabilities,
    /// The logits as they are.
    Logits,
}

/// Writes a model as an ONNX graph, whose input `image` is `[N, 1, H, W]` floats, 0 background to 1 ink, and whose output
/// is `[N, classes]`: `probabilities`, or `logits`. N is any number of images.
///
/// An ensemble is the `Mean` of its members' softmaxes; its logits are the logarithm.
///
/// A temperature other than 1 is a division before the softmax; with logits, which it does not change, it is kept beside
/// the graph. Parameters are named as in the model's outline.
///
/// # Errors
/// [`Error::Inexpressible`] for a quantised model; [`Error::Contradiction`] if the parts of `saved` do not fit together.
pub fn write(saved: &SavedModel, output: Output) -> Result<Vec<u8>, Error> {
    saved.check_floats(FORMAT)?;
    let mut description = Description::of_use(saved);
    let temperature = saved.model.temperature();
    if output == Output::Logits && temperature != 1.0 {
        description.temperature = Some(f64::from(temperature));
    }
    let entry = |key: &str, value| StringStringEntryProto { key: key.to_owned(), value };
    let mut writer = Writer { graph: Graph::default(), value: INPUT.to_owned(), rank: 4, trunks: HashMap::new() };
    writer.model(&saved.model)?;
    let name = writer.output(output, temperature, saved.model.outline().classes);
    let model = ModelProto {
        ir_version: IR_VERSION,
        producer_name: "tenfold".to_owned(),
        producer_version: env!("CARGO_PKG_VERSION").to_owned(),
        doc_string: format!(
            "A network that reads images of handwritten characters. Its classes are, in order: {}.",
            saved.labels.join(", ")
        ),
        graph: Some(writer.graph.finish(saved, INPUT, BATCH, name)),
        opset_import: vec![OperatorSetIdProto { domain: String::new(), version: OPSET }],
        metadata_props: vec![entry(KEY, description.to_json()?)],
    };
    Ok(model.encode_to_vec())
}

/// A graph under way.
struct Writer {
    graph: Graph,
    /// The last node's output.
    value: String,
    /// Its axes: 4 for `[N, C, H, W]`, 2 for `[N, C]`.
    rank: usize,
    /// What the layers with which a branch begins take, with its axes.
    trunks: HashMap<usize, (String, usize)>,
}

impl Writer {
    /// The network or the networks of a model, with logits `[N, classes]` at their end.
    fn model(&mut self, model: &Model) -> Result<(), Error> {
        let outline = model.outline();
        let (Some(members), Some(outlines), Some(ensemble)) =
            (model.members()?, outline.members(), outline.layers.last())
        else {
            self.network(model, outline);
            return Ok(());
        };
        let mut answers = Vec::with_capacity(members.len());
        for (number, (member, outline)) in (1..).zip(members.iter().zip(&outlines)) {
            (self.value, self.rank) = (INPUT.to_owned(), 4);
            self.network(member, outline);
            self.softmax(&format!("{}.member_{number}.", ensemble.name), member.temperature());
            answers.push(self.value.clone());
        }
        let answers: Vec<&str> = answers.iter().map(String::as_str).collect();
        let [mean, limited] = ["mean", "limited"].map(|part| format!("{}.{part}", ensemble.name));
        self.graph.node(&mean, "Mean", &answers, Vec::new());
        // Where all say 0, the logarithm has no number.
        let least = self.graph.floats((format!("{}.least", ensemble.name), Vec::new(), vec![f32::MIN_POSITIVE]));
        self.graph.node(&limited, "Max", &[&mean, &least], Vec::new());
        self.graph.node(&ensemble.name, "Log", &[&limited], Vec::new());
        Ok(())
    }

    /// The layers, with logits `[N, classes]` at their end.
    fn network(&mut self, model: &Model, outline: &Outline) {
        self.trunks.clear();
        let layers = &outline.layers;
        let mut images = layout::flattened(outline);
        let trunks: HashSet<usize> = layers.iter().filter_map(|layer| layer.trunk).collect();
        for (index, layer) in layers.iter().enumerate() {
            if trunks.contains(&index) {
                self.trunks.insert(index, (self.value.clone(), self.rank));
            }
            let is_image = matches!(layer.layer, Layer::Flatten) && !layer.input.is_flat();
            if is_image && !feeds_dense(&layers[index + 1..]) {
                // Nothing mixes these numbers before their order matters: they must be in the order that they have here.
                self.node(&format!("{}.channels_last", layer.name), "Transpose", &[], vec![ints("perm", [0, 2, 3, 1])]);
                let mixed = layers[index + 1..]
                    .iter()
                    .position(LayerOutline::mixes)
                    .map_or(layers.len(), |after| index + 1 + after);
                for (image, layer) in images[..mixed].iter_mut().zip(layers).skip(index + 1) {
                    *image = Shape::flat(layer.input.channels);
                }
            }
            self.layer(model, layer, images[index]);
        }
        if let Some(last) = layers.last() {
            self.with_rank(2, &last.name, last.output);
        }
    }

    fn layer(&mut self, model: &Model, outline: &LayerOutline, image: Shape) {
        let LayerOutline { name, input, .. } = outline;
        if outline.mixes() {
            self.with_rank(if matches!(outline.layer, Layer::Dense { .. }) { 2 } else { 4 }, name, *input);
        }
        let parameters = |tensor| {
            let (shape, values) = layout::channels_first(tensor, image, model.tensor(tensor));
            (tensor.name.clone(), shape, values)
        };
        let names: Vec<String> = outline.tensors.iter().map(|tensor| self.graph.floats(parameters(tensor))).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        match &outline.layer {
            &Layer::Conv2d { kernel, stride, padding, groups, .. } => {
                let mut attributes = window(*input, kernel, stride, padding);
                attributes.extend((groups > 1).then(|| int("group", groups as i64)));
                self.node(name, "Conv", &names, attributes);
            }
            &Layer::Pool { kind, size, stride, padding } => {
                self.pool(name, kind, window(*input, size, stride, padding), size)
            }
            Layer::ConcatPool => {
                let [means, largest] = ["average", "max"].map(|part| format!("{name}.{part}"));
                self.graph.node(&means, "GlobalAveragePool", &[&self.value], Vec::new());
                self.graph.node(&largest, "GlobalMaxPool", &[&self.value], Vec::new());
                self.graph.node(name, "Concat", &[&means, &largest], vec![int("axis", 1)]);
                self.value.clone_from(name);
            }
            Layer::Flatten => {
                self.node(name, "Flatten", &[], vec![int("axis", 1)]);
                self.rank = 2;
            }
            Layer::Dense { .. } => self.node(name, "Gemm", &names, vec![int("transB", 1)]),
            layer @ (Layer::Relu
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
            | Layer::Softplus) => {
                let activation = layer.activation().expect("these are activations");
                activations::write(&mut self.graph, name, &self.value, activation);
                self.value.clone_from(name);
            }
            Layer::Residual { .. } => self.join(outline, "Add"),
            Layer::Gate { .. } => self.join(outline, "Mul"),
            Layer::Ensemble { .. } => unreachable!("an ensemble is written as its members"),
            &Layer::BatchNorm { momentum, epsilon } => {
                let attributes = vec![float("epsilon", epsilon), float("momentum", momentum)];
                self.node(name, "BatchNormalization", &names, attributes);
            }
            &Layer::Dropout { rate } => {
                let rate = self.graph.floats((format!("{name}.rate"), Vec::new(), vec![rate]));
                self.node(name, "Dropout", &[&rate], Vec::new());
            }
        }
    }

    /// What a layer makes of a branch and of what that left, which is taken with the axes that it has.
    fn join(&mut self, outline: &LayerOutline, op: &str) {
        let trunk = outline.trunk.and_then(|first| self.trunks.get(&first).cloned());
        let (trunk, rank) = trunk.expect("what a branch leaves has been written");
        self.with_rank(rank, &outline.name, outline.input);
        self.node(&outline.name, op, &[&trunk], Vec::new());
    }

    /// A pooling; sums are averages over whole windows, zeros outside the image included, times the windows' size.
    fn pool(&mut self, name: &str, kind: PoolKind, mut attributes: Vec<AttributeProto>, size: [usize; 2]) {
        match kind {
            PoolKind::Max => self.node(name, "MaxPool", &[], attributes),
            PoolKind::Average => {
                attributes.push(int("count_include_pad", 0));
                self.node(name, "AveragePool", &[], attributes);
            }
            PoolKind::AverageWithPadding => {
                attributes.push(int("count_include_pad", 1));
                self.node(name, "AveragePool", &[], attributes);
            }
            PoolKind::Sum => {
                attributes.push(int("count_include_pad", 1));
                self.node(&format!("{name}.mean"), "AveragePool", &[], attributes);
                let cells = (size[0] * size[1]) as f32;
                let cells = self.graph.floats((format!("{name}.window_size"), Vec::new(), vec![cells]));
                self.node(name, "Mul", &[&cells], Vec::new());
            }
        }
    }

    /// What the graph gives, and its name.
    fn output(&mut self, output: Output, temperature: f32, classes: usize) -> (&'static str, usize) {
        self.value = self.graph.rename_output("logits");
        if output == Output::Logits {
            return ("logits", classes);
        }
        self.softmax("", temperature);
        ("probabilities", classes)
    }

    /// Probabilities of the logits over a temperature; names begin with `prefix`.
    fn softmax(&mut self, prefix: &str, temperature: f32) {
        if temperature != 1.0 {
            let temperature = self.graph.floats((format!("{prefix}temperature"), Vec::new(), vec![temperature]));
            self.node(&format!("{prefix}tempered_logits"), "Div", &[&temperature], Vec::new());
        }
        self.node(&format!("{prefix}probabilities"), "Softmax", &[], vec![int("axis", -1)]);
    }

    /// Gives the value, of `shape`, so many axes, if it has others. Where it has an image's, the image is one pixel.
    fn with_rank(&mut self, rank: usize, layer: &str, shape: Shape) {
        if self.rank == rank {
            return;
        }
        let sizes = match rank {
            2 => vec![0, shape.len() as i64],
            _ => vec![0, shape.channels as i64, 1, 1],
        };
        // 0 stands for the size that is there: N.
        let sizes = self.graph.sizes(format!("{layer}.shape{rank}"), sizes);
        self.node(&format!("{layer}.reshaped{rank}"), "Reshape", &[&sizes], Vec::new());
        self.rank = rank;
    }

    /// A node that takes the last one's output first.
    fn node(&mut self, name: &str, op: &str, others: &[&str], attributes: Vec<AttributeProto>) {
        let inputs = [&[self.value.as_str()], others].concat();
        self.graph.node(name, op, &inputs, attributes);
        self.value = name.to_owned();
    }
}

/// Whether the numbers that a flatten layer gives to `layers` go into a dense one before their order matters.
fn feeds_dense(layers: &[LayerOutline]) -> bool {
    layers.iter().find(|layer| layer.mixes()).is_some_and(|layer| matches!(layer.layer, Layer::Dense { .. }))
}

/// The attributes of a window. Padding is written in numbers, which mean the same everywhere: ONNX Runtime refuses a rule's
/// name where strides are beyond windows. `same` that adds nothing also says that no rule applies, and so comes back.
fn window(input: Shape, size: [usize; 2], stride: [usize; 2], padding: Padding) -> Vec<AttributeProto> {
    let [[top, left], [bottom, right]] = match (padding, padding.windows(input, size, stride)) {
        (Padding::Explicit { before, after }, _) => [before, after],
        (_, window) => window.map_or([[0; 2]; 2], |window| [window.before, window.after()]),
    };
    let long = |numbers: [usize; 2]| numbers.map(|number| number as i64);
    let pads = [top, left, bottom, right].map(|pad| pad as i64);
    let mut attributes = vec![ints("kernel_shape", long(size)), ints("strides", long(stride)), ints("pads", pads)];
    if padding == Padding::Same && pads == [0; 4] {
        attributes.push(text("auto_pad", "NOTSET"));
    }
    attributes
}
