//! TensorBoard's event files: what its scalar charts are drawn from.
//!
//! A file is a sequence of TFRecords: the length of the data as a little-endian `u64`, the masked CRC-32C of those eight
//! bytes, the data, and the data's masked CRC-32C (tensorflow/core/lib/io/record_writer.h). The data of each is an `Event`
//! (tensorflow/core/util/event.proto) in Protocol Buffers' wire format, of which this module writes the fields it needs.

use crc::{CRC_32_ISCSI, Crc};

/// What the first record of a file must say.
const VERSION: &str = "brain.Event:2";

/// One number of a chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scalar<'a> {
    /// The chart; a `/` puts it in a group with others.
    pub tag: &'a str,
    /// The place on the chart's axis.
    pub step: u64,
    /// The number.
    pub value: f32,
}

/// The first record of a file; `seconds` since 1970, as for all records.
pub fn head(seconds: f64) -> Vec<u8> {
    let mut event = time(seconds);
    push_bytes(&mut event, 3, VERSION.as_bytes());
    record(&event)
}

/// The record that puts a number on a chart.
pub fn scalar(seconds: f64, scalar: Scalar<'_>) -> Vec<u8> {
    let mut value = Vec::new();
    push_bytes(&mut value, 1, scalar.tag.as_bytes());
    push_key(&mut value, 2, WireType::Fixed32);
    value.extend(scalar.value.to_le_bytes());
    let mut summary = Vec::new();
    push_bytes(&mut summary, 1, &value);
    let mut event = time(seconds);
    push_key(&mut event, 2, WireType::Varint);
    push_varint(&mut event, scalar.step);
    push_bytes(&mut event, 5, &summary);
    record(&event)
}

/// The field `wall_time`.
fn time(seconds: f64) -> Vec<u8> {
    let mut event = Vec::new();
    push_key(&mut event, 1, WireType::Fixed64);
    event.extend(seconds.to_le_bytes());
    event
}

/// <https://protobuf.dev/programming-guides/encoding/>, "Message Structure".
#[derive(Clone, Copy)]
enum WireType {
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

fn push_key(to: &mut Vec<u8>, field: u64, kind: WireType) {
    push_varint(to, field << 3 | kind as u64);
}

fn push_varint(to: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        to.push(value as u8 | 0x80);
        value >>= 7;
    }
    to.push(value as u8);
}

fn push_bytes(to: &mut Vec<u8>, field: u64, bytes: &[u8]) {
    push_key(to, field, WireType::Bytes);
    push_varint(to, bytes.len() as u64);
    to.extend(bytes);
}

fn record(data: &[u8]) -> Vec<u8> {
    let length = (data.len() as u64).to_le_bytes();
    let mut record = length.to_vec();
    record.extend(masked_crc(&length).to_le_bytes());
    record.extend(data);
    record.extend(masked_crc(data).to_le_bytes());
    record
}

/// A rotation and a constant, so that the checksum of data that holds checksums differs from them.
fn masked_crc(data: &[u8]) -> u32 {
    const CRC: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);
    CRC.checksum(data).rotate_right(15).wrapping_add(0xa282_ead8)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Google's own `protobuf` and TensorBoard's record writer make it.
    #[test]
    fn bytes_of_a_record() {
        let expected = [
            &[24, 0, 0, 0, 0, 0, 0, 0][..],
            &0xa37f_4b22u32.to_le_bytes(),
            &[9, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 26, 13],
            b"brain.Event:2",
        ]
        .concat();
        let head = head(1.5);
        assert_eq!(head[..8], expected[..8]);
        assert_eq!(head[12..36], expected[12..]);
        assert_eq!(head.len(), 40);
    }

    #[test]
    fn numbers_above_127_take_more_bytes() {
        let mut bytes = Vec::new();
        push_varint(&mut bytes, 300);
        assert_eq!(bytes, [0xac, 0x02]);
    }
}
