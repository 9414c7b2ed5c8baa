//! Writing: groups, attributes of text and arrays of `f32`, as HDF5 1.8 and later read them.
//!
//! Superblock of version 0, object headers of version 1, links as messages in them, arrays contiguous, and the text of all
//! attributes in one global heap, so that its length has no limit. Nothing depends on anything but the content.

use super::cursor::UNDEFINED;

/// Where the global heap is: behind the superblock.
const HEAP: u64 = 96;
/// The smallest heap that the reference implementation accepts.
const MIN_HEAP: usize = 4_096;

/// A group to write.
#[derive(Default)]
pub(crate) struct Group {
    /// Names and values.
    pub attributes: Vec<(String, Attribute)>,
    /// Names and what they stand for; no name twice.
    pub children: Vec<(String, Node)>,
}

/// The value of an attribute.
pub(crate) enum Attribute {
    /// A text.
    Text(String),
    /// A list of texts; an empty one has the type of a float, as Keras writes it.
    Texts(Vec<String>),
}

/// What a group can hold.
pub(crate) enum Node {
    /// A group.
    Group(Group),
    /// An array: its shape, and its values row by row.
    Floats(Vec<usize>, Vec<f32>),
}

impl Group {
    /// The group with one more thing in it.
    pub fn with(mut self, name: impl ToString, node: Node) -> Self {
        self.children.push((name.to_string(), node));
        self
    }

    /// The group with one more attribute.
    pub fn with_attribute(mut self, name: impl ToString, value: Attribute) -> Self {
        self.attributes.push((name.to_string(), value));
        self
    }

    /// All texts of all attributes, in the order in which [`Writer`] refers to them.
    fn texts<'a>(&'a self, all: &mut Vec<&'a str>) {
        for (_, child) in &self.children {
            if let Node::Group(group) = child {
                group.texts(all);
            }
        }
        for (_, attribute) in &self.attributes {
            match attribute {
                Attribute::Text(text) => all.push(text),
                Attribute::Texts(texts) => all.extend(texts.iter().map(String::as_str)),
            }
        }
    }
}

/// The bytes of a file with this root group.
///
/// # Panics
/// If an attribute or a name is too long for a header, which has room for some 4,000 texts, or there are more than
/// 65,535 texts or members of a group: networks have up to a thousand layers.
pub(crate) fn write(root: &Group) -> Vec<u8> {
    let mut texts = Vec::new();
    root.texts(&mut texts);
    let mut writer = Writer { bytes: vec![0; HEAP as usize], texts: 0 };
    writer.heap(&texts);
    let root = writer.group(root);
    let mut head = Vec::from(*b"\x89HDF\r\n\x1a\n");
    // Versions, sizes of addresses and lengths, and how many entries tables would have, had we any.
    head.extend([0, 0, 0, 0, 0, 8, 8, 0, 4, 0, 16, 0, 0, 0, 0, 0]);
    for address in [0, UNDEFINED, writer.bytes.len() as u64, UNDEFINED, 0, root, 0, 0, 0] {
        head.extend(address.to_le_bytes());
    }
    writer.bytes[..HEAP as usize].copy_from_slice(&head);
    writer.bytes
}

struct Writer {
    bytes: Vec<u8>,
    /// Texts of the heap that attributes have referred to so far.
    texts: u32,
}

impl Writer {
    /// The global heap (section III.E) with all texts, numbered from 1.
    fn heap(&mut self, texts: &[&str]) {
        let mut objects = Vec::new();
        for (index, text) in (1..=u16::MAX).zip(texts) {
            objects.extend([index.to_le_bytes(), 1u16.to_le_bytes(), [0; 2], [0; 2]].concat());
            objects.extend((text.len() as u64).to_le_bytes());
            objects.extend(text.as_bytes());
            objects.resize(objects.len().next_multiple_of(8), 0);
        }
        assert!(texts.len() <= usize::from(u16::MAX), "{} texts in one heap", texts.len());
        // The rest is object 0, the free space, whose length counts its own head.
        let length = (16 + objects.len() + 16).max(MIN_HEAP);
        let free = (length - 16 - objects.len()) as u64;
        self.bytes.extend([&b"GCOL\x01\0\0\0"[..], &(length as u64).to_le_bytes(), &objects].concat());
        self.bytes.extend([[0; 8], free.to_le_bytes()].concat());
        self.bytes.resize(HEAP as usize + length, 0);
    }

