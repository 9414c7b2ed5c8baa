//! PNM: PBM, PGM and PPM, binary or as text, and PAM; of several pictures the first.

use std::io::Cursor;

use image::codecs::pnm::PnmDecoder;

use super::Limits;
use super::opened::{Opened, explain};
use crate::Error;

const FORMAT: &str = "PNM";

pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Opened, Error> {
    let decoder = PnmDecoder::new(Cursor::new(bytes)).map_err(|error| explain(FORMAT, error, limits))?;
    Opened::from_decoder(decoder, FORMAT, 0, limits)
}
