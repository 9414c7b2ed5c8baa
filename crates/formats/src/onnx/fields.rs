//! How many fields a file has, counted before anything is made of them: two bytes can be a node, which takes some hundred
//! bytes of memory.

use super::proto::FORMAT;
use crate::error::Error;

/// Fields of a file: a thousand layers with two hundred each, of names, attributes and sizes. Weights are one field each.
const MAX_FIELDS: usize = 200_000;

/// The messages of `proto.rs` that have others, or many, in them.
#[derive(Clone, Copy)]
enum Message {
    Model,
    Graph,
    Node,
    Attribute,
    Value,
    Type,
    TensorType,
    Shape,
    /// One without others.
    Leaf,
}

impl Message {
    /// The message that a field holds; nothing where it holds none that is read.
    fn of_field(self, field: u64) -> Option<Self> {
        match (self, field) {
            (Self::Model, 7) => Some(Self::Graph),
            (Self::Graph, 1) => Some(Self::Node),
            (Self::Graph, 11 | 12) => Some(Self::Value),
            (Self::Node, 5) => Some(Self::Attribute),
            (Self::Value, 2) => Some(Self::Type),
            (Self::Type, 1) => Some(Self::TensorType),
            (Self::TensorType, 2) => Some(Self::Shape),
            (Self::Model, 8 | 14) | (Self::Graph | Self::Attribute, 5) | (Self::Shape, 1) => Some(Self::Leaf),
            _ => None,
        }
    }
}

/// Refuses a file with more fields than a model needs. Bytes that are not fields are left to the parser.
///
/// # Errors
/// [`Error::TooLarge`].
pub(super) fn check(bytes: &[u8]) -> Result<(), Error> {
    let mut left = MAX_FIELDS;
    count(bytes, Message::Model, &mut left);
    // Where none is left there may be more.
    Error::check_limit(format!("fields of the {FORMAT} file"), MAX_FIELDS, MAX_FIELDS + usize::from(left == 0))
}

/// Takes one from `left` for each field of a message and of those in it, down to 0; nothing once there is no more to read.
/// Messages lie in each other as deep as [`Message::of_field`] goes.
fn count(mut bytes: &[u8], message: Message, left: &mut usize) -> Option<()> {
    while !bytes.is_empty() {
        *left = left.checked_sub(1)?;
        let key = varint(&mut bytes)?;
        match key & 7 {
            0 => {
                varint(&mut bytes)?;
            }
            1 => bytes = bytes.get(8..)?,
            2 => {
                let length = usize::try_from(varint(&mut bytes)?).ok()?;
                let (inner, rest) = bytes.split_at_checked(length)?;
                if let Some(message) = message.of_field(key >> 3) {
                    count(inner, message, left)?;
                }
                bytes = rest;
            }
            5 => bytes = bytes.get(4..)?,
            // The bounds of a group, whose fields follow like any others.
            3 | 4 => {}
            _ => return None,
        }
    }
    Some(())
}

/// A number of seven bits a byte, the lowest first.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A graph of so many empty nodes: two bytes each.
    fn nodes(count: usize) -> Vec<u8> {
        let nodes = [0x0a, 0].repeat(count);
        let mut file = vec![0x3a];
        let mut length = nodes.len();
        while length > 0x7f {
            file.push(length as u8 | 0x80);
            length >>= 7;
        }
        file.push(length as u8);
        [file, nodes].concat()
    }

    #[test]
    fn fields_are_counted_before_they_take_memory() {
        // The graph itself is one.
        check(&nodes(MAX_FIELDS - 2)).unwrap();
        let error = check(&nodes(MAX_FIELDS - 1)).unwrap_err();
        assert!(matches!(error, Error::TooLarge { limit: 200_000, .. }), "{error}");
    }

    #[test]
    fn bytes_that_are_no_fields_are_left_to_the_parser() {
        for bytes in [&[0x3a][..], &[0x3a, 0x7f], &[0xff; 20], &[0x0f], &[0x09, 0, 0], &[0x0b; 9], &[]] {
            check(bytes).unwrap();
        }
    }
}
