//! Operators that change the axes of an activation and none of its numbers.

use super::activation::{Activation, product};
use super::constant::MAX_RANK;
use super::context::Context;
use super::node::Node;
use super::sizes::{Size, Sizes, clamped, place};
use crate::error::Error;
use crate::excerpt::listed;

/// `Flatten`, of all axes but the batch's.
pub(super) fn flatten(context: &mut Context<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&["axis"])?;
    let axis = node.int("axis")?.unwrap_or(1);
    let rank = taken.dims.len() + 1;
    if place(axis, rank) != Some(1) {
        return Err(node.refuse(format!("of axis {axis} of {rank}, expected 1")));
    }
    let vector = taken.reshaped(vec![taken.len()]).ok_or_else(|| node.refuse("of too many numbers"))?;
    if context.chain.has_ended() {
        return Ok(vector);
    }
    context.check_next(node, &taken)?;
    Ok(context.flatten(vector))
}

/// `Shape`, or the part of one that it is asked for since opset 15.
pub(super) fn shape(node: &Node<'_>, taken: &Activation) -> Result<Sizes, Error> {
    node.check_attributes(&["start", "end"])?;
    if taken.is_padded {
        return Err(node.refuse("asks for the sizes of an image with zeros around it"));
    }
    let sizes = taken.sizes();
    let start = node.int("start")?.map_or(0, |start| clamped(start, sizes.len()));
    let end = node.int("end")?.map_or(sizes.len(), |end| clamped(end, sizes.len()));
    Sizes::vector(node, sizes[start..end.max(start)].to_vec())
}

/// `Reshape`: to sizes of which the first is the batch's.
pub(super) fn reshape(context: &mut Context<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    let target = context.sizes(node, 1)?.ok_or_else(|| node.refuse("has no sizes"))?;
    let (taken, batch) = (&taken, context.batch);
    node.check_attributes(&["allowzero"])?;
    let copies_zeros = node.int("allowzero")?.unwrap_or(0) == 0;
    let impossible = || {
        let found: Vec<String> = target.sizes.iter().map(shown).collect();
        node.refuse(format!("makes {} of images of {}", listed(&found), listed(&taken.dims)))
    };
    let Some([first, rest @ ..]) = target.as_vector() else { return Err(impossible()) };
    if rest.len() >= MAX_RANK {
        return Err(impossible());
    }
    let size = |(index, size): (usize, &Size)| match *size {
        Size::Number(0) if copies_zeros => taken.dims.get(index).copied().map(Some),
        Size::Number(-1) => Some(None),
        Size::Number(number) => usize::try_from(number).ok().map(Some),
        Size::Batch => None,
    };
    let sizes: Option<Vec<Option<usize>>> = rest.iter().enumerate().map(size).collect();
    let sizes = sizes.ok_or_else(impossible)?;
    let unknown = sizes.iter().filter(|size| size.is_none()).count();
    let keeps_batch = match *first {
        Size::Batch => true,
        Size::Number(0) => copies_zeros,
        Size::Number(-1) => unknown == 0,
        Size::Number(number) => batch == Some(number),
    };
    let known: Vec<usize> = sizes.iter().copied().flatten().collect();
    let known = if known.is_empty() { Some(1) } else { product(&known) };
    let missing = known.map(|known| taken.len() / known).filter(|_| keeps_batch && unknown <= 1);
    let missing = missing.ok_or_else(impossible)?;
    taken.reshaped(sizes.iter().map(|size| size.unwrap_or(missing)).collect()).ok_or_else(impossible)
}

fn shown(size: &Size) -> String {
    match size {
        Size::Number(number) => number.to_string(),
        Size::Batch => "N".to_owned(),
    }
}

/// `Squeeze`: without axes of one number. axes count the batch's as 0.
pub(super) fn squeeze(context: &mut Context<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&["axes"])?;
    let without = match context.list(node, "axes", 1)? {
        Some(axes) => self::axes(node, &axes, taken.dims.len() + 1)?,
        None => return Err(node.refuse("of all axes of one number, the batch's perhaps, expected axes")),
    };
    match without.iter().find(|&&dim| taken.dims[dim] != 1) {
        Some(&dim) => Err(node.refuse(format!("takes away an axis of {} numbers", taken.dims[dim]))),
        None => {
            let dims = taken.dims.iter().enumerate().filter(|(dim, _)| !without.contains(dim)).map(|(_, &size)| size);
            taken.reshaped(dims.collect()).ok_or_else(|| node.refuse("takes away too many axes"))
        }
    }
}

/// `Unsqueeze`: with axes of one number at the places that these have afterwards.
pub(super) fn unsqueeze(context: &mut Context<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&["axes"])?;
    let axes = context.list(node, "axes", 1)?.unwrap_or_default();
    let rank = taken.dims.len() + 1 + axes.len();
    if rank > MAX_RANK {
        return Err(node.refuse(format!("makes {rank} axes, expected up to {MAX_RANK}")));
    }
    let mut added = self::axes(node, &axes, rank)?;
    added.sort_unstable();
    let mut dims = taken.dims.clone();
    added.into_iter().for_each(|dim| dims.insert(dim, 1));
    taken.reshaped(dims).ok_or_else(|| node.refuse("makes too many axes"))
}

/// `Transpose`: with axes in another order, the batch's first as before.
pub(super) fn transpose(_: &mut Context<'_>, node: &Node<'_>, taken: Activation) -> Result<Activation, Error> {
    node.check_attributes(&["perm"])?;
    let order = node.ints("perm").ok_or_else(|| node.refuse("reverses all axes, the batch's too, expected perm"))?;
    let refused = || node.refuse(format!("puts the axes of {} in the order {}", listed(&taken.dims), listed(order)));
    let [0, rest @ ..] = order else { return Err(refused()) };
    let rest: Option<Vec<usize>> = rest.iter().map(|&dim| usize::try_from(dim).ok()?.checked_sub(1)).collect();
    rest.and_then(|rest| taken.transposed(&rest)).ok_or_else(refused)
}

/// Axes of images, as the dims that they are: the batch's, which is axis 0, cannot be among them, nor one twice.
pub(super) fn axes(node: &Node<'_>, axes: &[i64], rank: usize) -> Result<Vec<usize>, Error> {
    let mut dims = Vec::new();
    for &axis in axes {
        match place(axis, rank) {
            Some(place @ 1..) if !dims.contains(&(place - 1)) => dims.push(place - 1),
            _ => return Err(node.refuse(format!("of axes {}, expected some of 1 to {}", listed(axes), rank - 1))),
        }
    }
    Ok(dims)
}
