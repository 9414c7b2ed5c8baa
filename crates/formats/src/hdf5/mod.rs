//! HDF5 files: the part of the format that Keras uses, from untrusted bytes, and back.
//!
//! After the HDF5 File Format Specification, version 3.0 (<https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html>);
//! numbers of sections below are its. Read are groups whose links are in symbol tables (as h5py writes them) or in the
//! object's header, attributes of text in the object's header, and arrays of floats that are contiguous, compact, or in
//! chunks that are plain, shuffled or deflated.
//!
//! It is our own because a library that decodes all attributes of an object has no limit on what they name: strings are
//! references to a heap, and 4,000 references to one string of a megabyte are a file of a megabyte that takes four
//! gigabytes. Here an attribute is looked for by name, references are added up before they are followed, and every walk
//! has an end.

mod attribute;
mod chunks;
mod cursor;
mod floats;
mod header;
mod links;
mod write;

use std::cell::Cell;

use crate::archive;
use crate::error::Error;
use cursor::{Cursor, malformed};
use header::Message;

pub(crate) use write::{Attribute, Group, Node, write};

/// An address or size that stands for none: all bits set.
const UNDEFINED: u64 = u64::MAX;
/// Components of a path: the deepest that Keras writes has six.
const MAX_DEPTH: usize = 32;

/// A file to read from.
pub(crate) struct File<'a> {
    bytes: &'a [u8],
    root: u64,
    /// Bytes of arrays that may still be unpacked.
    unpackable: Cell<usize>,
}

impl<'a> File<'a> {
    /// Reads the superblock (section II.A), which says where the file ends and its root group is.
    ///
    /// # Errors
    /// [`Error::Malformed`] for bytes that are no such file, or fewer than it should have; [`Error::Unsupported`] for
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
        let unpackable = Cell::new(archive::unpackable(bytes.len()));
        Ok(Self { bytes, root, unpackable })
    }

    /// The root group.
    ///
    /// # Errors
    /// [`Error::Malformed`] if there is no object where it should be.
    pub fn root(&self) -> Result<Object<'_>, Error> {
        self.object(self.root, "/".to_owned())
    }

    fn object(&self, address: u64, path: String) -> Result<Object<'_>, Error> {
        Ok(Object { messages: header::messages(self.bytes, address)?, file: self, path })
    }

    /// The bytes from an address on.
    fn at(&self, address: u64) -> Result<Cursor<'_>, Error> {
        Cursor::at(self.bytes, address)
    }

    /// Takes `length` bytes from what may still be unpacked.
    fn unpack(&self, length: usize) -> Result<(), Error> {
        let rest = self.unpackable.get().checked_sub(length);
        let limit = self.unpackable.get() as u64;
        let too_large =
            || Error::TooLarge { what: "bytes of arrays in the HDF5 file".to_owned(), limit, found: length as u64 };
        self.unpackable.set(rest.ok_or_else(too_large)?);
        Ok(())
    }
}

/// A group or an array of the file.
pub(crate) struct Object<'f> {
    file: &'f File<'f>,
    /// Where it is, for messages.
    pub path: String,
    messages: Vec<Message<'f>>,
}

impl<'f> Object<'f> {
    /// The object at a path of names with `/` between them, from this group on; nothing if there is none.
    ///
    /// # Errors
    /// [`Error::Malformed`] for damage on the way; [`Error::Unsupported`] for groups of a kind that is not read.
    pub fn child(&self, path: &str) -> Result<Option<Object<'f>>, Error> {
        let mut found: Option<Object<'f>> = None;
        for (depth, name) in path.split('/').filter(|name| !matches!(*name, "" | ".")).enumerate() {
            if depth == MAX_DEPTH {
                return Err(malformed(format!("a path of more than {MAX_DEPTH} names: {}", shortened(path))));
            }
            let parent = found.as_ref().unwrap_or(self);
            let Some(address) = links::find(self.file, &parent.messages, &parent.path, name)? else { return Ok(None) };
            let path = format!("{}/{name}", parent.path.trim_end_matches('/'));
            found = Some(self.file.object(address, path)?);
        }
        Ok(found)
    }

    /// As [`Self::child`], where it must be.
    ///
    /// # Errors
    /// Also [`Error::Contradiction`] if there is none.
    pub fn expect(&self, path: &str) -> Result<Object<'f>, Error> {
        let missing = || {
            let what = format!("{}/{}", self.path.trim_end_matches('/'), shortened(path));
            Error::contradiction(what, "to be in the file", "nothing")
        };
        self.child(path)?.ok_or_else(missing)
    }

    /// The names of all that is in this group.
    ///
    /// # Errors
    /// As [`Self::child`].
    pub fn names(&self) -> Result<Vec<String>, Error> {
        links::names(self.file, &self.messages, &self.path)
    }

    /// The values of an array of floats, which must have this shape; other precisions become `f32`.
    ///
    /// # Errors
    /// [`Error::Contradiction`] for another shape, before anything is read; [`Error::Unsupported`] for other kinds of
    /// numbers and ways of packing; [`Error::TooLarge`] for arrays that unpack to many times the file;
    /// [`Error::Malformed`] for damage.
    pub fn floats(&self, shape: &[usize]) -> Result<Vec<f32>, Error> {
        floats::read(self, shape)
    }

    /// The shape of an array.
    ///
    /// # Errors
    /// [`Error::Contradiction`] if this is none, [`Error::Malformed`] for damage.
    pub fn shape(&self) -> Result<Vec<usize>, Error> {
        floats::shape_of(self)
    }

    /// An attribute of one text; nothing if there is none of this name.
    ///
    /// # Errors
    /// [`Error::Contradiction`] if it is no single text, [`Error::TooLarge`] beyond what a network's description needs,
    /// [`Error::Malformed`] for damage.
    pub fn text(&self, name: &str) -> Result<Option<String>, Error> {
        let Some(texts) = attribute::texts(self, name)? else { return Ok(None) };
        let found = texts.len();
        let [text] = <[String; 1]>::try_from(texts)
            .map_err(|_| Error::contradiction(format!("attribute {name}"), "one text", format!("{found} texts")))?;
        Ok(Some(text))
    }

    /// An attribute of a list of texts, also where it is cut into `name0`, `name1`, ... because a header has room for
    /// 64 KB; nothing if there is none of this name.
    ///
    /// # Errors
    /// As [`Self::text`].
    pub fn texts(&self, name: &str) -> Result<Option<Vec<String>>, Error> {
        if let Some(texts) = attribute::texts(self, name)? {
            return Ok(Some(texts));
        }
        let mut all: Option<Vec<String>> = None;
        for part in 0.. {
            let Some(texts) = attribute::texts(self, &format!("{name}{part}"))? else { break };
            let all = all.get_or_insert_default();
            all.extend(texts);
            attribute::check_count(all.len())?;
        }
        Ok(all)
    }

    /// The body of the first message of a kind.
    fn message(&self, kind: u16) -> Result<Option<&'f [u8]>, Error> {
        header::message(&self.messages, kind, &self.path)
    }

    fn unsupported<T>(&self, problem: impl ToString) -> Result<T, Error> {
        Err(Error::unsupported(&self.path, problem))
    }
}

/// A text from the file, for an error's message.
fn shortened(text: &str) -> String {
    text.chars().take(100).collect()
}

#[cfg(test)]
mod tests;
