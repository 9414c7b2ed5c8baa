//! Bytes to pixels, grey or in colour: PNG and JPEG, known by their content, with limits checked before pixels are allocated.

use std::io::Cursor;

use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, GrayAlphaImage, GrayImage, ImageDecoder, ImageError, RgbImage, RgbaImage};

use crate::{ColourImage, Error, FileKind, GreyImage};

/// Bytes of a PNG's signature; its chunks follow.
const PNG_SIGNATURE_LEN: usize = 8;

/// The chunks of a PNG that decoding needs besides the critical ones: what is transparent, and which way is up.
const NEEDED_CHUNKS: [&[u8; 4]; 2] = [b"tRNS", b"eXIf"];

/// How large a picture may be. Larger ones are refused from their header alone.
///
/// ```
/// use tenfold_imaging::{ErrorKind, Limits, decode};
///
/// let limits = Limits { bytes: 1_000, ..Limits::default() };
/// let error = decode(&[0; 2_000], &limits).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::TooLarge);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of encoded data. Default 64 MiB.
    pub bytes: u64,
    /// The greatest width in pixels. Default 20,000.
    pub width: u32,
    /// The greatest height in pixels. Default 20,000.
    pub height: u32,
    /// The most pixels, `width * height`. Default 50 million, the size of a large camera's pictures.
    pub pixels: u64,
    /// The most bytes that the decoded pixels may take. Default 512 MiB: 50 million pixels of 16-bit RGBA take 400 MB. A
    /// progressive JPEG's coefficients come on top, two bytes for each of at most four samples of a pixel.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 64 << 20, width: 20_000, height: 20_000, pixels: 50_000_000, memory: 512 << 20 }
    }
}

/// Decodes a PNG or JPEG into grey levels, upright, with nothing transparent left.
///
/// - The kind is read from the first bytes; a file's name plays no part.
/// - The orientation that cameras store (EXIF) is applied.
/// - Colours become BT.709 luma, `0.2126 R + 0.7152 G + 0.0722 B`: the weights of sRGB's own primaries, and the better
///   ones for this purpose, since blue and red pens come out darker than with BT.601's.
/// - 16-bit samples are rounded to 8 bits; CMYK JPEGs come through the decoder as RGB.
/// - Transparent pixels are laid on a backdrop: see below. Of an animated PNG the first frame is read.
///
/// Where most of a picture is transparent, what is opaque is the ink (an export from a drawing program), so the backdrop is
/// opposite to it: white behind dark ink, black behind light. Where most is opaque, the opaque part holds the paper
/// (a screenshot with round corners), so the backdrop is black or white like its mean.
///
/// # Errors
/// [`Error::LimitExceeded`] if `bytes` or the size in the header is over `limits`; [`Error::MemoryExceeded`] if decoding
/// takes more than they allow; [`Error::NoRoom`] if the system has less memory than it takes; [`Error::NotAnImage`] if
/// `bytes` is neither a PNG nor a JPEG; [`Error::Malformed`] if it is damaged or cut short; [`Error::Unsupported`] for the
/// few kinds of PNG and JPEG that the decoders do not read.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<GreyImage, Error> {
    decode_with(bytes, limits, |picture, orientation| Ok(grey(&picture, orientation)?.0))
}

/// As [`decode`], with the colours kept beside the grey levels, 16-bit samples rounded and transparent parts on the same
/// backdrop.
///
/// # Errors
/// As [`decode`].
pub fn decode_colour(bytes: &[u8], limits: &Limits) -> Result<ColourImage, Error> {
    decode_with(bytes, limits, |picture, orientation| {
        let (grey, backdrop) = grey(&picture, orientation)?;
        if !picture.color().has_color() {
            return Ok(grey.into());
        }
        let mut upright = DynamicImage::ImageRgb8(match backdrop {
            Some(backdrop) => flatten_colours(&picture.into_rgba8(), backdrop),
            None => picture.into_rgb8(),
        });
        upright.apply_orientation(orientation);
        Ok(ColourImage::with_grey(grey, upright.into_rgb8().into_raw()))
    })
}

