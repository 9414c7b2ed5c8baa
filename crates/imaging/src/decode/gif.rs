//! GIF: the first frame, on its canvas.

use std::io::Cursor;

use image::codecs::gif::GifDecoder;

use super::Limits;
use super::opened::{Opened, explain};
use crate::Error;

const FORMAT: &str = "GIF";

/// Bytes for a pixel of a frame that is not as large as its canvas, as indices and as colours.
const FRAME: u64 = 5;

/// Bytes of the signature and of the canvas' description; the colours follow.
const HEADER_LEN: usize = 13;

pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Opened, Error> {
    // It may be larger than the canvas. Where there is none, the decoder says what is wrong.
    if let Some(frame) = first_frame(bytes) {
        limits.check_size(frame)?;
    }
    let decoder = GifDecoder::new(Cursor::new(bytes)).map_err(|error| explain(FORMAT, error, limits))?;
    Opened::from_decoder(decoder, FORMAT, FRAME, limits)
}

/// Width and height of the first frame.
fn first_frame(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = HEADER_LEN + colours_len(*bytes.get(10)?);
    loop {
        match bytes.get(at)? {
            // An extension: its kind and blocks, each with its length, up to an empty one.
            0x21 => {
                at += 2;
                while let length @ 1.. = usize::from(*bytes.get(at)?) {
                    at += 1 + length;
                }
                at += 1;
            }
            0x2c => {
                let &[a, b, c, d] = bytes.get(at + 5..at + 9)? else { return None };
                return Some((u16::from_le_bytes([a, b]).into(), u16::from_le_bytes([c, d]).into()));
            }
            _ => return None,
        }
    }
}

/// Bytes of a table of colours, by the flags that announce it.
fn colours_len(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}
