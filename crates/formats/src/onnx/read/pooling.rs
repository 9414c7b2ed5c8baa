//! Operators with a window over the image: convolution and pooling.

use tenfold_network::Shape;

use super::activation::Activation;
use super::constant::Floats;
use super::context::Context;
use super::node::Node;
use super::padding::{self, Edge};
use super::shaping;
use crate::chain::Pooling;
use crate::error::Error;
use crate::excerpt::listed;

/// The longest side of a window and the longest stride; beyond what a network may have.
const MAX_SIDE: usize = 1 << 12;

/// A window over an image, as a graph says it.
struct Window {
    size: [usize; 2],
    stride: [usize; 2],
    edge: Edge,
}

/// `Conv` with weights `[O, C / groups, H, W]`.
pub(super) fn convolution(context: &mut Context<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"])?;
    let group = node.int("group")?.unwrap_or(1);
    let input = image(node, &taken)?;
    let Floats { shape, values } = context.floats(node, 1)?;
    let [filters, channels, height, width] = shape[..] else {
        return Err(node.refuse(format!("has weights of {}, expected [O, C, H, W]", listed(&shape))));
    };
    let groups = usize::try_from(group).ok().filter(|&groups| channels.checked_mul(groups) == Some(input.channels));
    let Some(groups) = groups else {
        let of_all = if group == 1 { String::new() } else { format!(" in each of {group} groups") };
        return Err(node.refuse(format!("has weights for {channels} channels{of_all}, found {}", input.channels)));
    };
    let Window { size, stride, edge } = window(context, node, input, Some([height, width]))?;
    let mut tensors = vec![values];
    if node.input(2).is_some() {
        let Floats { shape, values } = context.floats(node, 2)?;
        if shape != [filters] {
            return Err(node.refuse(format!("has a bias of {}, expected [{filters}]", listed(&shape))));
        }
        tensors.push(values);
    }
    let added = context.chain.convolution((filters, groups), (size, stride), edge.padding, tensors.len() == 2);
    let layer = context.placed(node, added)?;
    context.weights.put(layer, tensors, Shape::flat(1));
    Ok(given(context))
}

/// `MaxPool` and `AveragePool`.
pub(super) fn pool(context: &mut Context<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    let known =
        ["auto_pad", "ceil_mode", "count_include_pad", "dilations", "kernel_shape", "pads", "storage_order", "strides"];
    node.check_attributes(&known)?;
    node.expect("storage_order", 0)?;
    let input = image(node, &taken)?;
    let Window { size, stride, edge } = window(context, node, input, None)?;
    let pooling = if node.op() == "MaxPool" { Pooling::Max } else { mean(node, &edge, context.is_own)? };
    let added = context.chain.pool(pooling, (size, stride), edge.padding);
    context.placed(node, added)?;
    Ok(given(context))
}

/// Which mean of a window an `AveragePool` is.
fn mean(node: &Node<'_>, edge: &Edge, is_own: bool) -> Result<Pooling, Error> {
    let counts = node.int("count_include_pad")?.unwrap_or(0) != 0;
    // What the last windows lack beyond the padding is not counted, whatever count_include_pad says.
    if edge.overhangs && edge.pads && counts {
        let problem = "rounds up (ceil_mode) and counts its padding (count_include_pad), expected one of these";
        return Err(node.refuse(problem));
    }
    Ok(Pooling::Mean { counts_padding: counts && (edge.pads || is_own) })
}

/// `GlobalMaxPool`, `GlobalAveragePool`, and `ReduceMax` and `ReduceMean` over rows and columns: pooling of all pixels.
pub(super) fn global(context: &mut Context<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&["axes", "keepdims", "noop_with_empty_axes"])?;
    let reduces = node.op().starts_with("Reduce");
    let keeps_dims = !reduces || node.int("keepdims")?.unwrap_or(1) != 0;
    let dims = match (reduces, context.list(node, "axes", 1)?) {
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
    let is_max = matches!(node.op(), "GlobalMaxPool" | "ReduceMax");
    let added = context.chain.pool_all(if is_max { Pooling::Max } else { Pooling::Mean { counts_padding: false } });
    context.placed(node, added)?;
    let reduced = taken.dims.iter().enumerate().map(|(dim, &size)| if dims.contains(&dim) { 1 } else { size });
    let left = reduced.enumerate().filter(|(dim, _)| keeps_dims || !dims.contains(dim)).map(|(_, size)| size);
    let given = Activation::vector(context.chain.shape().channels, context.chain.changes()).reshaped(left.collect());
    given.ok_or_else(|| node.refuse("leaves other numbers than one per channel"))
}

/// `Concat` of a global average and a global maximum of the same image, as [`functions`](super::functions) has gathered them.
pub(super) fn concat(context: &mut Context<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    if node.int("axis")?.is_some() {
        return Err(node.refuse("joins other results than the means and the largest numbers of one image"));
    }
    image(node, &taken)?;
    let added = context.chain.pool_all_twice();
    context.placed(node, added)?;
    let pooled = given(context);
    let flat = vec![pooled.len()];
    if node.int("flat")?.is_none() {
        return Ok(pooled);
    }
    pooled.reshaped(flat).ok_or_else(|| node.refuse("gives too many numbers"))
}

/// The image that the last layer gives.
fn given(context: &Context<'_>) -> Activation {
    Activation::image(context.chain.shape(), context.chain.changes())
}

/// The image that a node with a window takes.
fn image(node: &Node<'_>, taken: &Activation) -> Result<Shape, Error> {
    let refused = || node.refuse(format!("takes {}, expected an image with channels first", listed(&taken.dims)));
    taken.as_image().ok_or_else(refused)
}

/// The window of a node's attributes. `weights`: the sides that a convolution's weights have.
fn window(context: &Context<'_>, node: &Node<'_>, input: Shape, weights: Option<[usize; 2]>) -> Result<Window, Error> {
    let size = node.sides("kernel_shape", MAX_SIDE)?;
    let size = match (size, weights) {
        (Some(size), Some(weights)) if size != weights => {
            let (size, weights) = (listed(&size), listed(&weights));
            return Err(node.refuse(format!("has a kernel_shape of {size} and weights of {weights}")));
        }
        (size, weights) => size.or(weights).ok_or_else(|| node.refuse("has no kernel_shape"))?,
    };
    if size.iter().any(|side| !(1..=MAX_SIDE).contains(side)) {
        return Err(node.refuse(format!("has a window of {}, expected sides of 1 to {MAX_SIDE}", listed(&size))));
    }
    let stride = node.sides("strides", MAX_SIDE)?.unwrap_or([1; 2]);
    if let Some(dilations) = node.sides("dilations", MAX_SIDE)?.filter(|&dilations| dilations != [1; 2]) {
        let (found, hint) = (listed(&dilations), "hint: give it dilation=1, and train the network again");
        return Err(node.refuse(format!("dilations are {found}, expected [1, 1]\n{hint}")));
    }
    let edge = padding::of_window(context, node, (input, size, stride))?;
    Ok(Window { size, stride, edge })
}
