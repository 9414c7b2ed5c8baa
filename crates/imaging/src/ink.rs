//! The paper taken away: grey levels become ink, 0 where there is paper and 255 where the ink is strong.

use crate::histogram::Histogram;
use crate::{GreyImage, Ground, InkBox, Polarity, Refusal, Turn};

/// The least difference between paper and ink that is read as ink: a tenth of the grey scale. Below it lie faint
/// shadows, paper grain and what shows through from the other side of the sheet.
pub const MIN_CONTRAST: u8 = 25;

/// From this contrast on, ink is as strong as MNIST's own and is not stretched: of the 10,000 test images the weakest
/// has its strong ink, as measured here, at 215.
pub(crate) const FULL_CONTRAST: u8 = 204;

/// How many standard deviations from the paper a pixel must lie to be more than grain. In a million pixels of normally
/// distributed grain some thirty lie farther off on the ink's side, as single pixels; they fail the digit's size.
const GRAIN_SPREADS: f32 = 4.0;

/// A picture of ink alone: 0 paper .. 255 strong ink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ink {
    image: GreyImage,
    level: u8,
}

impl Ink {
    /// The ink as an image of the same size as the picture, 0 paper .. 255 strong ink.
    pub fn image(&self) -> &GreyImage {
        &self.image
    }

    /// The grey level of strong ink in the picture, 0 black .. 255 white.
    pub fn level(&self) -> u8 {
        self.level
    }

    /// The part of the ink in a rectangle, of which `keep` says by column and row of the whole which pixels stay; the others become
    /// paper. What lies outside the picture is left out.
    ///
    /// # Panics
    /// If nothing of `place` lies in the picture.
    pub fn part(&self, place: &InkBox, keep: impl Fn(usize, usize) -> bool) -> Self {
        let [left, top, width, height] = [place.left, place.top, place.width, place.height].map(|side| side as usize);
        let rows: Vec<&[u8]> = self.image.rows().skip(top).take(height).collect();
        let columns = left..(left + width).min(self.image.width() as usize);
        let mut pixels = Vec::with_capacity(rows.len() * columns.len());
        for (y, row) in rows.iter().enumerate() {
            pixels.extend(columns.clone().map(|x| if keep(x, top + y) { row[x] } else { 0 }));
        }
        let image = GreyImage::new(columns.len() as u32, rows.len() as u32, pixels).expect("a part of the picture");
        Self { image, level: self.level }
    }

    /// The ink turned, all of it kept.
    ///
    /// # Panics
    /// Unless the turn is one of pictures of this size.
    #[must_use]
    pub fn turned(&self, turn: &Turn) -> Self {
        Self { image: turn.picture(&self.image), level: self.level }
    }

    /// The ink without that of some runs of pixels, each a row, a start and an end.
    ///
    /// # Panics
    /// If a run is not in the picture.
    #[must_use]
    pub fn without(&self, runs: impl Iterator<Item = [u32; 3]>) -> Self {
        let (width, height) = (self.image.width(), self.image.height());
        let mut pixels = self.image.pixels().to_vec();
        for [row, start, end] in runs {
            pixels[row as usize * width as usize..][start as usize..end as usize].fill(0);
        }
        let image = GreyImage::new(width, height, pixels).expect("as many pixels");
        Self { image, level: self.level }
    }

    /// The ink of which `keep` says so, by the place of a pixel among all; the rest becomes paper.
    pub(crate) fn filtered(self, keep: impl Fn(usize) -> bool) -> Self {
        let mut at = 0..;
        Self { image: self.image.map(|level| if keep(at.next().expect("no end")) { level } else { 0 }), ..self }
    }

    /// Ink from the distance of each pixel from a paper on the ink's side.
    pub(crate) fn stretched(distances: GreyImage, ground: &Ground) -> Result<Self, Refusal> {
        let levels = Histogram::of(distances.pixels());
        let farthest = levels.highest().unwrap_or(0);
        // Uneven light looks like a large spread; half of the contrast is left to the ink all the same.
        let floor = ((GRAIN_SPREADS * ground.spread) as u8).min(farthest / 2);
        let strong = strong_ink(&levels.filtered(|distance| distance > floor));
        let needed = MIN_CONTRAST.max((3.0 * ground.spread).ceil() as u8);
        if strong < needed {
            return Err(Refusal::Blank { paper: ground.paper, contrast: strong, needed });
        }
        let full = if strong >= FULL_CONTRAST { 255 } else { u32::from(strong) };
        let stretched: [u8; 256] = std::array::from_fn(|distance| {
            if distance <= usize::from(floor) { 0 } else { ((distance as u32 * 255 + full / 2) / full).min(255) as u8 }
        });
        let level = match ground.polarity {
            Polarity::DarkOnLight => ground.paper.saturating_sub(strong),
            Polarity::LightOnDark => ground.paper.saturating_add(strong),
        };
        Ok(Self { image: distances.map(|distance| stretched[usize::from(distance)]), level })
    }
}

