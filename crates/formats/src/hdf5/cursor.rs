//! Numbers and runs of bytes, little endian, with every end checked.

use crate::error::Error;

/// An address or size that stands for none: all bits set.
pub(super) const UNDEFINED: u64 = u64::MAX;

/// The format's name in errors.
const FORMAT: &str = "HDF5";

/// A place in some bytes, which moves on as they are read.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// At an address in the file.
    pub fn at(file: &'a [u8], address: u64) -> Result<Self, Error> {
        let rest = usize::try_from(address).ok().and_then(|start| file.get(start..));
        rest.map(Self::new).ok_or_else(|| malformed(format!("address {address} is beyond the end")))
    }

    /// Bytes that are left.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    pub fn take(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) = self.bytes.split_at_checked(length).ok_or_else(|| malformed("it ends too soon"))?;
        self.bytes = rest;
        Ok(taken)
    }

    /// Bytes up to and including those that fill up a multiple of eight; the first `length`.
    pub fn take_padded(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let taken = self.take(length)?;
        self.take(length.next_multiple_of(8) - length)?;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        Ok(self.take(N)?.try_into().expect("as many bytes as were asked for"))
    }

    pub fn u8(&mut self) -> Result<u8, Error> {
        Ok(self.array::<1>()?[0])
    }

    pub fn u16(&mut self) -> Result<u16, Error> {
        self.array().map(u16::from_le_bytes)
    }

    pub fn u32(&mut self) -> Result<u32, Error> {
        self.array().map(u32::from_le_bytes)
    }

    pub fn u64(&mut self) -> Result<u64, Error> {
        self.array().map(u64::from_le_bytes)
    }

    /// A number of 1, 2, 4 or 8 bytes.
    pub fn uint(&mut self, bytes: usize) -> Result<u64, Error> {
        Ok(self.take(bytes)?.iter().rev().fold(0, |value, &byte| value << 8 | u64::from(byte)))
    }

    /// A length of something that lies in this file.
    pub fn length(&mut self) -> Result<usize, Error> {
        let length = self.u64()?;
        usize::try_from(length).map_err(|_| malformed(format!("a length of {length}")))
    }

    /// Four letters that name what comes next.
    pub fn expect(&mut self, signature: &[u8; 4]) -> Result<(), Error> {
        if self.take(4)? == signature {
            return Ok(());
        }
        Err(malformed(format!("{} is not where it should be", signature.escape_ascii())))
    }
}

pub(super) fn malformed(reason: impl ToString) -> Error {
    Error::Malformed { format: FORMAT, reason: reason.to_string() }
}
