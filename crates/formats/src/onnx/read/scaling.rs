//! Operators that add a number to each channel or multiply it with one: a bias, a normalisation folded to these, the
//! division of pixels by 255 and that of logits by a temperature.

use tenfold_network::Shape;

use super::activation::Activation;
use super::constant::Floats;
use super::context::Context;
use super::node::Node;
use super::weights::Weights;
use crate::error::Error;
use crate::excerpt::listed;

/// How far a factor for pixels may be from 1/255, relatively: the rounding of single precision.
const TOLERANCE: f64 = 1e-6;

/// The largest number that normalises pixels from 0 to 1: beyond are those for pixels from 0 to 255.
const LARGEST: f32 = 16.0;

/// `Add`, `Sub`, `Mul` or `Div` of an activation and a constant.
pub(super) fn scale(context: &mut Context<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&[])?;
    let index = (0..2).find(|&index| context.is_constant(node.input(index)));
    let operand = context.floats(node, index.ok_or_else(|| node.refuse("takes no constant"))?)?;
    // One of more axes than the activation would give it more.
    let scalar = operand.scalar().filter(|_| operand.shape.len() <= taken.dims.len() + 1);
    let is_next = taken.step == context.chain.changes();
    if let ("Mul", Some(factor), true) = (node.op(), scalar, is_next)
        && context.chain.multiply_to_sum(f64::from(factor))
    {
        return Ok(taken.at(context.chain.changes()));
    }
    let neutral = if matches!(node.op(), "Add" | "Sub") { 0.0 } else { 1.0 };
    if scalar == Some(neutral) {
        return Ok(taken);
    }
    context.check_next(node, &taken)?;
    // A graph of this program leaves pixels as they are.
    if context.chain.is_at_start() && !context.is_own && divides_pixels(context, node, &operand)? {
        return Ok(taken);
    }
    if let ("Div", Some(temperature), true) = (node.op(), scalar, context.logits.contains(node.output())) {
        context.chain.set_temperature(temperature);
        return Ok(taken);
    }
    let taken = context.flattened_if_vector(taken);
    scale_channels(context, node, &taken, &operand)?;
    Ok(taken.at(context.chain.changes()))
}

/// Whether a node at the start divides pixels by 255, as the network does anyway; no more than one may.
///
/// # Errors
/// [`Error::Unsupported`] for other numbers, unless they can be meant for pixels from 0 to 1.
fn divides_pixels(context: &mut Context<'_>, node: &Node<'_>, operand: &Floats) -> Result<bool, Error> {
    let divisor = match (node.op(), operand.scalar()) {
        ("Div", Some(divisor)) => Some(f64::from(divisor)),
        ("Mul", Some(factor)) => Some(1.0 / f64::from(factor)),
        _ => None,
    };
    let is_byte = divisor.is_some_and(|divisor| (divisor / 255.0 - 1.0).abs() < TOLERANCE);
    if is_byte && !context.takes_bytes {
        context.takes_bytes = true;
        return Ok(true);
    }
    let fits = |value: &f32| match node.op() {
        "Add" | "Sub" => value.abs() <= LARGEST,
        _ => (1.0 / LARGEST..=LARGEST).contains(&value.abs()),
    };
    if operand.values.iter().all(fits) {
        return Ok(false);
    }
    Err(node.refuse("changes the pixels by numbers that do not fit pixels from 0 to 1, expected a division by 255"))
}

/// Multiplies each channel or adds to it: within the layer before where that can, or else in one of its own.
fn scale_channels(
    context: &mut Context<'_>,
    node: &Node<'_>,
    taken: &Activation,
    operand: &Floats,
) -> Result<(), Error> {
    let image = match taken.as_vector() {
        Some(_) => taken.flattened_image().ok_or_else(|| node.refuse("takes columns before rows"))?,
        None => Shape::flat(1),
    };
    let Some(operand) = per_channel(operand, taken) else {
        let found = format!("works with {} on {}", listed(&operand.shape), listed(&taken.dims));
        return Err(node.refuse(format!("{found}, expected a number for each channel")));
    };
    let (ones, zeros) = (vec![1.0; operand.len()], vec![0.0; operand.len()]);
    let (scale, shift) = match node.op() {
        "Add" => (ones, operand),
        "Sub" => (ones, operand.iter().map(|value| -value).collect()),
        "Mul" => (operand, zeros),
        _ => (operand.iter().map(|value| value.recip()).collect(), zeros),
    };
    if matches!(node.op(), "Add" | "Sub")
        && let Some(layer) = context.chain.add_bias()
    {
        context.weights.add_bias(layer, shift);
        return Ok(());
    }
    let last = context.chain.len().checked_sub(1);
    if last.is_some_and(|layer| context.weights.merge_affine(layer, &scale, &shift)) {
        context.chain.change();
        return Ok(());
    }
    let layer = context.chain.push(Weights::AFFINE);
    context.weights.put_affine(layer, &scale, &shift, image);
    Ok(())
}

/// A number for each channel of an activation, or for each of a vector, from an array that is broadcast against it; nothing
/// where it is other numbers.
pub(super) fn per_channel(operand: &Floats, activation: &Activation) -> Option<Vec<f32>> {
    let dims = &activation.dims;
    let rank = operand.shape.len();
    if rank > dims.len() + 1 {
        return None;
    }
    let channels = activation.shape.channels;
    let several: Vec<usize> = (0..rank).filter(|&axis| operand.shape[axis] != 1).collect();
    match several.as_slice() {
        [] => Some(vec![operand.scalar()?; channels]),
        // Shapes are aligned at their ends, where the activation's first axis is the batch's.
        &[axis] => {
            let dim = (axis + dims.len()).checked_sub(rank)?;
            (dims[dim] == operand.shape[axis] && activation.is_channels(dim)).then(|| operand.values.clone())
        }
        _ => None,
    }
}
