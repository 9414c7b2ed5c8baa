//! A page from its ink to what is read on it, with a network's answers in between.

use tenfold_imaging::{ColourImage, InkBox, PageInk, Preparation, Refusal, page_ink};

use crate::agreement::are_agreed;
use crate::answers::{Answers, digit_of};
use crate::constraint::Checker;
use crate::context::{self, context};
use crate::glyphs::{Cut, Glyphs, Inked};
use crate::judgement::{self, Judgement};
use crate::labels::Labels;
use crate::lattice::{Glyph, Lattice, Sign, Taken};
use crate::legibility::legibility;
use crate::lines::fields;
use crate::paths::paths;
use crate::reading::{Digit, Field, FieldRefusal, Line, RankedText, Reading, ValidText};
use crate::upright::Upright;
use crate::valid::{ValidPath, valid_paths};

/// Strings named for each field.
const RANKED: usize = 5;

/// Ways to take a page for digits: what may be a digit on it, as images for a network.
pub struct Page {
    fields: Vec<PageField>,
    glyphs: Glyphs,
    contexts: Vec<u8>,
    degrees: f32,
    legibility: f32,
}

/// A place for one digit.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Where it is, in pixels of the picture.
    pub place: InkBox,
    /// What is in it, `[side, side]`, prepared as pictures of one digit are, or why it is empty.
    pub glyph: Result<Vec<u8>, Refusal>,
}

/// A field of a page that is not read yet.
struct PageField {
    line: usize,
    lattice: Lattice,
}

impl Page {
    /// Pixels of a side of [`Self::contexts`].
    pub const CONTEXT_SIDE: usize = context::SIDE;

    /// Classes of a network that [judges](Self::judged) contexts: the digits, the [`SIGNS`](crate::SIGNS), and none.
    pub const JUDGED_CLASSES: usize = judgement::CLASSES;

    /// Finds what may be digits on a page.
    ///
    /// # Errors
    /// [`Refusal::Blank`] if nothing stands out from the paper, [`Refusal::NoDigits`] if nothing that does may be a digit.
    pub fn find(image: &ColourImage, preparation: &Preparation) -> Result<Self, Refusal> {
        Self::find_turned(&page_ink(image, preparation.polarity())?, 0, preparation)
    }

    /// As [`Self::find`], of a page that is turned by so many quarters, clockwise. It is read upright; all places are where they are in
    /// the picture.
    ///
    /// # Errors
    /// [`Refusal::NoDigits`] if nothing may be a digit.
    pub fn find_turned(page: &PageInk, quarters: u8, preparation: &Preparation) -> Result<Self, Refusal> {
        let upright = Upright::of(page, quarters);
        let Upright { ink, pieces, runs, marks, height, .. } = &upright;
        let spans = fields(marks, *height);
        if spans.is_empty() {
            return Err(Refusal::NoDigits { marks: pieces.len() });
        }
        let (labels, segments) = Labels::of(&spans, ink, pieces.len(), runs);
        let boxes = upright.boxes(&labels);
        let (mut found, mut cuts, mut contexts) = (Vec::new(), Vec::new(), Vec::new());
        for (span, segments) in spans.iter().zip(segments) {
            let mut lattice = Lattice::of(&segments, span.height);
            for Glyph { from, to, place, .. } in &mut lattice.glyphs {
                let segments = &segments[*from..*to];
                let own = [segments[0].label, segments[segments.len() - 1].label];
                cuts.push(Cut { place: *place, labels: own });
                contexts.extend(context(&labels, *place, own, span.height, ink));
                *place = upright.in_picture(*place, segments, &boxes);
            }
            found.push(PageField { line: span.line, lattice });
        }
        let Upright { ink, degrees, .. } = upright;
        let glyphs = Glyphs::of(cuts, Inked { ink, labels, preparation: preparation.clone() });
        Ok(Self { fields: found, glyphs, contexts, degrees, legibility: 0.0 })
    }

    /// What may be a digit, `[N, side, side]`, prepared as pictures of one digit are.
    pub fn glyphs(&self) -> &[u8] {
        self.glyphs.pixels()
    }

    /// The same among their neighbours, for a network that knows whole digits from parts and from several: `[N,
    /// CONTEXT_SIDE, CONTEXT_SIDE]`, in the size that makes a digit of the line 16 pixels high, the ink of others fainter.
    /// Nothing where each digit has a cell of its own.
    pub fn contexts(&self) -> &[u8] {
        &self.contexts
    }

