//! Operators that are layers, and those that leave an activation as it is.

use tenfold_network::{Layer, Shape};

use super::activation::Activation;
use super::constant::Floats;
use super::node::{Node, listed};
use super::reader::{Reader, Value};
use super::sizes::{Sizes, clamped, place};
use super::{answer, padding, pooling, scaling, shaping};
use crate::error::Error;
use crate::onnx::proto::data_type;

/// The operators that are read, in words.
const SUPPORTED: &str = "Conv, Gemm, MatMul, Add, Sub, Mul, Div, BatchNormalization, Relu, Clip, MaxPool, AveragePool, \
    GlobalMaxPool, GlobalAveragePool, ReduceMean, Flatten, Reshape, Squeeze, Unsqueeze, Transpose, Dropout, Identity, \
    Cast, Softmax and LogSoftmax";

/// The error for an operator that is none of these.
pub(super) fn unknown(node: &Node<'_>) -> Error {
    node.refuse(format!("has no counterpart here\nhint: supported are {SUPPORTED}"))
}

/// What a node makes of an activation.
///
/// # Errors
/// [`Error::Unsupported`] for what has no counterpart here, and errors about the node's weights.
pub(super) fn layer<'a>(reader: &mut Reader<'a>, node: &Node<'a>, taken: Activation) -> Result<Value<'a>, Error> {
    if node.is_of("ai.onnx.ml") && node.op() == "ZipMap" {
        return answer::zip_map(reader, node, taken).map(Value::Activation);
    }
    if !node.is_of("") {
        return Err(unknown(node));
    }
    if node.op() == "Shape" {
        return shape(node, &taken).map(Value::Sizes);
    }
    let commutes = matches!(node.op(), "Add" | "Mul");
    let first = node.input(0).and_then(|name| reader.values.get(name));
    if !commutes && !matches!(first, Some(Value::Activation(_))) {
        return Err(node.refuse("takes the image as another input than its first"));
    }
    let given = match node.op() {
        "Conv" => pooling::convolution(reader, node, taken),
        "Gemm" | "MatMul" => dense(reader, node, taken),
        "BatchNormalization" => batch_norm(reader, node, taken),
        "Relu" | "Clip" => relu(reader, node, taken),
        "MaxPool" | "AveragePool" => pooling::pool(reader, node, taken),
        "GlobalMaxPool" | "GlobalAveragePool" | "ReduceMean" => pooling::global(reader, node, taken),
        "Flatten" => flatten(reader, node, taken),
        "Dropout" => dropout(reader, node, taken),
        "Softmax" | "LogSoftmax" => answer::softmax(reader, node, taken),
        "Add" | "Sub" | "Mul" | "Div" => scaling::scale(reader, node, taken),
        "Reshape" => match reader.sizes(node, 1)? {
            Some(target) => shaping::reshape(node, &taken, &target, reader.path.batch),
            None => Err(node.refuse("has no sizes")),
        },
        "Squeeze" => {
            let axes = reader.list(node, "axes", 1)?;
            shaping::squeeze(node, &taken, axes.as_deref())
        }
        "Unsqueeze" => {
            let axes = reader.list(node, "axes", 1)?.unwrap_or_default();
            shaping::unsqueeze(node, &taken, &axes)
        }
        "Transpose" => shaping::transpose(node, &taken),
        "Pad" => padding::pad(reader, node, taken),
        "Identity" => Ok(taken),
        "Cast" => match node.int("to")?.map(i32::try_from) {
            Some(Ok(data_type::FLOAT | data_type::DOUBLE)) => Ok(taken),
            _ => Err(node.refuse("makes other numbers than floats of an image")),
        },
        _ => Err(unknown(node)),
    };
    given.map(Value::Activation)
}

/// `Shape`, or the part of one that it is asked for since opset 15.
fn shape(node: &Node<'_>, taken: &Activation) -> Result<Sizes, Error> {
    node.check_attributes(&["start", "end"])?;
    let sizes = taken.sizes();
    let start = node.int("start")?.map_or(0, |start| clamped(start, sizes.len()));
    let end = node.int("end")?.map_or(sizes.len(), |end| clamped(end, sizes.len()));
    Sizes::row(node, sizes[start..end.max(start)].to_vec())
}

