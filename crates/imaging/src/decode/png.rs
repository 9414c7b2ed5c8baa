//! PNG; of an animation the first frame.

use std::io::Cursor;

use image::codecs::png::PngDecoder;

use super::Limits;
use super::opened::{Opened, check_pixels, decoder_limits, explain, malformed};
use crate::Error;

const FORMAT: &str = "PNG";

/// Bytes of a PNG's signature; its chunks follow.
const PNG_SIGNATURE_LEN: usize = 8;

/// The most chunks of a PNG: as many as the rows of one, some writers having a chunk for each, and more. The decoder takes a
/// microsecond for each.
const MOST_CHUNKS: usize = 1 << 15;

/// The most bytes that deflate can make of one: 258 of two bits.
const MOST_INFLATED: u64 = 1_032;

/// The chunks of a PNG that decoding needs besides the critical ones: what is transparent, and which way is up.
const NEEDED_CHUNKS: [&[u8; 4]; 2] = [b"tRNS", b"eXIf"];

pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Opened, Error> {
    let size = size(bytes)?;
    limits.check_size(size)?;
    let Needed { png, packed } = needed_chunks(bytes)?;
    // Whatever it says of its bits, a pixel has one at least.
    check_pixels(FORMAT, packed, MOST_INFLATED * 8 / bits_a_pixel(bytes).max(1), size)?;
    let decoder = PngDecoder::with_limits(Cursor::new(png), decoder_limits(limits));
    Opened::from_decoder(decoder.map_err(|error| explain(FORMAT, error, limits))?, FORMAT, 0, limits)
}

/// Width and height from the header chunk, which comes first by PNG's specification (section 5.6).
fn size(bytes: &[u8]) -> Result<(u32, u32), Error> {
    let header = bytes.get(8..24).filter(|header| &header[4..8] == b"IHDR");
    let header = header.ok_or_else(|| malformed(FORMAT, "its header is missing"))?;
    let number = |at: usize| u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    Ok((number(8), number(12)))
}

/// Bits of a pixel: of a sample, times the samples of its kind of colour; 0 where the header has none.
fn bits_a_pixel(bytes: &[u8]) -> u64 {
    let Some(&[bits, colour]) = bytes.get(24..26) else { return 0 };
    let samples = [1, 0, 3, 1, 2, 0, 4].get(usize::from(colour)).copied().unwrap_or(0);
    u64::from(bits) * samples
}

/// What the decoder needs of a PNG.
struct Needed {
    png: Vec<u8>,
    /// Bytes of all chunks of pixels.
    packed: usize,
}

/// A PNG without the chunks that have no part in its grey levels: colour profiles, texts and the like. They hold compressed
/// data, which the decoder would unpack as far as its limit for pixels. What is not a whole chunk is left to the decoder.
///
/// # Errors
/// [`Error::Malformed`] for a palette that is not whole colours of three bytes (PNG's specification, section 11.2.2): the
/// decoder panics at one. And for too many chunks.
fn needed_chunks(png: &[u8]) -> Result<Needed, Error> {
    let (signature, mut rest) = png.split_at(PNG_SIGNATURE_LEN);
    let mut needed = Needed { png: signature.to_vec(), packed: 0 };
    let mut chunks = 0;
    while let Some(&[a, b, c, d, kind @ ..]) = rest.first_chunk::<8>() {
        // Its length, its kind and its checksum surround a chunk's data.
        let length = (u32::from_be_bytes([a, b, c, d]) as usize).saturating_add(12);
        let Some((chunk, after)) = rest.split_at_checked(length) else { break };
        chunks += 1;
        if chunks > MOST_CHUNKS {
            return Err(malformed(FORMAT, format!("more than {MOST_CHUNKS} chunks")));
        }
        if &kind == b"IDAT" {
            needed.packed += length - 12;
        }
        if &kind == b"PLTE" && !(length - 12).is_multiple_of(3) {
            let detail = format!("a palette of {} bytes, expected three for each colour", length - 12);
            return Err(malformed(FORMAT, detail));
        }
        // Critical chunks have names that begin with a capital.
        if kind[0].is_ascii_uppercase() || NEEDED_CHUNKS.contains(&&kind) {
            needed.png.extend_from_slice(chunk);
        }
        rest = after;
    }
    // Of a chunk that is cut short the decoder may still read some rows.
    needed.packed += rest.len();
    needed.png.extend_from_slice(rest);
    Ok(needed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decode;

    /// A chunk with a checksum of 0, which nothing here looks at.
    fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
        [&(data.len() as u32).to_be_bytes(), &kind[..], data, &[0; 4]].concat()
    }

    #[test]
    fn what_is_beside_the_picture_never_reaches_the_decoder() {
        let signature = &b"\x89PNG\r\n\x1a\n"[..];
        let file = |kinds: &[&[u8; 4]]| {
            let chunks = kinds.iter().flat_map(|kind| chunk(kind, &[7; 21]));
            signature.iter().copied().chain(chunks).collect::<Vec<u8>>()
        };
        let needed = [b"IHDR", b"PLTE", b"tRNS", b"eXIf", b"IDAT", b"IDAT", b"IEND"];
        assert_eq!(needed_chunks(&file(&needed)).unwrap().png, file(&needed));
        for other in [b"iCCP", b"zTXt", b"iTXt", b"tEXt", b"sPLT", b"fdAT", b"none"] {
            for place in 0..=needed.len() {
                let mut kinds = needed.to_vec();
                kinds.insert(place, other);
                assert_eq!(
                    needed_chunks(&file(&kinds)).unwrap().png,
                    file(&needed),
                    "{} at {place}",
                    other.escape_ascii()
                );
            }
        }
    }

    #[test]
    fn a_palette_of_part_of_a_colour_is_refused() {
        // One pixel of one bit, an index into the palette.
        let header = chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 1, 3, 0, 0, 0]);
        let png = [&b"\x89PNG\r\n\x1a\n"[..], &header, &chunk(b"PLTE", &[7; 137])].concat();
        let error = decode(&png, &Limits::default()).unwrap_err().to_string();
        let expected = "damaged or cut short PNG image: a palette of 137 bytes, expected three for each colour";
        assert_eq!(error, expected);
    }

    proptest! {
        #[test]
        fn any_chunks_are_gone_through(tail in prop::collection::vec(any::<u8>(), 0..300)) {
            let png = [b"\x89PNG\r\n\x1a\n", &tail[..]].concat();
            prop_assert!(needed_chunks(&png).map_or(true, |needed| needed.png.len().max(needed.packed) <= png.len()));
        }
    }
}
