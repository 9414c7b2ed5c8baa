//! Attributes that are texts (section IV.A.2.m): of a fixed length, or in a global heap (III.E).

use std::collections::HashMap;
use std::ops::Range;

use super::cursor::{Cursor, UNDEFINED, malformed};
use super::file::Object;
use super::floats::shape;
use crate::error::Error;

/// Texts in one attribute, such as the names of a network's weights.
const MAX_TEXTS: usize = 100_000;
/// Bytes of all texts in one attribute: a network's description has some hundred kilobytes at most.
const MAX_BYTES: usize = 16 << 20;
/// Entries of heaps that are gone through for one attribute.
const MAX_ENTRIES: usize = 1_000_000;

const ATTRIBUTE: u16 = 0x0c;
const ATTRIBUTE_INFO: u16 = 0x15;

impl Object<'_> {
    /// An attribute of one text; nothing if there is none of this name.
    ///
    /// # Errors
    /// [`Error::Contradiction`] if it is not a single text, [`Error::TooLarge`] beyond what a network's description needs,
    /// [`Error::Malformed`] for damage.
    pub fn text(&self, name: &str) -> Result<Option<String>, Error> {
        let Some(texts) = texts(self, name)? else { return Ok(None) };
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
        if let Some(texts) = texts(self, name)? {
            return Ok(Some(texts));
        }
        let mut all: Option<Vec<String>> = None;
        for part in 0.. {
            let Some(texts) = texts(self, &format!("{name}{part}"))? else { break };
            let all = all.get_or_insert_default();
            all.extend(texts);
            check_count(all.len())?;
        }
        Ok(all)
    }
}

/// The texts of the attribute `name`; nothing if there is no such attribute. An attribute of any type that has no values
/// at all is an empty list: it is how Keras writes one.
fn texts(object: &Object<'_>, name: &str) -> Result<Option<Vec<String>>, Error> {
    let Some(Stored { datatype, dataspace, values }) = find(object, name)? else { return Ok(None) };
    let count = shape(dataspace)?.iter().try_fold(1usize, |product, &size| product.checked_mul(size));
    let count = count.unwrap_or(usize::MAX);
    check_count(count)?;
    if count == 0 {
        return Ok(Some(Vec::new()));
    }
    let mut datatype = Cursor::new(datatype);
    let (class, bits) = (datatype.u8()? & 0x0f, datatype.take(3)?);
    let size = datatype.u32()? as usize;
    let texts = match (class, bits[0] & 0x0f) {
        (3, _) => fixed(values, count, size)?,
        (9, 1) => in_heap(object, values, count)?,
        _ => return Err(Error::contradiction(format!("attribute {name}"), "text", format!("a type of class {class}"))),
    };
    let text = |bytes: &[u8]| {
        let damaged = |_| Error::contradiction(format!("attribute {name}"), "UTF-8", "other bytes");
        std::str::from_utf8(bytes).map(str::to_owned).map_err(damaged)
    };
    texts.into_iter().map(text).collect::<Result<_, _>>().map(Some)
}

fn check_count(count: usize) -> Result<(), Error> {
    Error::check_limit("texts of an attribute in the HDF5 file", MAX_TEXTS, count)
}

fn check_bytes(bytes: usize) -> Result<(), Error> {
    Error::check_limit("bytes of an attribute in the HDF5 file", MAX_BYTES, bytes)
}

/// The parts of an attribute.
struct Stored<'f> {
    datatype: &'f [u8],
    dataspace: &'f [u8],
    values: Cursor<'f>,
}

