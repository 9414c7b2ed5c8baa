//! JPEG, baseline and progressive, grey, in colour or for print (CMYK).

use std::io::Cursor;

use image::ImageDecoder;
use image::codecs::jpeg::JpegDecoder;

use super::Limits;
use super::opened::{Opened, explain, malformed};
use crate::Error;

const FORMAT: &str = "JPEG";

/// Bytes for a pixel of a progressive JPEG's coefficients: two for each of at most four samples.
const COEFFICIENTS: u64 = 8;

/// The most pixels that a byte can stand for: a bit at least for each block of 8x8.
const MOST_PIXELS_A_BYTE: u64 = 8 * 64;

pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Opened, Error> {
    check_end(bytes)?;
    let decoder = JpegDecoder::new(Cursor::new(bytes)).map_err(|error| explain(FORMAT, error, limits))?;
    let (width, height) = decoder.dimensions();
    limits.check_size((width, height))?;
    // The decoder fills what is missing, in a second or more where the size is a lie.
    if bytes.len() as u64 * MOST_PIXELS_A_BYTE < u64::from(width) * u64::from(height) {
        let detail = format!("{} bytes cannot hold a picture of {width}x{height} pixels", bytes.len());
        return Err(malformed(FORMAT, detail));
    }
    Opened::from_decoder(decoder, FORMAT, COEFFICIENTS, limits)
}

/// Refuses a JPEG without an end-of-image marker after its first scan. The decoder fills what is missing with grey, and
/// a digit cut in half would be read as another.
fn check_end(bytes: &[u8]) -> Result<(), Error> {
    let cut_short = || malformed(FORMAT, "the data ends before the end-of-image marker");
    let mut at = 2;
    loop {
        let [0xff, marker, rest @ ..] = bytes.get(at..).ok_or_else(cut_short)? else {
            return Err(if at + 1 < bytes.len() {
                malformed(FORMAT, "a segment has a wrong length")
            } else {
                cut_short()
            });
        };
        match (marker, rest) {
            (0xff, _) => at += 1, // fill bytes may precede a marker
            (0xd9, _) => return Err(malformed(FORMAT, "it holds no picture")),
            // Within a scan 0xff is followed by 0 or a restart marker, so 0xff 0xd9 can only be the end.
            (0xda, rest) => {
                return if rest.windows(2).any(|pair| pair == [0xff, 0xd9]) { Ok(()) } else { Err(cut_short()) };
            }
            (_, &[high, low, ..]) => at += 2 + usize::from(u16::from_be_bytes([high, low])).max(2),
            _ => return Err(cut_short()),
        }
    }
}