    /// The page with what a network says of [`Self::contexts`]: `judgements` is the probability of each digit, from 0 on, of each of the
    /// [`SIGNS`](crate::SIGNS), and of none, for what is a part of a digit or more than one, `[N, JUDGED_CLASSES]`. What hardly is a whole digit is left out, and has no
    /// [glyph](Self::glyphs) any more.
    ///
    /// # Panics
    /// Unless there is a probability for each.
    #[must_use]
    pub fn judged(self, judgements: &[f32]) -> Self {
        let (rows, rest) = judgements.as_chunks();
        assert!(rest.is_empty() && rows.len() * Self::CONTEXT_SIDE.pow(2) == self.contexts.len(), "a row for each");
        if rows.is_empty() {
            return self;
        }
        let rows: Vec<Judgement> = rows.iter().copied().map(Judgement).collect();
        let mut others = &rows[..];
        let mut legible = Vec::new();
        let judged = |field: PageField| {
            let (own, rest) = others.split_at(field.lattice.glyphs.len());
            others = rest;
            legible.extend(legibility(&field.lattice, own));
            PageField { lattice: field.lattice.judged(own), ..field }
        };
        let fields = self.fields.into_iter().map(judged).collect();
        let legibility = legible.iter().sum::<f32>() / legible.len().max(1) as f32;
        let contexts = self.contexts.chunks_exact(Self::CONTEXT_SIDE.pow(2)).zip(&rows);
        let likely = contexts.filter(|(_, judgement)| judgement.is_likely());
        let contexts = likely.flat_map(|(context, _)| context).copied().collect();
        Self { fields, glyphs: self.glyphs.kept(|number| rows[number].is_likely()), contexts, legibility, ..self }
    }

    /// By how many degrees the page is turned in the picture, clockwise: a multiple of 90, and up to some 15 more or less.
    pub fn turned_degrees(&self) -> f32 {
        self.degrees
    }

    /// How much of what there is the network that [judged](Self::judged) it takes for digits, `0..=1`; 0 before that. Of a page that is
    /// turned it is less.
    pub fn legibility(&self) -> f32 {
        self.legibility
    }

    /// How many of them there are.
    pub fn candidates(&self) -> usize {
        self.fields.iter().map(|field| field.lattice.glyphs.len()).sum()
    }

    /// Where they are, in pixels of the picture.
    pub fn places(&self) -> Vec<InkBox> {
        let glyphs = self.fields.iter().flat_map(|field| &field.lattice.glyphs);
        glyphs.map(|glyph| glyph.place).collect()
    }

    /// A page of one field, each digit of which has a cell of its own. Empty cells may come before the first and after the last.
    ///
    /// # Errors
    /// [`FieldRefusal::EmptyCell`] if one lies between digits; what is said of the first cell if all are empty.
    pub fn of_cells(cells: Vec<Cell>) -> Result<Self, FieldRefusal> {
        let is_written = |cell: &Cell| cell.glyph.is_ok();
        let why = cells.iter().find_map(|cell| cell.glyph.as_ref().err().copied());
        let first = cells.iter().position(is_written).ok_or(why.unwrap_or(Refusal::NoDigits { marks: 0 }))?;
        let last = cells.iter().rposition(is_written).unwrap_or(first);
        let written = &cells[first..=last];
        if let Some(empty) = written.iter().position(|cell| !is_written(cell)) {
            return Err(FieldRefusal::EmptyCell { cell: first + empty + 1 });
        }
        let lattice = Lattice::of_cells(&written.iter().map(|cell| cell.place).collect::<Vec<_>>());
        let glyphs = written.iter().flat_map(|cell| &cell.glyph).flatten().copied().collect();
        let fields = vec![PageField { line: 0, lattice }];
        Ok(Self { fields, glyphs: Glyphs::ready(glyphs), contexts: Vec::new(), degrees: 0.0, legibility: 0.0 })
    }

    /// The page with each line as one field, however wide the gaps in it.
    #[must_use]
    pub fn joined(mut self) -> Self {
        let mut fields: Vec<PageField> = Vec::new();
        for field in self.fields {
            match fields.last_mut() {
                Some(last) if last.line == field.line => last.lattice.append(field.lattice),
                _ => fields.push(field),
            }
        }
        self.fields = fields;
        self
    }

    /// Reads the page: `probabilities` are those of the classes for each of [`Self::glyphs`], `[N, classes]`, and `labels` is what
    /// the classes are called.
    ///
    /// # Errors
    /// [`Refusal::NoDigits`] if what there is is more likely something else.
    ///
    /// # Panics
    /// Unless there is a probability for each glyph and class.
    pub fn read(&self, probabilities: &[f32], labels: &[String]) -> Result<Reading, Refusal> {
        self.fields_read(probabilities, labels, None)
    }

