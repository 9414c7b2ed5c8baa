//! Strings of digits that fulfil several rules at once, as one finite automaton.

use std::collections::HashMap;
use std::fmt;

use crate::error::Error;

/// The most states of an automaton: those of any single rule are far fewer.
const MOST_STATES: usize = 100_000;

/// Where there is no way on.
const NOWHERE: u32 = u32::MAX;

/// What strings of digits must fulfil, read from left to right.
pub(crate) trait Rule {
    /// The states in which a string may begin. A string is fulfilled from at most one of them.
    fn starts(&self) -> Vec<u32> {
        vec![0]
    }

    /// The state after another digit, 0 to 9; none if no string goes on like this.
    fn step(&self, state: u32, digit: u8) -> Option<u32>;

    /// Whether a string may end in a state.
    fn accepts(&self, state: u32) -> bool;
}

/// A finite automaton all of whose states lead to an end. Any string has at most one way through it to an end.
#[derive(Clone)]
pub(crate) struct Automaton {
    /// By state and digit.
    steps: Vec<[u32; 10]>,
    accepts: Vec<bool>,
    starts: Vec<u32>,
}

impl Automaton {
    /// The automaton of the strings that fulfil all rules; nothing if there are none.
    ///
    /// # Errors
    /// [`Error::TooLarge`] if it has too many states.
    pub(crate) fn of(rules: &[&dyn Rule]) -> Result<Option<Self>, Error> {
        let mut states: Vec<Vec<u32>> = vec![Vec::new()];
        for rule in rules {
            let starts = rule.starts();
            let with = |state: &Vec<u32>| starts.iter().map(|&own| [&state[..], &[own]].concat()).collect::<Vec<_>>();
            states = states.iter().flat_map(with).collect();
        }
        let mut number: HashMap<Vec<u32>, u32> = states.iter().cloned().zip(0..).collect();
        let starts = (0..states.len() as u32).collect();
        let mut steps = Vec::new();
        while let Some(state) = states.get(steps.len()).cloned() {
            let mut row = [NOWHERE; 10];
            for (digit, step) in (0..).zip(&mut row) {
                let next: Option<Vec<u32>> =
                    rules.iter().zip(&state).map(|(rule, &own)| rule.step(own, digit)).collect();
                if let Some(next) = next {
                    *step = *number.entry(next).or_insert_with_key(|next| {
                        states.push(next.clone());
                        states.len() as u32 - 1
                    });
                }
            }
            if states.len() > MOST_STATES {
                return Err(Error::TooLarge { what: "states", found: states.len(), limit: MOST_STATES });
            }
            steps.push(row);
        }
        let fulfils = |state: &Vec<u32>| rules.iter().zip(state).all(|(rule, &own)| rule.accepts(own));
        let accepts = states.iter().map(fulfils).collect();
        Ok(Self { steps, accepts, starts }.without_dead_ends())
    }

    /// Without the states from which there is no way to an end; nothing if none is left to begin in.
    fn without_dead_ends(self) -> Option<Self> {
        let mut before: Vec<Vec<usize>> = vec![Vec::new(); self.steps.len()];
        for (state, row) in self.steps.iter().enumerate() {
            row.iter().filter(|&&next| next != NOWHERE).for_each(|&next| before[next as usize].push(state));
        }
        let mut lives = self.accepts.clone();
        let mut open: Vec<usize> = (0..lives.len()).filter(|&state| lives[state]).collect();
        while let Some(state) = open.pop() {
            for &earlier in &before[state] {
                if !std::mem::replace(&mut lives[earlier], true) {
                    open.push(earlier);
                }
            }
        }
        let mut number = vec![NOWHERE; lives.len()];
        let living: Vec<usize> = (0..lives.len()).filter(|&state| lives[state]).collect();
        living.iter().zip(0..).for_each(|(&state, new)| number[state] = new);
        let renumbered = |next: u32| if next == NOWHERE { NOWHERE } else { number[next as usize] };
        let starts: Vec<u32> = self.starts.into_iter().map(renumbered).filter(|&state| state != NOWHERE).collect();
        let steps = living.iter().map(|&state| self.steps[state].map(renumbered)).collect();
        let accepts = living.iter().map(|&state| self.accepts[state]).collect();
        (!starts.is_empty()).then_some(Self { steps, accepts, starts })
    }

    /// How many states it has; each is below this number.
    pub(crate) fn states(&self) -> usize {
        self.steps.len()
    }

    pub(crate) fn starts(&self) -> &[u32] {
        &self.starts
    }

    /// The state after another digit, 0 to 9.
    pub(crate) fn step(&self, state: u32, digit: u8) -> Option<u32> {
        Some(self.steps[state as usize][usize::from(digit)]).filter(|&next| next != NOWHERE)
    }

    pub(crate) fn accepts(&self, state: u32) -> bool {
        self.accepts[state as usize]
    }

    /// Whether a string of digits, 0 to 9, is one of its own.
    pub(crate) fn fulfils(&self, digits: &[u8]) -> bool {
        let end = |&start| digits.iter().try_fold(start, |state, &digit| self.step(state, digit));
        self.starts.iter().filter_map(end).any(|state| self.accepts(state))
    }
}

impl fmt::Debug for Automaton {
    /// The size only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Automaton({} states)", self.states())
    }
}
