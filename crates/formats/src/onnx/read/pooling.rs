//! Operators with a window over the image: convolution and pooling.

use tenfold_network::{Layer, Padding, PoolKind, Shape};

use super::activation::{Activation, product};
use super::constant::Floats;
use super::node::{Node, listed};
use super::reader::{Reader, Value};
use super::{padding, shaping};
use crate::error::Error;
use crate::layout;

/// The longest side of a window and the longest stride; beyond what a network may have.
const MAX_SIDE: usize = 1 << 12;

/// A window over an image, as a graph says it.
struct Window {
    size: [usize; 2],
    stride: [usize; 2],
    padding: Padding,
    /// The output's height and width.
    output: [usize; 2],
    /// Whether some of the windows reach over the border.
    is_padded: bool,
}

/// `Conv` with weights `[O, C, H, W]`.
pub(super) fn convolution(reader: &mut Reader<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"])?;
    node.expect("group", 1)?;
    let (taken, input) = image(reader, node, taken)?;
    let Floats { shape, values } = reader.floats(node, 1)?;
    let [filters, channels, height, width] = shape[..] else {
        return Err(node.refuse(format!("has weights of {}, expected [O, C, H, W]", listed(&shape))));
    };
    if channels != input.channels {
        return Err(node.refuse(format!("has weights for {channels} channels, found {}", input.channels)));
    }
    let window = window(reader, node, input, Some([height, width]))?;
    let mut tensors = vec![values];
    if node.input(2).is_some() {
        let Floats { shape, values } = reader.floats(node, 2)?;
        if shape != [filters] {
            return Err(node.refuse(format!("has a bias of {}, expected [{filters}]", listed(&shape))));
        }
        tensors.push(values);
    }
    let Window { size: kernel, stride, padding, output: [height, width], .. } = window;
    let layer = Layer::Conv2d { filters, kernel, stride, padding, bias: tensors.len() == 2 };
    let given = Shape { height, width, channels: filters };
    if product(&[height, width, filters]).is_none() {
        return Err(node.refuse(format!("gives {height}x{width}x{filters} numbers for an image")));
    }
    drop(taken);
    Ok(Activation::image(given, reader.network.push(layer, tensors, Shape::flat(1))))
}

/// `MaxPool` and `AveragePool`; an average of whole windows times their size is a sum.
pub(super) fn pool<'a>(reader: &mut Reader<'a>, node: &Node<'a>, taken: Activation) -> Result<Activation, Error> {
    let known =
        ["auto_pad", "ceil_mode", "count_include_pad", "dilations", "kernel_shape", "pads", "storage_order", "strides"];
    node.check_attributes(&known)?;
    node.expect("storage_order", 0)?;
    let (_, input) = image(reader, node, taken)?;
    let Window { size, stride, padding, output: [height, width], is_padded } = window(reader, node, input, None)?;
    let counts_padding = node.op() == "AveragePool" && node.int("count_include_pad")?.unwrap_or(0) != 0;
    // With ceil_mode, what the last windows lack beyond the padding is not counted, whatever count_include_pad says.
    let is_whole = !is_padded || (counts_padding && node.int("ceil_mode")?.unwrap_or(0) == 0);
    let kind = match node.op() {
        "MaxPool" => PoolKind::Max,
        _ if is_whole && is_made_a_sum(reader, node, size)? => PoolKind::Sum,
        _ if counts_padding && is_padded => {
            return Err(
                node.refuse("counts zeros outside of the image (count_include_pad), expected only what is inside")
            );
        }
        _ => PoolKind::Average,
    };
    let step = reader.network.push(Layer::Pool { kind, size, stride, padding }, Vec::new(), Shape::flat(1));
    let given = Activation::image(Shape { height, width, ..input }, step);
    if kind == PoolKind::Sum
        && let Some(product) = reader.path.taker(node.output())
    {
        reader.values.insert(product.output(), Value::Activation(given.clone()));
    }
    Ok(given)
}

/// Whether what a node gives is multiplied with the number of a window's cells, and used for nothing else.
fn is_made_a_sum<'a>(reader: &mut Reader<'a>, node: &Node<'a>, size: [usize; 2]) -> Result<bool, Error> {
    let Some(product) = reader.path.taker(node.output()).filter(|next| next.op() == "Mul" && next.is_of("")) else {
        return Ok(false);
    };
    let factor = (0..2).find(|&index| product.input(index) != Some(node.output()));
    let name = factor.and_then(|index| product.input(index));
    let is_constant =
        matches!(name.and_then(|name| reader.values.get(name)), Some(Value::Stored(_) | Value::Floats(_)));
    let (true, Some(index)) = (is_constant, factor) else { return Ok(false) };
    Ok(reader.floats(&product, index)?.scalar() == Some((size[0] * size[1]) as f32))
}

