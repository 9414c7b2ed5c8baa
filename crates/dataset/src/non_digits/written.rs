//! Letters, signs and scribbles, by hands and pens as digits are drawn with.

use tenfold_handwriting::{Form, Hand, Pen, letters, scribble, signs};
use tenfold_imaging::GreyImage;

use super::Source;

/// Pixels of a sign's height when it is drawn, before it is prepared.
pub(super) const HEIGHT_PX: f32 = 100.0;
/// The thinnest and the thickest line, in heights of a sign. Thicker ones close the rings of letters, and make a blot with holes of a
/// drawing, as an 8 has.
const LINE: [f32; 2] = [0.02, 0.14];
const FINE_LINE: [f32; 2] = [0.02, 0.09];

impl Source<'_> {
    pub(super) fn letter(&mut self) -> GreyImage {
        let form = Form::any(letters(), &mut self.stream);
        self.hand().write_form(form, 0).draw(HEIGHT_PX, &self.pen(LINE))
    }

    pub(super) fn sign(&mut self) -> GreyImage {
        let form = Form::any(signs(), &mut self.stream);
        self.hand().write_form(form, 0).draw(HEIGHT_PX, &self.pen(FINE_LINE))
    }

    pub(super) fn scribble(&mut self) -> GreyImage {
        scribble(&mut self.stream).draw(HEIGHT_PX, &self.pen(FINE_LINE))
    }

    pub(super) fn hand(&self) -> Hand {
        Hand::new(self.seed, self.number)
    }

    pub(super) fn pen(&self, line: [f32; 2]) -> Pen {
        Pen::of(self.seed, self.number, HEIGHT_PX, line)
    }
}
