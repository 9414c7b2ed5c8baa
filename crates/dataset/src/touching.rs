//! Digits that touch their neighbours, cut out of numbers as a page of digits is cut.

use tenfold_imaging::{InkBox, Preparation};
use tenfold_random::{Purpose, Stream};
use tenfold_reading::Page;

use crate::dataset::NO_CLASS;
use crate::number::Number;
use crate::numbers::{Numbers, between};
use crate::{Dataset, Error, Images, MAX_SET_BYTES};

/// The fewest and the most digits of a number.
const LENGTH: [u32; 2] = [2, 4];
/// How far apart the boxes of neighbouring digits are, in pixels of digit images; below 0 they overlap.
const GAP: [i32; 2] = [-6, 2];
/// How many times as large as digit images numbers are drawn.
const SIZE: [f32; 2] = [1.2, 2.4];

/// What is cut off a digit or left of its neighbour at most, in heights of a digit, for it still to be one.
const PIECE: f32 = 0.12;
/// A digit keeps so much of its ink at least.
const LEAST_INK: f32 = 0.7;
/// With this share of the width of two digits it is none.
const ALL: f32 = 0.9;
/// Nor are halves of two digits of this width, in heights: half of a 1 may be a part of the other.
const HALF: f32 = 0.45;
const WIDE: f32 = 0.4;
/// For each image of two digits or parts of them there are so many of one.
const DIGITS_PER_OTHER: usize = 3;

/// Images of digits that touch or overlap their neighbours, as they look once they are cut out: with a piece of a neighbour, or
/// without a piece of their own. Numbers of two to four digits are written side by side, and taken apart wherever
/// [`tenfold_reading`] would. What is one digit, give or take such a piece, has its class; about a third of the images are of two
/// digits, or of parts of two, and have [`NO_CLASS`]. A pure function of its arguments; the first images are the same however many
/// there are.
///
/// `digits`: labelled images of digits, all ten or some of them, square. Each number is of one group's, which is a writer, where
/// groups are known; two of five are drawn by hands.
///
/// ```
/// use tenfold_dataset::{NO_CLASS, drawn, touching};
///
/// let cut = touching(&drawn(100, 1, 28)?, 40, 1)?;
/// assert_eq!((cut.len(), cut.height(), cut.classes()), (40, 28, 10));
/// assert!(cut.labels().contains(&NO_CLASS));
/// # Ok::<(), tenfold_dataset::Error>(())
/// ```
///
/// # Errors
/// [`Error::Empty`] for no images; [`Error::LimitExceeded`] for more than [`MAX_SET_BYTES`]; [`Error::UnknownClass`] if `digits` has
/// a class that is not a digit; [`Error::SizesDiffer`] if its images are not square, and [`Error::Picture`] if they have more than
/// [`Preparation::MAX_SIDE`] pixels a side.
pub fn touching(digits: &Dataset, images: u32, seed: u64) -> Result<Dataset, Error> {
    let preparation = crate::non_digits::preparation_for(digits)?;
    let side = digits.height();
    let bytes = u64::from(images) * (side * side) as u64;
    if bytes > MAX_SET_BYTES {
        return Err(Error::LimitExceeded { what: "bytes of images", limit: MAX_SET_BYTES });
    }
    let numbers = Numbers::of(digits, seed);
    let mut cut = Cut { pixels: Vec::with_capacity(bytes as usize), labels: Vec::new() };
    for number in 0.. {
        if cut.labels.len() >= images as usize {
            break;
        }
        let mut stream = Stream::new(seed, Purpose::Number, 0, number);
        let length = LENGTH[0] + stream.below(LENGTH[1] - LENGTH[0] + 1);
        let glyphs = numbers.glyphs(number, length, &mut stream).0;
        let size = between(SIZE, &mut stream);
        let written = Number::written(&glyphs, GAP, size, &mut stream);
        cut.add(&written, &preparation, &mut stream);
    }
    cut.labels.truncate(images as usize);
    cut.pixels.truncate(bytes as usize);
    let groups: Vec<u32> = (0..images).collect();
    let images = Images { pixels: cut.pixels.into(), height: side, width: side };
    Dataset::perhaps_of_no_class(images, cut.labels.into(), digits.classes())?
        .with_names(digits.names())?
        .with_groups(groups)
}

/// What has been cut out.
struct Cut {
    pixels: Vec<u8>,
    labels: Vec<u16>,
}

