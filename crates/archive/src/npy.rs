//! One array in a `.npy` file (numpy's "NEP 1: a simple file format for NumPy arrays", and `numpy.lib.format`): a magic
//! word, a header that is a dictionary as Python writes it, and the numbers.

use crate::Error;

const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// The longest magic word, version, length and header that numpy itself opens unless asked to trust the file
/// (10,000 bytes of header), rounded up.
pub const MAX_HEADER: u64 = 16 << 10;
/// The numbers begin at a multiple of this.
const ALIGNMENT: usize = 64;
/// Axes of an array of any network or data set.
const MAX_AXES: usize = 8;

/// A file of format version 1.0 with these little endian numbers of the type `descr` (`<f4`, `|u1`), in C order.
///
/// # Panics
/// For more than some hundred axes.
pub fn write(descr: &str, shape: &[usize], numbers: &[u8]) -> Vec<u8> {
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
#[derive(Debug)]
pub struct Npy<'a> {
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
    /// Reads the header of the array `name`; errors name `format`, that of the file it is in.
    ///
    /// # Errors
    /// [`Error::Malformed`] for anything but the dictionary that numpy writes; [`Error::Pickle`] for an array of objects.
    pub fn parse(format: &'static str, name: &'a str, bytes: &'a [u8]) -> Result<Self, Error> {
        let malformed = |problem: &str| Error::Malformed { format, reason: format!("{name}.npy: {problem}") };
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

    /// What the array is called.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// The type of its numbers, as numpy writes it: `<f4`, `|u1`.
    pub fn descr(&self) -> &str {
        &self.header.descr
    }

    /// Its sizes, at most eight.
    pub fn shape(&self) -> &[usize] {
        &self.header.shape
    }

    /// Whether the first index runs fastest (Fortran order), not the last (C order).
    pub fn is_fortran_order(&self) -> bool {
        self.header.fortran_order
    }

    /// The bytes of its numbers, which nothing has compared with its type and shape yet.
    pub fn numbers(&self) -> &'a [u8] {
        self.numbers
    }
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
            let file = write("<f4", &shape, &[]);
            assert!(file.len().is_multiple_of(64) && file.ends_with(b"\n"), "{shape:?}");
            assert_eq!(Npy::parse("NPZ", "x", &file).unwrap().header.shape, shape);
        }
    }
}
