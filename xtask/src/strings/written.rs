//! Strings of digits by one writer each: a few images of a writer of MNIST, or what a drawn hand writes, side by side.

use std::collections::BTreeMap;

use tenfold_handwriting::{Hand, Pen};
use tenfold_random::{Purpose, Stream};
use tenfold_recognizer::GreyImage;

/// The side of an image of MNIST.
const SIDE: usize = 28;
/// Fainter ink does not count for where a digit begins and ends.
const EDGE: u8 = 48;
/// Digits that a drawn hand writes are so high, and its pen as wide as one of MNIST.
const HAND_HEIGHT: f32 = 20.0;
/// The most digits of a string.
pub(super) const LONGEST: u32 = 10;
/// The digits of a string whose last is a check digit, as those of a card.
pub(super) const CARD: u32 = 16;
/// Around a string, in pixels of a digit of 28.
const MARGIN: usize = 12;

/// How far apart the boxes of neighbouring digits are, in pixels of digits of 28; below 0 they overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gaps {
    pub(super) name: &'static str,
    pub(super) least: i32,
    pub(super) most: i32,
}

/// Digits, and what they are.
pub(super) struct Written {
    pub(super) text: String,
    pub(super) picture: GreyImage,
}

/// Where digits come from.
pub(super) enum Writers {
    /// For each writer the images and labels.
    Mnist(Vec<Vec<(&'static [u8], u8)>>),
    /// Drawn by hands of this seed.
    Hands(u64),
}

/// A digit's ink.
struct Glyph {
    width: usize,
    height: usize,
    ink: Vec<u8>,
}

impl Writers {
    /// The writers of MNIST's test images, or else of its training images.
    pub(super) fn of_mnist(is_test: bool) -> anyhow::Result<Self> {
        let set = if is_test { tenfold_mnist::test()? } else { tenfold_mnist::train()? };
        let writers = if is_test { tenfold_mnist::test_writers()? } else { tenfold_mnist::train_writers()? };
        let mut by_writer: BTreeMap<u32, Vec<(&'static [u8], u8)>> = BTreeMap::new();
        for ((image, &label), &writer) in set.images.chunks_exact(SIDE * SIDE).zip(&set.labels[..]).zip(writers) {
            by_writer.entry(writer).or_default().push((image, label));
        }
        Ok(Self::Mnist(by_writer.into_values().collect()))
    }

    /// The string numbered `number`: one to ten digits of one writer, slanted, of any size and on any paper.
    pub(super) fn write(&self, number: u32, gaps: Gaps) -> Written {
        let mut stream = Stream::new(gaps.most as u64, Purpose::Test, gaps.least.unsigned_abs(), number);
        let length = 1 + stream.below(LONGEST);
        let digits = self.digits(number, length, &mut stream);
        Self::written(digits, gaps, &mut stream)
    }

    /// As [`Self::write`]: 16 digits that `is_valid` takes.
    pub(super) fn write_valid(&self, number: u32, gaps: Gaps, is_valid: impl Fn(&str) -> bool) -> Written {
        let mut stream = Stream::new(gaps.most as u64, Purpose::Test, gaps.least.unsigned_abs() + 100, number);
        loop {
            let digits = self.digits(number, CARD, &mut stream);
            if is_valid(&text(&digits)) {
                return Self::written(digits, gaps, &mut stream);
            }
        }
    }

    fn written(digits: Vec<(Glyph, u8)>, gaps: Gaps, stream: &mut Stream) -> Written {
        let text = text(&digits);
        let glyphs: Vec<Glyph> = digits.into_iter().map(|(glyph, _)| glyph).collect();
        let (ink, width) = side_by_side(&glyphs, gaps, stream);
        Written { text, picture: on_paper(&ink, width, stream) }
    }

    fn digits(&self, number: u32, length: u32, stream: &mut Stream) -> Vec<(Glyph, u8)> {
        match self {
            Self::Mnist(writers) => {
                let own = &writers[stream.below(writers.len() as u32) as usize];
                let mut one = || own[stream.below(own.len() as u32) as usize];
                (0..length).map(|_| one()).map(|(image, label)| (Glyph::of(image, SIDE), label)).collect()
            }
            Self::Hands(seed) => {
                let (hand, pen) = (Hand::new(*seed, number), Pen::round(1.5 + 2.0 * stream.uniform()));
                let mut one = |index| {
                    let digit = stream.below(10) as u8;
                    let drawn = hand.write(digit, index).draw(HAND_HEIGHT, &pen);
                    let ink: Vec<u8> = drawn.pixels().to_vec();
                    (Glyph::of(&ink, drawn.width() as usize), digit)
                };
                (0..length).map(&mut one).collect()
            }
        }
    }
}

/// What digits are.
fn text(digits: &[(Glyph, u8)]) -> String {
    digits.iter().map(|(_, label)| char::from(b'0' + label)).collect()
}

impl Glyph {
    /// The box of the ink in an image of `width` columns.
    fn of(image: &[u8], width: usize) -> Self {
        let rows: Vec<&[u8]> = image.chunks_exact(width).collect();
        let inked_row = |row: &&[u8]| row.iter().any(|&pixel| pixel >= EDGE);
        let inked_column = |x: usize| rows.iter().any(|row| row[x] >= EDGE);
        let (top, bottom) = (rows.iter().position(inked_row), rows.iter().rposition(inked_row));
        let (left, right) = ((0..width).find(|&x| inked_column(x)), (0..width).rfind(|&x| inked_column(x)));
        let [top, bottom, left, right] = [top, bottom, left, right].map(|end| end.expect("a digit has ink"));
        let ink = rows[top..=bottom].iter().flat_map(|row| &row[left..=right]).copied().collect();
        Self { width: right + 1 - left, height: bottom + 1 - top, ink }
    }
}

/// The ink of a string, row by row, and its columns. Digits stand on one line, give or take a pixel and a half; none overlaps its
/// neighbour by more than half of the narrower one.
fn side_by_side(glyphs: &[Glyph], gaps: Gaps, stream: &mut Stream) -> (Vec<u8>, usize) {
    let mut left = MARGIN as i32;
    let mut places = Vec::with_capacity(glyphs.len());
    for (index, glyph) in glyphs.iter().enumerate() {
        if index > 0 {
            let gap = gaps.least + stream.below((gaps.most - gaps.least + 1) as u32) as i32;
            let narrower = glyph.width.min(glyphs[index - 1].width) as i32;
            left += gap.max(-narrower / 2);
        }
        places.push((left as usize, 2 + MARGIN + SIDE - glyph.height + stream.below(4) as usize - 2));
        left += glyph.width as i32;
    }
    let (width, height) = (left as usize + MARGIN, SIDE + 2 * MARGIN + 2);
    let mut ink = vec![0; width * height];
    for (glyph, (left, top)) in glyphs.iter().zip(places) {
        for (y, row) in glyph.ink.chunks_exact(glyph.width).enumerate() {
            for (pixel, &level) in ink[(top + y) * width + left..].iter_mut().zip(row) {
                *pixel = level.max(*pixel);
            }
        }
    }
    (ink, width)
}

/// Ink on paper: slanted by up to 17 degrees, one to four times as large, dark or light.
fn on_paper(ink: &[u8], width: usize, stream: &mut Stream) -> GreyImage {
    let height = ink.len() / width;
    let (slant, size) = (0.6 * stream.uniform() - 0.3, 1.0 + 3.0 * stream.uniform());
    let (paper, strength) = (190.0 + 65.0 * stream.uniform(), 100.0 + 80.0 * stream.uniform());
    let is_dark = stream.below(4) > 0;
    let reach = (0.5 * slant.abs() * height as f32).ceil();
    let (columns, rows) = (((width as f32 + 2.0 * reach) * size) as usize, (height as f32 * size) as usize);
    let at = |x: f32, y: f32| {
        let level = |x: isize, y: isize| match (usize::try_from(x), usize::try_from(y)) {
            (Ok(x), Ok(y)) if x < width && y < height => f32::from(ink[y * width + x]),
            _ => 0.0,
        };
        let (left, top) = (x.floor(), y.floor());
        let (right, down) = (x - left, y - top);
        let (left, top) = (left as isize, top as isize);
        let row = |y: isize| level(left, y) * (1.0 - right) + level(left + 1, y) * right;
        row(top) * (1.0 - down) + row(top + 1) * down
    };
    let pixel = |place: usize| {
        let (x, y) = ((place % columns) as f32 + 0.5, (place / columns) as f32 + 0.5);
        let (x, y) = (x / size - 0.5 - reach, y / size - 0.5);
        let level = paper - at(x + slant * (y - height as f32 / 2.0), y) / 255.0 * strength;
        (if is_dark { level } else { 255.0 - level }).round() as u8
    };
    GreyImage::new(columns as u32, rows as u32, (0..columns * rows).map(pixel).collect())
        .expect("a pixel for each place")
}
