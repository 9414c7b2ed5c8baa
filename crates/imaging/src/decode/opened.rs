//! What the decoders of all formats have in common: limits, which way is up, and what their errors mean.

use std::io::ErrorKind;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError};

use super::limits::{Limits, check_room};
use crate::Error;

/// How some writers begin a block of EXIF that is not a JPEG's, though it belongs to JPEG alone.
const EXIF_PREFIX: &[u8] = b"Exif\0\0";

/// A decoded picture, and the orientation in which it is to be seen.
pub(super) struct Opened {
    pub picture: DynamicImage,
    pub orientation: Orientation,
}

impl Opened {
    /// Decodes, where the header allows it. `working` is how many bytes the decoder takes for each pixel besides the pixels.
    pub fn from_decoder(
        mut decoder: impl ImageDecoder,
        format: &'static str,
        working: u64,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let (width, height) = decoder.dimensions();
        limits.check_size((width, height))?;
        limits.check_memory(decoder.total_bytes())?;
        // Beside its pixels their grey levels with what is transparent, and their colours where they are turned upright.
        let colours = match decoder.color_type() {
            colour if colour.has_color() && colour.has_alpha() => 7,
            colour if colour.has_color() => 3,
            _ => 0,
        };
        let beside = u64::from(width) * u64::from(height) * (2 + colours + working);
        check_room(format, decoder.total_bytes().saturating_add(beside))?;
        decoder.set_limits(decoder_limits(limits)).map_err(|error| explain(format, error, limits))?;
        // A damaged EXIF block must not cost the picture.
        let exif = decoder.exif_metadata().unwrap_or_default().unwrap_or_default();
        let exif = exif.strip_prefix(EXIF_PREFIX).unwrap_or(&exif);
        let orientation = Orientation::from_exif_chunk(exif).unwrap_or(Orientation::NoTransforms);
        let picture = DynamicImage::from_decoder(decoder).map_err(|error| explain(format, error, limits))?;
        Ok(Self { picture, orientation })
    }
}

/// The limits that decoders keep themselves.
pub(super) fn decoder_limits(limits: &Limits) -> image::Limits {
    let mut decoder_limits = image::Limits::default();
    decoder_limits.max_alloc = Some(limits.memory);
    decoder_limits
}

pub(super) fn malformed(format: &'static str, detail: impl Into<String>) -> Error {
    Error::Malformed { format, detail: detail.into() }
}

pub(super) fn unsupported(format: &'static str, detail: impl Into<String>) -> Error {
    Error::Unsupported { format, detail: detail.into() }
}

/// Refuses a picture whose data, of so many bytes, cannot stand for all of its pixels: a decoder takes memory for them, or fills them
/// in, before it comes to the end of the data.
pub(super) fn check_pixels(
    format: &'static str,
    bytes: usize,
    most_pixels_a_byte: u64,
    (width, height): (u32, u32),
) -> Result<(), Error> {
    if u64::from(width) * u64::from(height) > most_pixels_a_byte.saturating_mul(bytes as u64) {
        return Err(malformed(format, format!("{bytes} bytes cannot hold a picture of {width}x{height} pixels")));
    }
    Ok(())
}

/// A file that ends within its picture.
pub(super) fn cut_short(format: &'static str) -> Error {
    malformed(format, "the data ends too early")
}

pub(super) fn explain(format: &'static str, error: ImageError, limits: &Limits) -> Error {
    match error {
        ImageError::Limits(_) => Error::MemoryExceeded { format, limit: limits.memory },
        ImageError::Unsupported(error) => unsupported(format, error.to_string()),
        ImageError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => cut_short(format),
        error => malformed(format, error.to_string()),
    }
}
