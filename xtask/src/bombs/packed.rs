//! Zeros, as few bytes as the compression of each format makes of them.

use std::io::{Read, Write, copy, repeat};

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// `count` zeros as zlib: a thousandth.
pub(super) fn zlib(count: u64) -> anyhow::Result<Vec<u8>> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    copy(&mut repeat(0).take(count), &mut packed)?;
    packed.flush()?;
    Ok(packed.finish()?)
}

/// The order of bits in a byte, and when codes become longer.
#[derive(Clone, Copy)]
pub(super) enum Lzw {
    /// The lowest bit first, and a code longer when the table needs it.
    Gif,
    /// The highest bit first, and one code earlier.
    Tiff,
}

/// At least `count` zeros of 8 bits as LZW, without an end: each code stands for one zero more than the last, up to 3,838 of them
/// in 12 bits.
pub(super) fn lzw(count: u64, kind: Lzw) -> Vec<u8> {
    const CLEAR: u32 = 256;
    const LAST: u32 = 4_095;
    let mut bits = Bits { kind, bytes: Vec::new(), used: 0 };
    bits.push(CLEAR, 9);
    bits.push(0, 9);
    let (mut code, mut zeros) = (CLEAR + 1, 1);
    while zeros < count {
        code = (code + 1).min(LAST);
        let early = u32::from(matches!(kind, Lzw::Tiff));
        let width = (u32::BITS - (code + early).leading_zeros()).clamp(9, 12);
        bits.push(code, width);
        zeros += u64::from(code - CLEAR);
    }
    bits.bytes
}

struct Bits {
    kind: Lzw,
    bytes: Vec<u8>,
    /// Bits of the last byte that hold something; 0 if it is full.
    used: u32,
}

impl Bits {
    fn push(&mut self, code: u32, width: u32) {
        for at in 0..width {
            if self.used == 0 {
                self.bytes.push(0);
            }
            let (bit, place) = match self.kind {
                Lzw::Gif => (code >> at & 1, self.used),
                Lzw::Tiff => (code >> (width - 1 - at) & 1, 7 - self.used),
            };
            *self.bytes.last_mut().expect("one was pushed") |= (bit as u8) << place;
            self.used = (self.used + 1) % 8;
        }
    }
}
