//! What may be a digit of a number, among its neighbours, for a network to learn which of it is one.

use tenfold_imaging::InkBox;
use tenfold_random::{Purpose, Stream};
use tenfold_reading::{Page, SIGNS};

use crate::number::Number;
use crate::numbers::{Numbers, between};
use crate::signs::SignWriter;
use crate::{Dataset, Error, Images, MAX_SET_BYTES};

/// What the class behind those of the digits is called.
const NONE: &str = "none";

/// The most digits of a number.
const LONGEST: u32 = 6;
/// How far apart the boxes of neighbouring digits are, in pixels of digit images; below 0 they overlap. They take turns by chance.
const GAPS: [[i32; 2]; 3] = [[-6, 2], [-4, 4], [-1, 8]];
/// How many times as large as digit images numbers are drawn.
const SIZE: [f32; 2] = [1.0, 3.5];

/// What is cut off a digit or left of its neighbour at most, in heights of a digit, for it still to be a whole one; with more than this
/// it is none, and between the two hard to tell.
const PIECE: f32 = 0.12;
const LARGE_PIECE: f32 = 0.2;
/// Nor is one of which fewer rows are there.
const LEAST_ROWS: f32 = 0.7;

/// So many ways to cut out a digit are taken at most, and for each digit so many others.
const WAYS: usize = 2;
const OTHERS: usize = 4;

/// Images of what may be a digit of a number among its neighbours, as [`Page::contexts`] has them: numbers of one to six digits are
/// written side by side, some apart, some touching, and taken apart wherever [`tenfold_reading`] would. What is one whole digit, give
/// or take a small piece, has its class; all else has one more, called `none`. A pure function of its arguments; the first images are the
/// same however many there are. The group of each is that of the number's writer.
///
/// `digits`: labelled images of digits, all ten or some of them, square. Each number is of one group's, which is a writer, where
/// groups are known; two of five are drawn by hands.
///
/// ```
/// use tenfold_dataset::{drawn, in_context};
///
/// let cut = in_context(&drawn(100, 1, 28)?, 40, 1)?;
/// assert_eq!((cut.len(), cut.height(), cut.names()[10].as_str(), cut.names()[15].as_str()), (40, 28, ".", "none"));
/// # Ok::<(), tenfold_dataset::Error>(())
/// ```
///
/// # Errors
/// As [`touching`](crate::touching).
pub fn in_context(digits: &Dataset, images: u32, seed: u64) -> Result<Dataset, Error> {
    let preparation = crate::non_digits::preparation_for(digits)?;
    let side = Page::CONTEXT_SIDE;
    let bytes = u64::from(images) * (side * side) as u64;
    if bytes > MAX_SET_BYTES {
        return Err(Error::LimitExceeded { what: "bytes of images", limit: MAX_SET_BYTES });
    }
    let numbers = Numbers::of(digits, seed);
    let mut found = Found::default();
    for number in 0.. {
        if found.labels.len() >= images as usize {
            break;
        }
        // The epoch tells these numbers from those of `touching`.
        let mut stream = Stream::new(seed, Purpose::Number, 1, number);
        let length = 1 + stream.below(LONGEST);
        let (glyphs, group) = numbers.glyphs(number, length, &mut stream);
        let (sign, none) = (digits.classes() as u16, digits.classes() as u16 + SIGNS.len() as u16);
        let mut writer = SignWriter::new(seed, number, &mut stream);
        let glyphs = writer.with_signs(glyphs, sign);
        let glyphs = writer.among_others(glyphs, none);
        let size = between(SIZE, &mut stream);
        let gaps = GAPS[stream.below(GAPS.len() as u32) as usize];
        let written = Number::written(&glyphs, gaps, size, &mut stream);
        if let Ok(page) = Page::find(&written.picture.clone().into(), &preparation) {
            found.add(&written, &page, none, group, &mut stream);
        }
    }
    let Found { mut pixels, mut labels, mut groups } = found;
    pixels.truncate(bytes as usize);
    labels.truncate(images as usize);
    groups.truncate(images as usize);
    let names = [digits.names(), &SIGNS.map(String::from), &[NONE.to_owned()]].concat();
    Dataset::new(Images { pixels: pixels.into(), height: side, width: side }, labels, names.len())?
        .with_names(&names)?
        .with_groups(groups)
}

/// What has been cut out.
#[derive(Default)]
struct Found {
    pixels: Vec<u8>,
    labels: Vec<u16>,
    groups: Vec<u32>,
}

