//! Arrays in chunks (section III.A.1, nodes of type 1), plain or behind filters (IV.A.2.l).

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::cursor::{Cursor, UNDEFINED, malformed};
use super::file::Object;
use crate::error::Error;

const FILTERS: u16 = 0x0b;

const DEFLATE: u16 = 1;
const SHUFFLE: u16 = 2;
const CHECKSUM: u16 = 3;

/// Bytes of one chunk, unpacked; h5py makes them up to a megabyte, and more only on request.
const MAX_CHUNK: usize = 64 << 20;
/// Nodes of one array's tree, and chunks.
const MAX_CHUNKS: usize = 100_000;
/// Filters one after the other.
const MAX_FILTERS: u8 = 8;

/// All bytes of an array of `size` bytes per number and `length` in all, row by row. `layout` is behind its class.
pub(super) fn read(
    array: &Object<'_>,
    mut layout: Cursor<'_>,
    shape: &[usize],
    size: usize,
    length: usize,
) -> Result<Vec<u8>, Error> {
    let rank = usize::from(layout.u8()?);
    let tree = layout.u64()?;
    let sizes = (0..rank).map(|_| layout.u32().map(|size| size as usize)).collect::<Result<Vec<_>, _>>()?;
    let [chunk @ .., last] = &sizes[..] else { return Err(malformed("chunks without a shape")) };
    if chunk.len() != shape.len() || *last != size || chunk.contains(&0) {
        return Err(malformed(format!("chunks of {sizes:?} for an array of {shape:?}")));
    }
    let bytes = chunk.iter().try_fold(size, |product, &size| product.checked_mul(size)).unwrap_or(usize::MAX);
    let count =
        shape.iter().zip(chunk).try_fold(1usize, |count, (size, chunk)| count.checked_mul(size.div_ceil(*chunk)));
    let count = count.unwrap_or(usize::MAX);
    for (what, limit, found) in [("bytes of a chunk", MAX_CHUNK, bytes), ("chunks of an array", MAX_CHUNKS, count)] {
        Error::check_limit(format!("{what} in the HDF5 file"), limit, found)?;
    }
    if tree == UNDEFINED {
        return Err(Error::contradiction(&array.path, "values", "none: the array was never written"));
    }
    let mut chunks = Chunks {
        array,
        filters: filters(array)?,
        shape,
        chunk,
        size,
        bytes,
        left: 2 * MAX_CHUNKS,
        last: None,
        all: vec![0; length],
    };
    let found = chunks.tree(tree, None)?;
    if found != count {
        return Err(Error::contradiction(&array.path, format!("{count} chunks"), found));
    }
    Ok(chunks.all)
}

/// The filters that made the chunks, in the order in which they were used.
fn filters(array: &Object<'_>) -> Result<Vec<u16>, Error> {
    let Some(body) = array.message(FILTERS)? else { return Ok(Vec::new()) };
    let mut body = Cursor::new(body);
    let [version, count] = [body.u8()?, body.u8()?];
    if !(1..=2).contains(&version) || count > MAX_FILTERS {
        return Err(malformed(format!("{count} filters, version {version}")));
    }
    body.take(if version == 1 { 6 } else { 0 })?;
    let mut filters = Vec::new();
    for _ in 0..count {
        let filter = body.u16()?;
        if ![DEFLATE, SHUFFLE, CHECKSUM].contains(&filter) {
            return array.unsupported(format!("filter {filter}: read are deflate, shuffle and fletcher32"));
        }
        let name = if version == 1 { usize::from(body.u16()?) } else { 0 };
        body.take(2)?;
        let settings = usize::from(body.u16()?);
        body.take(name)?;
        // Version 1 fills up to a multiple of eight.
        body.take(4 * (settings + if version == 1 { settings % 2 } else { 0 }))?;
        filters.push(filter);
    }
    Ok(filters)
}

/// An array on the way through its chunks.
struct Chunks<'a> {
    array: &'a Object<'a>,
    filters: Vec<u16>,
    shape: &'a [usize],
    /// A chunk's shape, in numbers.
    chunk: &'a [usize],
    size: usize,
    /// Bytes of an unpacked chunk.
    bytes: usize,
    /// Nodes and chunks that may still be visited.
    left: usize,
    /// Where the last chunk was: each comes after the one before, so that none comes twice in the place of another.
    last: Option<Vec<usize>>,
    all: Vec<u8>,
}

