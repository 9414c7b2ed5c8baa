//! Numbers with signs: points, commas, dashes, slashes and colons between digits, and marks that are none of these.

use tenfold_handwriting::{Form, Hand, Pen, letters, other_letters, punctuation, signs};
use tenfold_random::Stream;

use crate::number::Glyph;
use crate::numbers::between;

/// The share of numbers that have signs, and of the places between two digits of such a number that have one.
const WITH_SIGNS: f32 = 0.6;
const BETWEEN_DIGITS: f32 = 0.5;
/// Signs between digits, each as often as it is here.
const USUAL: [char; 8] = ['.', '.', ',', ',', '-', '/', ':', ':'];
/// The share of those numbers that begin with a minus.
const BELOW_ZERO: f32 = 0.2;
/// The share of numbers beside which there are letters or drawings, at most so many; and of those with a speck.
const WITH_LETTERS: f32 = 0.12;
const MOST_LETTERS: u32 = 3;
const WITH_SPECK: f32 = 0.12;

/// The height of a digit, in pixels of digit images, and the width of the pen that signs are written with.
const HEIGHT_PX: f32 = 20.0;
const PEN_PX: [f32; 2] = [1.3, 3.4];
/// How much higher than digits, or lower, signs are, and how far they are off their place, in heights of a digit.
const SIZE: [f32; 2] = [0.8, 1.3];
const OFF_PLACE: f32 = 0.06;
/// How far a comma hangs below the line.
const HANGS: [f32; 2] = [0.02, 0.24];

/// Who writes the signs of a number.
pub struct SignWriter<'s> {
    hand: Hand,
    pen: Pen,
    written: u32,
    stream: &'s mut Stream,
}

impl<'s> SignWriter<'s> {
    /// The hand numbered `number` of all that `seed` gives, with a pen by chance.
    pub fn new(seed: u64, number: u32, stream: &'s mut Stream) -> Self {
        let pen = Pen::round(between(PEN_PX, stream));
        // What the hand has written before are the digits of a number.
        Self { hand: Hand::new(seed, number), pen, written: 1_000, stream }
    }

    /// The digits of a number, of some numbers with signs between them: the sign `n` of [`punctuation`] has the class `first + n`.
    pub fn with_signs(&mut self, digits: Vec<(Glyph, u16)>, first: u16) -> Vec<(Glyph, u16)> {
        if !self.is(WITH_SIGNS) {
            return digits;
        }
        let mut all = Vec::with_capacity(2 * digits.len());
        if self.is(BELOW_ZERO) {
            all.push(self.sign('-', first));
        }
        for (index, digit) in digits.into_iter().enumerate() {
            if index > 0 && self.is(BETWEEN_DIGITS) {
                let sign = USUAL[self.stream.below(USUAL.len() as u32) as usize];
                all.push(self.sign(sign, first));
            }
            all.push(digit);
        }
        all
    }

    /// A number, of which some are beside letters or drawings, or have a speck; these have the class `none`.
    pub(crate) fn among_others(&mut self, mut all: Vec<(Glyph, u16)>, none: u16) -> Vec<(Glyph, u16)> {
        if self.is(WITH_LETTERS) {
            let count = 1 + self.stream.below(MOST_LETTERS);
            let others: Vec<_> = (0..count).map(|_| (self.other(), none)).collect();
            let at = if self.stream.below(2) == 0 { 0 } else { all.len() };
            all.splice(at..at, others);
        }
        if self.is(WITH_SPECK) {
            let at = self.stream.below(all.len() as u32 + 1) as usize;
            all.insert(at, (self.speck(), none));
        }
        all
    }

    /// A sign of numbers where it has its place.
    ///
    /// # Panics
    /// If `sign` is none of [`punctuation`].
    fn sign(&mut self, sign: char, first: u16) -> (Glyph, u16) {
        let kinds = kinds();
        let kind = kinds.iter().position(|of| of[0].sign == sign).expect("a sign of numbers");
        let form = Form::any(kinds[kind], self.stream);
        let hangs = if sign == ',' { between(HANGS, self.stream) } else { 0.0 };
        (self.written(form, -hangs), first + kind as u16)
    }

    /// A letter or a drawing.
    fn other(&mut self) -> Glyph {
        let forms = [letters(), other_letters(), signs()][self.stream.below(3) as usize];
        let form = Form::any(forms, self.stream);
        self.written(form, 0.0)
    }

    /// A speck, too small or too high for a point.
    fn speck(&mut self) -> Glyph {
        let pen = self.pen;
        self.pen = Pen::round(between([0.8, 2.0], self.stream));
        let lift = between([0.3, 1.0], self.stream);
        let form = Form::any(kinds()[0], self.stream);
        let speck = self.written(form, lift);
        self.pen = pen;
        speck
    }

    /// A form, `lift` heights of a digit higher than it stands by itself.
    fn written(&mut self, form: &Form, lift: f32) -> Glyph {
        let trace = self.hand.write_form(form, self.written);
        self.written += 1;
        let height = HEIGHT_PX * between(SIZE, self.stream);
        let above = 1.0 - trace.bounds()[1][1] + lift + OFF_PLACE * (2.0 * self.stream.uniform() - 1.0);
        let ink = trace.draw(height, &self.pen);
        let glyph = Glyph::of(ink.pixels(), ink.width() as usize).expect("a pen of a pixel leaves ink");
        glyph.lifted((above * height - self.pen.width / 2.0).round() as i32)
    }

    fn is(&mut self, share: f32) -> bool {
        self.stream.uniform() < share
    }
}

/// The forms of each sign.
fn kinds() -> Vec<&'static [Form]> {
    punctuation().chunk_by(|one, next| one.sign == next.sign).collect()
}
