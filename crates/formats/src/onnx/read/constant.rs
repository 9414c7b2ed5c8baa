//! Constants of a file: weights, and the sizes that reshapes take.

use super::node::{listed, shown};
use crate::error::Error;
use crate::onnx::proto::{TensorProto, data_type};

/// Axes of a tensor; networks on images have four.
pub(super) const MAX_RANK: usize = 8;

/// An array of floats.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Floats {
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}

impl Floats {
    /// The one value of an array that has one.
    pub fn scalar(&self) -> Option<f32> {
        (self.values.len() == 1).then(|| self.values[0])
    }

    /// The array with its axes in another order, as ONNX's `Transpose`; nothing if `axes` are no such order.
    pub fn transposed(&self, axes: &[usize]) -> Option<Self> {
        let rank = self.shape.len();
        let mut sorted = axes.to_vec();
        sorted.sort_unstable();
        if !sorted.into_iter().eq(0..rank) {
            return None;
        }
        let stride = |axis: usize| self.shape[axis + 1..].iter().product::<usize>();
        let (sizes, strides): (Vec<_>, Vec<_>) = axes.iter().map(|&axis| (self.shape[axis], stride(axis))).unzip();
        let mut place = vec![0; rank];
        let mut offset = 0;
        let mut values = Vec::with_capacity(self.values.len());
        for _ in 0..self.values.len() {
            values.push(self.values[offset]);
            // The next place, the last axis first.
            for axis in (0..rank).rev() {
                place[axis] += 1;
                offset += strides[axis];
                if place[axis] < sizes[axis] {
                    break;
                }
                offset -= sizes[axis] * strides[axis];
                place[axis] = 0;
            }
        }
        Some(Self { shape: sizes, values })
    }
}

/// How many numbers may still be taken from a file's tensors: each is there once, but nodes can take it many times.
pub(super) struct Budget(pub usize);

impl Budget {
    /// Takes `length` numbers.
    pub fn take(&mut self, length: usize) -> Result<(), Error> {
        let reason = "its nodes copy the same weights over and over".to_owned();
        self.0 = self.0.checked_sub(length).ok_or(Error::Malformed { format: crate::onnx::FORMAT, reason })?;
        Ok(())
    }
}

/// The sizes of a tensor, as many as it has values.
pub(super) fn shape(tensor: &TensorProto) -> Result<(Vec<usize>, usize), Error> {
    let wrong =
        || refuse(tensor, format!("its shape is {}, expected up to {MAX_RANK} sizes above 0", listed(&tensor.dims)));
    if tensor.dims.len() > MAX_RANK {
        return Err(wrong());
    }
    let sizes = tensor.dims.iter().map(|&size| usize::try_from(size).ok()).collect::<Option<Vec<_>>>();
    let sizes = sizes.ok_or_else(wrong)?;
    let length = sizes.iter().try_fold(1usize, |length, &size| length.checked_mul(size)).ok_or_else(wrong)?;
    // An empty array of several axes has sizes that no number of values stands behind.
    if length == 0 && sizes.len() > 1 {
        return Err(wrong());
    }
    Ok((sizes, length))
}

/// The values of a tensor of floats, single or double precision.
///
/// # Errors
/// [`Error::Unsupported`] for another type, or values in another file; [`Error::Contradiction`] for another number of
/// values than the shape says, or one that is no finite number.
pub(super) fn floats(tensor: &TensorProto, budget: &mut Budget) -> Result<Floats, Error> {
    let (shape, length) = shape(tensor)?;
    check_place(tensor)?;
    let raw = &tensor.raw_data;
    let values: Vec<f32> = match tensor.data_type {
        data_type::FLOAT if raw.is_empty() => take(tensor, length, tensor.float_data.iter().copied(), budget)?,
        data_type::FLOAT => take(tensor, length, numbers(tensor, f32::from_le_bytes)?, budget)?,
        data_type::DOUBLE if raw.is_empty() => {
            take(tensor, length, tensor.double_data.iter().map(|&x| x as f32), budget)?
        }
        data_type::DOUBLE => take(tensor, length, numbers(tensor, f64::from_le_bytes)?.map(|x| x as f32), budget)?,
        other => return Err(refuse(tensor, format!("its data type is {other}, expected 1 (float) or 11 (double)"))),
    };
    match values.iter().find(|value| !value.is_finite()) {
        Some(value) => Err(Error::contradiction(place(tensor), "finite numbers", value)),
        None => Ok(Floats { shape, values }),
    }
}

/// The values of a tensor of whole numbers, with its axes.
///
/// # Errors
/// As [`floats`].
pub(super) fn ints(tensor: &TensorProto, budget: &mut Budget) -> Result<(usize, Vec<i64>), Error> {
    let (shape, length) = shape(tensor)?;
    check_place(tensor)?;
    let raw = &tensor.raw_data;
    let values = match tensor.data_type {
        data_type::INT64 if raw.is_empty() => take(tensor, length, tensor.int64_data.iter().copied(), budget)?,
        data_type::INT64 => take(tensor, length, numbers(tensor, i64::from_le_bytes)?, budget)?,
        data_type::INT32 if raw.is_empty() => {
            take(tensor, length, tensor.int32_data.iter().map(|&x| i64::from(x)), budget)?
        }
        data_type::INT32 => take(tensor, length, numbers(tensor, i32::from_le_bytes)?.map(i64::from), budget)?,
        other => return Err(refuse(tensor, format!("its data type is {other}, expected 7 (int64) or 6 (int32)"))),
    };
    Ok((shape.len(), values))
}

/// The texts of a tensor of strings or whole numbers.
///
/// # Errors
/// As [`floats`].
pub(super) fn texts(tensor: &TensorProto, budget: &mut Budget) -> Result<Vec<String>, Error> {
    if tensor.data_type != data_type::STRING {
        return Ok(ints(tensor, budget)?.1.iter().map(ToString::to_string).collect());
    }
    check_place(tensor)?;
    let (_, length) = shape(tensor)?;
    let text = |text: &Vec<u8>| String::from_utf8_lossy(text).into_owned();
    take(tensor, length, tensor.string_data.iter().map(text), budget)
}

/// The numbers of a tensor's bytes.
fn numbers<const N: usize, T>(
    tensor: &TensorProto,
    read: fn([u8; N]) -> T,
) -> Result<impl ExactSizeIterator<Item = T>, Error> {
    match tensor.raw_data.as_chunks() {
        (numbers, []) => Ok(numbers.iter().map(move |&bytes| read(bytes))),
        (_, rest) => Err(Error::contradiction(
            place(tensor),
            format!("whole numbers of {N} bytes"),
            format!("{} more", rest.len()),
        )),
    }
}

/// All values, once there are as many as the shape says.
fn take<T>(
    tensor: &TensorProto,
    length: usize,
    values: impl ExactSizeIterator<Item = T>,
    budget: &mut Budget,
) -> Result<Vec<T>, Error> {
    if values.len() != length {
        let expected = format!("{length} values, as its shape {} says", listed(&tensor.dims));
        return Err(Error::contradiction(place(tensor), expected, values.len()));
    }
    budget.take(length)?;
    Ok(values.collect())
}

fn check_place(tensor: &TensorProto) -> Result<(), Error> {
    match tensor.data_location {
        0 => Ok(()),
        _ => Err(refuse(tensor, "its values are in another file\nhint: export the model with external_data=False")),
    }
}

fn place(tensor: &TensorProto) -> String {
    format!("tensor '{}'", shown(&tensor.name))
}

fn refuse(tensor: &TensorProto, problem: impl ToString) -> Error {
    Error::unsupported(place(tensor), problem)
}