/// Decodes a file, and makes what is wanted of its pixels and of the orientation in which they are to be seen.
fn decode_with<T>(
    bytes: &[u8],
    limits: &Limits,
    make: impl FnOnce(DynamicImage, Orientation) -> Result<T, Error>,
) -> Result<T, Error> {
    check("bytes", bytes.len() as u64, limits.bytes)?;
    let mut decoder_limits = image::Limits::default();
    decoder_limits.max_alloc = Some(limits.memory);
    match FileKind::of_bytes(bytes) {
        FileKind::Png => {
            check_size(png_size(bytes)?, limits)?;
            let decoder = PngDecoder::with_limits(Cursor::new(needed_chunks(bytes)?), decoder_limits.clone());
            read(decoder.map_err(|error| explain("PNG", error, limits))?, "PNG", decoder_limits, limits, make)
        }
        FileKind::Jpeg => {
            check_jpeg_end(bytes)?;
            let decoder = JpegDecoder::new(Cursor::new(bytes));
            read(decoder.map_err(|error| explain("JPEG", error, limits))?, "JPEG", decoder_limits, limits, make)
        }
        found => Err(Error::NotAnImage { found }),
    }
}

/// A PNG without the chunks that have no part in its grey levels: colour profiles, texts and the like. They hold compressed
/// data, which the decoder would unpack as far as its limit for pixels. What is not a whole chunk is left to the decoder.
///
/// # Errors
/// [`Error::Malformed`] for a palette that is not whole colours of three bytes (PNG's specification, section 11.2.2): the
/// decoder panics at one.
fn needed_chunks(png: &[u8]) -> Result<Vec<u8>, Error> {
    let (signature, mut rest) = png.split_at(PNG_SIGNATURE_LEN);
    let mut needed = signature.to_vec();
    while let Some(&[a, b, c, d, kind @ ..]) = rest.first_chunk::<8>() {
        // Its length, its kind and its checksum surround a chunk's data.
        let length = (u32::from_be_bytes([a, b, c, d]) as usize).saturating_add(12);
        let Some((chunk, after)) = rest.split_at_checked(length) else { break };
        if &kind == b"PLTE" && !(length - 12).is_multiple_of(3) {
            return Err(malformed(
                "PNG",
                &format!("a palette of {} bytes, expected three for each colour", length - 12),
            ));
        }
        // Critical chunks have names that begin with a capital.
        if kind[0].is_ascii_uppercase() || NEEDED_CHUNKS.contains(&&kind) {
            needed.extend_from_slice(chunk);
        }
        rest = after;
    }
    needed.extend_from_slice(rest);
    Ok(needed)
}

fn read<T>(
    mut decoder: impl ImageDecoder,
    format: &'static str,
    decoder_limits: image::Limits,
    limits: &Limits,
    make: impl FnOnce(DynamicImage, Orientation) -> Result<T, Error>,
) -> Result<T, Error> {
    check_size(decoder.dimensions(), limits)?;
    check("memory", decoder.total_bytes(), limits.memory)?;
    check_room(format, &decoder)?;
    decoder.set_limits(decoder_limits).map_err(|error| explain(format, error, limits))?;
    // A damaged EXIF block must not cost the picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(|error| explain(format, error, limits))?;
    make(picture, orientation)
}

/// The grey levels, and the level that was laid behind transparent parts if there can be some.
fn grey(picture: &DynamicImage, orientation: Orientation) -> Result<(GreyImage, Option<u32>), Error> {
    let (grey, backdrop) = if picture.color().has_alpha() {
        let picture = picture.to_luma_alpha8();
        let backdrop = backdrop(&picture);
        (flatten(&picture, backdrop), Some(backdrop))
    } else {
        (picture.to_luma8(), None)
    };
    let mut upright = DynamicImage::ImageLuma8(grey);
    upright.apply_orientation(orientation);
    Ok((GreyImage::new(upright.width(), upright.height(), upright.into_luma8().into_raw())?, backdrop))
}

/// Lays a picture with transparent parts on a backdrop.
fn flatten(picture: &GrayAlphaImage, backdrop: u32) -> GrayImage {
    let mut grey = GrayImage::new(picture.width(), picture.height());
    for (flat, pixel) in grey.pixels_mut().zip(picture.pixels()) {
        let [level, alpha] = pixel.0;
        flat.0 = [laid_on(backdrop, level, alpha)];
    }
    grey
}

/// The same in colour.
fn flatten_colours(picture: &RgbaImage, backdrop: u32) -> RgbImage {
    let mut colours = RgbImage::new(picture.width(), picture.height());
    for (flat, pixel) in colours.pixels_mut().zip(picture.pixels()) {
        let [red, green, blue, alpha] = pixel.0;
        flat.0 = [red, green, blue].map(|level| laid_on(backdrop, level, alpha));
    }
    colours
}

/// A level seen through its transparency.
fn laid_on(backdrop: u32, level: u8, alpha: u8) -> u8 {
    let (level, alpha) = (u32::from(level), u32::from(alpha));
    ((level * alpha + backdrop * (255 - alpha) + 127) / 255) as u8
}