    /// Writes a group behind all that is in it; returns its address.
    fn group(&mut self, group: &Group) -> u64 {
        let undefined = UNDEFINED.to_le_bytes();
        // Link info without heap and tree, and group info without settings.
        let mut messages = vec![(0x02, [&[0, 0][..], &undefined, &undefined].concat()), (0x0a, vec![0, 0])];
        for (name, child) in &group.children {
            let address = match child {
                Node::Group(group) => self.group(group),
                Node::Floats(shape, values) => self.floats(shape, values),
            };
            // Version 1; UTF-8, with a name's length of two bytes.
            let length = u16::try_from(name.len()).expect("names are short").to_le_bytes();
            messages.push((0x06, [&[1, 0x11, 1][..], &length, name.as_bytes(), &address.to_le_bytes()].concat()));
        }
        for (name, value) in &group.attributes {
            let message = match value {
                Attribute::Text(text) => self.attribute(name, &[], &[text]),
                Attribute::Texts(texts) => self.attribute(name, &[texts.len()], texts),
            };
            messages.push((0x0c, message));
        }
        self.header(&messages)
    }

    /// Writes an array; returns its address.
    fn floats(&mut self, shape: &[usize], values: &[f32]) -> u64 {
        let start = self.bytes.len() as u64;
        self.bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        self.align();
        let length = (values.len() * 4) as u64;
        let layout = [&[3, 1][..], &start.to_le_bytes(), &length.to_le_bytes()].concat();
        // A fill value that is not defined.
        let fill = vec![2, 2, 2, 0];
        self.header(&[
            (0x01, dataspace(shape)),
            (0x03, float(4, 31, [23, 8, 0, 23], 127)),
            (0x05, fill),
            (0x08, layout),
        ])
    }

    /// An attribute message (section IV.A.2.m) of texts in the heap.
    fn attribute(&mut self, name: &str, shape: &[usize], texts: &[impl AsRef<str>]) -> Vec<u8> {
        let datatype = if texts.is_empty() { float(8, 63, [52, 11, 0, 52], 1_023) } else { text() };
        let dataspace = dataspace(shape);
        let lengths = [name.len() + 1, datatype.len(), dataspace.len()];
        let mut message = vec![1, 0];
        for length in lengths {
            message.extend(u16::try_from(length).expect("names are short").to_le_bytes());
        }
        for part in [[name.as_bytes(), &[0]].concat(), datatype, dataspace] {
            message.extend(&part);
            message.resize(message.len().next_multiple_of(8), 0);
        }
        for text in texts {
            self.texts += 1;
            message.extend((text.as_ref().len() as u32).to_le_bytes());
            message.extend(HEAP.to_le_bytes());
            message.extend(self.texts.to_le_bytes());
        }
        message
    }

    /// An object header (section IV.A.1.a); returns its address.
    fn header(&mut self, messages: &[(u16, Vec<u8>)]) -> u64 {
        let mut block = Vec::new();
        for (kind, message) in messages {
            let length = message.len().next_multiple_of(8);
            block.extend(kind.to_le_bytes());
            block.extend(u16::try_from(length).expect("messages fit into headers").to_le_bytes());
            block.extend([0; 4]);
            block.extend(message);
            block.resize(block.len() + length - message.len(), 0);
        }
        let address = self.bytes.len() as u64;
        self.bytes.extend([1, 0]);
        self.bytes.extend(u16::try_from(messages.len()).expect("groups are small").to_le_bytes());
        self.bytes.extend([1u32, block.len() as u32, 0].map(u32::to_le_bytes).concat());
        self.bytes.extend(block);
        address
    }

    fn align(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(8), 0);
    }
}

/// A dataspace message (section IV.A.2.b).
fn dataspace(shape: &[usize]) -> Vec<u8> {
    let sizes = shape.iter().flat_map(|&size| (size as u64).to_le_bytes());
    [1, shape.len() as u8, 0, 0, 0, 0, 0, 0].into_iter().chain(sizes).collect()
}

/// The datatype message (section IV.A.2.d) of a little endian float: bytes, the sign's bit, the places and sizes of
/// exponent and mantissa, and the exponent's bias.
fn float(size: u32, sign: u8, places: [u8; 4], bias: u32) -> Vec<u8> {
    let precision = (8 * size as u16).to_le_bytes();
    [&[0x11, 0x20, sign, 0][..], &size.to_le_bytes(), &[0; 2], &precision, &places, &bias.to_le_bytes()].concat()
}

/// The datatype message of UTF-8 text of any length: a sequence of bytes in a global heap.
fn text() -> Vec<u8> {
    let byte = [&[0x10, 0, 0, 0][..], &1u32.to_le_bytes(), &[0, 0, 8, 0]].concat();
    [&[0x19, 0x01, 0x01, 0][..], &16u32.to_le_bytes(), &byte].concat()
}
