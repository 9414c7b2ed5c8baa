//! Which side is the ink on: the paper's grey level, how much it varies, and dark-on-light or light-on-dark.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::GreyImage;
use crate::histogram::Histogram;

/// How ink and paper differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Polarity {
    /// Dark ink on light paper: pens, print, scans.
    DarkOnLight,
    /// Light ink on dark paper: MNIST itself, blackboards, displays.
    LightOnDark,
}

impl Polarity {
    /// The other one.
    pub(crate) fn opposite(self) -> Self {
        match self {
            Self::DarkOnLight => Self::LightOnDark,
            Self::LightOnDark => Self::DarkOnLight,
        }
    }
}

/// `dark ink on light paper`
impl fmt::Display for Polarity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DarkOnLight => "dark ink on light paper",
            Self::LightOnDark => "light ink on dark paper",
        })
    }
}

/// What the ink is measured against.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Ground {
    /// On which side of the paper the ink lies.
    pub polarity: Polarity,
    /// The paper's grey level, 0 black .. 255 white.
    pub paper: u8,
    /// The standard deviation of the paper's grey levels: grain, compression noise, uneven light. 0 for drawn images.
    pub spread: f32,
}

/// Two classes whose means are nearer than this many grey levels are both paper: its grain, or uneven light on it.
const APART: f64 = 50.0;

/// Finds the paper's level and on which side of it the ink lies. `polarity` overrides the second.
///
/// The grey levels are split in two by Otsu's threshold, the border counting as much as the whole picture. The class
/// with more than half of that is paper: paper is most of a picture, and nearly all of its border, so neither a thick
/// digit cut out tightly nor one that touches the border changes it. The ink is on the side to which the pixels lean,
/// the sign of `sum((pixel - paper)^3)`: the cube lets a few strong strokes outweigh much faint grain, and grain leans
/// to neither side. A border test alone flips on a shadowed edge, and a fixed threshold turns grey paper into ink.
pub fn ground(image: &GreyImage, polarity: Option<Polarity>) -> Ground {
    let levels = border_weighted(image);
    let (dark, light) = match levels.otsu() {
        Some(split) => (levels.filtered(|level| level <= split), levels.filtered(|level| level > split)),
        // One level only: a blank picture.
        None => (levels.clone(), levels.clone()),
    };
    let larger = if dark.total() >= light.total() { &dark } else { &light };
    // The threshold of a page with little ink on it runs through the middle of its grain.
    let found = measure(if light.mean() - dark.mean() < APART { &levels } else { larger }, &levels);
    match polarity {
        Some(wanted) if wanted != found.polarity => {
            // The caller knows better: what was taken for paper is ink, and paper is the other class.
            let paper = if wanted == Polarity::DarkOnLight { &light } else { &dark };
            Ground { polarity: wanted, ..measure(paper, &levels) }
        }
        _ => found,
    }
}

/// The histogram in which border pixels, taken together, weigh as much as all pixels together.
fn border_weighted(image: &GreyImage) -> Histogram {
    let all = Histogram::of(image.pixels());
    let mut border = Histogram([0; 256]);
    let mut border_count: u64 = 0;
    let mut count = |pixel: u8| {
        border.0[usize::from(pixel)] += 1;
        border_count += 1;
    };
    let last = image.rows().len() - 1;
    for (y, row) in image.rows().enumerate() {
        if y == 0 || y == last {
            row.iter().copied().for_each(&mut count);
        } else {
            count(row[0]);
            count(row[row.len() - 1]);
        }
    }
    // Rounded down rather than brought to a common denominator, which could overflow.
    let border_weight = image.pixels().len() as u64 / border_count;
    Histogram(std::array::from_fn(|level| all.0[level] + border.0[level] * border_weight))
}

/// The ground whose paper has the levels `paper` in a picture with the levels `all`.
fn measure(paper: &Histogram, all: &Histogram) -> Ground {
    let level = paper.percentile(50);
    let mut distances = [0; 256];
    for (other, &weight) in paper.0.iter().enumerate() {
        distances[other.abs_diff(usize::from(level))] += weight;
    }
    // 1.4826 times the median distance is the standard deviation of normally distributed grain (the MAD estimator);
    // unlike the standard deviation itself it does not see what little ink is left in the class.
    let spread = 1.4826 * f32::from(Histogram(distances).percentile(50));
    let cubed = |other: usize| f64::from((other as i32 - i32::from(level)).pow(3));
    let lean: f64 = all.0.iter().enumerate().map(|(other, &weight)| cubed(other) * weight as f64).sum();
    let polarity = if lean <= 0.0 { Polarity::DarkOnLight } else { Polarity::LightOnDark };
    Ground { polarity, paper: level, spread }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `paper` everywhere, `ink` in the rectangle `[x0, x1) x [y0, y1)` of a 20x20 picture.
    fn picture(paper: u8, ink: u8, (x0, x1): (usize, usize), (y0, y1): (usize, usize)) -> GreyImage {
        let inside = |i: &usize| (x0..x1).contains(&(i % 20)) && (y0..y1).contains(&(i / 20));
        GreyImage::new(20, 20, (0..400).map(|i| if inside(&i) { ink } else { paper }).collect()).unwrap()
    }

    #[test]
    fn small_tight_and_border_touching_marks() {
        let check = |columns, rows| {
            for (paper, ink, polarity) in [
                (231, 40, Polarity::DarkOnLight),
                (255, 0, Polarity::DarkOnLight),
                (0, 255, Polarity::LightOnDark),
                (90, 160, Polarity::LightOnDark),
            ] {
                let found = ground(&picture(paper, ink, columns, rows), None);
                assert_eq!(found, Ground { polarity, paper, spread: 0.0 }, "{columns:?} {rows:?}");
            }
        };
        check((9, 11), (5, 15)); // a thin stroke
        check((0, 4), (0, 20)); // along a whole side
        check((3, 20), (5, 9)); // touching
        check((2, 18), (2, 18)); // most of the area, none of the border
    }

    #[test]
    fn an_override_takes_the_other_class_as_paper() {
        // Ink covers nearly everything: undecidable from the pixels alone.
        let image = picture(220, 30, (0, 19), (0, 20));
        assert_eq!(ground(&image, None).polarity, Polarity::LightOnDark);
        let told = ground(&image, Some(Polarity::DarkOnLight));
        assert_eq!((told.polarity, told.paper), (Polarity::DarkOnLight, 220));
    }

    #[test]
    fn an_override_on_one_level_keeps_that_level() {
        for level in [0, 77, 255] {
            for polarity in [Polarity::DarkOnLight, Polarity::LightOnDark] {
                let found = ground(&picture(level, level, (0, 0), (0, 0)), Some(polarity));
                assert_eq!((found.polarity, found.paper), (polarity, level));
            }
        }
    }

    #[test]
    fn one_pixel_and_one_line_are_pictures_too() {
        for (width, height) in [(1, 1), (1, 7), (7, 1)] {
            let image = GreyImage::new(width, height, vec![9; (width * height) as usize]).unwrap();
            assert_eq!(ground(&image, None).paper, 9);
        }
    }
}