impl Cut {
    /// Adds each digit of a number, if it is cut out somehow, as it is in one of these ways; and some of what is none.
    fn add(&mut self, number: &Number, preparation: &Preparation, stream: &mut Stream) {
        let Ok(page) = Page::find(&number.picture.clone().into(), preparation) else { return };
        let side = preparation.side() as usize;
        let mut found: Vec<Vec<usize>> = vec![Vec::new(); number.digits.len()];
        let mut others = Vec::new();
        for (index, place) in page.places().iter().enumerate() {
            match shown(number, place) {
                Some(Shown::Digit(digit)) => {
                    let image = &page.glyphs()[index * side * side..][..side * side];
                    let ink: f32 = image.iter().map(|&level| f32::from(level) / 255.0).sum();
                    let enlarged = place.longer_side() as f32 / preparation.box_side() as f32;
                    if ink * enlarged * enlarged >= LEAST_INK * number.digits[digit].ink {
                        found[digit].push(index);
                    }
                }
                Some(Shown::Other) => others.push(index),
                None => {}
            }
        }
        let mut add = |index: usize, label: u16| {
            self.pixels.extend_from_slice(&page.glyphs()[index * side * side..][..side * side]);
            self.labels.push(label);
        };
        for (ways, digit) in found.iter().zip(&number.digits).filter(|(ways, _)| !ways.is_empty()) {
            add(ways[stream.below(ways.len() as u32) as usize], digit.class);
        }
        let wanted = (found.len() + stream.below(DIGITS_PER_OTHER as u32) as usize) / DIGITS_PER_OTHER;
        for _ in 0..wanted.min(others.len()) {
            add(others.swap_remove(stream.below(others.len() as u32) as usize), NO_CLASS);
        }
    }
}

/// What a part of a number shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    /// The digit with this index, give or take a piece.
    Digit(usize),
    /// No digit.
    Other,
}

/// What the ink in a box of a number's picture shows; `None` where that is hard to tell.
fn shown(number: &Number, place: &InkBox) -> Option<Shown> {
    let ends = [place.left, place.left + place.width].map(|column| column as f32);
    let piece = PIECE * number.height;
    let digits = &number.digits;
    let is_near = |index: usize, piece: f32| number.is_about(index, ends, piece);
    let share = |index: usize| number.share(index, ends);
    let has = |index: usize, least: f32| share(index) >= least;
    if let Some(digit) = number.digit_at(ends, piece) {
        return Some(Shown::Digit(digit));
    }
    let is_wide = |index: usize| digits[index].right - digits[index].left >= WIDE * number.height;
    let count = |is_counted: &dyn Fn(usize) -> bool| (0..digits.len()).filter(|&index| is_counted(index)).count();
    let is_two = count(&|index| has(index, ALL)) >= 2;
    let is_two_halves = count(&|index| is_wide(index) && has(index, HALF)) >= 2
        && !(0..digits.len()).any(|index| is_near(index, 2.0 * piece));
    (is_two || is_two_halves).then_some(Shown::Other)
}

#[cfg(test)]
mod tests {
    use sha2::Digest;

    use super::*;
    use crate::drawn;

    #[test]
    fn the_first_are_the_same_however_many() {
        let digits = drawn(200, 3, 28).unwrap();
        let (few, many) = (touching(&digits, 30, 5).unwrap(), touching(&digits, 50, 5).unwrap());
        assert_eq!(few.images(), &many.images()[..few.images().len()]);
        assert_eq!(few.labels(), &many.labels()[..30]);
        assert_ne!(few.images(), touching(&digits, 30, 6).unwrap().images());
    }

    /// Models are trained on them.
    #[test]
    fn a_seed_means_these_images() {
        let cut = touching(&drawn(200, 3, 28).unwrap(), 60, 5).unwrap();
        let hex: String = sha2::Sha256::digest(cut.images())[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            (hex.as_str(), cut.labels().iter().filter(|&&label| label == NO_CLASS).count()),
            ("cb58d85134cdd25a", 16)
        );
    }

    #[test]
    fn a_box_shows_a_digit_two_or_something_between() {
        let digit = |class, left, right| crate::number::Place { class, left, right, rows: [0.0, 20.0], ink: 100.0 };
        let picture = tenfold_imaging::GreyImage::new(1, 1, vec![255]).unwrap();
        // The second overlaps the first by 4.
        let number = Number { picture, height: 20.0, digits: vec![digit(7, 10.0, 24.0), digit(2, 20.0, 34.0)] };
        let of = |left, right| shown(&number, &InkBox { left, top: 0, width: right - left, height: 20 });
        assert_eq!(of(10, 24), Some(Shown::Digit(0)));
        assert_eq!(of(9, 20), Some(Shown::Digit(0)), "cut where the second begins");
        assert_eq!(of(24, 34), Some(Shown::Digit(1)), "cut where the first ends");
        assert_eq!(of(10, 34), Some(Shown::Other), "both");
        assert_eq!(of(16, 29), Some(Shown::Other), "halves of both");
        assert_eq!(of(10, 16), None, "a half may be a digit");
        assert_eq!(of(10, 28), None, "a third of the second is too much, and too little");
    }

    #[test]
    fn impossible_amounts_are_refused() {
        let digits = drawn(10, 1, 28).unwrap();
        assert!(matches!(touching(&digits, 0, 1), Err(Error::Empty)));
        assert!(matches!(touching(&digits, u32::MAX, 1), Err(Error::LimitExceeded { .. })));
    }
}