impl Chunks<'_> {
    /// A node of the tree; returns the number of chunks below it. Levels go down to 0, so that the walk ends.
    fn tree(&mut self, address: u64, level: Option<u8>) -> Result<usize, Error> {
        let mut node = self.array.file.at(address)?;
        node.expect(b"TREE")?;
        let (kind, own, entries) = (node.u8()?, node.u8()?, node.u16()?);
        if kind != 1 || level.is_some_and(|level| own != level) {
            return Err(malformed("an array's tree has a node that does not belong to it"));
        }
        node.take(16)?;
        let mut found = 0;
        for _ in 0..entries {
            self.left = self.left.checked_sub(1).ok_or_else(|| malformed("an array's tree has too many nodes"))?;
            let (stored, mask) = (node.u32()? as usize, node.u32()?);
            let offsets = (0..self.shape.len()).map(|_| node.length()).collect::<Result<Vec<_>, _>>()?;
            node.take(8)?;
            let child = node.u64()?;
            match own.checked_sub(1) {
                Some(level) => found += self.tree(child, Some(level))?,
                None => {
                    let packed = self.array.file.at(child)?.take(stored)?;
                    let bytes = self.unpacked(packed, mask)?;
                    self.place(&bytes, &offsets)?;
                    found += 1;
                }
            }
        }
        Ok(found)
    }

    /// A chunk's bytes, with the filters undone from the last to the first but for those that `mask` leaves out.
    fn unpacked(&self, packed: &[u8], mask: u32) -> Result<Vec<u8>, Error> {
        // What a chunk takes counts by itself: chunks may be larger than the array, and many of them the same bytes.
        self.array.file.unpack(self.bytes)?;
        let mut bytes = packed.to_vec();
        for (_, &filter) in self.filters.iter().enumerate().rev().filter(|(index, _)| mask >> index & 1 == 0) {
            bytes = match filter {
                DEFLATE => inflated(&bytes, self.bytes + 4)?,
                SHUFFLE => unshuffled(&bytes, self.size),
                _ => bytes[..bytes.len().saturating_sub(4)].to_vec(),
            };
        }
        if bytes.len() != self.bytes {
            return Err(malformed(format!("a chunk of {} bytes, expected {}", bytes.len(), self.bytes)));
        }
        Ok(bytes)
    }

    /// Copies the rows of a chunk to where they belong; what reaches over the array's edge is left out.
    fn place(&mut self, bytes: &[u8], offsets: &[usize]) -> Result<(), Error> {
        let mut axes = offsets.iter().zip(self.shape).zip(self.chunk);
        let inside = axes.all(|((offset, shape), chunk)| offset < shape && offset % chunk == 0);
        if !inside || self.last.as_deref().is_some_and(|last| last >= offsets) {
            return Err(malformed(format!("a chunk at {offsets:?} of {:?}", self.shape)));
        }
        self.last = Some(offsets.to_vec());
        let row = self.chunk.last().map_or(1, |&length| length);
        let kept = self.shape.last().zip(offsets.last()).map_or(1, |(&shape, &offset)| row.min(shape - offset));
        'rows: for (index, source) in bytes.chunks_exact(row * self.size).enumerate() {
            let (mut rest, mut at, mut stride) = (index, offsets.last().copied().unwrap_or(0), 1);
            for axis in (0..self.shape.len().saturating_sub(1)).rev() {
                stride *= self.shape[axis + 1];
                let place = offsets[axis] + rest % self.chunk[axis];
                if place >= self.shape[axis] {
                    continue 'rows;
                }
                at += place * stride;
                rest /= self.chunk[axis];
            }
            self.all[at * self.size..][..kept * self.size].copy_from_slice(&source[..kept * self.size]);
        }
        Ok(())
    }
}

/// The bytes of a zlib stream, which must not be more than `limit`.
fn inflated(packed: &[u8], limit: usize) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut reader = ZlibDecoder::new(packed).take(limit as u64 + 1);
    reader.read_to_end(&mut bytes).map_err(|error| malformed(format!("a chunk does not inflate: {error}")))?;
    if bytes.len() > limit {
        return Err(malformed(format!("a chunk of more than {limit} bytes")));
    }
    Ok(bytes)
}

/// Numbers of `size` bytes from all their first bytes, then all their second ones, and so on.
fn unshuffled(bytes: &[u8], size: usize) -> Vec<u8> {
    let count = bytes.len() / size;
    let numbers = (0..count).flat_map(|number| (0..size).map(move |byte| bytes[byte * count + number]));
    numbers.chain(bytes[count * size..].iter().copied()).collect()
}
