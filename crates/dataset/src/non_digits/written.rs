//! Letters, signs and scribbles, by hands and pens as digits are drawn with.

use tenfold_handwriting::{Form, Hand, Pen, letters, other_letters, scribble, signs};
use tenfold_imaging::GreyImage;

use super::{Source, TURNS};

/// Pixels of a sign's height when it is drawn, before it is prepared.
pub(super) const HEIGHT_PX: f32 = 100.0;
/// The share of letters that are not Latin.
const OTHER_SCRIPT: f32 = 0.25;
/// The thinnest and the thickest line, in heights of a sign: of all pens, and of half of them, which are like those of MNIST's
/// writers, so that nothing is known for a digit by its pen.
const LINE: [f32; 2] = [0.02, 0.18];
const USUAL_LINE: [f32; 2] = [0.09, 0.15];
/// Thicker lines make a blot with holes of a drawing, as an 8 is.
const DRAWING_LINE: [f32; 2] = [0.02, 0.12];

impl Source<'_> {
    pub(super) fn letter(&mut self) -> GreyImage {
        let forms = if self.chance(OTHER_SCRIPT) { other_letters() } else { letters() };
        let form = Form::any(forms, &mut self.stream);
        self.hand().write_form(form, 0).draw(HEIGHT_PX, &self.pen())
    }

    pub(super) fn sign(&mut self) -> GreyImage {
        let form = Form::any(signs(), &mut self.stream);
        self.hand().write_form(form, 0).draw(HEIGHT_PX, &self.pen_of(DRAWING_LINE))
    }

    pub(super) fn scribble(&mut self) -> GreyImage {
        scribble(&mut self.stream).draw(HEIGHT_PX, &self.pen_of(DRAWING_LINE))
    }

    pub(super) fn hand(&self) -> Hand {
        Hand::new(self.seed, self.number)
    }

    /// The pen of this image's letters and digits.
    pub(super) fn pen(&self) -> Pen {
        let is_usual = (self.number / TURNS.len() as u32).is_multiple_of(2);
        self.pen_of(if is_usual { USUAL_LINE } else { LINE })
    }

    fn pen_of(&self, line: [f32; 2]) -> Pen {
        Pen::of(self.seed, self.number, HEIGHT_PX, line)
    }
}
