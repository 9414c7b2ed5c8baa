//! The file as a whole, and the objects in it: groups and arrays.

use std::cell::Cell;

use super::cursor::{Cursor, malformed};
use super::header::{self, Message};
use crate::error::Error;

/// A file to read from.
pub(crate) struct File<'a> {
    pub(super) bytes: &'a [u8],
    root: u64,
    /// Bytes of arrays that may still be unpacked.
    unpackable: Cell<usize>,
}

impl<'a> File<'a> {
    /// Reads the superblock (section II.A), which says where the file ends and its root group is.
    ///
    /// # Errors
    /// [`Error::Malformed`] for bytes that are not such a file, or fewer than it should have; [`Error::Unsupported`] for
    /// addresses of other sizes than 64 bits.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut cursor = Cursor::new(bytes);
        if cursor.take(8)? != b"\x89HDF\r\n\x1a\n" {
            return Err(malformed("the signature is missing"));
        }
        let version = cursor.u8()?;
        let sizes = match version {
            0 | 1 => {
                cursor.take(4)?;
                let sizes = [cursor.u8()?, cursor.u8()?];
                cursor.take(if version == 0 { 9 } else { 13 })?;
                sizes
            }
            2 | 3 => {
                let sizes = [cursor.u8()?, cursor.u8()?];
                cursor.take(1)?;
                sizes
            }
            other => return Err(malformed(format!("superblock version {other}, expected 0 to 3"))),
        };
        if sizes != [8, 8] {
            return Err(Error::unsupported(
                "the HDF5 file",
                format!("{sizes:?} bytes per address and size, expected 8"),
            ));
        }
        let base = cursor.u64()?;
        cursor.u64()?;
        let end = cursor.u64()?;
        if base != 0 || end > bytes.len() as u64 {
            let found = bytes.len();
            return Err(malformed(format!("it should have {end} bytes from byte {base} on, found {found} in all")));
        }
        let root = match version {
            // The driver's block and the name of the root's symbol table entry come before.
            0 | 1 => cursor.take(16).and_then(|_| cursor.u64())?,
            _ => cursor.u64()?,
        };
        // Values of a network hardly shrink when they are deflated. Twice the file is for half precision, the rest for
        // parameters that are still all zero or one.
        let unpackable = Cell::new(tenfold_archive::unpackable(bytes.len()));
        Ok(Self { bytes, root, unpackable })
    }

    /// The root group.
    ///
    /// # Errors
    /// [`Error::Malformed`] if there is no object where it should be.
    pub fn root(&self) -> Result<Object<'_>, Error> {
        self.object(self.root, "/".to_owned())
    }

    pub(super) fn object(&self, address: u64, path: String) -> Result<Object<'_>, Error> {
        Ok(Object { messages: header::messages(self.bytes, address)?, file: self, path })
    }

    /// The bytes from an address on.
    pub(super) fn at(&self, address: u64) -> Result<Cursor<'_>, Error> {
        Cursor::at(self.bytes, address)
    }

    /// Takes `length` bytes from what may still be unpacked.
    pub(super) fn unpack(&self, length: usize) -> Result<(), Error> {
        let left = self.unpackable.get();
        Error::check_limit("bytes of arrays in the HDF5 file", left, length)?;
        self.unpackable.set(left - length);
        Ok(())
    }
}

/// A group or an array of the file.
pub(crate) struct Object<'f> {
    pub(super) file: &'f File<'f>,
    /// Where it is, for messages.
    pub path: String,
    pub(super) messages: Vec<Message<'f>>,
}

impl<'f> Object<'f> {
    /// The body of the first message of a kind.
    pub(super) fn message(&self, kind: u16) -> Result<Option<&'f [u8]>, Error> {
        header::message(&self.messages, kind, &self.path)
    }

    pub(super) fn unsupported<T>(&self, problem: impl ToString) -> Result<T, Error> {
        Err(Error::unsupported(&self.path, problem))
    }
}
