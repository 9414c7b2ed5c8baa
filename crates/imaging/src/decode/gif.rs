//! GIF: the first frame, on its canvas.

use std::io::Cursor;

use image::ImageDecoder;
use image::codecs::gif::GifDecoder;

use super::Limits;
use super::opened::{Opened, check_pixels, explain, malformed};
use crate::Error;

const FORMAT: &str = "GIF";

/// Bytes for a pixel of a frame that is not as large as its canvas, as indices and as colours.
const FRAME: u64 = 5;

/// Bytes of the signature and of the canvas' description; the colours follow.
const HEADER_LEN: usize = 13;

/// The most extensions before the first frame, each a comment, a duration or a program's own.
const MOST_EXTENSIONS: usize = 1_000;

/// The most pixels that a byte can stand for: codes of 12 bits are for at most 4,096 pixels, of which some are for one.
const MOST_PIXELS_A_BYTE: u64 = 2_731;

/// A canvas of so many pixels may have a first frame of any size.
const SMALL: u64 = 1_000_000;

pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Opened, Error> {
    let frame = first_frame(bytes)?;
    // It may be larger than the canvas. Where there is none, the decoder says what is wrong.
    if let Some(Frame { size, .. }) = frame {
        limits.check_size(size)?;
    }
    let decoder = GifDecoder::new(Cursor::new(bytes)).map_err(|error| explain(FORMAT, error, limits))?;
    let canvas = decoder.dimensions();
    limits.check_size(canvas)?;
    if let Some(Frame { size, packed }) = frame {
        check_pixels(FORMAT, packed, MOST_PIXELS_A_BYTE, size)?;
        if u64::from(canvas.0) * u64::from(canvas.1) > SMALL {
            check_pixels(FORMAT, packed, MOST_PIXELS_A_BYTE, canvas)?;
        }
    }
    Opened::from_decoder(decoder, FORMAT, FRAME, limits)
}

/// The first frame.
#[derive(Clone, Copy)]
struct Frame {
    /// Width and height.
    size: (u32, u32),
    /// Bytes of its codes.
    packed: usize,
}

/// Nothing if there is none, or if it is cut short.
fn first_frame(bytes: &[u8]) -> Result<Option<Frame>, Error> {
    let mut at = HEADER_LEN + bytes.get(10).map_or(0, |&flags| colours_len(flags));
    for _ in 0..=MOST_EXTENSIONS {
        match bytes.get(at) {
            // Its kind, and blocks.
            Some(0x21) => at += 2 + blocks(bytes.get(at + 2..).unwrap_or_default()).1,
            Some(0x2c) => return Ok(frame(&bytes[at + 1..])),
            _ => return Ok(None),
        }
    }
    Err(malformed(FORMAT, format!("more than {MOST_EXTENSIONS} extensions before its first frame")))
}

/// A frame from its place on: its size, its own colours, how long codes are at first, and blocks of them.
fn frame(bytes: &[u8]) -> Option<Frame> {
    let &[_, _, _, _, a, b, c, d, flags] = bytes.first_chunk::<9>()?;
    let codes = bytes.get(9 + colours_len(flags) + 1..)?;
    let size = [[a, b], [c, d]].map(|side| u32::from(u16::from_le_bytes(side)));
    Some(Frame { size: size.into(), packed: blocks(codes).0 })
}

/// The bytes of blocks, each with its length before it, up to an empty one: of what they hold, and with the lengths.
fn blocks(bytes: &[u8]) -> (usize, usize) {
    let (mut held, mut at) = (0, 0);
    while let Some(&length @ 1..) = bytes.get(at) {
        held += usize::from(length);
        at += 1 + usize::from(length);
    }
    (held, at + 1)
}

/// Bytes of a table of colours, by the flags that announce it.
fn colours_len(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}
