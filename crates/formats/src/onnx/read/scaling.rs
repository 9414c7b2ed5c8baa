//! Operators that add a number to each channel or multiply it with one: a bias, a normalisation folded to these, the
//! division of pixels by 255 and that of logits by a temperature.

use tenfold_network::Shape;

use super::activation::Activation;
use super::constant::Floats;
use super::node::{Node, listed};
use super::reader::{Reader, Value};
use crate::error::Error;

/// How far a factor for pixels may be from 1/255, relatively: the rounding of single precision.
const TOLERANCE: f64 = 1e-6;

/// The largest number that normalises pixels from 0 to 1: beyond are those for pixels from 0 to 255.
const LARGEST: f32 = 16.0;

/// `Add`, `Sub`, `Mul` or `Div` of an activation and a constant.
pub(super) fn scale<'a>(reader: &mut Reader<'a>, node: &Node<'a>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&[])?;
    let is_constant = |name: Option<&str>| {
        matches!(name.and_then(|name| reader.values.get(name)), Some(Value::Stored(_) | Value::Floats(_)))
    };
    let index = (0..2).find(|&index| is_constant(node.input(index)));
    let operand = reader.floats(node, index.ok_or_else(|| node.refuse("takes no constant"))?)?;
    let neutral = if matches!(node.op(), "Add" | "Sub") { 0.0 } else { 1.0 };
    if operand.scalar() == Some(neutral) && operand.shape.len() <= taken.dims.len() + 1 {
        return Ok(taken);
    }
    if reader.network.is_head()
        && let Some(taken) = head(reader, node, &taken, &operand)?
    {
        return Ok(taken);
    }
    if node.op() == "Div"
        && is_last(reader, node)
        && let Some(temperature) = operand.scalar()
    {
        reader.network.check_next(node, &taken)?;
        reader.network.temperature = Some(temperature);
        return Ok(taken);
    }
    let taken = reader.network.enter(node, taken)?;
    let image = match taken.as_row() {
        Some(_) => taken.flattened_image().ok_or_else(|| node.refuse("takes columns before rows"))?,
        None => Shape::flat(1),
    };
    let Some(operand) = per_channel(&operand, &taken) else {
        let found = format!("works with {} on {}", listed(&operand.shape), listed(&taken.dims));
        return Err(node.refuse(format!("{found}, expected a number for each channel")));
    };
    let step = reader.network.change();
    let given = taken.at(step);
    let (ones, zeros) = (vec![1.0; operand.len()], vec![0.0; operand.len()]);
    match node.op() {
        "Add" => {
            if let Err(operand) = reader.network.add_bias(operand) {
                reader.network.affine(&ones, &operand, image);
            }
        }
        "Sub" => {
            let negative = operand.iter().map(|value| -value).collect();
            if let Err(operand) = reader.network.add_bias(negative) {
                reader.network.affine(&ones, &operand, image);
            }
        }
        "Mul" => reader.network.affine(&operand, &zeros, image),
        _ => reader.network.affine(&operand.iter().map(|value| value.recip()).collect::<Vec<_>>(), &zeros, image),
    }
    Ok(given)
}

/// What is done to pixels before all layers. They may be divided by 255, as the network's are, and once; what that gives.
/// Nothing for other numbers, if they can be meant for pixels from 0 to 1.
fn head(
    reader: &mut Reader<'_>,
    node: &Node<'_>,
    taken: &Activation,
    operand: &Floats,
) -> Result<Option<Activation>, Error> {
    reader.network.check_next(node, taken)?;
    let divisor = match (node.op(), operand.scalar()) {
        ("Div", Some(divisor)) => Some(f64::from(divisor)),
        ("Mul", Some(factor)) => Some(1.0 / f64::from(factor)),
        _ => None,
    };
    let is_byte = divisor.is_some_and(|divisor| (divisor / 255.0 - 1.0).abs() < TOLERANCE);
    if is_byte && !reader.network.takes_bytes {
        reader.network.takes_bytes = true;
        return Ok(Some(taken.clone()));
    }
    let fits = |value: &f32| match node.op() {
        "Add" | "Sub" => value.abs() <= LARGEST,
        _ => (1.0 / LARGEST..=LARGEST).contains(&value.abs()),
    };
    if operand.values.iter().all(fits) {
        return Ok(None);
    }
    Err(node
        .refuse("changes the pixels that the network takes as no pixels from 0 to 1 are, expected a division by 255"))
}

/// Whether a node gives the answer, or what only a softmax takes.
fn is_last(reader: &Reader<'_>, node: &Node<'_>) -> bool {
    match reader.path.taker(node.output()) {
        Some(next) => matches!(next.op(), "Softmax" | "LogSoftmax"),
        None => node.output() == reader.path.output,
    }
}

/// A number for each channel of an activation, or for each of a row, from an array that is broadcast against it; nothing
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
