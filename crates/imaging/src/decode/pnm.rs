//! PNM: PBM, PGM and PPM, binary or as text, and PAM; of several pictures the first.

use std::io::{Cursor, Read};

use image::ImageDecoder;
use image::codecs::pnm::PnmDecoder;

use super::Limits;
use super::opened::{Opened, explain};
use crate::Error;

const FORMAT: &str = "PNM";

/// The most bytes of a header with its comments.
const MOST_HEADER: usize = 1 << 16;

/// The most bytes of a sample, as text with the spaces and comments around it.
const MOST_SAMPLE: u64 = 32;

pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Opened, Error> {
    let explain = |error| explain(FORMAT, error, limits);
    // The decoder goes through a header, and through a number, however long it is.
    let header = PnmDecoder::new(Cursor::new(&bytes[..bytes.len().min(MOST_HEADER)])).map_err(explain)?;
    let most = MOST_SAMPLE.saturating_mul(header.total_bytes()).saturating_add(MOST_HEADER as u64);
    let (first, rest) = bytes.split_at(bytes.len().min(usize::try_from(most).unwrap_or(usize::MAX)));
    // A number that is cut off here is none.
    let end: &[u8] = if rest.is_empty() { b"" } else { b"?" };
    let decoder = PnmDecoder::new(Cursor::new(first).chain(end)).map_err(explain)?;
    Opened::from_decoder(decoder, FORMAT, 0, limits)
}