    /// As [`Self::read`], and [`Field::valid`] is what each field is as one of the strings that `checker` finds valid: the most
    /// probable of them, by a search that leaves none out. Digits are the classes called 0 to 9.
    ///
    /// # Errors
    /// As [`Self::read`]. A field without a valid string is in the reading, with its [refusal](Field::refusal).
    ///
    /// # Panics
    /// As [`Self::read`].
    pub fn read_checked(
        &self,
        probabilities: &[f32],
        labels: &[String],
        checker: &Checker,
    ) -> Result<Reading, Refusal> {
        self.fields_read(probabilities, labels, Some(checker))
    }

    fn fields_read(
        &self,
        probabilities: &[f32],
        labels: &[String],
        checker: Option<&Checker>,
    ) -> Result<Reading, Refusal> {
        let mut rest = probabilities;
        let mut lines: Vec<(usize, Vec<Field>)> = Vec::new();
        for field in &self.fields {
            let (own, others) = rest.split_at(field.lattice.glyphs.len() * labels.len());
            rest = others;
            let answers = Answers::of(&field.lattice, own, labels);
            let Some(mut read) = self.field(&answers) else { continue };
            match checker.map(|checker| self.valid(&answers, checker)) {
                Some(Ok(valid)) => read.valid = Some(valid),
                Some(Err(refusal)) => read.refusal = Some(refusal),
                None => {}
            }
            match lines.last_mut() {
                Some((line, fields)) if *line == field.line => fields.push(read),
                _ => lines.push((field.line, vec![read])),
            }
        }
        if lines.is_empty() {
            return Err(Refusal::NoDigits { marks: self.fields.len() });
        }
        let lines = lines.into_iter().map(|(_, fields)| line(fields)).collect();
        Ok(Reading { turned_degrees: self.degrees, lines })
    }

    /// What a field is read as; nothing if it is more likely no digit.
    fn field(&self, answers: &Answers<'_>) -> Option<Field> {
        let found = paths(answers, RANKED);
        let text = |way: &[(usize, usize)]| way.iter().map(|&(_, class)| answers.name(class)).collect();
        let ranking: Vec<RankedText> = found
            .iter()
            .map(|path| RankedText { text: text(&path.digits), probability: path.probability as f32 })
            .collect();
        let way = &found.first()?.digits;
        // Signs alone are no number.
        way.iter().find(|&&(_, class)| class < answers.labels.len())?;
        let digits = self.digits(answers, way);
        let place = digits.iter().map(|digit| digit.place).reduce(InkBox::union)?;
        let RankedText { text, probability } = ranking[0].clone();
        let agreed = are_agreed(answers, way);
        Some(Field { text, probability, ranking, digits, place, agreed, valid: None, refusal: None })
    }

    /// What a field is as a valid string.
    fn valid(&self, answers: &Answers<'_>, checker: &Checker) -> Result<ValidText, FieldRefusal> {
        let class_of =
            std::array::from_fn(|digit| answers.labels.iter().position(|label| digit_of(label) == Some(digit)));
        let found = valid_paths(answers, &class_of, &checker.automaton, RANKED);
        let found = found.ok_or(FieldRefusal::TooLong)?;
        let ranked = |path: &ValidPath| RankedText {
            text: path.digits.iter().map(|&(_, digit)| char::from(b'0' + digit)).collect(),
            probability: (path.probability / found.probability).min(1.0) as f32,
        };
        let ranking: Vec<RankedText> = found.first.iter().map(ranked).collect();
        let out_of_reach = FieldRefusal::NotValid { probability: found.probability as f32 };
        let best = found.first.first().ok_or(out_of_reach)?;
        let class = |&(arc, digit): &(usize, u8)| Some((arc, class_of[usize::from(digit)]?));
        let way: Vec<(usize, usize)> = best.digits.iter().filter_map(class).collect();
        let RankedText { text, probability } = ranking[0].clone();
        Ok(ValidText {
            formatted: checker.format(&text),
            text,
            probability,
            among_all: best.probability as f32,
            ranking,
            digits: self.digits(answers, &way),
        })
    }

    /// The digits of a way: arcs and classes.
    fn digits(&self, answers: &Answers<'_>, way: &[(usize, usize)]) -> Vec<Digit> {
        let digit = |&(arc, class): &(usize, usize)| {
            let (probability, place) = match answers.lattice.arcs[arc].taken {
                Taken::Digit(glyph) => (answers.row(glyph)[class], answers.lattice.glyphs[glyph].place),
                Taken::Sign(Sign { probability, place, .. }) => (probability, place),
                Taken::LeftOut => return None,
            };
            Some(Digit { label: answers.name(class), probability, place })
        };
        way.iter().filter_map(digit).collect()
    }
}

/// Fields as a line.
fn line(fields: Vec<Field>) -> Line {
    let texts: Vec<&str> = fields.iter().map(|field| field.text.as_str()).collect();
    let probability = fields.iter().map(|field| field.probability).product();
    Line { text: texts.join(" "), probability, fields }
}