impl Found {
    /// Adds each digit of a number in some ways that it may be cut out, and some of what is none, which has the class `none`.
    fn add(&mut self, number: &Number, page: &Page, none: u16, group: u32, stream: &mut Stream) {
        let mut ways: Vec<Vec<usize>> = vec![Vec::new(); number.digits.len()];
        let mut others = Vec::new();
        for (index, place) in page.places().iter().enumerate() {
            match shown(number, place) {
                Shown::Digit(digit) => ways[digit].push(index),
                Shown::Other => others.push(index),
                Shown::Unclear => {}
            }
        }
        let context = Page::CONTEXT_SIDE.pow(2);
        let mut add = |from: &mut Vec<usize>, most: usize, label: u16| {
            for _ in 0..most.min(from.len()) {
                let index = from.swap_remove(stream.below(from.len() as u32) as usize);
                self.pixels.extend_from_slice(&page.contexts()[index * context..][..context]);
                self.labels.push(label);
                self.groups.push(group);
            }
        };
        for (ways, digit) in ways.iter_mut().zip(&number.digits) {
            add(ways, WAYS, digit.class);
        }
        add(&mut others, OTHERS * number.digits.len(), none);
    }
}

/// What a part of a number shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    /// The digit with this index, give or take a piece.
    Digit(usize),
    /// No whole digit, or more than one.
    Other,
    /// A digit with a rather large piece too much or too little.
    Unclear,
}

fn shown(number: &Number, place: &InkBox) -> Shown {
    let ends = [place.left, place.left + place.width].map(|column| column as f32);
    let has_rows = |digit: &usize| {
        let [top, bottom] = number.digits[*digit].rows;
        let shared = bottom.min((place.top + place.height) as f32) - top.max(place.top as f32);
        shared >= LEAST_ROWS * (bottom - top)
    };
    let find = |piece: f32| number.digit_at(ends, piece * number.height).filter(has_rows);
    match (find(PIECE), find(LARGE_PIECE)) {
        (Some(digit), _) => Shown::Digit(digit),
        (None, Some(_)) => Shown::Unclear,
        (None, None) => Shown::Other,
    }
}

#[cfg(test)]
mod tests {
    use sha2::Digest;

    use super::*;
    use crate::drawn;

    #[test]
    fn the_first_are_the_same_however_many() {
        let digits = drawn(200, 3, 28).unwrap();
        let (few, many) = (in_context(&digits, 30, 5).unwrap(), in_context(&digits, 50, 5).unwrap());
        assert_eq!(few.images(), &many.images()[..few.images().len()]);
        assert_eq!((few.labels(), few.groups()), (&many.labels()[..30], many.groups().map(|groups| &groups[..30])));
    }

    /// The model `segmenter` is trained on them.
    #[test]
    fn a_seed_means_these_images() {
        let cut = in_context(&drawn(200, 3, 28).unwrap(), 60, 5).unwrap();
        let hex: String = sha2::Sha256::digest(cut.images())[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        let none = cut.labels().iter().filter(|&&label| label == 15).count();
        assert_eq!((hex.as_str(), none), ("b8d5f40668e04d11", 42));
    }

    #[test]
    fn a_box_shows_a_digit_or_none_or_something_between() {
        let digit = |class, left, right| crate::number::Place { class, left, right, rows: [0.0, 20.0], ink: 100.0 };
        let picture = tenfold_imaging::GreyImage::new(1, 1, vec![255]).unwrap();
        // The second overlaps the first by 4.
        let number = Number { picture, height: 20.0, digits: vec![digit(7, 10.0, 24.0), digit(2, 20.0, 34.0)] };
        let of = |left, right| shown(&number, &InkBox { left, top: 0, width: right - left, height: 20 });
        assert_eq!(of(10, 24), Shown::Digit(0));
        assert_eq!(of(9, 20), Shown::Digit(0), "cut where the second begins");
        assert_eq!(of(24, 34), Shown::Digit(1), "cut where the first ends");
        assert_eq!(of(10, 34), Shown::Other, "both");
        assert_eq!(of(16, 19), Shown::Other, "a part");
        assert_eq!(of(10, 27), Shown::Unclear, "a piece of the second");
        let upper_half = shown(&number, &InkBox { left: 10, top: 0, width: 14, height: 10 });
        assert_eq!(upper_half, Shown::Other, "as one point of a colon");
    }
}
