//! Whose digits numbers are written of: a writer's, or a drawn hand's.

use std::collections::BTreeMap;

use tenfold_handwriting::{Hand, Pen};
use tenfold_random::Stream;

use crate::Dataset;
use crate::number::Glyph;

/// The share of numbers by drawn hands. All others are of one writer, where writers are known.
const DRAWN: f32 = 0.4;
/// The height of digits by hands, in pixels of digit images, and the width of their pens.
const HAND_HEIGHT_PX: f32 = 20.0;
const PEN_PX: [f32; 2] = [1.2, 3.6];

/// Where the digits of numbers come from.
pub(crate) struct Numbers<'d> {
    digits: &'d Dataset,
    /// The images of each group, which is a writer.
    writers: Vec<(u32, Vec<usize>)>,
    seed: u64,
}

impl<'d> Numbers<'d> {
    pub(crate) fn of(digits: &'d Dataset, seed: u64) -> Self {
        let mut writers: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for index in 0..digits.len() {
            writers.entry(digits.groups().map_or(0, |groups| groups[index])).or_default().push(index);
        }
        Self { digits, writers: writers.into_iter().collect(), seed }
    }

    /// The digits of a number with what they are, and the group of their writer; hands have groups behind all others.
    pub(crate) fn glyphs(&self, number: u32, length: u32, stream: &mut Stream) -> (Vec<(Glyph, u16)>, u32) {
        let mut glyphs: Vec<(Glyph, u16)> = Vec::new();
        if stream.uniform() >= DRAWN {
            let (group, own) = &self.writers[stream.below(self.writers.len() as u32) as usize];
            glyphs.extend((0..length).filter_map(|_| self.given(own[stream.below(own.len() as u32) as usize])));
            if !glyphs.is_empty() {
                return (glyphs, *group);
            }
        }
        let (hand, pen) = (Hand::new(self.seed, number), Pen::round(between(PEN_PX, stream)));
        glyphs.extend((0..length).map(|index| self.drawn(&hand, &pen, index, stream)));
        let last = self.writers.last().map_or(0, |(group, _)| *group);
        (glyphs, last.saturating_add(1).saturating_add(number))
    }

    fn drawn(&self, hand: &Hand, pen: &Pen, index: u32, stream: &mut Stream) -> (Glyph, u16) {
        let class = stream.below(self.digits.classes() as u32) as u16;
        let digit = self.digits.names()[usize::from(class)].parse().expect("all classes are digits");
        let ink = hand.write(digit, index).draw(HAND_HEIGHT_PX, pen);
        (Glyph::of(ink.pixels(), ink.width() as usize).expect("a drawn digit has ink"), class)
    }

    /// The image, if it has ink.
    fn given(&self, index: usize) -> Option<(Glyph, u16)> {
        Some((Glyph::of(self.digits.image(index), self.digits.width())?, self.digits.label(index)))
    }
}

pub(crate) fn between([low, high]: [f32; 2], stream: &mut Stream) -> f32 {
    low + (high - low) * stream.uniform()
}
