//! Labels in one of numpy's arrays: whole numbers of any size, or texts.

use tenfold_archive::npy::{self, Npy};

use super::malformed;
use crate::class_names::MAX_NAME_BYTES;
use crate::{Dataset, Error, Labels, idx};

/// Bytes of a character in an array of texts.
const CHARACTER: usize = 4;

/// The labels of an array `[count]` or `[count, 1]`.
pub(super) fn read(array: &Npy<'_>) -> Result<Labels, Error> {
    let (name, descr) = (array.name(), array.descr());
    let ([count] | [count, 1]) = *array.shape() else {
        let hint = "one label for each image; of an array with a column for each class, numpy.argmax(y, axis=1)";
        return Err(malformed(format!("{name}: expected labels [count], found {:?}\nhint: {hint}", array.shape())));
    };
    let Some((size, label)) = reader(descr) else {
        return Err(malformed(format!("{name}: expected whole numbers or texts, found {descr}")));
    };
    if count.checked_mul(size) != Some(array.numbers().len()) {
        let found = array.numbers().len();
        return Err(malformed(format!("{name}: expected {count} labels of {size} bytes, found {found} bytes")));
    }
    let mut labels = Labels::default();
    for element in array.numbers().chunks_exact(size) {
        let text = label(element).ok_or_else(|| malformed(format!("{name}: a label that is no text")))?;
        labels.push(&text)?;
    }
    Ok(labels)
}

/// What the bytes of an element say; nothing if they are no text.
trait ReadLabel: Fn(&[u8]) -> Option<String> {}

impl<F: Fn(&[u8]) -> Option<String>> ReadLabel for F {}

/// Bytes of an element of this type, and what they say; nothing for a type that is not of labels.
fn reader(descr: &str) -> Option<(usize, impl ReadLabel)> {
    let (order, rest) = descr.split_at_checked(1)?;
    let (kind, size) = rest.split_at_checked(1)?;
    let size: usize = size.parse().ok()?;
    let is_big = match order {
        "<" | "|" => false,
        ">" => true,
        _ => return None,
    };
    let size = match kind {
        "i" | "u" if matches!(size, 1 | 2 | 4 | 8) => size,
        "U" if (1..=MAX_NAME_BYTES).contains(&size) => size * CHARACTER,
        _ => return None,
    };
    let (is_text, is_signed) = (kind == "U", kind == "i");
    Some((size, move |element: &[u8]| match is_text {
        true => text(element, is_big),
        false => Some(whole_number(element, is_big, is_signed).to_string()),
    }))
}

fn whole_number(element: &[u8], is_big: bool, is_signed: bool) -> i128 {
    let value = unsigned(element, is_big);
    let bits = 8 * element.len();
    if is_signed && value >> (bits - 1) == 1 { i128::from(value) - (1 << bits) } else { i128::from(value) }
}

fn unsigned(element: &[u8], is_big: bool) -> u64 {
    let add = |value: u64, &byte: &u8| value << 8 | u64::from(byte);
    if is_big { element.iter().fold(0, add) } else { element.iter().rev().fold(0, add) }
}

/// Characters of four bytes, filled up with zeros.
fn text(element: &[u8], is_big: bool) -> Option<String> {
    let codes = element.chunks_exact(CHARACTER).map(|code| unsigned(code, is_big) as u32);
    let codes: Vec<u32> = codes.collect();
    let end = codes.iter().rposition(|&code| code != 0).map_or(0, |last| last + 1);
    codes[..end].iter().map(|&code| char::from_u32(code)).collect()
}

/// The file of a set's labels.
pub(super) fn write(set: &Dataset) -> Vec<u8> {
    if set.is_of_digits() {
        return npy::write("|u1", &[set.len()], &idx::label_bytes(set));
    }
    let width = set.names().iter().map(|name| name.chars().count()).max().unwrap_or(1);
    let mut bytes = Vec::with_capacity(set.len() * width * CHARACTER);
    for &label in set.labels() {
        let characters = set.names()[usize::from(label)].chars().map(u32::from);
        let filled = characters.chain(std::iter::repeat(0)).take(width);
        bytes.extend(filled.flat_map(u32::to_le_bytes));
    }
    npy::write(&format!("<U{width}"), &[set.len()], &bytes)
}
