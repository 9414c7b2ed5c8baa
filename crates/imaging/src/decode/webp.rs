//! WebP, lossy and lossless; of an animation the first frame.

use std::io::Cursor;

use image::ImageDecoder;
use image::codecs::webp::WebPDecoder;

use super::Limits;
use super::opened::{Opened, cut_short, explain, malformed};
use crate::Error;

const FORMAT: &str = "WebP";

/// Bytes of a RIFF container's kind and length, and of its contents' kind; the chunks follow.
const CONTAINER_LEN: usize = 12;
/// Bytes of a frame's place, size and duration, before its own chunks.
const FRAME_LEN: usize = 16;
/// The most chunks of a WebP, each frame being one: the decoder looks at all of them before the first.
const MOST_CHUNKS: usize = 10_000;
/// Bytes for a pixel: of a lossless frame, and of the canvas that it is laid on.
const FRAME_AND_CANVAS: u64 = 8;

pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Opened, Error> {
    let container = bytes.first_chunk::<CONTAINER_LEN>().ok_or_else(|| cut_short(FORMAT))?;
    let length = 8usize.saturating_add(u32_at(container, 4) as usize);
    // What follows the container is none of it, and the decoder would look for chunks there.
    let bytes = bytes.get(..length).ok_or_else(|| cut_short(FORMAT))?;
    let chunks = bytes.get(CONTAINER_LEN..).unwrap_or_default();
    check_count(chunks)?;
    let decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(|error| explain(FORMAT, error, limits))?;
    limits.check_size(decoder.dimensions())?;
    check_chunks(chunks, decoder.dimensions(), true)?;
    Opened::from_decoder(decoder, FORMAT, FRAME_AND_CANVAS, limits)
}

/// Checks that there are not too many chunks.
fn check_count(mut rest: &[u8]) -> Result<(), Error> {
    for _ in 0..=MOST_CHUNKS {
        let Some((header, after)) = rest.split_first_chunk::<8>() else { return Ok(()) };
        let length = (u32_at(header, 4) as usize).checked_next_multiple_of(2);
        rest = length.and_then(|length| after.get(length..)).unwrap_or_default();
    }
    Err(malformed(FORMAT, format!("more than {MOST_CHUNKS} chunks")))
}

/// Checks that each chunk is whole, for the decoder takes memory by their lengths, and that each lossy picture has the size of
/// its place, which the decoder asks when it has decoded it. There are no frames within a frame.
fn check_chunks(mut rest: &[u8], place: (u32, u32), may_be_frames: bool) -> Result<(), Error> {
    while let Some((header, after)) = rest.split_first_chunk::<8>() {
        let length = u32_at(header, 4) as usize;
        let data = after.get(..length).ok_or_else(|| cut_short(FORMAT))?;
        match &header[..4] {
            b"VP8 " => {
                let found = lossy_size(data).ok_or_else(|| cut_short(FORMAT))?;
                if found != place {
                    let ((width, height), (found_width, found_height)) = (place, found);
                    let detail =
                        format!("a picture of {found_width}x{found_height} pixels in place of {width}x{height}");
                    return Err(malformed(FORMAT, detail));
                }
            }
            b"ANMF" if may_be_frames => {
                let (frame, chunks) = data.split_first_chunk::<FRAME_LEN>().ok_or_else(|| cut_short(FORMAT))?;
                let less_one = |at: usize| u32::from_le_bytes([frame[at], frame[at + 1], frame[at + 2], 0]);
                check_chunks(chunks, (less_one(6) + 1, less_one(9) + 1), false)?;
            }
            _ => {}
        }
        // Chunks begin at even places.
        rest = after.get(length.next_multiple_of(2)..).unwrap_or_default();
    }
    Ok(())
}

/// Width and height of a lossy picture, of 14 bits each, after its frame tag and start code.
fn lossy_size(data: &[u8]) -> Option<(u32, u32)> {
    let &[a, b, c, d] = data.get(6..10)? else { return None };
    let side = |bytes| u32::from(u16::from_le_bytes(bytes) & 0x3fff);
    Some((side([a, b]), side([c, d])))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
