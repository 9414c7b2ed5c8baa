//! One array in a `.npy` file (numpy's "NEP 1: a simple file format for NumPy arrays", and `numpy.lib.format`): a magic
//! word, a header that is a dictionary as Python writes it, and the numbers.

use crate::arrays::Kind;
use crate::axes::transposed;
use crate::error::Error;

const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// The name of the format in errors.
pub(super) const FORMAT: &str = "NPZ";

/// The longest magic word, version, length and header that numpy itself opens unless asked to trust the file
/// (10,000 bytes of header), rounded up.
pub(super) const MAX_HEADER: u64 = 16 << 10;
/// The numbers begin at a multiple of this.
const ALIGNMENT: usize = 64;
/// Axes of an array of any network.
const MAX_AXES: usize = 8;

/// A file of format version 1.0 with these little endian numbers, in C order.
pub(super) fn write(kind: Kind, shape: &[usize], numbers: &[u8]) -> Vec<u8> {
    let descr = match kind {
        Kind::F32 => "<f4",
        Kind::I8 => "|i1",
    };
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {}, }}", tuple(shape));
    // Magic word, version, length; the header; spaces up to the line feed that ends it.
    let length = (10 + header.len() + 1).next_multiple_of(ALIGNMENT) - 10;
    let length_field = u16::try_from(length).expect("a handful of axes is a short text").to_le_bytes();
    let header = format!("{header:<width$}\n", width = length - 1);
    [MAGIC.as_slice(), &[1, 0], &length_field, header.as_bytes(), numbers].concat()
}

/// A shape as Python writes it: `(3,)`, `(3, 4)`.
fn tuple(shape: &[usize]) -> String {
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    format!("({}{})", sizes.join(", "), if shape.len() == 1 { "," } else { "" })
}

/// An array whose header has been read.
pub(super) struct Npy<'a> {
    name: &'a str,
    header: Header,
    numbers: &'a [u8],
}

/// What a header says.
#[derive(Debug, PartialEq)]
struct Header {
    descr: String,
    fortran_order: bool,
    shape: Vec<usize>,
}

impl<'a> Npy<'a> {
    /// Reads the header of the array `name`.
    ///
    /// # Errors
    /// [`Error::Malformed`] for anything but the dictionary that numpy writes; [`Error::Pickle`] for an array of objects.
    pub fn parse(name: &'a str, bytes: &'a [u8]) -> Result<Self, Error> {
        let malformed = |problem: &str| Error::Malformed { format: FORMAT, reason: format!("{name}.npy: {problem}") };
        let (length, rest) = match bytes {
            [0x93, b'N', b'U', b'M', b'P', b'Y', 1, 0, a, b, rest @ ..] => (u32::from_le_bytes([*a, *b, 0, 0]), rest),
            [0x93, b'N', b'U', b'M', b'P', b'Y', 2 | 3, 0, a, b, c, d, rest @ ..] => {
                (u32::from_le_bytes([*a, *b, *c, *d]), rest)
            }
            _ => return Err(malformed("not an array of numpy's format 1 to 3")),
        };
        let (header, numbers) =
            rest.split_at_checked(length as usize).ok_or_else(|| malformed("its header is cut short"))?;
        let header = std::str::from_utf8(header).ok().and_then(Header::parse);
        let header =
            header.ok_or_else(|| malformed("its header is not a dictionary of descr, fortran_order and shape"))?;
        // What numpy stores as a pickle.
        if header.descr.contains('O') {
            return Err(Error::Pickle);
        }
        Ok(Self { name, header, numbers })
    }

    /// The numbers as `f32` in C order, from any floats of 32 or 64 bits; `shape` is what the array must have.
    pub fn floats(&self, shape: &[usize]) -> Result<Vec<f32>, Error> {
        let values: Vec<f32> = match self.header.descr.as_str() {
            "<f4" => self.elements("<f4", shape, f32::from_le_bytes)?.collect(),
            ">f4" => self.elements(">f4", shape, f32::from_be_bytes)?.collect(),
            "<f8" => self.elements("<f8", shape, |bytes| f64::from_le_bytes(bytes) as f32)?.collect(),
            ">f8" => self.elements(">f8", shape, |bytes| f64::from_be_bytes(bytes) as f32)?.collect(),
            _ => return Err(self.unexpected("<f4", shape)),
        };
        Ok(if self.header.fortran_order { from_columns(&values, shape) } else { values })
    }

    /// The numbers of an array of signed bytes in C order.
    pub fn whole_numbers(&self, shape: &[usize]) -> Result<Vec<i8>, Error> {
        if self.header.fortran_order {
            return Err(self.unexpected("|i1", shape));
        }
        Ok(self.elements("|i1", shape, i8::from_le_bytes)?.collect())
    }

    /// The elements as they come, once their type, shape and number are those expected.
    fn elements<T, const SIZE: usize>(
        &self,
        descr: &str,
        shape: &[usize],
        decode: impl Fn([u8; SIZE]) -> T,
    ) -> Result<impl Iterator<Item = T>, Error> {
        let (chunks, rest) = self.numbers.as_chunks::<SIZE>();
        if self.header.descr != descr || self.header.shape != shape {
            return Err(self.unexpected(descr, shape));
        }
        let expected = shape.iter().product::<usize>();
        if !rest.is_empty() || chunks.len() != expected {
            let what = format!("tensor {}", self.name);
            let bytes = |count: usize| format!("{count} bytes of numbers");
            return Err(Error::contradiction(what, bytes(expected * SIZE), bytes(self.numbers.len())));
        }
        Ok(chunks.iter().map(move |&chunk| decode(chunk)))
    }