/// The level behind transparent parts, black or white; [`decode`] says which and why.
fn backdrop(picture: &GrayAlphaImage) -> u32 {
    let (mut opaque, mut light) = (0u64, 0u64);
    for pixel in picture.pixels() {
        let [level, alpha] = pixel.0.map(u64::from);
        opaque += alpha;
        light += level * alpha;
    }
    let mostly_opaque = 2 * opaque > 255 * picture.pixels().len() as u64;
    let is_light = 2 * light > 255 * opaque;
    if mostly_opaque == is_light { 255 } else { 0 }
}

fn check_size((width, height): (u32, u32), limits: &Limits) -> Result<(), Error> {
    check("width", width.into(), limits.width.into())?;
    check("height", height.into(), limits.height.into())?;
    check("pixels", u64::from(width) * u64::from(height), limits.pixels)
}

fn check(what: &'static str, found: u64, limit: u64) -> Result<(), Error> {
    if found > limit {
        return Err(Error::LimitExceeded { what, found, limit });
    }
    Ok(())
}

/// Checks that the system has room to decode a picture, where it would end the program later: its samples, their grey levels
/// with what is transparent, their colours where they are turned upright, and a JPEG's coefficients.
fn check_room(format: &'static str, decoder: &impl ImageDecoder) -> Result<(), Error> {
    let (width, height) = decoder.dimensions();
    let colours = match decoder.color_type() {
        colour if colour.has_color() && colour.has_alpha() => 7,
        colour if colour.has_color() => 3,
        _ => 0,
    };
    let a_pixel = 2 + colours + if format == "JPEG" { 8 } else { 0 };
    let bytes = decoder.total_bytes().saturating_add(u64::from(width) * u64::from(height) * a_pixel);
    let has_room = usize::try_from(bytes).is_ok_and(|bytes| Vec::<u8>::new().try_reserve_exact(bytes).is_ok());
    if has_room { Ok(()) } else { Err(Error::NoRoom { format, bytes }) }
}

/// Width and height from the header chunk, which comes first by PNG's specification (section 5.6).
fn png_size(bytes: &[u8]) -> Result<(u32, u32), Error> {
    let header = bytes.get(8..24).filter(|header| &header[4..8] == b"IHDR");
    let header = header.ok_or_else(|| malformed("PNG", "its header is missing"))?;
    let number = |at: usize| u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    Ok((number(8), number(12)))
}

/// Refuses a JPEG without an end-of-image marker after its first scan. The decoder fills what is missing with grey, and
/// a digit cut in half would be read as another.
fn check_jpeg_end(bytes: &[u8]) -> Result<(), Error> {
    let cut_short = || malformed("JPEG", "the data ends before the end-of-image marker");
    let mut at = 2;
    loop {
        let [0xff, marker, rest @ ..] = bytes.get(at..).ok_or_else(cut_short)? else {
            return Err(if at + 1 < bytes.len() {
                malformed("JPEG", "a segment has a wrong length")
            } else {
                cut_short()
            });
        };
        match (marker, rest) {
            (0xff, _) => at += 1, // fill bytes may precede a marker
            (0xd9, _) => return Err(malformed("JPEG", "there is no picture in it")),
            // Within a scan 0xff is followed by 0 or a restart marker, so 0xff 0xd9 can only be the end.
            (0xda, rest) => {
                return if rest.windows(2).any(|pair| pair == [0xff, 0xd9]) { Ok(()) } else { Err(cut_short()) };
            }
            (_, &[high, low, ..]) => at += 2 + usize::from(u16::from_be_bytes([high, low])).max(2),
            _ => return Err(cut_short()),
        }
    }
}

fn malformed(format: &'static str, detail: &str) -> Error {
    Error::Malformed { format, detail: detail.to_owned() }
}

fn explain(format: &'static str, error: ImageError, limits: &Limits) -> Error {
    match error {
        ImageError::Limits(_) => Error::MemoryExceeded { format, limit: limits.memory },
        ImageError::Unsupported(error) => Error::Unsupported { format, detail: error.to_string() },
        error => Error::Malformed { format, detail: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
        assert_eq!(needed_chunks(&file(&needed)).unwrap(), file(&needed));
        for other in [b"iCCP", b"zTXt", b"iTXt", b"tEXt", b"sPLT", b"fdAT", b"none"] {
            for place in 0..=needed.len() {
                let mut kinds = needed.to_vec();
                kinds.insert(place, other);
                assert_eq!(needed_chunks(&file(&kinds)).unwrap(), file(&needed), "{} at {place}", other.escape_ascii());
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
            prop_assert!(needed_chunks(&png).map_or(true, |needed| needed.len() <= png.len()));
        }
    }
}
