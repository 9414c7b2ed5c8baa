//! Days of the calendar.

use std::fmt;
use std::str::FromStr;

use super::text::plain_data;
use crate::automaton::Rule;
use crate::error::Error;

/// The orders that there are.
const ORDERS: [&str; 6] = ["ddmmyyyy", "ddmmyy", "mmddyyyy", "mmddyy", "yyyymmdd", "yymmdd"];

/// A day that there is, written in this order: `ddmmyyyy`, `ddmmyy`, `mmddyyyy`, `mmddyy`, `yyyymmdd` or `yymmdd`, with zeros before
/// single digits. There is a 29 February in years that the Gregorian calendar makes longer; of years of two digits in every fourth.
/// Signs between are not written by hand, as they are printed on the form or left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    order: &'static str,
}

plain_data!(Date);

impl FromStr for Date {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let expected = "ddmmyyyy, ddmmyy, mmddyyyy, mmddyy, yyyymmdd or yymmdd";
        let malformed = || Error::Malformed { what: "date", found: text.to_owned(), expected };
        ORDERS.into_iter().find(|&order| order == text).map(|order| Self { order }).ok_or_else(malformed)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.order)
    }
}

/// The state is how many digits there are and what is known by them. What no longer matters is replaced, which keeps states few: any
/// day but 29 February may be in any year, and of a year that is whole only its length matters.
impl Rule for Date {
    fn step(&self, state: u32, digit: u8) -> Option<u32> {
        let mut parts = Parts::of(state);
        let order = self.order.as_bytes();
        let part = *order.get(parts.digits as usize)?;
        parts.digits += 1;
        let value = match part {
            b'd' => &mut parts.day,
            b'm' => &mut parts.month,
            _ => &mut parts.year,
        };
        *value = *value * 10 + u32::from(digit);
        let is_whole = |part: u8| !order[parts.digits as usize..].contains(&part);
        if is_whole(b'd') && !(1..=31).contains(&parts.day) || is_whole(b'm') && !(1..=12).contains(&parts.month) {
            return None;
        }
        if is_whole(b'd') && is_whole(b'm') {
            if parts.day > longest(parts.month) {
                return None;
            }
            if (parts.day, parts.month) != (29, 2) {
                (parts.day, parts.month, parts.year) = (1, 1, 0);
            }
        }
        if part == b'y' && is_whole(b'y') {
            parts.year = u32::from(!is_leap(parts.year));
        }
        let is_past = is_whole(b'd') && is_whole(b'm') && is_whole(b'y') && parts.day == 29 && parts.year == 1;
        (!is_past).then(|| parts.number())
    }

    fn accepts(&self, state: u32) -> bool {
        Parts::of(state).digits as usize == self.order.len()
    }
}

/// The days of a month, in a long year.
const fn longest(month: u32) -> u32 {
    match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

const fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400)
}

/// What is known of a date.
struct Parts {
    digits: u32,
    day: u32,
    month: u32,
    /// 0 for a long and 1 for a short one, once it is whole.
    year: u32,
}

impl Parts {
    fn number(&self) -> u32 {
        self.digits + 16 * (self.day + 100 * (self.month + 100 * self.year))
    }

    fn of(number: u32) -> Self {
        let rest = number / 16;
        Self { digits: number % 16, day: rest % 100, month: rest / 100 % 100, year: rest / 10_000 }
    }
}
