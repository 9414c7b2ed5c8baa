//! Strings of digits by one writer each: a few images of a writer of MNIST, or what a drawn hand writes, side by side.

use std::collections::BTreeMap;

use tenfold_dataset::number::{Glyph, Number};
use tenfold_dataset::{Dataset, SignWriter};
use tenfold_handwriting::{Hand, Pen};
use tenfold_random::{Purpose, Stream};
use tenfold_recognizer::{GreyImage, SIGNS};

/// The side of an image of MNIST.
const SIDE: usize = 28;
/// Digits that a drawn hand writes are so high, and its pen as wide as one of MNIST.
const HAND_HEIGHT: f32 = 20.0;
/// The most digits of a string.
pub(super) const LONGEST: u32 = 10;
/// The digits of a string whose last is a check digit, as those of a card.
pub(super) const CARD: u32 = 16;
/// The seed of the hands that write signs: others than the segmenter has learnt from.
const SIGN_SEED: u64 = 7;
/// How many times as large as MNIST's images strings are.
const SIZE: [f32; 2] = [1.0, 4.0];

/// How far apart the boxes of neighbouring digits are, in pixels of digits of 28; below 0 they overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gaps {
    pub(super) name: &'static str,
    /// From the first to the second.
    pub(super) pixels: [i32; 2],
}

impl Gaps {
    /// What decides about the string with this number.
    fn stream(self, kind: u32, number: u32) -> Stream {
        let [least, most] = self.pixels;
        Stream::new(most as u64, Purpose::Test, kind + least.unsigned_abs(), number)
    }
}

/// Digits, and what they are.
pub(super) struct Written {
    pub(super) text: String,
    pub(super) picture: GreyImage,
}

/// Where digits come from.
pub(super) enum Writers {
    /// For each writer the digits and what they are.
    Mnist(Vec<Vec<(Glyph, u16)>>),
    /// Drawn by hands of this seed.
    Hands(u64),
}

impl Writers {
    /// The writers of digits.
    pub(super) fn of(digits: &Dataset) -> Self {
        let groups = digits.groups().expect("MNIST's writers are known");
        let mut by_writer: BTreeMap<u32, Vec<(Glyph, u16)>> = BTreeMap::new();
        for (index, &writer) in groups.iter().enumerate() {
            by_writer.entry(writer).or_default().push((glyph(digits.image(index), SIDE), digits.label(index)));
        }
        Self::Mnist(by_writer.into_values().collect())
    }

    /// The string numbered `number`: one to ten digits of one writer, slanted, of any size and on any paper.
    pub(super) fn write(&self, number: u32, gaps: Gaps) -> Written {
        let mut stream = gaps.stream(0, number);
        let length = 1 + stream.below(LONGEST);
        let digits = self.digits(number, length, &mut stream);
        Self::written(digits, gaps, &mut stream)
    }

    /// As [`Self::write`], more than half of them with signs between digits or a minus.
    pub(super) fn write_signs(&self, number: u32, gaps: Gaps) -> Written {
        let mut stream = gaps.stream(200, number);
        let length = 1 + stream.below(LONGEST);
        let digits = self.digits(number, length, &mut stream);
        let signs = SignWriter::new(SIGN_SEED, number, &mut stream).with_signs(digits, 10);
        Self::written(signs, gaps, &mut stream)
    }

    /// As [`Self::write`]: 16 digits that `is_valid` takes.
    pub(super) fn write_valid(&self, number: u32, gaps: Gaps, is_valid: impl Fn(&str) -> bool) -> Written {
        let mut stream = gaps.stream(100, number);
        loop {
            let digits = self.digits(number, CARD, &mut stream);
            if is_valid(&text(&digits)) {
                return Self::written(digits, gaps, &mut stream);
            }
        }
    }

    fn written(digits: Vec<(Glyph, u16)>, gaps: Gaps, stream: &mut Stream) -> Written {
        let size = SIZE[0] + (SIZE[1] - SIZE[0]) * stream.uniform();
        Written { text: text(&digits), picture: Number::written(&digits, gaps.pixels, size, stream).picture }
    }

    fn digits(&self, number: u32, length: u32, stream: &mut Stream) -> Vec<(Glyph, u16)> {
        match self {
            Self::Mnist(writers) => {
                let own = &writers[stream.below(writers.len() as u32) as usize];
                (0..length).map(|_| own[stream.below(own.len() as u32) as usize].clone()).collect()
            }
            Self::Hands(seed) => {
                let (hand, pen) = (Hand::new(*seed, number), Pen::round(1.5 + 2.0 * stream.uniform()));
                let mut one = |index| {
                    let digit = stream.below(10) as u8;
                    let drawn = hand.write(digit, index).draw(HAND_HEIGHT, &pen);
                    (glyph(drawn.pixels(), drawn.width() as usize), digit.into())
                };
                (0..length).map(&mut one).collect()
            }
        }
    }
}

fn glyph(image: &[u8], width: usize) -> Glyph {
    Glyph::of(image, width).expect("a digit has ink")
}

/// What digits and signs are.
fn text(digits: &[(Glyph, u16)]) -> String {
    let sign = |label: u16| match label {
        0..=9 => char::from(b'0' + label as u8),
        _ => SIGNS[usize::from(label) - 10],
    };
    digits.iter().map(|&(_, label)| sign(label)).collect()
}
