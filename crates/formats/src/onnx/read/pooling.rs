//! Operators with a window over the image: convolution and pooling.

use tenfold_network::{Layer, Padding, PoolKind, Shape};

use super::activation::{Activation, product};
use super::constant::Floats;
use super::node::{Node, listed};
use super::padding::{self, Edge};
use super::reader::{Reader, Value};
use super::shaping;
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
    /// What lies there.
    edge: Edge,
}

/// `Conv` with weights `[O, C, H, W]`.
pub(super) fn convolution(reader: &mut Reader<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"])?;
    if let Some(groups) = node.int("group")?.filter(|&groups| groups != 1) {
        let hint = "hint: give the convolution groups=1, and train the network again";
        return Err(node.refuse(format!("group is {groups}, expected 1\n{hint}")));
    }
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
    let window = window(reader, node, input, None)?;
    let mean = if node.op() == "MaxPool" { PoolKind::Max } else { self::mean(node, &window, reader.is_own)? };
    let is_whole = mean == PoolKind::AverageWithPadding || (mean == PoolKind::Average && !window.is_padded);
    let Window { size, stride, padding, output: [height, width], .. } = window;
    let kind = if is_whole && is_made_a_sum(reader, node, size)? { PoolKind::Sum } else { mean };
    let step = reader.network.push(Layer::Pool { kind, size, stride, padding }, Vec::new(), Shape::flat(1));
    let given = Activation::image(Shape { height, width, ..input }, step);
    if kind == PoolKind::Sum
        && let Some(product) = reader.path.taker(node.output())
    {
        reader.values.insert(product.output(), Value::Activation(given.clone()));
    }
    Ok(given)
}

/// Which mean of a window an `AveragePool` is: of the numbers inside of the image, or of all with zeros beside it.
fn mean(node: &Node<'_>, window: &Window, is_own: bool) -> Result<PoolKind, Error> {
    let counts_own = node.int("count_include_pad")?.unwrap_or(0) != 0;
    let Edge { has_zeros, pads, overhangs, .. } = window.edge;
    match () {
        // A graph of this program comes back as it was, those of others by the simpler name.
        () if !window.is_padded && is_own && counts_own => Ok(PoolKind::AverageWithPadding),
        () if !window.is_padded => Ok(PoolKind::Average),
        () if has_zeros && pads && !counts_own => {
            Err(node.refuse("counts the zeros of a Pad and not its own padding, expected one of these"))
        }
        // What the last windows lack beyond the padding is not counted, whatever count_include_pad says.
        () if overhangs && pads && counts_own => {
            Err(node.refuse("rounds up (ceil_mode) and counts its padding (count_include_pad), expected one of these"))
        }
        () if has_zeros || (pads && counts_own) => Ok(PoolKind::AverageWithPadding),
        () => Ok(PoolKind::Average),
    }
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

/// `GlobalMaxPool`, `GlobalAveragePool`, and `ReduceMax` and `ReduceMean` over rows and columns: pooling of all pixels.
pub(super) fn global(reader: &mut Reader<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&["axes", "keepdims", "noop_with_empty_axes"])?;
    let taken = reader.network.enter(node, taken)?;
    let reduces = node.op().starts_with("Reduce");
    let keeps_dims = !reduces || node.int("keepdims")?.unwrap_or(1) != 0;
    let dims = match (reduces, reader.list(node, "axes", 1)?) {
        (true, Some(axes)) => shaping::axes(node, &axes, taken.dims.len() + 1)?,
        (true, None) => return Err(node.refuse("over all axes, expected rows and columns")),
        _ => (1..taken.dims.len()).collect(),
    };
    // No axes at all are all of them, or none, as noop_with_empty_axes says.
    if dims.is_empty() || !taken.is_area(&dims) {
        let axes: Vec<usize> = dims.iter().map(|dim| dim + 1).collect();
        let found = format!("over axes {} of {}", listed(&axes), listed(&taken.dims));
        return Err(node.refuse(format!("{found}, expected rows and columns")));
    }
    let Shape { height, width, channels } = taken.shape;
    let kind = if matches!(node.op(), "GlobalMaxPool" | "ReduceMax") { PoolKind::Max } else { PoolKind::Average };
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
            return Err(node.refuse(format!(
                "has a kernel_shape of {} and weights of {}",
                listed(&size),
                listed(&weights)
            )));
        }
        (size, weights) => size.or(weights).ok_or_else(|| node.refuse("has no kernel_shape"))?,
    };
    if size.iter().any(|side| !(1..=MAX_SIDE).contains(side)) {
        return Err(node.refuse(format!("has a window of {}, expected sides of 1 to {MAX_SIDE}", listed(&size))));
    }
    let stride = node.sides("strides", MAX_SIDE)?.unwrap_or([1; 2]);
    if let Some(dilations) = node.sides("dilations", MAX_SIDE)?.filter(|&dilations| dilations != [1; 2]) {
        return Err(node.refuse(format!(
            "dilations are {}, expected [1, 1]\nhint: give it dilation=1, and train the network again",
            listed(&dilations)
        )));
    }
    let edge = padding::of_window(node, reader.zeros.take(), reader.is_own, (input, size, stride))?;
    let (padding, window) = layout::windows(edge.padding, input, size, stride).ok_or_else(|| {
        let found = format!("has a window of {}, which does not fit into {input} with its padding", listed(&size));
        node.refuse(format!("{found}; padding must be narrower than the window"))
    })?;
    Ok(Window { size, stride, padding, output: window.output, is_padded: window.is_padded(), edge })
}
