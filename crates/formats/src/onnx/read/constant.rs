//! Constants of a file: weights, and the sizes that reshapes take.

use super::beside::{Beside, place};
use crate::axes::transposed;
use crate::error::Error;
use crate::excerpt::listed;
use crate::onnx::proto::{FORMAT, TensorProto, data_type};

/// Axes of a tensor; networks on images have four.
pub(super) const MAX_RANK: usize = 8;

/// The way out where numbers are of another type.
const DATA_TYPE_HINT: &str = "hint: export the model in single precision: model.float() in PyTorch";

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

    /// The array with its axes in another order, as ONNX's `Transpose`; nothing if `axes` are not such an order.
    pub fn transposed(&self, axes: &[usize]) -> Option<Self> {
        transposed(&self.shape, &self.values, axes).map(|(shape, values)| Self { shape, values })
    }
}

/// What constants are read from: the file, and the files beside it.
#[derive(Clone)]
pub(super) struct Constants<'a> {
    beside: &'a Beside,
    /// How many numbers may still be taken: each is there once, but nodes can take it many times.
    left: usize,
}

impl<'a> Constants<'a> {
    /// Of a file of so many bytes.
    pub fn new(beside: &'a Beside, bytes: usize) -> Self {
        Self { beside, left: bytes.saturating_add(beside.len()) }
    }

    /// Takes `length` numbers.
    pub fn take(&mut self, length: usize) -> Result<(), Error> {
        let reason = "its nodes copy the same weights over and over".to_owned();
        self.left = self.left.checked_sub(length).ok_or(Error::Malformed { format: FORMAT, reason })?;
        Ok(())
    }

    /// The values of a tensor of floats, single or double precision.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for another type; [`Error::Companion`] for values that are not where they are said to be;
    /// [`Error::Contradiction`] for another number of values than the shape says, or one that is not finite.
    pub fn floats(&mut self, tensor: &TensorProto) -> Result<Floats, Error> {
        let floats = self.any_floats(tensor)?;
        match floats.values.iter().find(|value| !value.is_finite()) {
            Some(value) => Err(Error::contradiction(place(tensor), "finite numbers", value)),
            None => Ok(floats),
        }
    }

    /// As [`Self::floats`], infinities and NaN included.
    pub fn any_floats(&mut self, tensor: &TensorProto) -> Result<Floats, Error> {
        let (shape, length) = shape(tensor)?;
        let raw = self.beside.raw(tensor)?;
        let double = |x: f64| x as f32;
        let values: Vec<f32> = match (tensor.data_type, raw) {
            (data_type::FLOAT, None) => self.collect(tensor, length, tensor.float_data.iter().copied())?,
            (data_type::FLOAT, Some(raw)) => self.collect(tensor, length, numbers(tensor, raw, f32::from_le_bytes)?)?,
            (data_type::DOUBLE, None) => {
                self.collect(tensor, length, tensor.double_data.iter().copied().map(double))?
            }
            (data_type::DOUBLE, Some(raw)) => {
                self.collect(tensor, length, numbers(tensor, raw, f64::from_le_bytes)?.map(double))?
            }
            (other, _) => return Err(wrong_type(tensor, other, "1 (float) or 11 (double)")),
        };
        Ok(Floats { shape, values })
    }

    /// The values of a tensor of whole numbers, with its shape.
    ///
    /// # Errors
    /// As [`Self::floats`].
    pub fn ints(&mut self, tensor: &TensorProto) -> Result<(Vec<usize>, Vec<i64>), Error> {
        let (shape, length) = shape(tensor)?;
        let raw = self.beside.raw(tensor)?;
        let values = match (tensor.data_type, raw) {
            (data_type::INT64, None) => self.collect(tensor, length, tensor.int64_data.iter().copied())?,
            (data_type::INT64, Some(raw)) => self.collect(tensor, length, numbers(tensor, raw, i64::from_le_bytes)?)?,
            (data_type::INT32, None) => {
                self.collect(tensor, length, tensor.int32_data.iter().copied().map(i64::from))?
            }
            (data_type::INT32, Some(raw)) => {
                self.collect(tensor, length, numbers(tensor, raw, i32::from_le_bytes)?.map(i64::from))?
            }
            (other, _) => return Err(wrong_type(tensor, other, "7 (int64) or 6 (int32)")),
        };
        Ok((shape, values))
    }

    /// The texts of a tensor of strings or whole numbers.
    ///
    /// # Errors
    /// As [`Self::floats`].
    pub fn texts(&mut self, tensor: &TensorProto) -> Result<Vec<String>, Error> {
        if tensor.data_type != data_type::STRING {
            return Ok(self.ints(tensor)?.1.iter().map(ToString::to_string).collect());
        }
        let (_, length) = shape(tensor)?;
        let text = |text: &Vec<u8>| String::from_utf8_lossy(text).into_owned();
        self.collect(tensor, length, tensor.string_data.iter().map(text))
    }

    /// All values, once there are as many as the shape says.
    fn collect<T>(
        &mut self,
        tensor: &TensorProto,
        length: usize,
        values: impl ExactSizeIterator<Item = T>,
    ) -> Result<Vec<T>, Error> {
        if values.len() != length {
            let expected = format!("{length} values, as its shape {} says", listed(&tensor.dims));
            return Err(Error::contradiction(place(tensor), expected, values.len()));
        }
        self.take(length)?;
        Ok(values.collect())
    }
}

/// The sizes of a tensor, as many as it has values.
fn shape(tensor: &TensorProto) -> Result<(Vec<usize>, usize), Error> {
    let wrong = || {
        let problem = format!("its shape is {}, expected up to {MAX_RANK} sizes above 0", listed(&tensor.dims));
        Error::unsupported(place(tensor), format!("{problem}\nhint: the file is damaged; export the model again"))
    };
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

/// The numbers of a tensor's bytes.
fn numbers<'r, const N: usize, T>(
    tensor: &TensorProto,
    raw: &'r [u8],
    read: fn([u8; N]) -> T,
) -> Result<impl ExactSizeIterator<Item = T> + use<'r, N, T>, Error> {
    match raw.as_chunks() {
        (numbers, []) => Ok(numbers.iter().map(move |&bytes| read(bytes))),
        (_, rest) => Err(Error::contradiction(
            place(tensor),
            format!("whole numbers of {N} bytes"),
            format!("{} more", rest.len()),
        )),
    }
}

fn wrong_type(tensor: &TensorProto, found: i32, expected: &str) -> Error {
    Error::unsupported(place(tensor), format!("its data type is {found}, expected {expected}\n{DATA_TYPE_HINT}"))
}
