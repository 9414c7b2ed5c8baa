//! A column's data, page by page: a header each, then what may be compressed.

use std::borrow::Cow;
use std::io::Read;

use super::malformed;
use super::thrift::{self, Fields};
use crate::Error;

/// The most bytes of a page once unpacked: pages have a megabyte, unless a single value is larger.
const MAX_PAGE: usize = 256 << 20;

/// As many bytes as one byte of Snappy can become: a copy of 64 takes three.
const SNAPPY_RATIO: usize = 22;

/// A page of values.
pub(super) struct Page<'a> {
    pub is_dictionary: bool,
    pub values: usize,
    pub encoding: i64,
    /// Which values are there at all, and how many bytes these levels take where their length does not stand before them.
    pub levels: Levels<'a>,
    /// Everything else.
    pub data: Cow<'a, [u8]>,
}

/// Where a page says which values are there.
pub(super) enum Levels<'a> {
    /// At the start of the data, after their length.
    Inside,
    /// Beside it.
    Beside(&'a [u8]),
}

/// Takes the next page from the bytes of a chunk.
pub(super) fn next<'a>(bytes: &mut &'a [u8], codec: i64) -> Result<Page<'a>, Error> {
    let cut = || malformed("a page that is damaged or cut short".to_owned());
    let (header, rest) = thrift::read(bytes)?;
    let (unpacked, packed) = (header.size(2).ok_or_else(cut)?, header.size(3).ok_or_else(cut)?);
    if unpacked > MAX_PAGE {
        return Err(malformed(format!("a page of {unpacked} bytes, expected at most {MAX_PAGE}")));
    }
    let (data, rest) = rest.split_at_checked(packed).ok_or_else(cut)?;
    *bytes = rest;
    let page = |about: &Fields<'_>, is_dictionary, levels, data| {
        let encoding = about.int(if header.int(1) == Some(3) { 4 } else { 2 });
        let values = about.size(1).ok_or_else(cut)?;
        Ok(Page { is_dictionary, values, encoding: encoding.ok_or_else(cut)?, levels, data })
    };
    match (header.int(1), header.fields(5), header.fields(7), header.fields(8)) {
        (Some(0), Some(about), ..) => page(about, false, Levels::Inside, unpack(data, unpacked, codec)?),
        (Some(2), _, Some(about), _) => page(about, true, Levels::Beside(&[]), unpack(data, unpacked, codec)?),
        (Some(3), .., Some(about)) => {
            let (levels, repeated) = (about.size(5).ok_or_else(cut)?, about.size(6).unwrap_or(0));
            let (beside, data) = data.split_at_checked(levels.saturating_add(repeated)).ok_or_else(cut)?;
            let unpacked = unpacked.checked_sub(beside.len()).ok_or_else(cut)?;
            // A truth is its field's kind, which nothing keeps: what is as long as it will be is not packed.
            let codec = if data.len() == unpacked { 0 } else { codec };
            page(about, false, Levels::Beside(&beside[repeated..]), unpack(data, unpacked, codec)?)
        }
        (kind, ..) => Err(malformed(format!("a page of kind {}", kind.unwrap_or(-1)))),
    }
}

/// What was compressed, of exactly `length` bytes.
fn unpack(data: &[u8], length: usize, codec: i64) -> Result<Cow<'_, [u8]>, Error> {
    let damaged = || malformed("a compressed page that is damaged".to_owned());
    let unpacked: Cow<'_, [u8]> = match codec {
        0 => data.into(),
        1 => {
            if snap::raw::decompress_len(data).map_err(|_| damaged())? != length || length > SNAPPY_RATIO * data.len() {
                return Err(damaged());
            }
            snap::raw::Decoder::new().decompress_vec(data).map_err(|_| damaged())?.into()
        }
        2 => {
            let mut bytes = Vec::new();
            let reader = flate2::read::GzDecoder::new(data).take(length as u64 + 1);
            { reader }.read_to_end(&mut bytes).map_err(|_| damaged())?;
            bytes.into()
        }
        codec => {
            let names = ["LZO", "Brotli", "LZ4", "Zstandard", "LZ4"];
            let name = codec.checked_sub(3).and_then(|index| names.get(usize::try_from(index).ok()?));
            let name = name.copied().unwrap_or("an unknown method");
            let hint = "write the file again with compression=\"snappy\", \"gzip\" or none";
            return Err(malformed(format!("compressed with {name}, expected Snappy, gzip or nothing\nhint: {hint}")));
        }
    };
    if unpacked.len() == length { Ok(unpacked) } else { Err(damaged()) }
}
