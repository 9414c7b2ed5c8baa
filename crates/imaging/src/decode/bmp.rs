//! BMP, with and without palette, compressed by run lengths or not.

use std::io::Cursor;

use image::codecs::bmp::BmpDecoder;

use super::Limits;
use super::opened::{Opened, cut_short, explain};
use crate::Error;

const FORMAT: &str = "BMP";

/// The length of OS/2's header, whose sizes have 16 bits.
const SHORT_HEADER: u32 = 12;

pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Opened, Error> {
    limits.check_size(size(bytes).ok_or_else(|| cut_short(FORMAT))?)?;
    let decoder = BmpDecoder::new(Cursor::new(bytes)).map_err(|error| explain(FORMAT, error, limits))?;
    Opened::from_decoder(decoder, FORMAT, 0, limits)
}

/// Width and height from the header. A negative height means that the first row is the top one.
fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let &[a, b, c, d, e, f, g, h, i, j, k, l] = bytes.get(14..26)? else { return None };
    Some(if u32::from_le_bytes([a, b, c, d]) == SHORT_HEADER {
        (u16::from_le_bytes([e, f]).into(), u16::from_le_bytes([g, h]).into())
    } else {
        let number = |bytes: [u8; 4]| i32::from_le_bytes(bytes).unsigned_abs();
        (number([e, f, g, h]), number([i, j, k, l]))
    })
}
