//! The values of a column, one after the other.

use super::encoding::runs;
use super::malformed;
use super::metadata::{Chunk, Kind, Leaf, Metadata};
use super::page::{self, Levels, Page};
use crate::Error;

/// Encodings of values (parquet-format's `Encoding`).
const PLAIN: i64 = 0;
const PLAIN_DICTIONARY: i64 = 2;
const RLE_DICTIONARY: i64 = 8;

/// A value of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Number(i64),
    Bytes(&'a [u8]),
}

/// What is done with each value.
type Visit<'v> = dyn FnMut(Value<'_>) -> Result<(), Error> + 'v;

/// Visits the values of a column in the order of rows. One page is unpacked at a time, and a dictionary.
pub(super) fn read(file: &[u8], metadata: &Metadata<'_>, column: usize, visit: &mut Visit<'_>) -> Result<(), Error> {
    let leaf = &metadata.leaves[column];
    for group in &metadata.groups {
        let of_leaf = |error| match error {
            Error::Malformed { format, problem } => {
                Error::Malformed { format, problem: format!("column {}: {problem}", leaf.path.join(".")) }
            }
            error => error,
        };
        read_chunk(file, group[column], leaf, visit).map_err(of_leaf)?;
    }
    Ok(())
}

fn read_chunk(file: &[u8], chunk: Chunk, leaf: &Leaf, visit: &mut Visit<'_>) -> Result<(), Error> {
    let cut = || malformed("damaged or cut short".to_owned());
    let mut bytes = file.get(chunk.start..).and_then(|rest| rest.get(..chunk.bytes)).ok_or_else(cut)?;
    let Some(optional) = leaf.optional else {
        return Err(malformed("lists, expected a value for each row".to_owned()));
    };
    let (mut dictionary, mut left) = (None, chunk.values);
    while left > 0 {
        let page = page::next(&mut bytes, chunk.codec)?;
        if page.is_dictionary {
            dictionary = Some(page);
            continue;
        }
        left = left.checked_sub(page.values).filter(|_| page.values > 0).ok_or_else(cut)?;
        let data = present(&page, optional)?;
        match (page.encoding, &dictionary) {
            (PLAIN, _) => plain(data, leaf.kind, page.values, visit)?,
            (PLAIN_DICTIONARY | RLE_DICTIONARY, Some(words)) => {
                let places = data.split_first().and_then(|(&width, places)| runs(places, width, page.values));
                looked_up(words, &places.ok_or_else(cut)?, leaf.kind, visit)?;
            }
            (encoding, _) => {
                return Err(malformed(format!("encoding {encoding}, expected plain values or a dictionary")));
            }
        }
    }
    Ok(())
}

/// The values' bytes, once it is sure that no value is missing.
fn present<'p>(page: &'p Page<'_>, optional: u8) -> Result<&'p [u8], Error> {
    let cut = || malformed("levels that are damaged or cut short".to_owned());
    if optional == 0 {
        return Ok(&page.data);
    }
    let (levels, data) = match page.levels {
        Levels::Beside(levels) => (levels, &*page.data),
        Levels::Inside => {
            let (length, rest) = page.data.split_first_chunk::<4>().ok_or_else(cut)?;
            rest.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or_else(cut)?
        }
    };
    let width = (u8::BITS - optional.leading_zeros()) as u8;
    let levels = runs(levels, width, page.values).ok_or_else(cut)?;
    match levels.iter().all(|&level| level == u32::from(optional)) {
        true => Ok(data),
        false => Err(malformed("a value is missing, expected one for each row".to_owned())),
    }
}

/// Visits values that stand one after the other.
fn plain(mut data: &[u8], kind: Kind, count: usize, visit: &mut Visit<'_>) -> Result<(), Error> {
    for _ in 0..count {
        visit(take(&mut data, kind)?)?;
    }
    Ok(())
}

/// Visits the values at these places of a dictionary.
fn looked_up(words: &Page<'_>, places: &[u32], kind: Kind, visit: &mut Visit<'_>) -> Result<(), Error> {
    let mut data = &*words.data;
    // A word takes four bytes at least.
    let count = words.values.min(data.len() / 4);
    let values = (0..count).map(|_| take(&mut data, kind)).collect::<Result<Vec<_>, _>>()?;
    for &place in places {
        let value =
            values.get(place as usize).ok_or_else(|| malformed("a place that the dictionary lacks".to_owned()))?;
        visit(*value)?;
    }
    Ok(())
}

/// Takes a value from the start.
fn take<'a>(data: &mut &'a [u8], kind: Kind) -> Result<Value<'a>, Error> {
    let cut = || malformed("values that are cut short".to_owned());
    let (value, rest) = match kind {
        Kind::I32 => {
            let (number, rest) = data.split_first_chunk::<4>().ok_or_else(cut)?;
            (Value::Number(i32::from_le_bytes(*number).into()), rest)
        }
        Kind::I64 => {
            let (number, rest) = data.split_first_chunk::<8>().ok_or_else(cut)?;
            (Value::Number(i64::from_le_bytes(*number)), rest)
        }
        Kind::Bytes => {
            let (length, rest) = data.split_first_chunk::<4>().ok_or_else(cut)?;
            let (bytes, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or_else(cut)?;
            (Value::Bytes(bytes), rest)
        }
        Kind::Other => return Err(malformed("neither bytes nor whole numbers".to_owned())),
    };
    *data = rest;
    Ok(value)
}