/// `Gemm` with weights, and `MatMul` with weights; the bias of the latter is an `Add` after it.
fn dense(reader: &mut Reader<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&["alpha", "beta", "transA", "transB"])?;
    node.expect("transA", 0)?;
    for name in ["alpha", "beta"] {
        if let Some(found) = node.float(name)?.filter(|&found| found != 1.0) {
            return Err(node.refuse(format!("{name} is {found}, expected 1")));
        }
    }
    let taken = reader.network.enter(node, taken)?;
    let (Some(inputs), Some(image)) = (taken.as_row(), taken.flattened_image()) else {
        return Err(node.refuse(format!("takes {}, expected one row of numbers for an image", listed(&taken.dims))));
    };
    let weights = reader.floats(node, 1)?;
    let outputs_first = match node.int("transB")?.unwrap_or(0) {
        0 => weights.transposed(&[1, 0]),
        _ => Some(weights),
    };
    let Some(Floats { shape, values }) = outputs_first.filter(|weights| weights.shape.len() == 2) else {
        return Err(node.refuse("has weights that are no matrix"));
    };
    if shape[1] != inputs {
        return Err(node.refuse(format!("has weights for {} inputs, found {inputs}", shape[1])));
    }
    let units = shape[0];
    let mut tensors = vec![values];
    if node.input(2).is_some() {
        let bias = reader.floats(node, 2)?;
        let row = Activation::row(units, 0);
        tensors.push(
            scaling::per_channel(&bias, &row).ok_or_else(|| node.refuse("has a bias that is no row of numbers"))?,
        );
    }
    let layer = Layer::Dense { units, bias: tensors.len() == 2 };
    let step = reader.network.push(layer, tensors, image);
    Ok(Activation::row(units, step))
}

/// `BatchNormalization` as it is after training.
fn batch_norm(reader: &mut Reader<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&["epsilon", "momentum", "spatial", "training_mode"])?;
    node.expect("training_mode", 0)?;
    node.expect("spatial", 1)?;
    let taken = reader.network.enter(node, taken)?;
    let channels = match (taken.as_row(), taken.as_image()) {
        (Some(length), _) => length,
        (None, Some(shape)) => shape.channels,
        (None, None) => return Err(node.refuse(format!("takes {}, expected channels first", listed(&taken.dims)))),
    };
    let image = match taken.as_row() {
        Some(_) => taken.flattened_image().ok_or_else(|| node.refuse("takes columns before rows"))?,
        None => Shape::flat(channels),
    };
    let mut tensors = Vec::new();
    for index in 1..=4 {
        let Floats { shape, values } = reader.floats(node, index)?;
        if shape != [channels] {
            return Err(node.refuse(format!("has a tensor of {}, expected [{channels}]", listed(&shape))));
        }
        tensors.push(values);
    }
    let epsilon = node.float("epsilon")?.unwrap_or(1e-5);
    let momentum = node.float("momentum")?.unwrap_or(0.9);
    let step = reader.network.push(Layer::BatchNorm { momentum, epsilon }, tensors, image);
    Ok(taken.at(step))
}

/// `Relu`, and `Clip` to what is not negative.
fn relu(reader: &mut Reader<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    if node.op() == "Clip" {
        node.check_attributes(&["min", "max"])?;
        // Attributes before opset 11, inputs since.
        let mut bound = |name: &str, index: usize| -> Result<Option<f32>, Error> {
            match node.float(name)? {
                Some(bound) => Ok(Some(bound)),
                None if node.input(index).is_some() => Ok(reader.floats(node, index)?.scalar()),
                None => Ok(None),
            }
        };
        let bounds = (bound("min", 1)?, bound("max", 2)?);
        if bounds.0 != Some(0.0) || bounds.1.is_some_and(|max| max < f32::MAX) {
            return Err(node.refuse(format!("clips to {bounds:?}, expected 0 and no upper bound")));
        }
    }
    let taken = reader.network.enter(node, taken)?;
    let step = reader.network.push(Layer::Relu, Vec::new(), Shape::flat(1));
    Ok(taken.at(step))
}

/// `Flatten`, of all axes but the batch's.
fn flatten(reader: &mut Reader<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&["axis"])?;
    let axis = node.int("axis")?.unwrap_or(1);
    let rank = taken.dims.len() + 1;
    if place(axis, rank) != Some(1) {
        return Err(node.refuse(format!("of axis {axis} of {rank}, expected 1")));
    }
    let row = taken.reshaped(vec![taken.len()]).ok_or_else(|| node.refuse("of too many numbers"))?;
    if reader.network.softmax {
        return Ok(row);
    }
    reader.network.check_next(node, &taken)?;
    Ok(reader.network.flatten(row))
}

/// `Dropout`, which does nothing after training.
fn dropout(reader: &mut Reader<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&["ratio", "seed"])?;
    if node.input(2).is_some() {
        return Err(node.refuse("says whether it is in training, expected a graph for prediction"));
    }
    let ratio = match node.input(1) {
        Some(_) => reader.floats(node, 1)?.scalar().ok_or_else(|| node.refuse("has several ratios"))?,
        None => node.float("ratio")?.unwrap_or(0.5),
    };
    let taken = reader.network.enter(node, taken)?;
    let step = reader.network.push(Layer::Dropout { rate: ratio }, Vec::new(), Shape::flat(1));
    Ok(taken.at(step))
}
