//! Thrift's compact protocol (thrift/doc/specs/thrift-compact-protocol.md), in which Parquet writes everything about its
//! data: fields with numbers, of values of a few kinds.

use super::malformed;
use crate::Error;

/// Structs inside structs: the deepest here, statistics in a page's header, are four.
const MAX_DEPTH: usize = 16;

/// A value. Each takes a byte of the file at least, so a file has no more of them than bytes.
#[derive(Debug)]
pub(super) enum Value<'a> {
    Bool,
    Int(i64),
    Double,
    Bytes(&'a [u8]),
    List(Vec<Value<'a>>),
    Struct(Fields<'a>),
}

/// The fields of a struct, by number.
#[derive(Debug, Default)]
pub(super) struct Fields<'a>(Vec<(i16, Value<'a>)>);

impl<'a> Fields<'a> {
    pub fn get(&self, number: i16) -> Option<&Value<'a>> {
        self.0.iter().find(|(found, _)| *found == number).map(|(_, value)| value)
    }

    pub fn int(&self, number: i16) -> Option<i64> {
        match self.get(number) {
            Some(Value::Int(value)) => Some(*value),
            _ => None,
        }
    }

    /// A size or a place: a whole number that is not negative.
    pub fn size(&self, number: i16) -> Option<usize> {
        self.int(number).and_then(|value| usize::try_from(value).ok())
    }

    pub fn text(&self, number: i16) -> Option<&'a str> {
        match self.get(number) {
            Some(Value::Bytes(bytes)) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    pub fn fields(&self, number: i16) -> Option<&Fields<'a>> {
        match self.get(number) {
            Some(Value::Struct(fields)) => Some(fields),
            _ => None,
        }
    }

    /// The structs of a list; none where there is none.
    pub fn structs(&self, number: i16) -> impl Iterator<Item = &Fields<'a>> {
        let values = match self.get(number) {
            Some(Value::List(values)) => values.as_slice(),
            _ => &[],
        };
        values.iter().filter_map(|value| if let Value::Struct(fields) = value { Some(fields) } else { None })
    }
}

/// Reads the struct at the start of `bytes`; returns what follows it.
pub(super) fn read(bytes: &[u8]) -> Result<(Fields<'_>, &[u8]), Error> {
    let mut reader = Reader { bytes };
    let fields = reader.fields(0).ok_or_else(|| malformed("damaged or cut short".to_owned()))?;
    Ok((fields, reader.bytes))
}

/// What is still to be read.
struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn fields(&mut self, depth: usize) -> Option<Fields<'a>> {
        let mut fields = Vec::new();
        let mut number = 0_i16;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(Fields(fields));
            }
            // The difference to the last field's number, or a number of its own.
            number = match head >> 4 {
                0 => i16::try_from(zigzag(varint(&mut self.bytes)?)).ok()?,
                difference => number.checked_add(i16::from(difference))?,
            };
            let value = match head & 15 {
                // In a field, a truth is its kind.
                1 | 2 => Value::Bool,
                kind => self.value(kind, depth)?,
            };
            fields.push((number, value));
        }
    }

    fn value(&mut self, kind: u8, depth: usize) -> Option<Value<'a>> {
        if depth >= MAX_DEPTH {
            return None;
        }
        Some(match kind {
            1 | 2 => self.byte().map(|_| Value::Bool)?,
            3 => Value::Int(i64::from(self.byte()?.cast_signed())),
            4..=6 => Value::Int(zigzag(varint(&mut self.bytes)?)),
            7 => self.take(8).map(|_| Value::Double)?,
            8 => {
                let length = usize::try_from(varint(&mut self.bytes)?).ok()?;
                Value::Bytes(self.take(length)?)
            }
            9 | 10 => self.list(depth)?,
            12 => Value::Struct(self.fields(depth + 1)?),
            // Maps and UUIDs occur nowhere in Parquet.
            _ => return None,
        })
    }

    fn list(&mut self, depth: usize) -> Option<Value<'a>> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => usize::try_from(varint(&mut self.bytes)?).ok()?,
            count => usize::from(count),
        };
        // An element has a byte at least.
        if count > self.bytes.len() {
            return None;
        }
        (0..count).map(|_| self.value(head & 15, depth + 1)).collect::<Option<Vec<_>>>().map(Value::List)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(taken)
    }
}

/// A number in groups of seven bits, the least first; it is taken from the bytes.
pub(super) fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

/// A signed number from one without a sign: 0, -1, 1, -2 and so on.
fn zigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}