fn find<'f>(object: &Object<'f>, name: &str) -> Result<Option<Stored<'f>>, Error> {
    for message in object.messages.iter().filter(|message| message.kind == ATTRIBUTE) {
        let mut body = Cursor::new(message.body(&object.path)?);
        let [version, flags] = [body.u8()?, body.u8()?];
        let [name_length, datatype, dataspace] = [body.u16()?, body.u16()?, body.u16()?].map(usize::from);
        let take = match version {
            1 => Cursor::take_padded,
            2 | 3 => Cursor::take,
            other => return Err(malformed(format!("an attribute of version {other}, expected 1 to 3"))),
        };
        body.take(if version == 3 { 1 } else { 0 })?;
        let found = take(&mut body, name_length)?;
        if found.strip_suffix(b"\0").unwrap_or(found) != name.as_bytes() {
            continue;
        }
        if version > 1 && flags & 3 != 0 {
            return object.unsupported(format!("the type of attribute {name} is in another place"));
        }
        let (datatype, dataspace) = (take(&mut body, datatype)?, take(&mut body, dataspace)?);
        return Ok(Some(Stored { datatype, dataspace, values: body }));
    }
    if let Some(body) = object.message(ATTRIBUTE_INFO)? {
        let mut body = Cursor::new(body);
        let ordered = body.take(2)?[1] & 1 != 0;
        body.take(if ordered { 2 } else { 0 })?;
        if body.u64()? != UNDEFINED {
            return object.unsupported(
                "a group whose attributes are in a heap of their own\n\
                 hint: write the file again without libver='latest'",
            );
        }
    }
    Ok(None)
}

/// Texts of `size` bytes each, filled up with zeros.
fn fixed(mut values: Cursor<'_>, count: usize, size: usize) -> Result<Vec<&[u8]>, Error> {
    check_bytes(count.saturating_mul(size))?;
    let mut all = Vec::with_capacity(count);
    for _ in 0..count {
        let bytes = values.take(size)?;
        let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(size);
        all.push(&bytes[..end]);
    }
    Ok(all)
}

/// Texts that are references to global heaps: a length, the address of a heap and the number of an object in it.
fn in_heap<'f>(object: &Object<'f>, mut values: Cursor<'f>, count: usize) -> Result<Vec<&'f [u8]>, Error> {
    let mut heap: Option<(u64, HashMap<u16, Range<usize>>)> = None;
    let (mut entries, mut bytes) = (0, 0usize);
    let mut all = Vec::with_capacity(count);
    for _ in 0..count {
        let (length, address, index) = (values.u32()? as usize, values.u64()?, values.u32()?);
        if length == 0 {
            all.push(&[][..]);
            continue;
        }
        // Different references may name the same bytes: what counts is what they are together.
        bytes = bytes.saturating_add(length);
        check_bytes(bytes)?;
        let objects = match heap.take_if(|(of, _)| *of == address) {
            Some((_, objects)) => objects,
            None => collection(object, address, &mut entries)?,
        };
        let missing = || malformed(format!("heap {address} has no text {index} of {length} bytes"));
        let range = u16::try_from(index).ok().and_then(|index| objects.get(&index)).ok_or_else(missing)?;
        let text = object.file.bytes[range.clone()].get(..length).ok_or_else(missing)?;
        all.push(text.strip_suffix(b"\0").unwrap_or(text));
        heap = Some((address, objects));
    }
    Ok(all)
}

/// Where the objects of a global heap are in the file, by their numbers. `entries` counts all that were looked at.
fn collection(object: &Object<'_>, address: u64, entries: &mut usize) -> Result<HashMap<u16, Range<usize>>, Error> {
    let mut cursor = object.file.at(address)?;
    cursor.expect(b"GCOL")?;
    cursor.take(4)?;
    let length = cursor.length()?.checked_sub(16).ok_or_else(|| malformed("a heap shorter than its head"))?;
    let mut cursor = Cursor::new(cursor.take(length)?);
    let end = address as usize + 16 + length;
    let mut objects = HashMap::new();
    while cursor.len() >= 16 {
        *entries += 1;
        Error::check_limit("entries of heaps in the HDF5 file", MAX_ENTRIES, *entries)?;
        let index = cursor.u16()?;
        cursor.take(6)?;
        let size = cursor.length()?;
        // Object 0 is the free space at the end.
        if index == 0 {
            break;
        }
        let start = end - cursor.len();
        cursor.take(size.checked_next_multiple_of(8).ok_or_else(|| malformed("a heap's object is too long"))?)?;
        objects.insert(index, start..start + size);
    }
    Ok(objects)
}
