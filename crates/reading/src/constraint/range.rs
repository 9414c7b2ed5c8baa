//! Between which numbers a string's lies.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use super::text::plain_data;
use crate::automaton::Rule;
use crate::error::Error;

const EXPECTED: &str = "two whole numbers of up to 18 digits, as 0-150, or two with as many decimals, as 0.00-99.95";

/// Between which numbers a string's lies, both among them: `1-31`, or with decimals `0.00-99.95`. Zeros may stand before it. Of a
/// range with decimals the last digits of the string stand after the point, which itself is not written by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    least: Vec<u8>,
    most: Vec<u8>,
    decimals: usize,
}

plain_data!(Range);

impl Range {
    /// How many of the last digits stand after a point.
    pub fn decimals(&self) -> usize {
        self.decimals
    }

    /// A number as its digits without zeros before it, and how many of them stand after a point.
    fn number(text: &str) -> Option<(Vec<u8>, usize)> {
        let (whole, decimals) = text.trim().split_once('.').map_or((text.trim(), None), |(a, b)| (a, Some(b)));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|sign| sign.is_ascii_digit());
        let digits = [whole, decimals.unwrap_or("")].concat();
        let is_sound = is_number(whole) && decimals.is_none_or(is_number) && digits.len() <= 18;
        let significant = digits.trim_start_matches('0').bytes().map(|sign| sign - b'0').collect();
        is_sound.then_some((significant, decimals.map_or(0, str::len)))
    }
}

impl FromStr for Range {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let parsed = text.split_once('-').and_then(|(least, most)| Some((Self::number(least)?, Self::number(most)?)));
        match parsed {
            Some(((least, decimals), (most, same)))
                if decimals == same && (least.len(), &least) <= (most.len(), &most) =>
            {
                Ok(Self { least, most, decimals })
            }
            _ => Err(Error::Malformed { what: "range", found: text.to_owned(), expected: EXPECTED }),
        }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |digits: &[u8]| digits.iter().map(|digit| char::from(b'0' + digit)).collect::<String>();
        let [least, most] = [&self.least, &self.most].map(|digits| with_point(&text(digits), self.decimals));
        write!(f, "{least}-{most}")
    }
}

/// Digits with a point before the last `decimals`, and zeros where there are too few.
pub(super) fn with_point(digits: &str, decimals: usize) -> String {
    let digits = format!("{digits:0>least$}", least = decimals + 1);
    let (whole, rest) = digits.split_at(digits.len() - decimals);
    if decimals == 0 { whole.to_owned() } else { format!("{whole}.{rest}") }
}

/// The state holds how many digits there are since the first that is not 0, and how they compare with as many of the least
/// and of the most; a range with decimals also counts the digits that it needs at least.
impl Rule for Range {
    fn step(&self, state: u32, digit: u8) -> Option<u32> {
        let State { digits, significant, least, most } = State::of(state);
        let digits = (digits + 1).min(self.needed());
        if significant == 0 && digit == 0 {
            return Some(State { digits, significant, least, most }.number());
        }
        let compared = |so_far: Ordering, with: &[u8]| {
            so_far.then_with(|| with.get(significant).map_or(Ordering::Equal, |other| digit.cmp(other)))
        };
        let (least, most) = (compared(least, &self.least), compared(most, &self.most));
        let next = State { digits, significant: significant + 1, least, most };
        (next.significant <= self.most.len()).then(|| next.number())
    }

    fn accepts(&self, state: u32) -> bool {
        let State { digits, significant, least, most } = State::of(state);
        let is_enough = significant.cmp(&self.least.len()).then(least).is_ge();
        digits == self.needed() && is_enough && significant.cmp(&self.most.len()).then(most).is_le()
    }
}

impl Range {
    /// A digit before the point, and the decimals.
    fn needed(&self) -> usize {
        self.decimals + 1
    }
}

/// A state of the rule.
struct State {
    digits: usize,
    significant: usize,
    least: Ordering,
    most: Ordering,
}

impl State {
    /// 0 has no digits.
    fn number(&self) -> u32 {
        let compared = |order: Ordering| (order as i8).rem_euclid(3) as usize;
        (((self.digits * 32 + self.significant) * 3 + compared(self.least)) * 3 + compared(self.most)) as u32
    }

    fn of(number: u32) -> Self {
        let number = number as usize;
        let order = |number: usize| [Ordering::Equal, Ordering::Greater, Ordering::Less][number % 3];
        let (least, most) = (order(number / 3), order(number));
        Self { digits: number / 9 / 32, significant: number / 9 % 32, least, most }
    }
}
