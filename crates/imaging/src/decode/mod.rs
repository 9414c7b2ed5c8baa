//! Bytes to pixels, grey or in colour: pictures of many formats, known by their content, with limits checked before pixels are
//! allocated.
//!
//! Each format has a file, which refuses what its decoder would take on trust; what is common to them is in `opened.rs`.

mod bmp;
mod gif;
mod jpeg;
mod limits;
mod opened;
mod png;
mod pnm;
mod tiff;
mod transparency;
mod webp;

use image::DynamicImage;

pub use self::limits::Limits;
use self::opened::Opened;
use self::transparency::{backdrop, flatten, flatten_colours};
use crate::{ColourImage, Error, FileKind, GreyImage};

/// Decodes a picture into grey levels, upright, with nothing transparent left: a PNG, JPEG, WebP, GIF, BMP or TIFF, or one of
/// the PNM family (PBM, PGM, PPM, PAM, binary or as text).
///
/// - The format is read from the first bytes; a file's name plays no part.
/// - The orientation that cameras store (EXIF) is applied.
/// - Colours become BT.709 luma, `0.2126 R + 0.7152 G + 0.0722 B`: the weights of sRGB's own primaries, and the better
///   ones for this purpose, since blue and red pens come out darker than with BT.601's.
/// - 16-bit samples are rounded to 8 bits; CMYK becomes RGB.
/// - Transparent pixels are laid on a backdrop: see below.
/// - Of an animation or of several pages the first is read.
///
/// Where most of a picture is transparent, what is opaque is the ink (an export from a drawing program), so the backdrop is
/// opposite to it: white behind dark ink, black behind light. Where most is opaque, the opaque part holds the paper
/// (a screenshot with round corners), so the backdrop is black or white like its mean.
///
/// # Errors
/// [`Error::LimitExceeded`] if `bytes` or the size in the header is over `limits`; [`Error::MemoryExceeded`] if decoding
/// takes more than they allow; [`Error::NoRoom`] if the system has less memory than it takes; [`Error::NotAnImage`] if
/// `bytes` is of none of these formats; [`Error::Malformed`] if it is damaged or cut short; [`Error::Unsupported`] for the
/// few kinds of each format that are not read, as TIFFs with JPEG compression or floating-point samples.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<GreyImage, Error> {
    Ok(grey(&open(bytes, limits)?)?.0)
}

/// As [`decode`], with the colours kept beside the grey levels, 16-bit samples rounded and transparent parts on the same
/// backdrop.
///
/// # Errors
/// As [`decode`].
pub fn decode_colour(bytes: &[u8], limits: &Limits) -> Result<ColourImage, Error> {
    let opened = open(bytes, limits)?;
    let (grey, backdrop) = grey(&opened)?;
    if !opened.picture.color().has_color() {
        return Ok(grey.into());
    }
    let mut upright = DynamicImage::ImageRgb8(match backdrop {
        Some(backdrop) => flatten_colours(&opened.picture.into_rgba8(), backdrop),
        None => opened.picture.into_rgb8(),
    });
    upright.apply_orientation(opened.orientation);
    Ok(ColourImage::with_grey(grey, upright.into_rgb8().into_raw()))
}

fn open(bytes: &[u8], limits: &Limits) -> Result<Opened, Error> {
    limits.check_bytes(bytes)?;
    match FileKind::of_bytes(bytes) {
        FileKind::Png => png::open(bytes, limits),
        FileKind::Jpeg => jpeg::open(bytes, limits),
        FileKind::WebP => webp::open(bytes, limits),
        FileKind::Gif => gif::open(bytes, limits),
        FileKind::Bmp => bmp::open(bytes, limits),
        FileKind::Tiff => tiff::open(bytes, limits),
        FileKind::Pnm => pnm::open(bytes, limits),
        found => Err(Error::NotAnImage { found }),
    }
}

/// The grey levels, and the level that was laid behind transparent parts if there can be some.
fn grey(opened: &Opened) -> Result<(GreyImage, Option<u32>), Error> {
    let (grey, backdrop) = if opened.picture.color().has_alpha() {
        let picture = opened.picture.to_luma_alpha8();
        let backdrop = backdrop(&picture);
        (flatten(&picture, backdrop), Some(backdrop))
    } else {
        (opened.picture.to_luma8(), None)
    };
    let mut upright = DynamicImage::ImageLuma8(grey);
    upright.apply_orientation(opened.orientation);
    Ok((GreyImage::new(upright.width(), upright.height(), upright.into_luma8().into_raw())?, backdrop))
}
