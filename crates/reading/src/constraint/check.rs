//! Check digits.

use std::fmt;
use std::str::FromStr;

use super::length::Length;
use super::text::plain_data;
use crate::automaton::Rule;
use crate::error::Error;

/// A string whose last digits follow from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Check {
    /// `luhn`: every second digit from the right but the last is doubled, and the digits of all add up to a multiple of 10
    /// (ISO/IEC 7812-1: numbers of cards).
    Luhn,
    /// `mod97`: the number leaves 1 when it is divided by 97, as the last two digits are chosen so (ISO/IEC 7064, MOD 97-10). An IBAN
    /// has letters in it and so is none.
    Mod97,
    /// `verhoeff`: all permuted digits multiply to 0 in the dihedral group of order 10 (Verhoeff, "Error detecting decimal codes", 1969).
    Verhoeff,
    /// `damm`: all digits in turn lead through Damm's quasigroup to 0 (Damm, "Total anti-symmetrische Quasigruppen", 2004).
    Damm,
    /// `isbn`: 13 digits from 978 or 979 weighted 1, 3, 1, ... that add up to a multiple of 10, or 10 digits weighted 10, 9, ... 1 that
    /// add up to a multiple of 11. The X that is the last sign of one in eleven of the latter is no digit: such a number is not valid here.
    Isbn,
    /// `aba`: nine digits weighted 3, 7, 1, 3, ... that add up to a multiple of 10 (routing numbers of the American Bankers Association).
    Aba,
}

plain_data!(Check);

/// All checks with their names.
const NAMES: [(Check, &str); 6] = [
    (Check::Luhn, "luhn"),
    (Check::Mod97, "mod97"),
    (Check::Verhoeff, "verhoeff"),
    (Check::Damm, "damm"),
    (Check::Isbn, "isbn"),
    (Check::Aba, "aba"),
];

impl FromStr for Check {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let expected = "luhn, mod97, verhoeff, damm, isbn or aba";
        let malformed = || Error::Malformed { what: "check", found: text.to_owned(), expected };
        NAMES.iter().find(|(_, name)| *name == text).map(|&(check, _)| check).ok_or_else(malformed)
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        NAMES.iter().filter(|(check, _)| check == self).try_for_each(|(_, name)| f.write_str(name))
    }
}

impl Check {
    /// How long strings are that have such check digits, which themselves say nothing alone.
    pub(super) const fn length(self) -> Length {
        match self {
            Self::Luhn | Self::Verhoeff | Self::Damm => Length::at_least(2),
            Self::Mod97 => Length::at_least(3),
            Self::Isbn => Length::at_least(10),
            Self::Aba => Length::exactly(9),
        }
    }
}

/// The product of two elements of the dihedral group: 0 to 4 are turns, 5 to 9 are turns of the mirrored pentagon.
const fn dihedral(a: u32, b: u32) -> u32 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b) % 5 + 5,
        (false, true) => (a + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    }
}

/// Verhoeff's permutation of the digits of the first place from the right after the check digit; of the place n, n times.
const PERMUTED: [u32; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/// Damm's quasigroup of order 10, by the state so far and the digit.
const DAMM: [[u32; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// The state of a short ISBN is 11 times the digits so far and the sum modulo 11; of a long one it is this and the same with 10.
const LONG_ISBN: u32 = 11 * 11;

impl Rule for Check {
    fn starts(&self) -> Vec<u32> {
        match self {
            // The place from the right of the first digit modulo 8, and the product so far.
            Self::Verhoeff => (0..8).map(|place| 10 * place).collect(),
            Self::Isbn => vec![0, LONG_ISBN],
            _ => vec![0],
        }
    }

    fn step(&self, state: u32, digit: u8) -> Option<u32> {
        let figure = u32::from(digit);
        match self {
            // The sums of the digits so far if the last of them stands as it is, and if it is doubled.
            Self::Luhn => {
                let (plain, doubled) = (state / 10, state % 10);
                let twice = 2 * figure / 10 + 2 * figure % 10;
                Some((doubled + figure) % 10 * 10 + (plain + twice) % 10)
            }
            Self::Mod97 => Some((state * 10 + figure) % 97),
            Self::Verhoeff => {
                let (place, product) = (state / 10, state % 10);
                let permuted = (0..place).fold(figure, |figure, _| PERMUTED[figure as usize]);
                Some((place + 7) % 8 * 10 + dihedral(permuted, product))
            }
            Self::Damm => Some(DAMM[state as usize][figure as usize]),
            Self::Isbn if state < LONG_ISBN => {
                let (at, sum) = (state / 11, state % 11);
                (at < 10).then(|| (at + 1) * 11 + (sum + (10 - at) * figure) % 11)
            }
            Self::Isbn => {
                let (at, sum) = ((state - LONG_ISBN) / 10, (state - LONG_ISBN) % 10);
                let begins_so = match at {
                    0 => digit == 9,
                    1 => digit == 7,
                    2 => digit >= 8,
                    _ => at < 13,
                };
                begins_so.then(|| LONG_ISBN + (at + 1) * 10 + (sum + (1 + at % 2 * 2) * figure) % 10)
            }
            Self::Aba => {
                let (at, sum) = (state / 10, state % 10);
                (at < 9).then(|| (at + 1) * 10 + (sum + [3, 7, 1][at as usize % 3] * figure) % 10)
            }
        }
    }

    fn accepts(&self, state: u32) -> bool {
        match self {
            Self::Luhn => state / 10 == 0,
            Self::Mod97 => state == 1,
            // The last digit was at place 0, so the next would be at place 7 from the right.
            Self::Verhoeff => state == 70,
            Self::Damm => state == 0,
            Self::Isbn => state == 110 || state == LONG_ISBN + 130,
            Self::Aba => state == 90,
        }
    }
}
