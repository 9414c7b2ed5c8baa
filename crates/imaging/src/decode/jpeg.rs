//! JPEG, baseline and progressive, grey, in colour or for print (CMYK).

use std::io::Cursor;

use image::ImageDecoder;
use image::codecs::jpeg::JpegDecoder;

use super::Limits;
use super::opened::{Opened, check_pixels, explain, malformed};
use crate::Error;

const FORMAT: &str = "JPEG";

/// Bytes for a pixel of a progressive JPEG's coefficients: two for each of at most four samples.
const COEFFICIENTS: u64 = 8;

/// The most pixels that a byte can stand for: a bit at least for each block of 8x8.
const MOST_PIXELS_A_BYTE: u64 = 8 * 64;

pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Opened, Error> {
    let packed = packed_len(bytes)?;
    let decoder = JpegDecoder::new(Cursor::new(bytes)).map_err(|error| explain(FORMAT, error, limits))?;
    let (width, height) = decoder.dimensions();
    limits.check_size((width, height))?;
    check_pixels(FORMAT, packed, MOST_PIXELS_A_BYTE, (width, height))?;
    Opened::from_decoder(decoder, FORMAT, COEFFICIENTS, limits)
}

/// The bytes of a JPEG's scans without their headers: of the picture alone, without what is said beside it or follows it.
///
/// # Errors
/// [`Error::Malformed`] for one without an end-of-image marker after its first scan. The decoder fills what is missing with grey, and
/// a digit cut in half would be read as another.
fn packed_len(bytes: &[u8]) -> Result<usize, Error> {
    let cut_short = || malformed(FORMAT, "the data ends before the end-of-image marker");
    let mut packed = None;
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
            (0xd9, _) => return packed.ok_or_else(|| malformed(FORMAT, "it holds no picture")),
            (_, &[high, low, ..]) => {
                at += 2 + usize::from(u16::from_be_bytes([high, low])).max(2);
                if *marker == 0xda {
                    let length = scan_len(bytes.get(at..).ok_or_else(cut_short)?);
                    packed = Some(packed.unwrap_or(0) + length);
                    at += length;
                }
            }
            _ => return Err(cut_short()),
        }
    }
}

/// The bytes of a scan, up to the next marker that may follow one. Within a scan 0xff is followed by 0 or a restart marker; what else
/// follows in a damaged one is left to the decoder.
fn scan_len(rest: &[u8]) -> usize {
    // Tables, the end, another scan, a restart interval, a number of lines, and what programs and people add.
    let is_next = |marker| matches!(marker, 0xc4 | 0xcc | 0xd9..=0xdd | 0xe0..=0xef | 0xfe);
    rest.windows(2).position(|pair| pair[0] == 0xff && is_next(pair[1])).unwrap_or(rest.len())
}
