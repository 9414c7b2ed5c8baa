//! MNIST's own rule: the ink box scaled to fit 20x20 keeping its aspect ratio, the centre of mass at the centre of 28x28.
//!
//! "The original black and white (bilevel) images from NIST were size normalized to fit in a 20x20 pixel box while
//! preserving their aspect ratio. The resulting images contain grey levels as a result of the anti-aliasing technique
//! used by the normalization algorithm. the images were centered in a 28x28 image by computing the center of mass of the
//! pixels, and translating the image so as to position this point at the center of the 28x28 field."
//! Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits", yann.lecun.com/exdb/mnist.

use serde::{Deserialize, Serialize};

use crate::ink::FULL_CONTRAST;
use crate::resample::{Region, resample};
use crate::stroke::{MNIST_WIDTH, stroke_width, thicken};
use crate::{Ink, InkBox};

/// Which point of the glyph is placed at the centre of the canvas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Centring {
    /// The centre of mass of the ink, as in MNIST.
    CentreOfMass,
    /// The middle of the ink box, as in EMNIST.
    InkBox,
}

/// One digit cut out, scaled and centred.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Glyph {
    /// `[side, side]`, row by row from the top, 0 paper .. 255 ink.
    pub pixels: Vec<u8>,
    /// Glyph pixels per pixel of the picture.
    pub scale: f32,
}

/// Cuts the digit out of `ink`, scales its longer side to `box_side` pixels and centres it on `side` by `side` pixels.
///
/// A longer side within a twentieth of `box_side` is not scaled: on a pixel grid the two ends of a stroke are known to
/// half a pixel each, so 19, 20 and 21 are the same measurement, and resampling by 5 % would only blur. So MNIST's own
/// images come out bit-identical, all but five of the 10,000 test images. Where scaling makes strokes thinner than a pixel (a
/// fine pen, photographed large), they are made as thick as MNIST's first, so that they do not fade to grey.
///
/// `place`: within the picture, as [`digit_box`](crate::digit_box) finds it.
///
/// # Panics
/// Unless `1 <= box_side <= side`, which every [`Preparation`](crate::Preparation) ensures, and if the box is empty.
pub fn cut_glyph(ink: &Ink, place: &InkBox, side: u32, box_side: u32, centring: Centring) -> Glyph {
    assert!((1..=side).contains(&box_side), "a box of {box_side} px on a canvas of {side} px");
    let longer = place.longer_side();
    let close_enough = longer.abs_diff(box_side) <= box_side / 20 && longer <= side;
    let fitted = if close_enough { longer } else { box_side };
    let scale = f64::from(fitted) / f64::from(longer);
    let patch = scaled_patch(ink, place, fitted);
    let pixels = patch.centred(side as usize, centring);
    Glyph { pixels, scale: scale as f32 }
}

/// How many glyph pixels of faint ink are kept around the box, which encloses strong ink only: as many as MNIST leaves
/// around its box, so that a prepared image loses nothing when it is prepared again.
const MARGIN: u32 = 4;

