//! The arithmetic on sizes that exporters put around a reshape or a padding, done while reading.

use super::constant::MAX_RANK;
use super::node::Node;
use super::sizes::{MAX_SIZES, Size, Sizes, place};
use crate::axes::transposed;
use crate::error::Error;
use crate::excerpt::listed;

/// The operators on sizes and constants.
pub(super) const OPERATORS: [&str; 10] = [
    "Cast",
    "Concat",
    "ConstantOfShape",
    "Gather",
    "Identity",
    "Reshape",
    "Slice",
    "Squeeze",
    "Transpose",
    "Unsqueeze",
];

/// What an operator on sizes gives; `inputs` are its own, those left out as nothing. `filling`: the attribute `value`.
///
/// # Errors
/// [`Error::Unsupported`] for another operator than [`OPERATORS`], or indices outside of a vector.
pub(super) fn evaluate(node: &Node<'_>, inputs: &[Option<Sizes>], filling: &[i64]) -> Result<Sizes, Error> {
    let input = |index: usize| inputs.get(index).and_then(Option::as_ref);
    if !OPERATORS.contains(&node.op()) {
        return Err(node.refuse("is not supported on sizes or constants"));
    }
    let data = input(0).ok_or_else(|| node.refuse("has no input"))?;
    let row = || data.as_vector().ok_or_else(|| node.refuse("takes another array of sizes than a vector"));
    match node.op() {
        "Identity" => Ok(data.clone()),
        "Cast" => match node.int("to")? {
            Some(6 | 7) => Ok(data.clone()),
            other => {
                let found = other.map_or("no data type".to_owned(), |found| format!("data type {found}"));
                Err(node.refuse(format!("makes sizes into {found}, expected 6 (int32) or 7 (int64)")))
            }
        },
        "Concat" => {
            node.expect("axis", 0)?;
            let mut all = Vec::new();
            for part in inputs.iter().flatten() {
                let row = part.as_vector().ok_or_else(|| node.refuse("joins other arrays of sizes than vectors"))?;
                all.extend_from_slice(row);
                all = Sizes::vector(node, all)?.sizes;
            }
            Sizes::vector(node, all)
        }
        "ConstantOfShape" => {
            let numbers = data.numbers(node)?;
            let size = |&number: &i64| usize::try_from(number).ok().filter(|&size| size <= MAX_SIZES);
            let shape = numbers.iter().map(size).collect::<Option<Vec<_>>>().filter(|shape| shape.len() <= MAX_RANK);
            let length =
                shape.as_ref().and_then(|shape| shape.iter().try_fold(1usize, |all, &size| all.checked_mul(size)));
            let too_many =
                || node.refuse(format!("makes an array of {}, expected up to {MAX_SIZES} sizes", listed(&numbers)));
            let (shape, length) = shape.zip(length.filter(|&length| length <= MAX_SIZES)).ok_or_else(too_many)?;
            match filling {
                &[number] => Ok(Sizes { sizes: vec![Size::Number(number); length], shape }),
                _ => Err(node.refuse("has another value than one number")),
            }
        }
        "Reshape" => {
            let target = input(1).ok_or_else(|| node.refuse("has no sizes"))?.numbers(node)?;
            reshaped(data, &target)
                .ok_or_else(|| node.refuse(format!("makes {} of {} sizes", listed(&target), data.sizes.len())))
        }
        "Transpose" => {
            let order: Option<Vec<usize>> = match node.ints("perm") {
                None => Some((0..data.shape.len()).rev().collect()),
                Some(order) => order.iter().map(|&axis| usize::try_from(axis).ok()).collect(),
            };
            let turned = order.and_then(|order| transposed(&data.shape, &data.sizes, &order));
            let (shape, sizes) =
                turned.ok_or_else(|| node.refuse("has a perm that is not an order of the sizes' axes"))?;
            Ok(Sizes { sizes, shape })
        }
        "Unsqueeze" | "Squeeze" => {
            let axes = node
                .ints("axes")
                .map(<[i64]>::to_vec)
                .map_or_else(|| input(1).map(|axes| axes.numbers(node)).transpose(), |axes| Ok(Some(axes)))?;
            let single = node.op() == "Squeeze";
            match axes.as_deref() {
                Some([0 | -1]) | None
                    if data.shape.is_empty() != single && data.sizes.len() == 1 && data.shape.len() < 2 =>
                {
                    Ok(Sizes { shape: if single { Vec::new() } else { vec![1] }, ..data.clone() })
                }
                axes => {
                    let found = axes.map_or("all axes".to_owned(), |axes| format!("axes {}", listed(axes)));
                    Err(node.refuse(format!("of sizes along {found}, expected one size and axis 0")))
                }
            }
        }
        "Gather" => {
            node.expect("axis", 0)?;
            let (row, indices) = (row()?, input(1).ok_or_else(|| node.refuse("has no indices"))?);
            let at = |index: i64| place(index, row.len()).map(|place| row[place]);
            let found = indices.numbers(node)?.into_iter().map(at).collect::<Option<Vec<_>>>();
            let outside = || node.refuse(format!("takes an index outside of a vector of {} sizes", row.len()));
            Ok(Sizes { sizes: found.ok_or_else(outside)?, shape: indices.shape.clone() })
        }
        _ => slice(node, data, &input),
    }
}

