//! Padding as a graph says it: by the name of a rule, in numbers, or by a node of its own.

use tenfold_network::{Padding, Shape};

use super::activation::Activation;
use super::context::Context;
use super::node::Node;
use super::sizes::place;
use crate::chain::Role;
use crate::error::Error;
use crate::excerpt::listed;

/// The widest padding; beyond what a network may have.
const MAX_PADDING: usize = 1 << 12;

/// The padding of a node with a window, besides the zeros around its image.
pub(super) struct Edge {
    pub padding: Padding,
    /// Whether the node says that it pads.
    pub pads: bool,
    /// Whether the last windows reach beyond all that, since their number is rounded up (`ceil_mode`).
    pub overhangs: bool,
}

/// `Pad` with zeros around the image: a part of the padding of the node that takes it.
pub(super) fn pad<'a>(context: &mut Context<'a>, node: &Node<'a>, taken: Activation) -> Result<Activation, Error> {
    let pads = context.list(node, "pads", 1)?.unwrap_or_default();
    // Exporters put one that adds nothing before an average pooling.
    if pads.iter().all(|&pad| pad == 0) {
        return Ok(taken);
    }
    node.check_attributes(&["mode", "pads", "value"])?;
    let value = match node.input(2) {
        Some(_) => context.floats(node, 2)?.scalar(),
        None => Some(node.float("value")?.unwrap_or(0.0)),
    };
    let is_zero = value == Some(0.0) && node.text("mode")?.is_none_or(|mode| mode == "constant");
    let axes = context.sizes(node, 3)?.map(|axes| axes.numbers(node)).transpose()?;
    let all_pads = of_all_axes(&pads, axes.as_deref(), taken.dims.len() + 1);
    let (true, Some(_), Some(&[0, 0, top, left, 0, 0, bottom, right])) =
        (is_zero, taken.as_image(), all_pads.as_deref())
    else {
        return Err(node.refuse(format!("pads with {}, expected zeros around rows and columns", listed(&pads))));
    };
    let [top, left, bottom, right] = sides(node, &[top, left, bottom, right])?;
    let taken = context.enter(node, Role::Layer, taken)?;
    context.chain.pad([[top, left], [bottom, right]]);
    context.pad = Some(*node);
    let mut padded = taken.at(context.chain.changes());
    padded.is_padded = true;
    Ok(padded)
}

/// Padding before and after each of `rank` axes, from that of some; nothing where the two lists do not fit together.
fn of_all_axes(pads: &[i64], axes: Option<&[i64]>, rank: usize) -> Option<Vec<i64>> {
    let Some(axes) = axes else { return Some(pads.to_vec()) };
    let (before, after) = pads.split_at_checked(axes.len()).filter(|(before, after)| before.len() == after.len())?;
    let mut all = vec![0; 2 * rank];
    for ((&axis, &before), &after) in axes.iter().zip(before).zip(after) {
        let axis = place(axis, rank)?;
        (all[axis], all[rank + axis]) = (before, after);
    }
    Some(all)
}

/// The padding of a node with a window over an image.
pub(super) fn of_window(
    context: &Context<'_>,
    node: &Node<'_>,
    (image, size, stride): (Shape, [usize; 2], [usize; 2]),
) -> Result<Edge, Error> {
    let is_ceil = node.int("ceil_mode")?.unwrap_or(0) != 0;
    let rule = node.text("auto_pad")?;
    let named = |padding| Edge { padding, pads: padding != Padding::Valid, overhangs: false };
    let [top, left, bottom, right] =
        match rule.unwrap_or("NOTSET") {
            "VALID" => return Ok(named(Padding::Valid)),
            "SAME_UPPER" => return Ok(named(Padding::Same)),
            // Where the padding is odd, the extra cell is before the image.
            "SAME_LOWER" if !context.chain.has_zeros() => {
                return Ok(named(Padding::Same.windows(image, size, stride).map_or(Padding::Same, |window| {
                    Padding::Explicit { before: window.after(), after: window.before }
                })));
            }
            "SAME_LOWER" => return Ok(named(Padding::Same)),
            // Zeros of a Pad are cells in which a last window may begin, other than those of padding.
            _ if is_ceil && context.chain.has_zeros() => return Err(node.refuse("rounds up (ceil_mode) after a Pad")),
            _ => sides(node, node.ints("pads").unwrap_or(&[0; 4]))?,
        };
    let pads = [top, left, bottom, right] != [0; 4];
    // So is `same` written where it adds nothing: see `write.rs`.
    if context.is_own && rule == Some("NOTSET") && !pads {
        return Ok(named(Padding::Same));
    }
    let (before, declared) = ([top, left], [bottom, right]);
    let mut after = declared;
    if is_ceil {
        let lengths = [image.height, image.width];
        after = [0, 1].map(|axis| ceiled([before[axis], declared[axis]], lengths[axis], size[axis], stride[axis]));
    }
    let overhangs = after[0] > declared[0] || after[1] > declared[1];
    Ok(Edge { padding: Padding::Explicit { before, after }, pads, overhangs })
}

/// Padding above, left, below and right.
fn sides(node: &Node<'_>, pads: &[i64]) -> Result<[usize; 4], Error> {
    let side = |&pad: &i64| usize::try_from(pad).ok().filter(|&pad| pad <= MAX_PADDING);
    let four = pads.iter().map(side).collect::<Option<Vec<_>>>().and_then(|pads| pads.try_into().ok());
    four.ok_or_else(|| node.refuse(format!("pads are {}, expected four of 0 to {MAX_PADDING}", listed(pads))))
}

/// The padding after an axis that fills the windows of `ceil_mode`: a last one counts that the axis fills in part, unless
/// it begins beyond the axis.
fn ceiled([before, after]: [usize; 2], length: usize, window: usize, stride: usize) -> usize {
    let Some(room) = (before + length + after).checked_sub(window) else { return after };
    let end = before + length;
    let last = room.div_ceil(stride) * stride;
    let last = if last >= end { last - stride } else { last };
    (last + window).saturating_sub(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_window_in_part_counts_if_it_begins_inside() {
        for (pads, length, window, stride, floor, ceil) in
            [([0, 0], 13, 2, 2, 6, 7), ([0, 0], 28, 2, 2, 14, 14), ([0, 0], 3, 1, 3, 1, 1), ([1, 1], 4, 2, 5, 1, 1)]
        {
            let count = |after| {
                let padding = Padding::Explicit { before: [pads[0], 0], after: [after, 0] };
                padding
                    .windows(Shape { height: length, width: 1, channels: 1 }, [window, 1], [stride, 1])
                    .unwrap()
                    .output[0]
            };
            let found = (count(pads[1]), count(ceiled(pads, length, window, stride)));
            assert_eq!(found, (floor, ceil), "{pads:?} {length} {window} {stride}");
        }
    }
}
