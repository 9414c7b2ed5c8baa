//! The arithmetic on sizes that exporters put around a reshape, done while reading.

use super::node::{Node, listed};
use crate::error::Error;

/// Sizes in a row; a shape has as many as a tensor has axes.
const MAX_SIZES: usize = 64;

/// The size of an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Size {
    Number(i64),
    /// As many as there are images.
    Batch,
}

/// A size, or a row of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sizes {
    pub sizes: Vec<Size>,
    /// Whether this is one size and no row.
    pub single: bool,
}

impl Sizes {
    /// Numbers of a tensor with so many axes.
    pub fn of_tensor(node: &Node<'_>, rank: usize, numbers: &[i64]) -> Result<Self, Error> {
        let sizes = numbers.iter().take(MAX_SIZES + 1).map(|&number| Size::Number(number)).collect();
        match rank {
            0 | 1 => Self::row(node, sizes).map(|row| Self { single: rank == 0, ..row }),
            _ => Err(node.refuse(format!("takes whole numbers in {rank} axes, expected one row of sizes"))),
        }
    }

    /// A row.
    pub fn row(node: &Node<'_>, sizes: Vec<Size>) -> Result<Self, Error> {
        if sizes.len() > MAX_SIZES {
            return Err(node.refuse(format!("makes a row of more than {MAX_SIZES} sizes")));
        }
        Ok(Self { sizes, single: false })
    }

    /// The sizes as numbers.
    pub fn numbers(&self, node: &Node<'_>) -> Result<Vec<i64>, Error> {
        let number = |size: &Size| match size {
            Size::Number(number) => Ok(*number),
            Size::Batch => Err(node.refuse("depends on the number of images where a number is expected")),
        };
        self.sizes.iter().map(number).collect()
    }
}

/// What an operator on sizes gives; `inputs` are its own, those left out as nothing.
///
/// # Errors
/// [`Error::Unsupported`] for another operator than those of exporters, or indices outside of a row.
pub(super) fn evaluate(node: &Node<'_>, inputs: &[Option<Sizes>]) -> Result<Sizes, Error> {
    let input = |index: usize| inputs.get(index).and_then(Option::as_ref);
    let data = input(0).ok_or_else(|| node.refuse("has no input"))?;
    match node.op() {
        "Identity" => Ok(data.clone()),
        "Cast" => match node.int("to")? {
            Some(6 | 7) => Ok(data.clone()),
            other => Err(node.refuse(format!("makes sizes into data type {other:?}, expected 6 (int32) or 7 (int64)"))),
        },
        "Concat" => {
            node.expect("axis", 0)?;
            let mut all = Vec::new();
            for row in inputs.iter().flatten() {
                all.extend_from_slice(&row.sizes);
                all = Sizes::row(node, all)?.sizes;
            }
            Ok(Sizes { sizes: all, single: false })
        }
        "Unsqueeze" | "Squeeze" => {
            let axes = node
                .ints("axes")
                .map(<[i64]>::to_vec)
                .map_or_else(|| input(1).map(|axes| axes.numbers(node)).transpose(), |axes| Ok(Some(axes)))?;
            let (single, is_one) = (node.op() == "Squeeze", data.sizes.len() == 1);
            match axes.as_deref() {
                Some([0 | -1]) | None if data.single != single && is_one => Ok(Sizes { single, ..data.clone() }),
                axes => {
                    Err(node.refuse(format!("of sizes along {:?}, expected one size and axis 0", axes.map(listed))))
                }
            }
        }
        "Gather" => {
            node.expect("axis", 0)?;
            let indices = input(1).ok_or_else(|| node.refuse("has no indices"))?;
            let at = |index: i64| place(index, data.sizes.len()).map(|place| data.sizes[place]);
            let found = indices.numbers(node)?.into_iter().map(at).collect::<Option<Vec<_>>>();
            let outside = || node.refuse(format!("takes an index outside of a row of {} sizes", data.sizes.len()));
            Ok(Sizes { sizes: found.ok_or_else(outside)?, single: indices.single })
        }
        "Slice" => slice(node, data, &input),
        _ => Err(node.refuse("works on sizes or constants, where it has no counterpart")),
    }
}

/// A part of a row; its bounds are attributes before opset 10.
fn slice<'s>(node: &Node<'_>, data: &Sizes, input: &impl Fn(usize) -> Option<&'s Sizes>) -> Result<Sizes, Error> {
    let bound = |name: &str, index: usize| match node.ints(name) {
        Some(values) => Ok(Some(values.to_vec())),
        None => input(index).map(|sizes| sizes.numbers(node)).transpose(),
    };
    let (starts, ends) = (bound("starts", 1)?, bound("ends", 2)?);
    let (axes, steps) = (bound("axes", 3)?, bound("steps", 4)?);
    let (Some([start]), Some([end]), Some([0]) | None, Some([1]) | None) =
        (starts.as_deref(), ends.as_deref(), axes.as_deref(), steps.as_deref())
    else {
        return Err(node.refuse("of sizes, expected one start, one end and steps of 1"));
    };
    let (start, end) = (clamped(*start, data.sizes.len()), clamped(*end, data.sizes.len()));
    Ok(Sizes { sizes: data.sizes[start..end.max(start)].to_vec(), single: false })
}

/// An index that may count from the end.
pub(super) fn place(index: i64, length: usize) -> Option<usize> {
    let index = if index < 0 { index.checked_add(length as i64)? } else { index };
    usize::try_from(index).ok().filter(|&index| index < length)
}

/// A bound of a slice, which may count from the end and lie beyond either.
pub(super) fn clamped(bound: i64, length: usize) -> usize {
    let length = length as i64;
    (if bound < 0 { bound.saturating_add(length) } else { bound }).clamp(0, length) as usize
}
