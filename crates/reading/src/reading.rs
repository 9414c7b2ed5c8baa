//! What is read on a page.

use std::fmt;

use serde::{Serialize, Serializer};
use tenfold_imaging::{InkBox, Refusal};

use crate::judgement::SIGNS;

/// All digits of a page. As JSON it has the fields' names for keys, as all in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Reading {
    /// By how many degrees the page is turned in the picture, clockwise: a multiple of 90, and up to some 15 more or less. Lines run,
    /// and the first is at the top, as they do when it is turned back.
    pub turned_degrees: f32,
    /// From the top.
    pub lines: Vec<Line>,
}

/// A line of a page.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Line {
    /// Its fields, with a space between two.
    pub text: String,
    /// The probability that all of it is right, `0..=1`: the product of those of its fields.
    pub probability: f32,
    /// From left to right, at least one.
    pub fields: Vec<Field>,
}

/// Digits that belong together, as those of a number do.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Field {
    /// The most probable string.
    pub text: String,
    /// The probability that it is right, `0..=1`, both where digits begin and end and what they are.
    pub probability: f32,
    /// The most probable strings, that one first, at most five.
    pub ranking: Vec<RankedText>,
    /// Its digits and [signs](crate::SIGNS) from left to right, at least one.
    pub digits: Vec<Digit>,
    /// The box around them, in pixels of the picture.
    pub place: InkBox,
    /// Whether two readers agree: the model by itself on each digit, and the network that sees digits among their neighbours by
    /// itself on the whole string; nothing where the page has not been [judged](crate::Page::judged).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreed: Option<bool>,
    /// What it is as one of the strings that are valid; without a constraint nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid: Option<ValidText>,
    /// Why it has no answer, if it has none.
    #[serde(flatten)]
    pub refusal: Option<FieldRefusal>,
}

/// A string and how probable it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RankedText {
    /// The string.
    pub text: String,
    /// Its probability, `0..=1`.
    pub probability: f32,
}

/// A digit of a field, or a sign between two.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Digit {
    /// What its class is called, or the sign.
    pub label: String,
    /// The probability of that class, `0..=1`, given that the digit begins and ends there: the network's, and where the page has been
    /// [judged](crate::Page::judged) what is seen among its neighbours with it.
    pub probability: f32,
    /// The box around it, in pixels of the picture.
    pub place: InkBox,
}

/// The most probable valid string of a field.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ValidText {
    /// Its digits.
    pub text: String,
    /// With the signs of the constraint's pattern between them, or the point of its range.
    pub formatted: String,
    /// The probability that it is right if what was written is valid, `0..=1`.
    pub probability: f32,
    /// Its probability among all strings, valid or not, `0..=1`, as that of the field's own text is.
    pub among_all: f32,
    /// The most probable valid strings, that one first, at most five, with their probabilities among valid ones; those with less than
    /// a thousandth are left out.
    pub ranking: Vec<RankedText>,
    /// Its digits from left to right, at least one.
    pub digits: Vec<Digit>,
}

/// Why a field has no answer. As JSON: `refused`, this as a sentence, and `reason`, it in a word.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum FieldRefusal {
    /// What is written is too unlike all valid strings.
    NotValid {
        /// The probability of all of them together, `0..=1`.
        probability: f32,
    },
    /// There are so many marks that a search for valid strings would take too much memory.
    TooLong,
    /// The answer would not be probable enough.
    LowConfidence {
        /// Its probability, `0..=1`.
        probability: f32,
        /// What was expected at least.
        needed: f32,
    },
    /// A cell between those with digits is empty.
    EmptyCell {
        /// Which, from the left, the first being 1.
        cell: usize,
    },
    /// There is more than one line.
    SeveralLines {
        /// How many.
        lines: usize,
    },
    /// There is nothing to read.
    Nothing(Refusal),
}

impl From<Refusal> for FieldRefusal {
    fn from(refusal: Refusal) -> Self {
        Self::Nothing(refusal)
    }
}

impl FieldRefusal {
    /// `not_valid`, `too_long`, `low_confidence`, `empty_cell`, `several_lines`, or that of a [`Refusal`].
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::NotValid { .. } => "not_valid",
            Self::TooLong => "too_long",
            Self::LowConfidence { .. } => "low_confidence",
            Self::EmptyCell { .. } => "empty_cell",
            Self::SeveralLines { .. } => "several_lines",
            Self::Nothing(refusal) => refusal.reason(),
        }
    }
}

impl fmt::Display for FieldRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotValid { probability } => {
                write!(f, "no valid string is in reach: the probability of all together is {probability:.1e}")
            }
            Self::TooLong => f.write_str("too many marks in one field to look for valid strings"),
            Self::LowConfidence { probability, needed } => {
                write!(f, "its probability is {:.1} %, expected at least {:.1} %", 100.0 * probability, 100.0 * needed)
            }
            Self::EmptyCell { cell } => write!(f, "cell {cell} is empty, and there are digits on both sides of it"),
            Self::SeveralLines { lines } => write!(f, "expected one line, found {lines}"),
            Self::Nothing(refusal) => refusal.fmt(f),
        }
    }
}

impl Serialize for FieldRefusal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Texts {
            refused: String,
            reason: &'static str,
        }
        Texts { refused: self.to_string(), reason: self.reason() }.serialize(serializer)
    }
}

impl Digit {
    /// Whether it is one of the [`SIGNS`].
    pub fn is_sign(&self) -> bool {
        SIGNS.iter().any(|&sign| self.label.chars().eq([sign]))
    }
}

impl Field {
    /// What the field says: the most probable valid string, formatted, or without a constraint the most probable of all.
    ///
    /// # Errors
    /// Why there is none.
    pub fn answer(&self) -> Result<&str, FieldRefusal> {
        match (&self.refusal, &self.valid) {
            (Some(refusal), _) => Err(*refusal),
            (None, Some(valid)) => Ok(&valid.formatted),
            (None, None) => Ok(&self.text),
        }
    }

    /// Refuses it, as a whole, if its answer is less probable than `needed`, `0..=1`.
    pub fn refuse_below(&mut self, needed: f32) {
        let probability = self.confidence();
        if self.refusal.is_none() && probability < needed {
            self.refusal = Some(FieldRefusal::LowConfidence { probability, needed });
        }
    }

    /// Replaces all boxes in it, as for a picture that this one was cut out of.
    pub fn map_places(&mut self, place: impl Fn(InkBox) -> InkBox) {
        let valid = self.valid.iter_mut().flat_map(|valid| &mut valid.digits);
        self.digits.iter_mut().chain(valid).for_each(|digit| digit.place = place(digit.place));
        self.place = place(self.place);
    }

    /// The probability that the answer is right, `0..=1`; of a valid string if what was written is valid.
    pub fn confidence(&self) -> f32 {
        self.valid.as_ref().map_or(self.probability, |valid| valid.probability)
    }
}

impl Reading {
    /// Refuses each field whose answer is less probable than `needed`, `0..=1`, as a whole.
    pub fn refuse_below(&mut self, needed: f32) {
        self.lines.iter_mut().flat_map(|line| &mut line.fields).for_each(|field| field.refuse_below(needed));
    }

    /// Whether a field has no answer.
    pub fn is_refused(&self) -> bool {
        self.lines.iter().flat_map(|line| &line.fields).any(|field| field.refusal.is_some())
    }
}
