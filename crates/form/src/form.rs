//! A picture of a form: what may be a digit in each of its fields, and what is read there.

use tenfold_imaging::{ColourImage, InkBox, Preparation, Prepared};
use tenfold_reading::{Cell, Field, FieldRefusal, Page};

use crate::error::NotRegistered;
use crate::marks::marks;
use crate::projection::Projection;
use crate::reading::{FormField, FormReading};
use crate::template::{Place, Template};
use crate::upright::Upright;

/// A box or a cell is looked at without this share of its shorter side on each side, where its printed lines are.
const LINES: f64 = 0.12;

/// A picture of a form whose fields have been found.
pub struct Form<'a> {
    fields: Vec<Found<'a>>,
    glyphs: Vec<u8>,
    contexts: Vec<u8>,
}

/// A field that is not read yet.
struct Found<'a> {
    place: &'a Place,
    upright: Upright,
    /// The part of the upright field that the page is.
    part: InkBox,
    page: Result<Page, FieldRefusal>,
}

impl<'a> Form<'a> {
    /// Finds the fields of a form in a picture, and what may be digits in them.
    ///
    /// # Errors
    /// [`NotRegistered`] if its marks are not found. What is wrong with a field is said in its place by [`Self::read`].
    pub fn find(image: &ColourImage, template: &'a Template, preparation: &Preparation) -> Result<Self, NotRegistered> {
        let size = [image.grey().width(), image.grey().height()];
        let [width, height] = size.map(f64::from);
        let corners = match template.page.has_marks() {
            true => marks(image)?,
            false => [[0.0, 0.0], [width, 0.0], [0.0, height], [width, height]],
        };
        let aslant = NotRegistered { found: 4 };
        let projection = Projection::of(template.page.corners(), corners).ok_or(aslant)?;
        let mut form = Self { fields: Vec::new(), glyphs: Vec::new(), contexts: Vec::new() };
        for place in &template.fields {
            let upright = Upright::of(projection, place.area, size).ok_or(aslant)?;
            let found = Found::of(place, upright, image, preparation);
            form.fields.push(found);
        }
        form.collect();
        Ok(form)
    }

    /// What may be a digit, `[N, side, side]`, prepared as pictures of one digit are.
    pub fn glyphs(&self) -> &[u8] {
        &self.glyphs
    }

    /// The same among their neighbours, as [`Page::contexts`] has them; nothing where each digit has a cell of its own.
    pub fn contexts(&self) -> &[u8] {
        &self.contexts
    }

    /// The form with what a network says of [`Self::contexts`], as [`Page::judged`] takes it.
    ///
    /// # Panics
    /// As there.
    #[must_use]
    pub fn judged(mut self, judgements: &[f32]) -> Self {
        let mut rest = judgements;
        for found in &mut self.fields {
            let page = std::mem::replace(&mut found.page, Err(FieldRefusal::TooLong));
            found.page = page.map(|page| {
                let (own, others) =
                    rest.split_at(page.contexts().len() / Page::CONTEXT_SIDE.pow(2) * Page::JUDGED_CLASSES);
                rest = others;
                page.judged(own)
            });
        }
        assert!(rest.is_empty(), "a probability for each");
        self.collect();
        self
    }

    /// Puts what may be digits in all fields one behind the other.
    fn collect(&mut self) {
        let pages = || self.fields.iter().flat_map(|found| &found.page);
        self.glyphs = pages().flat_map(Page::glyphs).copied().collect();
        self.contexts = pages().flat_map(Page::contexts).copied().collect();
    }

    /// Reads the form: `probabilities` are those of the classes for each of [`Self::glyphs`], `[N, classes]`, and `labels` is what the
    /// classes are called.
    ///
    /// # Panics
    /// Unless there is a probability for each glyph and class.
    pub fn read(&self, probabilities: &[f32], labels: &[String]) -> FormReading {
        let mut rest = probabilities;
        let field = |found: &Found<'_>| {
            let candidates = found.page.as_ref().map_or(0, Page::candidates);
            let (own, others) = rest.split_at(candidates * labels.len());
            rest = others;
            FormField {
                name: found.place.name.clone(),
                area: found.upright.in_picture(found.upright.whole()),
                read: found.read(own, labels),
            }
        };
        FormReading { fields: self.fields.iter().map(field).collect() }
    }
}

impl<'a> Found<'a> {
    /// Finds what may be digits in a field.
    fn of(place: &'a Place, upright: Upright, image: &ColourImage, preparation: &Preparation) -> Self {
        let whole = upright.whole();
        if place.cells == 0 {
            let inside = inside(whole);
            let page = Page::find(&upright.cut(image, inside), preparation).map(Page::joined).map_err(Into::into);
            return Self { place, upright, part: inside, page };
        }
        let cell = |at: u32| {
            let [left, right] =
                [at, at + 1].map(|at| (u64::from(at) * u64::from(whole.width) / u64::from(place.cells)) as u32);
            let area = inside(InkBox { left, width: right - left, ..whole });
            match preparation.prepare_colour(&upright.cut(image, area)) {
                Ok(Prepared { pixels, facts, .. }) => Cell { place: moved(facts.ink_box, area), glyph: Ok(pixels) },
                Err(refusal) => Cell { place: area, glyph: Err(refusal) },
            }
        };
        let page = Page::of_cells((0..place.cells).map(cell).collect());
        Self { place, upright, part: whole, page }
    }

    fn read(&self, probabilities: &[f32], labels: &[String]) -> Result<Field, FieldRefusal> {
        let page = self.page.as_ref().map_err(|refusal| *refusal)?;
        let lines = match &self.place.checker {
            Some(checker) => page.read_checked(probabilities, labels, checker)?.lines,
            None => page.read(probabilities, labels)?.lines,
        };
        // Each line is one field, for they are joined.
        let mut fields: Vec<Field> = lines.into_iter().flat_map(|line| line.fields).collect();
        match (fields.len(), fields.pop()) {
            (1, Some(mut field)) => {
                field.map_places(|place| self.upright.in_picture(moved(place, self.part)));
                Ok(field)
            }
            (lines, _) => Err(FieldRefusal::SeveralLines { lines }),
        }
    }
}

/// A part of a field without its lines.
fn inside(InkBox { left, top, width, height }: InkBox) -> InkBox {
    let line = (LINES * f64::from(width.min(height))).ceil() as u32;
    let length = |side: u32| side.saturating_sub(2 * line).max(1);
    InkBox { left: left + line, top: top + line, width: length(width), height: length(height) }
}

/// A place in a part of a field as one in all of it.
fn moved(place: InkBox, part: InkBox) -> InkBox {
    InkBox { left: part.left + place.left, top: part.top + place.top, ..place }
}
