//! Operators that are layers, and those that leave an activation as it is.

use tenfold_network::{Layer, Shape};

use super::activation::Activation;
use super::constant::Floats;
use super::context::Context;
use super::node::Node;
use super::scaling;
use crate::error::Error;
use crate::excerpt::{listed, shown};
use crate::onnx::activations::{self, Operator};
use crate::onnx::proto::data_type;

/// `Gemm` with weights, and `MatMul` with weights; the bias of the latter is an `Add` after it.
pub(super) fn dense(context: &mut Context<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&["alpha", "beta", "transA", "transB"])?;
    node.expect("transA", 0)?;
    for name in ["alpha", "beta"] {
        if let Some(found) = node.float(name)?.filter(|&found| found != 1.0) {
            return Err(node.refuse(format!("{name} is {found}, expected 1")));
        }
    }
    let (Some(inputs), Some(image)) = (taken.as_vector(), taken.flattened_image()) else {
        return Err(node.refuse(format!("takes {}, expected one vector for an image", listed(&taken.dims))));
    };
    let weights = context.floats(node, 1)?;
    let outputs_first = match node.int("transB")?.unwrap_or(0) {
        0 => weights.transposed(&[1, 0]),
        _ => Some(weights),
    };
    let Some(Floats { shape, values }) = outputs_first.filter(|weights| weights.shape.len() == 2) else {
        return Err(node.refuse("has weights that are not a matrix"));
    };
    if shape[1] != inputs {
        return Err(node.refuse(format!("has weights for {} inputs, found {inputs}", shape[1])));
    }
    let units = shape[0];
    let mut tensors = vec![values];
    if node.input(2).is_some() {
        let bias = context.floats(node, 2)?;
        let bias = scaling::per_channel(&bias, &Activation::vector(units, 0));
        tensors.push(bias.ok_or_else(|| node.refuse("has a bias that is not a vector"))?);
    }
    let added = context.chain.dense(units, tensors.len() == 2);
    let layer = context.placed(node, added)?;
    context.weights.put(layer, tensors, image);
    Ok(Activation::vector(units, context.chain.changes()))
}

/// `BatchNormalization` as it is after training.
pub(super) fn batch_norm(context: &mut Context<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&["epsilon", "momentum", "spatial", "training_mode"])?;
    node.expect("training_mode", 0)?;
    node.expect("spatial", 1)?;
    let channels = match (taken.as_vector(), taken.as_image()) {
        (Some(length), _) => length,
        (None, Some(shape)) => shape.channels,
        (None, None) => return Err(node.refuse(format!("takes {}, expected channels first", listed(&taken.dims)))),
    };
    let image = match taken.as_vector() {
        Some(_) => taken.flattened_image().ok_or_else(|| node.refuse("takes columns before rows"))?,
        None => Shape::flat(channels),
    };
    let mut tensors = Vec::new();
    for index in 1..=4 {
        let Floats { shape, values } = context.floats(node, index)?;
        if shape != [channels] {
            return Err(node.refuse(format!("has a tensor of {}, expected [{channels}]", listed(&shape))));
        }
        tensors.push(values);
    }
    let epsilon = node.float("epsilon")?.unwrap_or(1e-5);
    let momentum = node.float("momentum")?.unwrap_or(0.9);
    let layer = context.chain.push(Layer::BatchNorm { momentum, epsilon });
    context.weights.put(layer, tensors, image);
    Ok(taken.at(context.chain.changes()))
}

/// An activation whose settings are numbers.
pub(super) fn activation(context: &mut Context<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    let mut operators = activations::OPERATORS.into_iter();
    let operator = operators.find(|operator| operator.name == node.op());
    let Operator { settings, layer, .. } = operator.ok_or_else(|| node.refuse("has no counterpart here"))?;
    let names: Vec<&str> = settings.iter().map(|(name, _)| *name).collect();
    node.check_attributes(&names)?;
    let setting = |&(name, default): &(&str, f32)| Ok(node.float(name)?.unwrap_or(default));
    let settings = settings.iter().map(setting).collect::<Result<Vec<_>, Error>>()?;
    let layer = layer(&settings).map_err(|problem| node.refuse(problem))?;
    Ok(elementwise(context, taken, layer))
}

/// `Gelu`, by the error function or by a hyperbolic tangent.
pub(super) fn gelu(context: &mut Context<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&["approximate"])?;
    let approximate = match node.text("approximate")? {
        None | Some("none") => false,
        Some("tanh") => true,
        Some(other) => return Err(node.refuse(format!("approximate is {}, expected none or tanh", shown(other)))),
    };
    Ok(elementwise(context, taken, Layer::Gelu { approximate }))
}

/// Adds a layer that makes a number of each number, whatever the axes.
fn elementwise(context: &mut Context<'_>, taken: Activation, layer: Layer) -> Activation {
    context.chain.push(layer);
    taken.at(context.chain.changes())
}

/// `Clip`, and `Max` and `Min` with a number: one that limits numbers to 0 and more is ReLU.
pub(super) fn clip(context: &mut Context<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&["min", "max"])?;
    let (low, high) = match node.op() {
        "Clip" => (context.limit(node, "min", 1)?, context.limit(node, "max", 2)?),
        op => {
            if node.inputs_len() != 2 {
                return Err(node.refuse("does not have two inputs, the image and a number"));
            }
            let is_first = context.activation(node.input(0)).is_some();
            let limit = context.limit(node, "limit", usize::from(is_first))?;
            if op == "Max" { (limit, None) } else { (None, limit) }
        }
    };
    // A graph of this program says ReLU where it means that, and no limit where it means none.
    let is_own = context.is_own;
    let unless = |none: f32| move |limit: &f32| is_own || *limit != none;
    let limited = context.chain.limit(low.filter(unless(f32::MIN)), high.filter(unless(f32::MAX)));
    context.placed(node, limited)?;
    Ok(taken.at(context.chain.changes()))
}

/// `Dropout`, which does nothing after training.
pub(super) fn dropout(context: &mut Context<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&["ratio", "seed"])?;
    if node.input(2).is_some() {
        return Err(node.refuse("says whether it is in training, expected a graph for prediction"));
    }
    let rate = match node.input(1) {
        Some(_) => context.floats(node, 1)?.scalar().ok_or_else(|| node.refuse("has several ratios"))?,
        None => node.float("ratio")?.unwrap_or(0.5),
    };
    Ok(elementwise(context, taken, Layer::Dropout { rate }))
}

/// `Identity`.
pub(super) fn identity(_: &mut Context<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&[])?;
    Ok(taken)
}

/// `Cast` to floats of any precision: the network computes in single precision.
pub(super) fn cast(_: &mut Context<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    match node.int("to")?.map(i32::try_from) {
        Some(Ok(data_type::FLOAT | data_type::DOUBLE)) => Ok(taken),
        _ => Err(node.refuse("makes other numbers than floats of an image")),
    }
}
