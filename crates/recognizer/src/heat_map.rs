//! What each part of an image does for its answer.

use crate::error::Error;
use crate::recognizer::{Recognizer, check_finite};

/// The side of the square in which ink is taken away, where an image has 28 pixels a side: as wide as two strokes of MNIST, so that it
/// cuts one.
const SQUARE: usize = 5;

/// Squares lie so near each other that there are about so many along each side of the image: of MNIST's one for each pixel.
const ALONG: usize = 28;

/// Images that the network is given at a time.
const GROUP: usize = 64;

/// What each part of an image does for its answer, found by occlusion: ink is taken away in a square, and the square is moved over the
/// image (Zeiler and Fergus, "Visualizing and understanding convolutional networks", ECCV 2014).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct HeatMap {
    /// The answer: what the most probable class is called.
    pub label: String,
    /// Its probability, `0..=1`.
    pub probability: f32,
    /// What the ink in a square around each pixel says, `[side, side]`: the logarithm of the answer's odds (its probability for each of
    /// all others) with that ink, less that without it. Above 0 it speaks for the answer, and 2.3 makes it ten times as likely; below 0
    /// it speaks against it; 0 where there is no ink. Probabilities themselves hardly change where an answer is sure.
    pub evidence: Vec<f32>,
}

impl Recognizer {
    /// What each part of a prepared image does for its answer. It takes as long as some hundred predictions.
    ///
    /// `pixels`: one image, as [`Self::probabilities`] takes it.
    ///
    /// ```
    /// use tenfold_recognizer::Recognizer;
    ///
    /// let recognizer = Recognizer::embedded();
    /// let image = recognizer.decode(&std::fs::read("testdata/seven.png")?)?;
    /// let heat = recognizer.heat_map(&recognizer.prepare(&image)?.pixels)?;
    /// assert_eq!((heat.label.as_str(), heat.evidence.len()), ("7", 28 * 28));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Length`] if it is not one image; [`Error::NotFinite`] if the model gives no numbers.
    pub fn heat_map(&self, pixels: &[u8]) -> Result<HeatMap, Error> {
        let (found, expected) = (pixels.len(), self.image_len());
        if found != expected {
            return Err(Error::Length { what: "pixels", found, expected: expected.to_string() });
        }
        let probabilities = self.probabilities(pixels)?;
        let first = self.rank(&probabilities)?.swap_remove(0);
        let class = self.labels.iter().position(|label| *label == first.label).expect("a class has its label");
        let side = self.preparation.side() as usize;
        let squares = Squares { side, step: side.div_ceil(ALONG), reach: side * SQUARE / ALONG / 2 };
        let inked: Vec<usize> = squares.all().filter(|&at| squares.pixels(at).any(|place| pixels[place] > 0)).collect();
        let with = log_odds(&probabilities, class);
        let mut evidence = vec![0.0; pixels.len()];
        for group in inked.chunks(GROUP) {
            let without = |&at: &usize| {
                let mut image = pixels.to_vec();
                squares.pixels(at).for_each(|place| image[place] = 0);
                image
            };
            let rows = self.probabilities(&group.iter().flat_map(without).collect::<Vec<u8>>())?;
            check_finite(&rows)?;
            for (&at, row) in group.iter().zip(rows.chunks(self.labels.len())) {
                let said = with - log_odds(row, class);
                squares.cell(at).for_each(|place| evidence[place] = said);
            }
        }
        Ok(HeatMap { label: first.label, probability: first.probability, evidence })
    }
}

/// The logarithm of a class's probability for each of all others, which is finite: the others add up to something while the class rounds
/// to 1.
fn log_odds(probabilities: &[f32], class: usize) -> f32 {
    let others: f32 = probabilities.iter().enumerate().filter(|(at, _)| *at != class).map(|(_, other)| other).sum();
    let [class, others] = [probabilities[class], others].map(|share| libm::logf(share.max(f32::MIN_POSITIVE)));
    class - others
}

/// Squares over an image of `side` by `side` pixels, each around a cell of `step` by `step` of them.
struct Squares {
    side: usize,
    step: usize,
    /// How far a square reaches beyond its cell on each side.
    reach: usize,
}

impl Squares {
    /// The first pixel of each cell.
    fn all(&self) -> impl Iterator<Item = usize> {
        let places = || (0..self.side).step_by(self.step);
        places().flat_map(move |y| places().map(move |x| y * self.side + x))
    }

    fn cell(&self, at: usize) -> impl Iterator<Item = usize> {
        self.around(at, 0)
    }

    fn pixels(&self, at: usize) -> impl Iterator<Item = usize> {
        self.around(at, self.reach)
    }

    fn around(&self, at: usize, reach: usize) -> impl Iterator<Item = usize> {
        let range = |start: usize| start.saturating_sub(reach)..(start + self.step + reach).min(self.side);
        let (side, columns) = (self.side, range(at % self.side));
        range(at / side).flat_map(move |y| columns.clone().map(move |x| y * side + x))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pixel_is_in_one_cell() {
        for (side, step) in [(28, 1), (30, 2), (57, 3), (1, 1)] {
            let squares = Squares { side, step, reach: 2 };
            let mut seen = vec![0; side * side];
            squares.all().for_each(|at| squares.cell(at).for_each(|place| seen[place] += 1));
            assert!(seen.iter().all(|&times| times == 1), "{side}");
        }
        let squares = Squares { side: 28, step: 1, reach: 2 };
        assert_eq!((squares.pixels(0).count(), squares.pixels(28 * 14 + 14).count()), (9, 25));
    }
}
