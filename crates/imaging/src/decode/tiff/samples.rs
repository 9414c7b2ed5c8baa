//! What the samples of a TIFF mean: grey levels, colours, inks, or places in a palette.

use ::tiff::ColorType;
use ::tiff::decoder::{BufferLayoutPreference, DecodingResult};
use image::{DynamicImage, GrayAlphaImage, GrayImage, RgbImage, RgbaImage};

use super::super::opened::{malformed, unsupported};
use super::FORMAT;
use crate::Error;

/// The first extra sample is an alpha by which the others are multiplied already, or one by which they are not.
const MULTIPLIED_ALPHA: u16 = 1;
const ALPHA: u16 = 2;

pub(super) struct Samples {
    pub colour: ColorType,
    /// What the first sample after the colour is.
    pub alpha: Option<u16>,
    /// All reds, all greens and all blues, of 16 bits.
    pub palette: Option<Vec<u16>>,
}

impl Samples {
    /// # Errors
    /// [`Error::Unsupported`] and [`Error::Malformed`].
    pub fn picture(
        &self,
        read: DecodingResult,
        layout: &BufferLayoutPreference,
        (width, height): (u32, u32),
    ) -> Result<DynamicImage, Error> {
        let bits = self.colour.bit_depth();
        let samples = match read {
            DecodingResult::U8(samples) if bits == 8 => samples,
            DecodingResult::U8(packed) if matches!(bits, 1 | 2 | 4) => unpacked(&packed, bits, width as usize),
            DecodingResult::U16(samples) if bits == 16 => samples.into_iter().map(in_eight_bits).collect(),
            _ => return Err(unsupported(FORMAT, format!("samples of {bits} bits, or with signs or fractions"))),
        };
        let mut samples = if layout.planes > 1 { interleaved(&samples, layout.planes) } else { samples };
        if self.alpha == Some(MULTIPLIED_ALPHA) {
            divide_by_alpha(&mut samples, self.colour.num_samples().into());
        }
        let has_alpha = matches!(self.alpha, Some(MULTIPLIED_ALPHA | ALPHA));
        let picture = match self.colour {
            ColorType::Gray(1..=8) if let Some(palette) = &self.palette => {
                RgbImage::from_raw(width, height, colours_of(&samples, bits, palette)?).map(Into::into)
            }
            ColorType::Gray(_) => GrayImage::from_raw(width, height, stretched(samples, bits)).map(Into::into),
            ColorType::Multiband { num_samples: 2, .. } if has_alpha => {
                GrayAlphaImage::from_raw(width, height, samples).map(Into::into)
            }
            ColorType::RGB(_) => RgbImage::from_raw(width, height, samples).map(Into::into),
            ColorType::RGBA(_) => RgbaImage::from_raw(width, height, samples).map(Into::into),
            ColorType::CMYK(_) => RgbImage::from_raw(width, height, without_inks(&samples)).map(Into::into),
            other => {
                return Err(unsupported(FORMAT, format!("{} samples a pixel of another kind", other.num_samples())));
            }
        };
        picture.ok_or_else(|| malformed(FORMAT, "the samples are not as many as its size says"))
    }
}

/// 16 bits, rounded.
fn in_eight_bits(sample: u16) -> u8 {
    ((u32::from(sample) + 128) / 257) as u8
}

/// Samples of less than 8 bits, the first in the highest, each row from a byte of its own.
fn unpacked(packed: &[u8], bits: u8, width: usize) -> Vec<u8> {
    let bits = usize::from(bits);
    let sample = |row: &[u8], x: usize| (row[x * bits / 8] >> (8 - bits - x * bits % 8)) & ((1 << bits) - 1) as u8;
    packed.chunks_exact((width * bits).div_ceil(8)).flat_map(|row| (0..width).map(move |x| sample(row, x))).collect()
}

/// Levels of fewer bits over the range of 8.
fn stretched(mut levels: Vec<u8>, bits: u8) -> Vec<u8> {
    if bits < 8 {
        let highest = (1 << bits) - 1;
        levels.iter_mut().for_each(|level| *level *= 255 / highest);
    }
    levels
}

/// One sample of each plane in turn.
fn interleaved(samples: &[u8], planes: usize) -> Vec<u8> {
    let plane = samples.len() / planes;
    (0..plane).flat_map(|at| (0..planes).map(move |index| samples[index * plane + at])).collect()
}

fn divide_by_alpha(samples: &mut [u8], a_pixel: usize) {
    for pixel in samples.chunks_exact_mut(a_pixel) {
        let Some((&mut alpha @ 1.., levels)) = pixel.split_last_mut() else { continue };
        for level in levels {
            *level = (u32::from(*level) * 255 / u32::from(alpha)).min(255) as u8;
        }
    }
}

fn colours_of(places: &[u8], bits: u8, palette: &[u16]) -> Result<Vec<u8>, Error> {
    let count = 1usize << bits;
    if palette.len() != 3 * count {
        let detail = format!("a palette of {} levels, expected {}", palette.len(), 3 * count);
        return Err(malformed(FORMAT, detail));
    }
    // Some writers give levels of 8 bits; of 16, some multiply them by 256 and some by 257.
    let shift = if palette.iter().all(|&level| level < 256) { 0 } else { 8 };
    let colour = |&place: &u8| [0, 1, 2].map(|channel| (palette[channel * count + usize::from(place)] >> shift) as u8);
    Ok(places.iter().flat_map(colour).collect())
}

/// Cyan, magenta, yellow and black as red, green and blue.
fn without_inks(inks: &[u8]) -> Vec<u8> {
    let light = |ink: u8, black: u8| ((255 - u32::from(ink)) * (255 - u32::from(black)) + 127) / 255;
    let colour = |&[cyan, magenta, yellow, black]: &[u8; 4]| [cyan, magenta, yellow].map(|ink| light(ink, black) as u8);
    inks.as_chunks::<4>().0.iter().flat_map(colour).collect()
}