/// Measures each pixel's distance from the paper, drops what is only grain, and stretches strong ink to 255.
///
/// `ink = (|pixel - paper| on the ink's side) * 255 / strong`, where `strong` is the ninth decile of the stronger of the
/// two classes into which Otsu's threshold splits what is not grain; 0 up to four times the paper's spread. An image
/// with paper exactly 0 and ink at full strength, as every image of MNIST is, comes out bit-identical: its spread is 0
/// and nothing is stretched, so its antialiased edges stay.
///
/// # Errors
/// [`Refusal::Blank`] if strong ink differs from the paper by less than [`MIN_CONTRAST`] or three times the spread.
pub fn extract_ink(image: &GreyImage, ground: &Ground) -> Result<Ink, Refusal> {
    Ink::stretched(even_distances(image, ground), ground)
}

/// How far each pixel is from the one level of paper, on the ink's side.
pub(crate) fn even_distances(image: &GreyImage, ground: &Ground) -> GreyImage {
    let pixels: Vec<u8> = match ground.polarity {
        Polarity::DarkOnLight => image.pixels().iter().map(|&pixel| ground.paper.saturating_sub(pixel)).collect(),
        Polarity::LightOnDark => image.pixels().iter().map(|&pixel| pixel.saturating_sub(ground.paper)).collect(),
    };
    GreyImage::new(image.width(), image.height(), pixels).expect("as many pixels as the picture has")
}

/// The distance from the paper that counts as full ink: high, but not the one darkest pixel.
fn strong_ink(distances: &Histogram) -> u8 {
    let stroke = match distances.otsu() {
        Some(edge) => distances.filtered(|distance| distance > edge),
        None => distances.clone(),
    };
    stroke.percentile(90)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ground;

    fn row(pixels: &[u8]) -> GreyImage {
        GreyImage::new(pixels.len() as u32, 1, pixels.to_vec()).unwrap()
    }

    fn ink_of(image: &GreyImage) -> Result<Ink, Refusal> {
        extract_ink(image, &ground(image, None))
    }

    #[test]
    fn clean_full_strength_ink_on_black_is_left_alone() {
        let mut pixels = vec![0; 40];
        pixels[5..17].copy_from_slice(&[1, 3, 18, 90, 254, 253, 255, 252, 254, 100, 7, 2]);
        assert_eq!(ink_of(&row(&pixels)).unwrap().image().pixels(), pixels);
        let inverted: Vec<u8> = pixels.iter().map(|&pixel| 255 - pixel).collect();
        assert_eq!(ink_of(&row(&inverted)).unwrap().image().pixels(), pixels);
    }

    #[test]
    fn faint_ink_on_grey_paper_is_stretched() {
        let mut pixels = vec![180; 40];
        pixels[10..14].fill(130);
        let ink = ink_of(&row(&pixels)).unwrap();
        assert_eq!(ink.level(), 130);
        assert_eq!(ink.image().pixels()[9..15], [0, 255, 255, 255, 255, 0]);
    }

    #[test]
    fn grain_becomes_paper() {
        let mut pixels: Vec<u8> = (0..100).map(|i| 200 + i % 5).collect();
        pixels[40..50].fill(40);
        let ink = ink_of(&row(&pixels)).unwrap();
        assert!(
            ink.image().pixels().iter().enumerate().all(|(x, &v)| v == if (40..50).contains(&x) { 255 } else { 0 })
        );
    }

    #[test]
    fn a_part_keeps_what_it_is_told_to() {
        let image = GreyImage::new(4, 3, (0..12).map(|at| at * 20).collect()).unwrap();
        let ink = Ink { image, level: 7 };
        let place = InkBox { left: 2, top: 1, width: 9, height: 2 };
        let part = ink.part(&place, |x, y| (x, y) != (3, 1));
        assert_eq!((part.image().width(), part.image().pixels(), part.level()), (2, &[120, 0, 200, 220][..], 7));
    }

    #[test]
    fn too_little_contrast_is_blank() {
        let with_mark = |mark: u8| {
            let mut pixels = vec![200; 40];
            pixels[10..14].fill(mark);
            ink_of(&row(&pixels))
        };
        assert_eq!(with_mark(200), Err(Refusal::Blank { paper: 200, contrast: 0, needed: 25 }));
        assert_eq!(with_mark(176), Err(Refusal::Blank { paper: 200, contrast: 24, needed: 25 }));
        assert!(with_mark(175).is_ok());
    }

    proptest! {
        #[test]
        fn both_polarities_give_the_same_ink(pixels in prop::collection::vec(any::<u8>(), 1..200)) {
            // The paper is a median of an even number of values, which mirroring may move to its neighbour: fix it.
            let inverted: Vec<u8> = pixels.iter().map(|&pixel| 255 - pixel).collect();
            let dark = Ground { polarity: Polarity::DarkOnLight, paper: 250, spread: 2.0 };
            let light = Ground { polarity: Polarity::LightOnDark, paper: 5, spread: 2.0 };
            match (extract_ink(&row(&pixels), &dark), extract_ink(&row(&inverted), &light)) {
                (Ok(a), Ok(b)) => {
                    prop_assert_eq!(a.image(), b.image());
                    prop_assert_eq!(a.level(), 255 - b.level());
                }
                (a, b) => prop_assert_eq!(a.is_err(), b.is_err()),
            }
        }
    }
}
