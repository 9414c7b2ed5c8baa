//! Object headers (section IV.A.1): the messages that say what an object is. Checksums are not compared: bytes that are
//! wrong in another way are found, and a wrong number among a network's values has none in any case.

use super::cursor::{Cursor, malformed};
use crate::error::Error;

/// Messages of one object: Keras' groups have some ten.
const MAX_MESSAGES: usize = 10_000;
/// Pieces of one header.
const MAX_BLOCKS: usize = 1_000;

const CONTINUATION: u16 = 0x10;

/// One message of a header.
pub(super) struct Message<'a> {
    pub kind: u16,
    shared: bool,
    body: &'a [u8],
}

/// All messages of the object at an address, in order.
pub(super) fn messages(file: &[u8], address: u64) -> Result<Vec<Message<'_>>, Error> {
    let mut cursor = Cursor::at(file, address)?;
    let second = cursor.clone().take(4)? == b"OHDR";
    let (first, ordered) = if second { second_version(&mut cursor)? } else { (first_version(&mut cursor)?, false) };
    let mut blocks = vec![first];
    let mut all = Vec::new();
    let mut next = 0;
    while let Some(&block) = blocks.get(next) {
        let mut block = Cursor::new(block);
        next += 1;
        let smallest = if second { 4 + if ordered { 2 } else { 0 } } else { 8 };
        while block.len() >= smallest {
            let message = if second { short_message(&mut block, ordered)? } else { long_message(&mut block)? };
            if message.kind == CONTINUATION {
                blocks.push(continuation(file, message.body, second)?);
            }
            all.push(message);
            Error::check_limit("messages of an object in the HDF5 file", MAX_MESSAGES, all.len())?;
            Error::check_limit("blocks of an object in the HDF5 file", MAX_BLOCKS, blocks.len())?;
        }
    }
    Ok(all)
}

/// The body of the first message of a kind; nothing if there is none. `path` is the object's.
pub(super) fn message<'a>(messages: &[Message<'a>], kind: u16, path: &str) -> Result<Option<&'a [u8]>, Error> {
    messages.iter().find(|message| message.kind == kind).map(|message| message.body(path)).transpose()
}

impl<'a> Message<'a> {
    /// What the message says.
    ///
    /// # Errors
    /// [`Error::Unsupported`] if it is in another place, shared with other objects.
    pub fn body(&self, path: &str) -> Result<&'a [u8], Error> {
        if self.shared {
            return Err(Error::unsupported(path, "its header shares a message with other objects'"));
        }
        Ok(self.body)
    }
}

/// The messages' bytes in a header of version 1.
fn first_version<'a>(cursor: &mut Cursor<'a>) -> Result<&'a [u8], Error> {
    let version = cursor.u8()?;
    if version != 1 {
        return Err(malformed(format!("an object's header of version {version}, expected 1 or 2")));
    }
    cursor.take(7)?;
    let length = cursor.u32()? as usize;
    cursor.take(4)?;
    cursor.take(length)
}

/// The messages' bytes in a header of version 2, and whether each has a number for its order.
fn second_version<'a>(cursor: &mut Cursor<'a>) -> Result<(&'a [u8], bool), Error> {
    cursor.expect(b"OHDR")?;
    let version = cursor.u8()?;
    if version != 2 {
        return Err(malformed(format!("an object's header of version {version}, expected 1 or 2")));
    }
    let flags = cursor.u8()?;
    cursor.take(if flags & 0x20 != 0 { 16 } else { 0 })?;
    cursor.take(if flags & 0x10 != 0 { 4 } else { 0 })?;
    let length = cursor.uint(1 << (flags & 3))?;
    let length = usize::try_from(length).map_err(|_| malformed(format!("an object's header of {length} bytes")))?;
    Ok((cursor.take(length)?, flags & 4 != 0))
}

/// A message in a header of version 1.
fn long_message<'a>(block: &mut Cursor<'a>) -> Result<Message<'a>, Error> {
    let (kind, length, flags) = (block.u16()?, block.u16()?, block.u8()?);
    block.take(3)?;
    Ok(Message { kind, shared: flags & 2 != 0, body: block.take(usize::from(length))? })
}

/// A message in a header of version 2.
fn short_message<'a>(block: &mut Cursor<'a>, ordered: bool) -> Result<Message<'a>, Error> {
    let (kind, length, flags) = (u16::from(block.u8()?), block.u16()?, block.u8()?);
    block.take(if ordered { 2 } else { 0 })?;
    Ok(Message { kind, shared: flags & 2 != 0, body: block.take(usize::from(length))? })
}

/// The messages' bytes in the piece of a header that a continuation message names.
fn continuation<'a>(file: &'a [u8], body: &[u8], second: bool) -> Result<&'a [u8], Error> {
    let mut body = Cursor::new(body);
    let (address, length) = (body.u64()?, body.length()?);
    let block = Cursor::at(file, address)?.take(length)?;
    if !second {
        return Ok(block);
    }
    let mut cursor = Cursor::new(block);
    cursor.expect(b"OCHK")?;
    let messages = cursor.len().checked_sub(4).ok_or_else(|| malformed("it ends too soon"))?;
    cursor.take(messages)
}