/// `GlobalMaxPool`, `GlobalAveragePool`, and `ReduceMean` over rows and columns: pooling of all pixels.
pub(super) fn global(reader: &mut Reader<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&["axes", "keepdims", "noop_with_empty_axes"])?;
    let taken = reader.network.enter(node, taken)?;
    let keeps_dims = node.op() != "ReduceMean" || node.int("keepdims")?.unwrap_or(1) != 0;
    let dims = match (node.op(), reader.list(node, "axes", 1)?) {
        ("ReduceMean", Some(axes)) => shaping::axes(node, &axes, taken.dims.len() + 1)?,
        ("ReduceMean", None) => return Err(node.refuse("over all axes, expected rows and columns")),
        _ => (1..taken.dims.len()).collect(),
    };
    // No axes at all are all of them, or none, as noop_with_empty_axes says.
    if dims.is_empty() || !taken.is_area(&dims) {
        let axes: Vec<usize> = dims.iter().map(|dim| dim + 1).collect();
        let found = format!("over axes {} of {}", listed(&axes), listed(&taken.dims));
        return Err(node.refuse(format!("{found}, expected rows and columns")));
    }
    let Shape { height, width, channels } = taken.shape;
    let kind = if node.op() == "GlobalMaxPool" { PoolKind::Max } else { PoolKind::Average };
    let size = [height, width];
    let layer = Layer::Pool { kind, size, stride: size, padding: Padding::Valid };
    let step = reader.network.push(layer, Vec::new(), Shape::flat(1));
    let reduced = taken.dims.iter().enumerate().map(|(dim, &size)| if dims.contains(&dim) { 1 } else { size });
    let left = reduced.enumerate().filter(|(dim, _)| keeps_dims || !dims.contains(dim)).map(|(_, size)| size);
    let given = Activation::row(channels, step).reshaped(left.collect());
    given.ok_or_else(|| node.refuse("leaves other numbers than one per channel"))
}

/// The image that a node with a window takes.
fn image(reader: &mut Reader<'_>, node: &Node<'_>, taken: Activation) -> Result<(Activation, Shape), Error> {
    let taken = reader.network.enter(node, taken)?;
    match taken.as_image() {
        Some(image) => Ok((taken, image)),
        None => Err(node.refuse(format!("takes {}, expected an image with channels first", listed(&taken.dims)))),
    }
}

/// The window of a node's attributes, as the padding here that lays all windows where they do. `weights`: the sides that
/// a convolution's weights have.
fn window(
    reader: &mut Reader<'_>,
    node: &Node<'_>,
    input: Shape,
    weights: Option<[usize; 2]>,
) -> Result<Window, Error> {
    let size = node.sides("kernel_shape", MAX_SIDE)?;
    let size = match (size, weights) {
        (Some(size), Some(weights)) if size != weights => {
            return Err(node.refuse(format!("has a kernel_shape of {size:?} and weights of {weights:?}")));
        }
        (size, weights) => size.or(weights).ok_or_else(|| node.refuse("has no kernel_shape"))?,
    };
    if size.iter().any(|side| !(1..=MAX_SIDE).contains(side)) {
        return Err(node.refuse(format!("has a window of {size:?}, expected sides of 1 to {MAX_SIDE}")));
    }
    let stride = node.sides("strides", MAX_SIDE)?.unwrap_or([1; 2]);
    if let Some(dilations) = node.sides("dilations", MAX_SIDE)?.filter(|&dilations| dilations != [1; 2]) {
        return Err(node.refuse(format!("dilations are {dilations:?}, expected [1, 1]")));
    }
    let said = padding::of_window(node, reader.zeros.take(), input, size, stride)?;
    let (padding, window) = layout::windows(said, input, size, stride).ok_or_else(|| {
        node.refuse(format!("has a window of {size:?}, which does not fit into {input} with its padding, {said:?}"))
    })?;
    Ok(Window { size, stride, padding, output: window.output, is_padded: window.is_padded() })
}
