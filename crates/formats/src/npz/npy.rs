//! A model's numbers in one of numpy's arrays.

use tenfold_archive::npy::Npy;

use crate::axes::transposed;
use crate::error::Error;

/// The numbers as `f32` in C order, from any floats of 32 or 64 bits; `shape` is what the array must have.
pub(super) fn floats(array: &Npy<'_>, shape: &[usize]) -> Result<Vec<f32>, Error> {
    let values: Vec<f32> = match array.descr() {
        "<f4" => elements(array, "<f4", shape, f32::from_le_bytes)?.collect(),
        ">f4" => elements(array, ">f4", shape, f32::from_be_bytes)?.collect(),
        "<f8" => elements(array, "<f8", shape, |bytes| f64::from_le_bytes(bytes) as f32)?.collect(),
        ">f8" => elements(array, ">f8", shape, |bytes| f64::from_be_bytes(bytes) as f32)?.collect(),
        _ => return Err(unexpected(array, "<f4", shape)),
    };
    Ok(if array.is_fortran_order() { from_columns(&values, shape) } else { values })
}

/// The numbers of an array of signed bytes in C order.
pub(super) fn whole_numbers(array: &Npy<'_>, shape: &[usize]) -> Result<Vec<i8>, Error> {
    if array.is_fortran_order() {
        return Err(unexpected(array, "|i1", shape));
    }
    Ok(elements(array, "|i1", shape, i8::from_le_bytes)?.collect())
}

/// The elements as they come, once their type, shape and number are those expected.
fn elements<T, const SIZE: usize>(
    array: &Npy<'_>,
    descr: &str,
    shape: &[usize],
    decode: impl Fn([u8; SIZE]) -> T,
) -> Result<impl Iterator<Item = T>, Error> {
    let (chunks, rest) = array.numbers().as_chunks::<SIZE>();
    if array.descr() != descr || array.shape() != shape {
        return Err(unexpected(array, descr, shape));
    }
    let expected = shape.iter().product::<usize>();
    if !rest.is_empty() || chunks.len() != expected {
        let what = format!("tensor {}", array.name());
        let bytes = |count: usize| format!("{count} bytes of numbers");
        return Err(Error::contradiction(what, bytes(expected * SIZE), bytes(array.numbers().len())));
    }
    Ok(chunks.iter().map(move |&chunk| decode(chunk)))
}

fn unexpected(array: &Npy<'_>, descr: &str, shape: &[usize]) -> Error {
    let order = if array.is_fortran_order() { " in Fortran order" } else { "" };
    let found = format!("{} {:?}{order}", array.descr(), array.shape());
    Error::contradiction(format!("tensor {}", array.name()), format!("{descr} {shape:?}"), found)
}

/// Numbers in C order from numbers in Fortran order, in which the first index runs fastest.
fn from_columns(values: &[f32], shape: &[usize]) -> Vec<f32> {
    let reversed: Vec<usize> = shape.iter().rev().copied().collect();
    let axes: Vec<usize> = (0..shape.len()).rev().collect();
    transposed(&reversed, values, &axes).expect("an order of all axes").1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_become_rows() {
        // numpy.arange(24).reshape(2, 3, 4).ravel(order="F") back to ravel(order="C").
        let columns = [0, 12, 4, 16, 8, 20, 1, 13, 5, 17, 9, 21, 2, 14, 6, 18, 10, 22, 3, 15, 7, 19, 11, 23];
        let rows: Vec<f32> = (0..24).map(|index| index as f32).collect();
        assert_eq!(from_columns(&columns.map(|value| value as f32), &[2, 3, 4]), rows);
    }
}
