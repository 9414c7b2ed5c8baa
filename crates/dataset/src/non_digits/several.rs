//! Two or three digits in one picture, or a word.

use tenfold_handwriting::{Form, letters};
use tenfold_imaging::GreyImage;

use super::Source;
use super::canvas::Canvas;
use super::written::HEIGHT_PX;

/// The shares of pictures with a word, with three digits in a row instead of two, and with one digit above another.
const WORD: f32 = 0.2;
const THREE: f32 = 0.25;
const STACKED: f32 = 0.1;
/// The least and the greatest number of letters of a word.
const LETTERS: [u32; 2] = [3, 9];
/// Digits that stand above each other: a ring above a line is a 9, and two rings are an 8.
const STACKABLE: [u8; 6] = [2, 3, 4, 5, 6, 8];
/// From how far digits overlap to how far they are apart, in heights.
const GAP: [f32; 2] = [-0.12, 0.35];
/// The least gap beside a 1, which would be a bar or a leg of the other digit.
const LEAST_BESIDE_1: f32 = 0.2;
/// The gap between two digits one above the other, which become small, and an 8 or a 3 where they touch.
const GAP_ABOVE: [f32; 2] = [0.35, 0.6];

/// A digit or letter, and whether it may touch the next one.
struct Glyph {
    ink: Canvas,
    may_touch: bool,
}

impl Source<'_> {
    pub(super) fn several(&mut self) -> GreyImage {
        if self.chance(WORD) {
            let letters = LETTERS[0] + self.stream.below(LETTERS[1] - LETTERS[0] + 1);
            let letters: Vec<Glyph> = (0..letters).map(|index| self.next_letter(index)).collect();
            return self.in_line(&letters, false);
        }
        let (is_drawn, is_stacked) = (self.chance(0.5), self.chance(STACKED));
        let count = if !is_stacked && self.chance(THREE) { 3 } else { 2 };
        let digits: Vec<Glyph> = (0..count).map(|index| self.next_digit(index, is_drawn, is_stacked)).collect();
        self.in_line(&digits, is_stacked)
    }

    /// A letter by the hand of those before it.
    fn next_letter(&mut self, index: u32) -> Glyph {
        let form = Form::any(letters(), &mut self.stream);
        let ink = self.hand().write_form(form, index).draw(HEIGHT_PX, &self.pen());
        Glyph { ink: Canvas::from(ink).cropped().expect("a drawn letter has ink"), may_touch: true }
    }

    /// A digit by the hand of those before it, or one of the given ones.
    fn next_digit(&mut self, index: u32, is_drawn: bool, is_stacked: bool) -> Glyph {
        let digit = if is_stacked {
            STACKABLE[self.stream.below(STACKABLE.len() as u32) as usize]
        } else {
            self.stream.below(10) as u8
        };
        let may_touch = digit != 1;
        if !is_drawn && let Some(ink) = self.given(|label| label == u16::from(digit)) {
            return Glyph { ink, may_touch };
        }
        let ink = self.hand().write(digit, index).draw(HEIGHT_PX, &self.pen());
        Glyph { ink: Canvas::from(ink).cropped().expect("a drawn digit has ink"), may_touch }
    }

    /// One beside the other, or below it, with gaps and a line that wavers.
    fn in_line(&mut self, glyphs: &[Glyph], is_stacked: bool) -> GreyImage {
        let height = glyphs.iter().map(|glyph| glyph.ink.height).max().expect("several") as f32;
        // Where each begins, along the line and across it.
        let mut places = vec![[0.0; 2]];
        for pair in glyphs.windows(2) {
            let [least, greatest] = match pair.iter().all(|glyph| glyph.may_touch) {
                _ if is_stacked => GAP_ABOVE,
                true => GAP,
                false => [LEAST_BESIDE_1, GAP[1]],
            };
            let gap = self.between(least, greatest) * height;
            let length = if is_stacked { pair[0].ink.height } else { pair[0].ink.width };
            let [along, across] = places[places.len() - 1];
            places.push([along + (length as f32 + gap).max(1.0), across + self.between(-0.12, 0.12) * height]);
        }
        let highest = places.iter().map(|place| place[1]).fold(f32::INFINITY, f32::min);
        let corner = |&[along, across]: &[f32; 2]| {
            let [along, across] = [along as usize, (across - highest) as usize];
            if is_stacked { [across, along] } else { [along, across] }
        };
        let corners: Vec<[usize; 2]> = places.iter().map(corner).collect();
        let ends = glyphs.iter().zip(&corners).map(|(Glyph { ink, .. }, [x, y])| [x + ink.width, y + ink.height]);
        let [width, height] = ends.fold([0; 2], |size, end| [size[0].max(end[0]), size[1].max(end[1])]);
        let mut all = Canvas::empty(width, height);
        for (glyph, corner) in glyphs.iter().zip(&corners) {
            all.put(&glyph.ink, *corner);
        }
        all.picture()
    }

    /// One of the given digits with such a label, cut to its ink; `None` if it is not found soon.
    pub(super) fn given(&mut self, is_wanted: impl Fn(u16) -> bool) -> Option<Canvas> {
        const TRIES: u32 = 100;
        let digits = self.digits;
        let index = (0..TRIES)
            .map(|_| self.stream.below(digits.len() as u32) as usize)
            .find(|&index| is_wanted(digits.label(index)))?;
        Canvas::new(digits.width(), digits.height(), digits.image(index).to_vec()).cropped()
    }
}
