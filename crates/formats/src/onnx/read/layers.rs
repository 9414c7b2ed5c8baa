//! Operators that are layers, and those that leave an activation as it is.

use tenfold_network::{Layer, Shape};

use super::activation::Activation;
use super::constant::Floats;
use super::node::{Node, listed};
use super::reader::{Reader, Value};
use super::sizes::{Sizes, clamped, place};
use super::{answer, operators, scaling};
use crate::error::Error;
use crate::onnx::proto::data_type;

/// What a node makes of an activation.
///
/// # Errors
/// [`Error::Unsupported`] for what has no counterpart here, and errors about the node's weights.
pub(super) fn layer<'a>(reader: &mut Reader<'a>, node: &Node<'a>, taken: Activation) -> Result<Value<'a>, Error> {
    if node.is_of("ai.onnx.ml") && node.op() == "ZipMap" {
        return answer::zip_map(reader, node, taken).map(Value::Activation);
    }
    if node.is_of("") && node.op() == "Shape" {
        return shape(node, &taken).map(Value::Sizes);
    }
    let read = operators::reader(node).ok_or_else(|| operators::unknown(node))?;
    let commutes = matches!(node.op(), "Add" | "Mul" | "Max" | "Min");
    let first = node.input(0).and_then(|name| reader.values.get(name));
    if !commutes && !matches!(first, Some(Value::Activation(_))) {
        return Err(node.refuse("takes the image as another input than its first"));
    }
    read(reader, node, taken).map(Value::Activation)
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
pub(super) fn dense(reader: &mut Reader<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
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
pub(super) fn batch_norm(reader: &mut Reader<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
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

/// `Relu`.
pub(super) fn relu(reader: &mut Reader<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&[])?;
    add(reader, node, taken, Layer::Relu)
}

/// `Clip`, and `Max` and `Min` with a number: one that limits numbers to 0 and more is ReLU.
pub(super) fn clip(reader: &mut Reader<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&["min", "max"])?;
    let (low, high) = match node.op() {
        "Clip" => (reader.limit(node, "min", 1)?, reader.limit(node, "max", 2)?),
        op => {
            if node.inputs_len() != 2 {
                return Err(node.refuse("has not two inputs, the image and a number"));
            }
            let is_first = matches!(node.input(0).and_then(|name| reader.values.get(name)), Some(Value::Activation(_)));
            let limit = reader.limit(node, "limit", usize::from(is_first))?;
            if op == "Max" { (limit, None) } else { (None, limit) }
        }
    };
    let (low, high) = (low.unwrap_or(f32::MIN), high.unwrap_or(f32::MAX));
    match (low, high) {
        // A graph of this program says ReLU where it means that.
        _ if reader.is_own && low < high => add(reader, node, taken, Layer::Clip { low, high }),
        (f32::MIN, f32::MAX) => Ok(taken),
        (0.0, f32::MAX) => add(reader, node, taken, Layer::Relu),
        _ if low < high => add(reader, node, taken, Layer::Clip { low, high }),
        _ => Err(node.refuse(format!("limits numbers to {low} and more and to {high} and less, expected a range"))),
    }
}

/// A layer without tensors that leaves the axes as they are.
fn add(reader: &mut Reader<'_>, node: &Node<'_>, taken: Activation, layer: Layer) -> Result<Activation, Error> {
    let taken = reader.network.enter(node, taken)?;
    let step = reader.network.push(layer, Vec::new(), Shape::flat(1));
    Ok(taken.at(step))
}

/// `Identity`.
pub(super) fn identity(_: &mut Reader<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&[])?;
    Ok(taken)
}

/// `Cast` to floats of any precision: the network computes in single precision.
pub(super) fn cast(_: &mut Reader<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    match node.int("to")?.map(i32::try_from) {
        Some(Ok(data_type::FLOAT | data_type::DOUBLE)) => Ok(taken),
        _ => Err(node.refuse("makes other numbers than floats of an image")),
    }
}

/// `Flatten`, of all axes but the batch's.
pub(super) fn flatten(reader: &mut Reader<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
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
pub(super) fn dropout(reader: &mut Reader<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&["ratio", "seed"])?;
    if node.input(2).is_some() {
        return Err(node.refuse("says whether it is in training, expected a graph for prediction"));
    }
    let ratio = match node.input(1) {
        Some(_) => reader.floats(node, 1)?.scalar().ok_or_else(|| node.refuse("has several ratios"))?,
        None => node.float("ratio")?.unwrap_or(0.5),
    };
    add(reader, node, taken, Layer::Dropout { rate: ratio })
}