    fn unexpected(&self, descr: &str, shape: &[usize]) -> Error {
        let order = if self.header.fortran_order { " in Fortran order" } else { "" };
        let found = format!("{} {:?}{order}", self.header.descr, self.header.shape);
        Error::contradiction(format!("tensor {}", self.name), format!("{descr} {shape:?}"), found)
    }
}

/// Numbers in C order from numbers in Fortran order, in which the first index runs fastest.
fn from_columns(values: &[f32], shape: &[usize]) -> Vec<f32> {
    let reversed: Vec<usize> = shape.iter().rev().copied().collect();
    let axes: Vec<usize> = (0..shape.len()).rev().collect();
    transposed(&reversed, values, &axes).expect("an order of all axes").1
}

impl Header {
    /// The dictionary that numpy writes, its keys in any order and each once; nothing for anything else.
    fn parse(text: &str) -> Option<Self> {
        let mut rest = text.trim_end_matches([' ', '\n']).strip_prefix('{')?.strip_suffix('}')?.trim();
        let (mut descr, mut fortran_order, mut shape) = (None, None, None);
        while !rest.is_empty() {
            let (key, after) = string(rest)?;
            let value = after.trim_start().strip_prefix(':')?.trim_start();
            rest = match key {
                "descr" if descr.is_none() => string(value).map(|(text, rest)| (descr = Some(text), rest))?.1,
                "fortran_order" if fortran_order.is_none() => {
                    truth(value).map(|(truth, rest)| (fortran_order = Some(truth), rest))?.1
                }
                "shape" if shape.is_none() => sizes(value).map(|(sizes, rest)| (shape = Some(sizes), rest))?.1,
                _ => return None,
            };
            rest = rest.trim_start();
            if !rest.is_empty() {
                rest = rest.strip_prefix(',')?.trim_start();
            }
        }
        Some(Self { descr: descr?.to_owned(), fortran_order: fortran_order?, shape: shape? })
    }
}

/// A quoted text at the start, and what follows it.
fn string(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    text[1..].split_once(quote).filter(|(inside, _)| !inside.contains('\\'))
}

fn truth(text: &str) -> Option<(bool, &str)> {
    let [yes, no] = [("True", true), ("False", false)].map(|(word, truth)| Some((truth, text.strip_prefix(word)?)));
    yes.or(no)
}

/// A tuple of whole numbers at the start, and what follows it.
fn sizes(text: &str) -> Option<(Vec<usize>, &str)> {
    let (inside, rest) = text.strip_prefix('(')?.split_once(')')?;
    let inside = inside.trim();
    if inside.is_empty() {
        return Some((Vec::new(), rest));
    }
    // Python writes a comma behind a single number, and allows one behind several.
    let numbers = inside.strip_suffix(',').unwrap_or(inside).split(',').map(str::trim);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let sizes = numbers.take(MAX_AXES + 1).map(|text| if is_number(text) { text.parse().ok() } else { None });
    let sizes = sizes.collect::<Option<Vec<usize>>>()?;
    (sizes.len() <= MAX_AXES).then_some((sizes, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_dictionaries_of_three_entries() {
        let header = |descr: &str, fortran_order, shape: &[usize]| {
            Some(Header { descr: descr.to_owned(), fortran_order, shape: shape.to_vec() })
        };
        for (text, expected) in [
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }   \n", header("<f4", false, &[3, 4])),
            ("{\"shape\":(3,),\"descr\":\"|i1\",\"fortran_order\":True}", header("|i1", true, &[3])),
            ("{'descr': '<f8', 'fortran_order': False, 'shape': ()}", header("<f8", false, &[])),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4)", None),
            ("{'descr': '<f4', 'fortran_order': False}", None),
            ("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (3,)}", None),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), 'x': 1}", None),
            ("{'descr': '<f4', 'fortran_order': 0, 'shape': (3,)}", None),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (-3,)}", None),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (+3,)}", None),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (3,,)}", None),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': 3}", None),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", None),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1)}", None),
            ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,)}", None),
            ("{'descr': '\\x3cf4', 'fortran_order': False, 'shape': (3,)}", None),
            ("{'descr': 'é", None),
            ("é", None),
            ("", None),
        ] {
            assert_eq!(Header::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn numbers_begin_where_vectors_may() {
        for shape in [vec![], vec![3], vec![3, 3, 1, 32], vec![1_000_000; 8]] {
            let file = write(Kind::F32, &shape, &[]);
            assert!(file.len().is_multiple_of(64) && file.ends_with(b"\n"), "{shape:?}");
            assert_eq!(Npy::parse("x", &file).unwrap().header.shape, shape);
        }
    }

    #[test]
    fn columns_become_rows() {
        // numpy.arange(24).reshape(2, 3, 4).ravel(order="F") back to ravel(order="C").
        let columns = [0, 12, 4, 16, 8, 20, 1, 13, 5, 17, 9, 21, 2, 14, 6, 18, 10, 22, 3, 15, 7, 19, 11, 23];
        let rows: Vec<f32> = (0..24).map(|index| index as f32).collect();
        assert_eq!(from_columns(&columns.map(|value| value as f32), &[2, 3, 4]), rows);
    }
}
