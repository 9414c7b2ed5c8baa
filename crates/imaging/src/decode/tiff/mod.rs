//! TIFF: the first page, in strips or tiles, packed as it is or by PackBits, LZW, deflate or fax (group 4).

mod directory;
mod samples;

use std::borrow::Cow;
use std::io::{Cursor, ErrorKind};

use ::tiff::TiffError;
use ::tiff::decoder::{ChunkType, Decoder, DecodingResult, Limits as DecoderLimits};
use ::tiff::tags::Tag;
use image::metadata::Orientation;

use self::directory::Directory;
use self::samples::Samples;
use super::Limits;
use super::limits::check_room;
use super::opened::{Opened, cut_short, malformed, unsupported};
use crate::Error;

const FORMAT: &str = "TIFF";

/// Bytes for a pixel besides the samples: of them in 8 bits, and of grey levels and colours with and without alpha.
const WORKING: u64 = 4 + 9;

pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Opened, Error> {
    let directory = Directory::first(bytes)?;
    directory.check(limits)?;
    // The decoder knows no palettes: what it takes for grey levels are places in one.
    let has_palette = directory.has_palette();
    let bytes = if has_palette { directory.with_grey_levels().into() } else { Cow::Borrowed(bytes) };
    let explain = |error| explain(error, limits);
    let mut decoder = Decoder::new(Cursor::new(&*bytes)).map_err(explain)?;
    let (width, height) = decoder.dimensions().map_err(explain)?;
    limits.check_size((width, height))?;
    if decoder.get_chunk_type() == ChunkType::Tile {
        limits.check_size(decoder.chunk_dimensions())?;
    }
    let layout = decoder.image_buffer_layout().map_err(explain)?;
    let needed = layout.complete_len as u64;
    limits.check_memory(needed)?;
    check_room(FORMAT, needed + WORKING * u64::from(width) * u64::from(height))?;

    let mut decoder = decoder.with_limits(decoder_limits(limits));
    let mut read = DecodingResult::U8(Vec::new());
    decoder.read_image_to_buffer(&mut read).map_err(explain)?;
    let samples = Samples {
        colour: decoder.colortype().map_err(explain)?,
        alpha: decoder.find_tag_unsigned_vec(Tag::ExtraSamples).map_err(explain)?.unwrap_or_default().first().copied(),
        palette: has_palette.then(|| decoder.get_tag_u16_vec(Tag::ColorMap)).transpose().map_err(explain)?,
    };
    let picture = samples.picture(read, &layout, (width, height))?;
    let orientation = decoder.find_tag_unsigned(Tag::Orientation).ok().flatten().and_then(Orientation::from_exif);
    Ok(Opened { picture, orientation: orientation.unwrap_or(Orientation::NoTransforms) })
}

fn decoder_limits(limits: &Limits) -> DecoderLimits {
    let memory = usize::try_from(limits.memory).unwrap_or(usize::MAX);
    let mut decoder_limits = DecoderLimits::default();
    decoder_limits.decoding_buffer_size = memory;
    decoder_limits.intermediate_buffer_size = memory;
    decoder_limits
}

fn explain(error: TiffError, limits: &Limits) -> Error {
    match error {
        TiffError::LimitsExceeded => Error::MemoryExceeded { format: FORMAT, limit: limits.memory },
        TiffError::UnsupportedError(error) => unsupported(FORMAT, error.to_string()),
        TiffError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => cut_short(FORMAT),
        error => malformed(FORMAT, error.to_string()),
    }
}
