//! What is read on a page.

use serde::Serialize;
use tenfold_imaging::InkBox;

/// All digits of a page. As JSON it has the fields' names for keys, as all in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Reading {
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
    /// Its digits from left to right, at least one.
    pub digits: Vec<Digit>,
    /// The box around them, in pixels of the picture.
    pub place: InkBox,
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

/// A digit of a field.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Digit {
    /// What its class is called.
    pub label: String,
    /// The probability of that class, `0..=1`, given that the digit begins and ends there.
    pub probability: f32,
    /// The box around it, in pixels of the picture.
    pub place: InkBox,
}
