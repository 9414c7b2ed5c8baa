//! What is known of a string before it is read.

mod check;
mod choices;
mod date;
mod length;
mod pattern;
mod range;
mod text;

use serde::{Deserialize, Serialize};

pub use self::check::Check;
pub use self::choices::Choices;
pub use self::date::Date;
pub use self::length::Length;
pub use self::pattern::Pattern;
pub use self::range::Range;
use crate::automaton::{Automaton, Rule};
use crate::error::Error;

/// What is known of a string before it is read: all parts that are given hold at once. Plain data, which in files is written as its
/// parts are as text, numbers also as such: `{ length = 8, check = "luhn" }`.
///
/// ```
/// use tenfold_reading::{Checker, Constraint};
///
/// let card = Constraint { length: Some("16".parse()?), check: Some("luhn".parse()?), ..Constraint::default() };
/// let checker = Checker::new(card)?;
/// assert!(checker.is_valid("4539148803436467") && !checker.is_valid("4539148803436461"));
/// # Ok::<(), tenfold_reading::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Constraint {
    /// How many digits it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<Length>,
    /// What stands at each place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Pattern>,
    /// Between which numbers it lies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<Range>,
    /// The strings one of which it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choices: Option<Choices>,
    /// Which of its digits follow from the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<Check>,
    /// That it is a day of the calendar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}

impl Constraint {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }

    /// Its parts as a sentence has them.
    fn said(&self) -> String {
        let part = |name, value: Option<String>| value.map(|value| format!("{name} {value}"));
        let parts = [
            part("length", self.length.map(|it| it.to_string())),
            part("pattern", self.pattern.as_ref().map(|it| format!("'{it}'"))),
            part("range", self.range.as_ref().map(|it| it.to_string())),
            self.choices.as_ref().map(|_| "the choices".to_owned()),
            part("check", self.check.map(|it| it.to_string())),
            part("date", self.date.map(|it| it.to_string())),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// Finds the strings that fulfil a [`Constraint`]; made once, used for any number of fields.
#[derive(Clone, Debug)]
pub struct Checker {
    constraint: Constraint,
    pub(crate) automaton: Automaton,
}

impl Checker {
    /// Joins the parts of a constraint. One without parts is fulfilled by any digits.
    ///
    /// # Errors
    /// [`Error::Contradiction`] if no string fulfils all of them; [`Error::TooLarge`] if they are too many together.
    pub fn new(constraint: Constraint) -> Result<Self, Error> {
        let own = constraint.check.map_or(Length::at_least(1), Check::length);
        let mut rules: Vec<&dyn Rule> = vec![&own];
        rules.extend(constraint.length.as_ref().map(|it| it as &dyn Rule));
        rules.extend(constraint.pattern.as_ref().map(|it| it as &dyn Rule));
        rules.extend(constraint.range.as_ref().map(|it| it as &dyn Rule));
        rules.extend(constraint.choices.as_ref().map(|it| it as &dyn Rule));
        rules.extend(constraint.check.as_ref().map(|it| it as &dyn Rule));
        rules.extend(constraint.date.as_ref().map(|it| it as &dyn Rule));
        match Automaton::of(&rules)? {
            Some(automaton) => Ok(Self { constraint, automaton }),
            None => Err(Error::Contradiction { constraint: constraint.said() }),
        }
    }

    /// What it was made of.
    pub fn constraint(&self) -> &Constraint {
        &self.constraint
    }

    /// Whether a string fulfils the constraint. What has anything but digits does not.
    pub fn is_valid(&self, text: &str) -> bool {
        let digit = |sign: u8| sign.is_ascii_digit().then(|| sign - b'0');
        let digits: Option<Vec<u8>> = text.bytes().map(digit).collect();
        digits.is_some_and(|digits| self.automaton.fulfils(&digits))
    }

    /// A valid string as it is written: with the signs of the pattern, or the point of a range with decimals.
    pub fn format(&self, text: &str) -> String {
        match (&self.constraint.pattern, &self.constraint.range) {
            (Some(pattern), _) => pattern.format(text),
            (None, Some(range)) => range::with_point(text, range.decimals()),
            (None, None) => text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
