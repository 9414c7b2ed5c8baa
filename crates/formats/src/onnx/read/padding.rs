//! Padding as a graph says it: by the name of a rule, in numbers, or by a node of its own.

use tenfold_network::{Padding, Shape};

use super::activation::Activation;
use super::node::{Node, listed};
use super::reader::Reader;
use super::sizes::place;
use crate::error::Error;
use crate::layout;

/// The widest padding; beyond what a network may have.
const MAX_PADDING: usize = 1 << 12;

/// Rows and columns before an image, and after it.
pub(super) type Zeros = [[usize; 2]; 2];

/// The padding of a node with a window.
pub(super) struct Edge {
    /// Zeros and padding together.
    pub padding: Padding,
    /// Whether a `Pad` has put zeros around the image, which count as numbers of it.
    pub has_zeros: bool,
    /// Whether the node pads by itself.
    pub pads: bool,
    /// Whether the last windows reach beyond all that, since their number is rounded up (`ceil_mode`).
    pub overhangs: bool,
}

/// `Pad` with zeros around the image: a part of the padding of the node that takes it.
pub(super) fn pad(reader: &mut Reader<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    let pads = reader.list(node, "pads", 1)?.unwrap_or_default();
    // Exporters put one that adds nothing before an average pooling.
    if pads.iter().all(|&pad| pad == 0) {
        return Ok(taken);
    }
    node.check_attributes(&["mode", "pads", "value"])?;
    let value = match node.input(2) {
        Some(_) => reader.floats(node, 2)?.scalar(),
        None => Some(node.float("value")?.unwrap_or(0.0)),
    };
    let is_zero = value == Some(0.0) && node.text("mode")?.is_none_or(|mode| mode == "constant");
    let axes = reader.sizes(node, 3)?.map(|axes| axes.numbers(node)).transpose()?;
    let all_pads = of_all_axes(&pads, axes.as_deref(), taken.dims.len() + 1);
    let (true, Some(_), Some(&[0, 0, top, left, 0, 0, bottom, right])) =
        (is_zero, taken.as_image(), all_pads.as_deref())
    else {
        return Err(node.refuse(format!("pads with {}, expected zeros around rows and columns", listed(&pads))));
    };
    let is_next = |next: &Node<'_>| match next.op() {
        "Conv" | "AveragePool" => true,
        "MaxPool" => layout::maximum_ignores_zeros(reader.network.last()),
        _ => false,
    };
    if reader.zeros.is_some() || !reader.path.taker(node.output()).is_some_and(|next| is_next(&next)) {
        let expected = "a convolution, an average, or a maximum after ReLU";
        return Err(node.refuse(format!("pads an image for something else than {expected}")));
    }
    let [top, left, bottom, right] = sides(node, &[top, left, bottom, right])?;
    reader.zeros = Some([[top, left], [bottom, right]]);
    Ok(taken)
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

/// The padding of a node with a window over an image. `is_own`: whether this program has written the graph.
pub(super) fn of_window(
    node: &Node<'_>,
    zeros: Option<Zeros>,
    is_own: bool,
    (image, size, stride): (Shape, [usize; 2], [usize; 2]),
) -> Result<Edge, Error> {
    let is_ceil = node.int("ceil_mode")?.unwrap_or(0) != 0;
    let rule = node.text("auto_pad")?;
    let named = |padding| Edge { padding, has_zeros: false, pads: padding != Padding::Valid, overhangs: false };
    let [top, left, bottom, right] =
        match (rule.unwrap_or("NOTSET"), zeros) {
            ("VALID", None) => return Ok(named(Padding::Valid)),
            ("VALID", Some(_)) => [0; 4],
            ("SAME_UPPER" | "SAME_LOWER", Some(_)) => {
                return Err(node.refuse("pads an image that a Pad has padded, expected padding in numbers"));
            }
            // Zeros of a Pad are cells in which a last window may begin, other than those of padding.
            (_, Some(_)) if is_ceil => return Err(node.refuse("rounds up (ceil_mode) after a Pad")),
            ("SAME_UPPER", None) => return Ok(named(Padding::Same)),
            // Where the padding is odd, the extra cell is before the image.
            ("SAME_LOWER", None) => {
                return Ok(named(Padding::Same.windows(image, size, stride).map_or(Padding::Same, |window| {
                    Padding::Explicit { before: window.after(), after: window.before }
                })));
            }
            _ => sides(node, node.ints("pads").unwrap_or(&[0; 4]))?,
        };
    let pads = [top, left, bottom, right] != [0; 4];
    // So is `same` written where it adds nothing: see `write.rs`.
    if is_own && rule == Some("NOTSET") && !pads {
        return Ok(named(Padding::Same));
    }
    let has_zeros = zeros.is_some();
    let zeros = zeros.unwrap_or_default();
    let sum = |pads: [usize; 2], zeros: [usize; 2]| [0, 1].map(|axis| pads[axis] + zeros[axis]);
    let (before, declared) = (sum([top, left], zeros[0]), sum([bottom, right], zeros[1]));
    let mut after = declared;
    if is_ceil {
        let lengths = [image.height, image.width];
        after = [0, 1].map(|axis| ceiled([before[axis], declared[axis]], lengths[axis], size[axis], stride[axis]));
    }
    let overhangs = after[0] > declared[0] || after[1] > declared[1];
    Ok(Edge { padding: Padding::Explicit { before, after }, has_zeros, pads, overhangs })
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
