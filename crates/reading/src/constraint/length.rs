//! How many digits a string has.

use std::fmt;
use std::str::FromStr;

use super::text::plain_data;
use crate::automaton::Rule;
use crate::error::Error;

/// The most digits that a length may ask for.
const MOST: u32 = 64;

/// How many digits a string has, from the first to the second number: `16`, `4-6`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length {
    least: u32,
    most: u32,
}

plain_data!(Length);

impl Length {
    /// Exactly so many.
    pub(crate) const fn exactly(digits: u32) -> Self {
        Self { least: digits, most: digits }
    }

    /// So many or more.
    pub(crate) const fn at_least(digits: u32) -> Self {
        Self { least: digits, most: u32::MAX }
    }
}

impl FromStr for Length {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let expected = "a number of digits from 1 to 64, or two of them as 4-6";
        let (least, most) = text.split_once('-').unwrap_or((text, text));
        match (least.trim().parse(), most.trim().parse()) {
            (Ok(least), Ok(most)) if 1 <= least && least <= most && most <= MOST => Ok(Self { least, most }),
            _ => Err(Error::Malformed { what: "length", found: text.to_owned(), expected }),
        }
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.least == self.most { write!(f, "{}", self.least) } else { write!(f, "{}-{}", self.least, self.most) }
    }
}

/// The state is the number of digits; without an upper limit, up to the lower one.
impl Rule for Length {
    fn step(&self, state: u32, _: u8) -> Option<u32> {
        match self.most {
            u32::MAX => Some((state + 1).min(self.least)),
            most => Some(state + 1).filter(|&next| next <= most),
        }
    }

    fn accepts(&self, state: u32) -> bool {
        state >= self.least
    }
}
