//! Arrays of floats: their shape (section IV.A.2.b), type (IV.A.2.d) and place (IV.A.2.i).

use super::chunks;
use super::cursor::{Cursor, UNDEFINED, malformed};
use super::file::Object;
use crate::error::Error;

const DATASPACE: u16 = 0x01;
const DATATYPE: u16 = 0x03;
const LAYOUT: u16 = 0x08;

/// The longest shape: a chunk's has one more.
const MAX_RANK: u8 = 32;

impl Object<'_> {
    /// The values of an array of floats, which must have this shape; other precisions become `f32`.
    ///
    /// # Errors
    /// [`Error::Contradiction`] for another shape, before anything is read; [`Error::Unsupported`] for other kinds of
    /// numbers and ways of packing; [`Error::TooLarge`] for arrays that unpack to many times the file;
    /// [`Error::Malformed`] for damage.
    pub fn floats(&self, shape: &[usize]) -> Result<Vec<f32>, Error> {
        let (Some(dataspace), Some(datatype), Some(layout)) =
            (self.message(DATASPACE)?, self.message(DATATYPE)?, self.message(LAYOUT)?)
        else {
            return Err(Error::contradiction(&self.path, "an array", "something else"));
        };
        let found = self::shape(dataspace)?;
        if found != shape {
            return Err(Error::contradiction(&self.path, format!("{shape:?}"), format!("{found:?}")));
        }
        let Some(kind) = Kind::of(datatype)? else {
            return self.unsupported("numbers other than floats of 16, 32 or 64 bits");
        };
        let length = shape.iter().try_fold(kind.size, |product, &size| product.checked_mul(size));
        let length = length.unwrap_or(usize::MAX);
        self.file.unpack(length)?;
        let bytes = bytes(self, layout, shape, kind.size, length)?;
        Ok(bytes.chunks_exact(kind.size).map(|bytes| kind.value(bytes)).collect())
    }

    /// The shape of an array.
    ///
    /// # Errors
    /// [`Error::Contradiction`] if this is not an array, [`Error::Malformed`] for damage.
    pub fn shape(&self) -> Result<Vec<usize>, Error> {
        let dataspace = self.message(DATASPACE)?;
        shape(dataspace.ok_or_else(|| Error::contradiction(&self.path, "an array", "something else"))?)
    }
}

/// The sizes in a dataspace message; none for a single value.
pub(super) fn shape(message: &[u8]) -> Result<Vec<usize>, Error> {
    let mut message = Cursor::new(message);
    let [version, rank] = [message.u8()?, message.u8()?];
    message.take(1)?;
    match version {
        1 => message.take(5)?,
        // Kind 2 is nothing at all, not even a single value.
        2 if message.u8()? == 2 => return Ok(vec![0]),
        2 => &[],
        other => return Err(malformed(format!("a shape of version {other}, expected 1 or 2"))),
    };
    if rank > MAX_RANK {
        return Err(malformed(format!("a shape of {rank} sizes, expected at most {MAX_RANK}")));
    }
    (0..rank).map(|_| message.length()).collect()
}

/// All bytes of an array, row by row.
fn bytes(array: &Object<'_>, layout: &[u8], shape: &[usize], size: usize, length: usize) -> Result<Vec<u8>, Error> {
    let mut layout = Cursor::new(layout);
    let [version, class] = [layout.u8()?, layout.u8()?];
    match (version, class) {
        (3 | 4, 0) => {
            let stored = layout.u16()?;
            let bytes = layout.take(usize::from(stored))?;
            if bytes.len() == length {
                Ok(bytes.to_vec())
            } else {
                Err(malformed("an array of another length than its shape"))
            }
        }
        (3 | 4, 1) => {
            let address = layout.u64()?;
            if address == UNDEFINED {
                return Err(Error::contradiction(&array.path, "values", "none: the array was never written"));
            }
            Ok(array.file.at(address)?.take(length)?.to_vec())
        }
        (3, 2) => chunks::read(array, layout, shape, size, length),
        _ => array
            .unsupported("values stored in a way that is not read\nhint: write the file again without libver='latest'"),
    }
}

/// IEEE 754 numbers of one precision and order of bytes.
struct Kind {
    size: usize,
    big_endian: bool,
}

impl Kind {
    /// What a datatype message says; nothing if it is another type.
    fn of(message: &[u8]) -> Result<Option<Self>, Error> {
        let mut message = Cursor::new(message);
        let (class, bits) = (message.u8()? & 0x0f, message.take(3)?);
        let size = message.u32()? as usize;
        if class != 1 {
            return Ok(None);
        }
        let (offset, precision) = (message.u16()?, message.u16()?);
        let (places, bias) = (message.take(4)?, message.u32()?);
        // Where the exponent starts and how many bits it has, then the same of the mantissa.
        let is_ieee = match size {
            2 => places == [10, 5, 0, 10] && bias == 15,
            4 => places == [23, 8, 0, 23] && bias == 127,
            8 => places == [52, 11, 0, 52] && bias == 1_023,
            _ => false,
        };
        let is_whole = offset == 0 && usize::from(precision) == 8 * size;
        // Bit 6 is for the order of bytes that VAX computers had.
        let has_order = bits[0] & 0x40 == 0;
        Ok((is_ieee && is_whole && has_order).then_some(Self { size, big_endian: bits[0] & 1 != 0 }))
    }

    /// One number; a wider one is rounded.
    fn value(&self, bytes: &[u8]) -> f32 {
        let mut little = [0; 8];
        little[..self.size].copy_from_slice(bytes);
        if self.big_endian {
            little[..self.size].reverse();
        }
        let bits = u64::from_le_bytes(little);
        match self.size {
            2 => half(bits as u16),
            4 => f32::from_bits(bits as u32),
            _ => f64::from_bits(bits) as f32,
        }
    }
}

/// A number in half precision.
fn half(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let mantissa = f32::from(bits & 0x3ff);
    sign * match bits >> 10 & 0x1f {
        0 => mantissa / 16_777_216.0,
        31 if mantissa == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        exponent => (1.0 + mantissa / 1_024.0) * f32::from(exponent as i16 - 15).exp2(),
    }
}

#[cfg(test)]
mod tests {
    use super::half;

    #[test]
    fn half_precision_is_exact() {
        for (bits, value) in [
            (0x0000, 0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333_251_95),
            (0x7bff, 65_504.0),
            (0x0400, 0.000_061_035_156),
            (0x0001, 5.960_464_5e-8),
            (0xfc00, f32::NEG_INFINITY),
        ] {
            assert_eq!(half(bits), value, "{bits:04x}");
        }
        assert!(half(0x7e00).is_nan());
    }
}
