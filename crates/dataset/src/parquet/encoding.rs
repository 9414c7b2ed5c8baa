//! Runs of small numbers (parquet-format's "RLE / bit-packing hybrid"): levels, and places in a dictionary.

use super::thrift::varint;

/// `count` numbers of `width` bits each, at most 32; nothing if the bytes do not hold them.
pub(super) fn runs(mut bytes: &[u8], width: u8, count: usize) -> Option<Vec<u32>> {
    if width > 32 {
        return None;
    }
    // `count` is a number of rows, which is limited.
    let mut numbers = Vec::new();
    if width == 0 {
        numbers.resize(count, 0);
        return Some(numbers);
    }
    while numbers.len() < count {
        let head = varint(&mut bytes)?;
        let left = count - numbers.len();
        let length = usize::try_from(head >> 1).ok()?;
        if head & 1 == 0 {
            let (value, rest) = bytes.split_at_checked(usize::from(width).div_ceil(8))?;
            bytes = rest;
            let value = value.iter().rev().fold(0, |value, &byte| value << 8 | u32::from(byte));
            numbers.resize(numbers.len() + length.min(left), value);
            if length == 0 {
                return None;
            }
        } else {
            // Groups of eight numbers, the last perhaps filled up.
            let (packed, rest) = bytes.split_at_checked(length.checked_mul(usize::from(width))?)?;
            bytes = rest;
            if length == 0 {
                return None;
            }
            let number = |place: usize| {
                (0..usize::from(width)).fold(0, |number, bit| {
                    let at = place * usize::from(width) + bit;
                    number | u32::from(packed[at / 8] >> (at % 8) & 1) << bit
                })
            };
            numbers.extend((0..(8 * length).min(left)).map(number));
        }
    }
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::runs;

    #[test]
    fn runs_are_read_as_the_format_says() {
        // The format's own example: 0 to 7 in three bits each.
        assert_eq!(runs(&[3, 0b1000_1000, 0b1100_0110, 0b1111_1010], 3, 8).unwrap(), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(runs(&[6, 5, 4, 2], 3, 5).unwrap(), [5, 5, 5, 2, 2]);
        assert_eq!(runs(&[4, 0x34, 0x12], 16, 2).unwrap(), [0x1234, 0x1234]);
        assert_eq!(runs(&[], 0, 3).unwrap(), [0, 0, 0]);
        for (bytes, width, count) in
            [(&[][..], 1, 1), (&[2], 1, 1), (&[0, 1], 1, 1), (&[1], 1, 1), (&[3, 1], 3, 8), (&[2, 1], 33, 1)]
        {
            assert!(runs(bytes, width, count).is_none(), "{bytes:?}");
        }
    }
}
