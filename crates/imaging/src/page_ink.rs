//! The ink of a page with any number of digits on it.

use crate::measured::Measured;
use crate::reduction::block_means;
use crate::rules::without_rules;
use crate::{ColourImage, Ground, Ink, Polarity, Refusal, ground};

/// A page is looked at on at most so many pixels a side, on which a digit that is a hundredth of it has as many as MNIST's.
const LONGEST: u32 = 2400;

/// The ink of a page.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PageInk {
    /// The ink.
    pub ink: Ink,
    /// What it was measured against.
    pub ground: Ground,
    /// Pixels of the picture for each of the ink's, along each axis: more than 1 for a large picture.
    pub factor: u32,
    /// Columns and rows of the picture.
    pub size: [u32; 2],
}

/// Finds the ink of a page, dark or light as `polarity` says or else as the picture does.
///
/// Where the paper has one level, as on a screen, ink is what differs from it; else it is what differs from the paper around it,
/// unless that paper varies even more: light falls unevenly on a photographed page. Which digit is the best does not matter,
/// as for a picture of one: on a page any number of pieces may be digits.
///
/// # Errors
/// [`Refusal::Blank`] if nothing stands out from the paper.
pub fn page_ink(image: &ColourImage, polarity: Option<Polarity>) -> Result<PageInk, Refusal> {
    let (grey, factor) = block_means(image.grey(), LONGEST);
    let even = Measured { factor, ..Measured::even(&grey, ground(&grey, polarity)) };
    let ink_of_even = even.ink();
    let (measured, ink) = match &ink_of_even {
        Ok(_) if even.ground.spread == 0.0 => (even, ink_of_even?),
        _ => {
            let around = Measured::around(image, polarity, LONGEST);
            match around.ink() {
                Ok(ink) if ink_of_even.is_err() || around.ground.spread <= even.ground.spread => (around, ink),
                _ => (even, ink_of_even?),
            }
        }
    };
    // Of a page of nothing but printed lines nothing is left.
    let unruled = without_rules(&measured.distances);
    let Measured { ground, factor, .. } = measured;
    let ink = unruled.and_then(|distances| Ink::stretched(distances, &ground).ok()).unwrap_or(ink);
    Ok(PageInk { ink, ground, factor, size: [image.grey().width(), image.grey().height()] })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::GreyImage;

    /// A stroke across paper whose level is `paper` of a column.
    fn written(width: u32, paper: impl Fn(u32) -> u8) -> ColourImage {
        let level = |x: u32, y: u32| if (40..44).contains(&y) { paper(x) - 60 } else { paper(x) };
        let pixels = (0..100 * width).map(|at| level(at % width, at / width)).collect();
        GreyImage::new(width, 100, pixels).unwrap().into()
    }

    #[test]
    fn a_stroke_is_found_in_light_and_in_shadow() {
        for paper in [|_| 220, |x: u32| (220 - x / 3) as u8] {
            let found = page_ink(&written(300, paper), None).unwrap();
            let strong =
                |row: usize| found.ink.image().pixels()[row * 300..][..300].iter().filter(|&&v| v > 128).count();
            assert_eq!((found.factor, strong(42), strong(20)), (1, 300, 0));
        }
    }

    #[test]
    fn a_large_page_is_reduced() {
        let found = page_ink(&written(LONGEST + 1, |_| 220), None).unwrap();
        assert_eq!((found.factor, found.ink.image().width(), found.ink.image().height()), (2, 1201, 50));
        assert!(page_ink(&GreyImage::new(9, 9, vec![255; 81]).unwrap().into(), None).is_err());
    }
}
