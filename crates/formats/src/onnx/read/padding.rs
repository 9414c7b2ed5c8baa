//! Padding as a graph says it: by the name of a rule, in numbers, or by a node of its own.

use tenfold_network::{Padding, Shape};

use super::activation::Activation;
use super::node::{Node, listed};
use super::reader::Reader;
use crate::error::Error;
use crate::layout;

/// The widest padding; beyond what a network may have.
const MAX_PADDING: usize = 1 << 12;

/// Rows and columns before an image, and after it.
pub(super) type Zeros = [[usize; 2]; 2];

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
    let (true, None, Some(_), &[0, 0, top, left, 0, 0, bottom, right]) =
        (is_zero, node.input(3), taken.as_image(), pads.as_slice())
    else {
        return Err(node.refuse(format!("pads with {}, expected zeros around rows and columns", listed(&pads))));
    };
    let is_next = |next: &Node<'_>| match next.op() {
        "Conv" => true,
        "MaxPool" => layout::maximum_ignores_zeros(reader.network.last()),
        _ => false,
    };
    if reader.zeros.is_some() || !reader.path.taker(node.output()).is_some_and(|next| is_next(&next)) {
        return Err(node.refuse("pads an image for something else than a convolution, or a maximum after ReLU"));
    }
    let [top, left, bottom, right] = sides(node, &[top, left, bottom, right])?;
    reader.zeros = Some([[top, left], [bottom, right]]);
    Ok(taken)
}

/// The padding of a node with a window over an image that has `zeros` around it.
pub(super) fn of_window(
    node: &Node<'_>,
    zeros: Option<Zeros>,
    image: Shape,
    size: [usize; 2],
    stride: [usize; 2],
) -> Result<Padding, Error> {
    let is_ceil = node.int("ceil_mode")?.unwrap_or(0) != 0;
    let [top, left, bottom, right] = match (node.text("auto_pad")?.unwrap_or("NOTSET"), zeros) {
        ("VALID", None) => return Ok(Padding::Valid),
        ("VALID", Some(_)) => [0; 4],
        ("SAME_UPPER" | "SAME_LOWER", Some(_)) => {
            return Err(node.refuse("pads an image that a Pad has padded, expected padding in numbers"));
        }
        // Zeros of a Pad are cells in which a last window may begin, other than those of padding.
        (_, Some(_)) if is_ceil => return Err(node.refuse("rounds up (ceil_mode) after a Pad")),
        ("SAME_UPPER", None) => return Ok(Padding::Same),
        // Where the padding is odd, the extra cell is before the image.
        ("SAME_LOWER", None) => {
            return Ok(Padding::Same
                .windows(image, size, stride)
                .map_or(Padding::Same, |window| Padding::Explicit { before: window.after(), after: window.before }));
        }
        _ => sides(node, node.ints("pads").unwrap_or(&[0; 4]))?,
    };
    let zeros = zeros.unwrap_or_default();
    let sum = |pads: [usize; 2], zeros: [usize; 2]| [0, 1].map(|axis| pads[axis] + zeros[axis]);
    let (before, mut after) = (sum([top, left], zeros[0]), sum([bottom, right], zeros[1]));
    if is_ceil {
        let lengths = [image.height, image.width];
        after = [0, 1].map(|axis| ceiled([before[axis], after[axis]], lengths[axis], size[axis], stride[axis]));
    }
    Ok(Padding::Explicit { before, after })
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