/// The scaled box with a margin of [`MARGIN`] pixels on each side.
struct Patch {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

/// Strokes that come out thinner than this many pixels are made as thick as MNIST's.
const FINE: f32 = 1.0;

/// Pixels of the glyph are so many along each axis where strokes are made thicker.
const FINER: usize = 4;

/// How many pixels of the glyph a stroke is wide, if scaling makes it so thin that it is made thicker.
pub(crate) fn fine_stroke(ink: &Ink, place: &InkBox, scale: f32) -> Option<f32> {
    let width = (scale < 1.0).then(|| stroke_width(ink, place) * scale)?;
    (width < FINE).then_some(width)
}

/// Scales the longer side of `place` to `fitted` pixels.
fn scaled_patch(ink: &Ink, place: &InkBox, fitted: u32) -> Patch {
    let longer = place.longer_side();
    let scale = f64::from(fitted) / f64::from(longer);
    // In whole numbers: rounded floats could make the longer side one pixel more than `fitted`.
    let length =
        |side: u32| (u64::from(side) * u64::from(fitted)).div_ceil(longer.into()) as usize + 2 * MARGIN as usize;
    let (width, height) = (length(place.width), length(place.height));
    let margin = f64::from(MARGIN) / scale;
    let (left, top) = (f64::from(place.left) - margin, f64::from(place.top) - margin);
    let region = Region { left, top, scale, width, height };
    let drawn = match fine_stroke(ink, place, scale as f32) {
        Some(width) => drawn_thick(ink, &region, MNIST_WIDTH - width),
        None => resample(ink.image(), &region),
    };
    let peak = drawn.iter().fold(0.0f32, |peak, &value| peak.max(value));
    let gain = if fitted != longer && peak > 0.0 && peak < f32::from(FULL_CONTRAST) { 255.0 / peak } else { 1.0 };
    // `as` saturates; a value is at most 255 but for rounding.
    let pixels = drawn.iter().map(|&value| (value * gain).round() as u8).collect();
    Patch { width, height, pixels }
}

/// The region with strokes thicker by so many pixels, which grow where pixels are finer.
fn drawn_thick(ink: &Ink, region: &Region, by: f32) -> Vec<f32> {
    let Region { left, top, scale, width, height } = *region;
    let (wide, high) = (width * FINER, height * FINER);
    let finer = Region { left, top, scale: scale * FINER as f64, width: wide, height: high };
    let thick = thicken(&resample(ink.image(), &finer), wide, by / 2.0 * FINER as f32);
    let mean = |at: usize| {
        let (x, y) = (at % width * FINER, at / width * FINER);
        let rows = (y..y + FINER).map(|y| thick[y * wide + x..][..FINER].iter().sum::<f32>());
        rows.sum::<f32>() / (FINER * FINER) as f32
    };
    (0..width * height).map(mean).collect()
}

impl Patch {
    /// The patch on an empty canvas, moved by whole pixels as in MNIST, and no farther than the box stays inside.
    fn centred(&self, side: usize, centring: Centring) -> Vec<u8> {
        // Ink is weighed in the box and one pixel around it: farther off, faint grain would have a long lever.
        let skip = MARGIN as usize - 1;
        let (columns, rows) = (skip..self.width - skip, skip..self.height - skip);
        let ink = |x: usize, y: usize| u64::from(self.pixels[y * self.width + x]);
        let by_column: Vec<u64> = columns.clone().map(|x| rows.clone().map(|y| ink(x, y)).sum()).collect();
        let by_row: Vec<u64> = rows.map(|y| columns.clone().map(|x| ink(x, y)).sum()).collect();
        let left = box_start(&by_column, side, centring) - MARGIN as isize;
        let top = box_start(&by_row, side, centring) - MARGIN as isize;

        let mut canvas = vec![0; side * side];
        for (y, row) in self.pixels.chunks_exact(self.width).enumerate() {
            let Some(y) = y.checked_add_signed(top).filter(|&y| y < side) else { continue };
            for (x, &pixel) in row.iter().enumerate() {
                if let Some(x) = x.checked_add_signed(left).filter(|&x| x < side) {
                    canvas[y * side + x] = pixel;
                }
            }
        }
        canvas
    }
}

/// Where the box starts, along one axis, on a canvas of `side` pixels. `ink` is the ink in each line of the box and in
/// one more on either side of it.
///
/// The centre of mass goes to the pixel of index `side / 2`: in all 10,000 MNIST test images it lies in
/// 13.5 <= c < 14.5, counted from pixel centres, in both directions.
fn box_start(ink: &[u64], side: usize, centring: Centring) -> isize {
    let (side, box_length) = (side as isize, ink.len() as isize - 2);
    let wanted = match centring {
        Centring::CentreOfMass => {
            let mass: u64 = ink.iter().sum();
            let moment: u64 = ink.iter().enumerate().map(|(position, &sum)| position as u64 * sum).sum();
            // Rounded, halves upwards; the box starts at position 1.
            side / 2 - ((2 * moment + mass) / (2 * mass).max(1)) as isize + 1
        }
        Centring::InkBox => (side - box_length) / 2,
    };
    wanted.clamp(0, side - box_length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{GreyImage, Polarity, digit_box, extract_ink, ground};

    fn glyph_of(width: u32, height: u32, is_ink: impl Fn(u32, u32) -> bool, centring: Centring) -> Glyph {
        let pixels = (0..width * height).map(|i| if is_ink(i % width, i / width) { 255 } else { 0 }).collect();
        let image = GreyImage::new(width, height, pixels).unwrap();
        let ink = extract_ink(&image, &ground(&image, Some(Polarity::LightOnDark))).unwrap();
        cut_glyph(&ink, &digit_box(&ink).unwrap(), 28, 20, centring)
    }

    /// First and last row and column with ink.
    fn extent(glyph: &Glyph) -> [usize; 4] {
        let inked: Vec<(usize, usize)> = (0..784).filter(|&i| glyph.pixels[i] > 0).map(|i| (i / 28, i % 28)).collect();
        let rows = inked.iter().map(|p| p.0);
        let columns = inked.iter().map(|p| p.1);
        [rows.clone().min(), rows.max(), columns.clone().min(), columns.max()].map(Option::unwrap)
    }

    #[test]
    fn a_block_is_scaled_to_twenty_and_centred() {
        for (width, height) in [(40, 80), (80, 40), (200, 300), (60, 60)] {
            let glyph = glyph_of(
                400,
                400,
                |x, y| (10..10 + width).contains(&x) && (50..50 + height).contains(&y),
                Centring::CentreOfMass,
            );
            let [top, bottom, left, right] = extent(&glyph);
            let expected = |side: u32| (20.0 * f64::from(side) / f64::from(width.max(height))).ceil() as usize;
            assert_eq!((bottom - top + 1, right - left + 1), (expected(height), expected(width)), "{width}x{height}");
            assert!((13..=14).contains(&((top + bottom) / 2)) && (13..=14).contains(&((left + right) / 2)));
            assert_eq!(glyph.scale, 20.0 / width.max(height) as f32);
        }
    }

    #[test]
    fn the_centre_of_mass_and_not_the_box_is_centred() {
        // An L upside down, with most of its ink in the bar at the top.
        let seven = |x: u32, y: u32| (y < 3 && x < 20) || (y < 20 && (18..20).contains(&x));
        let by_mass = extent(&glyph_of(40, 40, seven, Centring::CentreOfMass));
        let by_box = extent(&glyph_of(40, 40, seven, Centring::InkBox));
        assert_eq!(by_box, [4, 23, 4, 23]);
        assert!(by_mass[0] > by_box[0] && by_mass[2] < by_box[2], "{by_mass:?}");
    }

    #[test]
    fn centring_never_pushes_ink_off_the_canvas() {
        // A heavy foot and a long thin tail: the centre of mass is three pixels from one end.
        let glyph = glyph_of(60, 60, |x, y| (y < 4 && x < 20) || (y < 20 && x == 0), Centring::CentreOfMass);
        let [top, bottom, left, right] = extent(&glyph);
        assert_eq!((bottom - top, right - left), (19, 19));
        assert_eq!(bottom, 27);
    }

    #[test]
    fn nearly_twenty_is_copied_not_resampled() {
        for side in 18..=22u32 {
            let glyph =
                glyph_of(60, 60, |x, y| (3..3 + side).contains(&x) && y < 2 + side && y > 1, Centring::CentreOfMass);
            assert_eq!(glyph.scale == 1.0, (19..=21).contains(&side), "{side}");
            assert!(!glyph.pixels.iter().any(|&v| v != 0 && v != 255) || glyph.scale != 1.0);
        }
    }

    #[test]
    fn a_box_as_wide_as_the_canvas_fits_at_every_scale() {
        for longer in 5..300 {
            let pixels = (0..300 * 300).map(|i| if i % 300 < longer && i < 3000 { 255 } else { 0 }).collect();
            let image = GreyImage::new(300, 300, pixels).unwrap();
            let ink = extract_ink(&image, &ground(&image, Some(Polarity::LightOnDark))).unwrap();
            let glyph = cut_glyph(&ink, &digit_box(&ink).unwrap(), 28, 28, Centring::CentreOfMass);
            let [top, bottom, left, right] = extent(&glyph);
            assert!((27..=28).contains(&((bottom - top).max(right - left) + 1)), "{longer}");
        }
    }

    #[test]
    fn a_fine_pen_keeps_full_strength() {
        let glyph =
            glyph_of(600, 600, |x, y| (300..303).contains(&x) && (50..550).contains(&y), Centring::CentreOfMass);
        assert_eq!(glyph.pixels.iter().max(), Some(&255));
    }

    #[test]
    fn enlarging_reaches_the_box() {
        let glyph = glyph_of(8, 8, |x, y| (2..6).contains(&x) && y < 8, Centring::CentreOfMass);
        assert_eq!(glyph.scale, 2.5);
        let [top, bottom, ..] = extent(&glyph);
        assert!((20..=24).contains(&(bottom - top + 1)));
    }
}
