//! Which strings there are at all.

use serde::{Deserialize, Serialize};

use crate::automaton::Rule;
use crate::error::Error;

/// The most digits of all choices together.
const MOST: usize = 1_000_000;

/// The strings one of which it is, as `["1204", "1205"]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Choices {
    all: Vec<String>,
    /// For each digit from each beginning of a choice the longer beginning; 0 for none.
    steps: Vec<[u32; 10]>,
    is_whole: Vec<bool>,
}

impl TryFrom<Vec<String>> for Choices {
    type Error = Error;

    fn try_from(all: Vec<String>) -> Result<Self, Error> {
        let digits = all.iter().map(String::len).sum();
        if digits > MOST {
            return Err(Error::TooLarge { what: "digits of choices", found: digits, limit: MOST });
        }
        let (mut steps, mut is_whole) = (vec![[0; 10]], vec![false]);
        for choice in &all {
            if choice.is_empty() || !choice.bytes().all(|sign| sign.is_ascii_digit()) {
                let expected = "digits alone, at least one";
                return Err(Error::Malformed { what: "choice", found: choice.clone(), expected });
            }
            let mut state = 0;
            for digit in choice.bytes().map(|sign| usize::from(sign - b'0')) {
                if steps[state][digit] == 0 {
                    steps[state][digit] = steps.len() as u32;
                    steps.push([0; 10]);
                    is_whole.push(false);
                }
                state = steps[state][digit] as usize;
            }
            is_whole[state] = true;
        }
        Ok(Self { all, steps, is_whole })
    }
}

impl From<Choices> for Vec<String> {
    fn from(choices: Choices) -> Self {
        choices.all
    }
}

/// The state is a beginning of a choice.
impl Rule for Choices {
    fn step(&self, state: u32, digit: u8) -> Option<u32> {
        Some(self.steps[state as usize][usize::from(digit)]).filter(|&next| next != 0)
    }

    fn accepts(&self, state: u32) -> bool {
        self.is_whole[state as usize]
    }
}
