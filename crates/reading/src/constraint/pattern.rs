//! What stands at each place of a string.

use std::fmt;
use std::str::FromStr;

use super::text::plain_data;
use crate::automaton::Rule;
use crate::error::Error;

/// The most digits of a pattern.
const MOST: usize = 64;

/// Signs that may stand between digits.
const SIGNS: &str = " -./,:";

const EXPECTED: &str = "for each place d (any digit), a digit, or a set as [0-37], each with {n} behind it for n of them, up to 64 in \
                        all, and between them space - . / , or :";

/// What stands at each place of a string, from left to right:
///
/// | in the pattern | at the place |
/// |---|---|
/// | `d` | any digit |
/// | `0` to `9` | that digit |
/// | `[0-37]` | one of a set: 0, 1, 2, 3 or 7 |
/// | `{4}` | what stands before it, four times |
/// | space `-` `.` `/` `,` `:` | a sign that is not written by hand, as it is printed on the form or left out; [`Self::format`] puts it between the digits |
///
/// ```
/// use tenfold_reading::Pattern;
///
/// let pattern: Pattern = "[12]d{3}-dd".parse()?;
/// assert_eq!(pattern.format("202411"), "2024-11");
/// # Ok::<(), tenfold_reading::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    /// For each digit those that it may be, a bit each.
    digits: Vec<u16>,
    /// Signs, and the number of digits before them.
    signs: Vec<(usize, char)>,
}

plain_data!(Pattern);

impl Pattern {
    /// Digits with the pattern's signs between them.
    pub fn format(&self, digits: &str) -> String {
        let mut signs = self.signs.iter().peekable();
        let mut text = String::new();
        for (at, digit) in digits.chars().map(Some).chain([None]).enumerate() {
            while let Some(&(_, sign)) = signs.next_if(|(before, _)| *before == at) {
                text.push(sign);
            }
            text.extend(digit);
        }
        text
    }

    /// The digits of a set without its brackets, a bit each.
    fn set(text: &str) -> Option<u16> {
        let mut set = 0;
        let mut rest = text.chars().peekable();
        while let Some(first) = rest.next() {
            let first = first.to_digit(10)?;
            let last = if rest.next_if_eq(&'-').is_some() { rest.next()?.to_digit(10)? } else { first };
            (first..=last).for_each(|digit| set |= 1 << digit);
        }
        Some(set).filter(|&set| set != 0)
    }

    /// The pattern that `text` is; nothing if it is none.
    fn parsed(text: &str) -> Option<Self> {
        let mut pattern = Self { text: text.to_owned(), digits: Vec::new(), signs: Vec::new() };
        let mut rest = text;
        let mut is_after_digit = false;
        while let Some(sign) = rest.chars().next() {
            rest = &rest[sign.len_utf8()..];
            match sign {
                'd' => pattern.digits.push(0b11_1111_1111),
                '0'..='9' => pattern.digits.push(1 << sign.to_digit(10)?),
                '[' => {
                    let (set, behind) = rest.split_once(']')?;
                    pattern.digits.push(Self::set(set)?);
                    rest = behind;
                }
                '{' if is_after_digit => {
                    let (times, behind) = rest.split_once('}')?;
                    let times = times.parse().ok().filter(|times| (1..=MOST).contains(times))?;
                    let last = *pattern.digits.last()?;
                    pattern.digits.extend(std::iter::repeat_n(last, times - 1));
                    rest = behind;
                }
                _ if SIGNS.contains(sign) => pattern.signs.push((pattern.digits.len(), sign)),
                _ => return None,
            }
            is_after_digit = !SIGNS.contains(sign) && sign != '{';
            if pattern.digits.len() > MOST || pattern.signs.len() > MOST {
                return None;
            }
        }
        Some(pattern).filter(|pattern| !pattern.digits.is_empty())
    }
}

impl FromStr for Pattern {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let malformed = || Error::Malformed { what: "pattern", found: text.to_owned(), expected: EXPECTED };
        Self::parsed(text).ok_or_else(malformed)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The state is the number of digits.
impl Rule for Pattern {
    fn step(&self, state: u32, digit: u8) -> Option<u32> {
        self.digits.get(state as usize).filter(|&&set| set >> digit & 1 == 1).map(|_| state + 1)
    }

    fn accepts(&self, state: u32) -> bool {
        state as usize == self.digits.len()
    }
}