/// Sizes in other axes, one of which may be -1: what is left; nothing where that is another number of sizes.
fn reshaped(data: &Sizes, target: &[i64]) -> Option<Sizes> {
    let size = |(axis, &number): (usize, &i64)| match number {
        0 => data.shape.get(axis).copied(),
        -1 => Some(1),
        // Beside a size of 0 any others would do: the product says nothing of them.
        number => usize::try_from(number).ok().filter(|&size| size <= MAX_SIZES),
    };
    let mut shape = target.iter().enumerate().map(size).collect::<Option<Vec<_>>>()?;
    let known = shape.iter().try_fold(1usize, |all, &size| all.checked_mul(size))?;
    let unknown: Vec<usize> = (0..target.len()).filter(|&axis| target[axis] == -1).collect();
    let whole = match *unknown {
        [] => known == data.sizes.len(),
        [axis] if known > 0 => {
            shape[axis] = data.sizes.len() / known;
            shape[axis] * known == data.sizes.len()
        }
        _ => false,
    };
    (whole && shape.len() <= MAX_RANK).then(|| Sizes { sizes: data.sizes.clone(), shape })
}

/// A part of an array along its first axis, or all of it in the other order; bounds are attributes before opset 10.
fn slice<'s>(node: &Node<'_>, data: &Sizes, input: &impl Fn(usize) -> Option<&'s Sizes>) -> Result<Sizes, Error> {
    let bound = |name: &str, index: usize| match node.ints(name) {
        Some(values) => Ok(Some(values.to_vec())),
        None => input(index).map(|sizes| sizes.numbers(node)).transpose(),
    };
    let (starts, ends) = (bound("starts", 1)?, bound("ends", 2)?);
    let (axes, steps) = (bound("axes", 3)?, bound("steps", 4)?);
    let (Some(&[start]), Some(&[end]), Some(&[0]) | None, Some(&[step @ (1 | -1)]), &[length, ..]) =
        (starts.as_deref(), ends.as_deref(), axes.as_deref(), steps.as_deref().or(Some(&[1])), data.shape.as_slice())
    else {
        return Err(node.refuse("of sizes, expected one start and one end along axis 0, and steps of 1 or -1"));
    };
    let count = length as i64;
    let counted = |bound: i64| if bound < 0 { bound.saturating_add(count) } else { bound };
    // Backwards, the rows are those after `end` up to `start`, and `end` may be the one before all.
    let (first, end) = match step {
        1 => (counted(start).clamp(0, count), counted(end).clamp(0, count)),
        _ => (counted(end).clamp(-1, count - 1) + 1, counted(start).clamp(-1, count - 1) + 1),
    };
    let mut kept: Vec<usize> = (first as usize..end.max(first) as usize).collect();
    if step == -1 {
        kept.reverse();
    }
    let inner = data.sizes.len() / length.max(1);
    let sizes: Vec<Size> = kept.iter().flat_map(|&row| &data.sizes[row * inner..][..inner]).copied().collect();
    let shape = [&[kept.len()], &data.shape[1..]].concat();
    Ok(Sizes { sizes, shape })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::onnx::graph::{int, ints};
    use crate::onnx::proto::NodeProto;

    fn array(shape: &[usize], numbers: &[i64]) -> Sizes {
        let sizes = numbers.iter().map(|&number| Size::Number(number)).collect();
        Sizes { sizes, shape: shape.to_vec() }
    }

    fn row(numbers: &[i64]) -> Sizes {
        array(&[numbers.len()], numbers)
    }

    fn of(op: &str, attribute: Vec<crate::onnx::proto::AttributeProto>, inputs: &[Sizes]) -> Result<Sizes, Error> {
        let proto = NodeProto { op_type: op.to_owned(), attribute, ..NodeProto::default() };
        evaluate(&Node::new(&proto), &inputs.iter().cloned().map(Some).collect::<Vec<_>>(), &[7])
    }

    #[test]
    fn slices_are_those_of_numpy() {
        // Of rows 0 to 3, two numbers each.
        let data = array(&[4, 2], &[0, 1, 10, 11, 20, 21, 30, 31]);
        for (start, end, step, rows) in [
            (0, 4, 1, &[0, 1, 2, 3][..]),
            (1, 3, 1, &[1, 2]),
            (-3, -1, 1, &[1, 2]),
            (-99, 99, 1, &[0, 1, 2, 3]),
            (3, 1, 1, &[]),
            (0, i64::MIN, 1, &[]),
            (-1, -i64::MAX, -1, &[3, 2, 1, 0]),
            (-1, i64::MIN, -1, &[3, 2, 1, 0]),
            (2, 0, -1, &[2, 1]),
            (99, -99, -1, &[3, 2, 1, 0]),
            (-1, -1, -1, &[]),
            (0, 3, -1, &[]),
            (-99, 99, -1, &[]),
        ] {
            let found = of("Slice", Vec::new(), &[data.clone(), row(&[start]), row(&[end]), row(&[0]), row(&[step])]);
            let numbers: Vec<i64> = rows.iter().flat_map(|row| [10 * row, 10 * row + 1]).collect();
            assert_eq!(found.unwrap(), array(&[rows.len(), 2], &numbers), "{start}:{end}:{step}");
        }
        assert!(of("Slice", Vec::new(), &[data.clone(), row(&[0]), row(&[4]), row(&[0]), row(&[2])]).is_err());
        assert!(of("Slice", Vec::new(), &[data, row(&[0]), row(&[4]), row(&[1])]).is_err());
    }

    #[test]
    fn arrays_are_made_turned_and_reshaped_within_limits() {
        let six = || row(&[1, 2, 3, 4, 5, 6]);
        for (op, attribute, inputs, expected) in [
            ("Reshape", vec![], vec![six(), row(&[-1, 2])], Some(array(&[3, 2], &[1, 2, 3, 4, 5, 6]))),
            ("Reshape", vec![], vec![array(&[3, 2], &[1, 2, 3, 4, 5, 6]), row(&[-1])], Some(six())),
            ("Reshape", vec![], vec![six(), row(&[4, -1])], None),
            ("Reshape", vec![], vec![six(), row(&[-1, -1])], None),
            ("Reshape", vec![], vec![six(), row(&[0, 2])], None),
            ("Reshape", vec![], vec![six(), row(&[i64::MAX, i64::MAX])], None),
            ("Reshape", vec![], vec![row(&[]), row(&[0, 2, 64])], Some(array(&[0, 2, 64], &[]))),
            ("Reshape", vec![], vec![row(&[]), row(&[0, i64::MAX])], None),
            ("Reshape", vec![], vec![row(&[]), row(&[0, i64::MAX, 3])], None),
            ("Reshape", vec![], vec![six(), row(&[6, 1, 1, 1, 1, 1, 1, 1, 1])], None),
            (
                "Transpose",
                vec![ints("perm", [1, 0])],
                vec![array(&[2, 3], &[1, 2, 3, 4, 5, 6])],
                Some(array(&[3, 2], &[1, 4, 2, 5, 3, 6])),
            ),
            ("Transpose", vec![], vec![array(&[2, 2], &[1, 2, 3, 4])], Some(array(&[2, 2], &[1, 3, 2, 4]))),
            ("Transpose", vec![ints("perm", [1, 1])], vec![array(&[2, 2], &[1, 2, 3, 4])], None),
            ("ConstantOfShape", vec![], vec![row(&[3])], Some(row(&[7, 7, 7]))),
            ("ConstantOfShape", vec![], vec![row(&[0])], Some(row(&[]))),
            ("ConstantOfShape", vec![], vec![row(&[65])], None),
            ("ConstantOfShape", vec![], vec![row(&[i64::MAX, i64::MAX])], None),
            ("ConstantOfShape", vec![], vec![row(&[-1])], None),
            ("Concat", vec![int("axis", 0)], vec![array(&[1, 2], &[1, 2]), row(&[3])], None),
            ("Range", vec![], vec![row(&[3])], None),
        ] {
            assert_eq!(of(op, attribute, &inputs).ok(), expected, "{op} {inputs:?}");
        }
    }
}
