//! The most probable valid strings of a field: the sums over all their ways, without leaving any out.
//!
//! The lattice becomes one of probabilities: from each segment its arcs are as probable as all ways through them are together, so that
//! all ways add up to 1. For each segment and state of the automaton follows how probable it is to come to a valid end from there
//! ([`Ends`]). A beginning of a string is then as probable as all valid strings with it, and the most probable beginning is made longer
//! until it is a whole string: no other can be more probable.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::answers::Answers;
use crate::automaton::Automaton;
use crate::lattice::Taken;
use crate::paths::added;

/// Valid strings that are less probable than this, all together, are out of reach: something else was written.
const IN_REACH: f64 = 1e-6;

/// Strings that have a smaller share than this of all valid ones are not looked for, which bounds the search.
const LEAST_SHARE: f64 = 1e-3;

/// What is less probable than this has no part in any sum.
const NEGLIGIBLE: f64 = 1e-18;

/// The most segments times states: for each there is a number.
const MOST: usize = 8_000_000;

/// A valid string.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ValidPath {
    /// Its probability among all strings, valid or not.
    pub(crate) probability: f64,
    /// The digits of its likeliest way: the place of the arc in the lattice, and the digit.
    pub(crate) digits: Vec<(usize, u8)>,
}

/// The valid strings of a field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ValidPaths {
    /// The probability of all of them together.
    pub(crate) probability: f64,
    /// The most probable, most probable first; none if they are out of reach.
    pub(crate) first: Vec<ValidPath>,
}

/// The `count` most probable strings of a field that the automaton has; nothing if the field is too long for it. `class_of` is the
/// class of each digit where there is one.
pub(crate) fn valid_paths(
    answers: &Answers<'_>,
    class_of: &[Option<usize>; 10],
    automaton: &Automaton,
    count: usize,
) -> Option<ValidPaths> {
    let steps = Steps::of(answers, class_of);
    let ends = Ends::of(&steps, automaton)?;
    let root = Beginning::root(&steps, automaton);
    let probability = root.states.iter().map(|&state| ends.from(0, state)).sum();
    let mut first = Vec::new();
    let mut open = BinaryHeap::new();
    if probability >= IN_REACH {
        open.push(Ranked { probability, beginning: root, is_whole: false });
    }
    while let Some(Ranked { probability: own, beginning, is_whole }) = open.pop() {
        if is_whole {
            let digits = steps.likeliest_way(&beginning.digits);
            first.push(ValidPath { probability: own, digits });
            if first.len() == count {
                break;
            }
            continue;
        }
        let next = beginning.longer(&steps, automaton, &ends);
        open.extend(next.into_iter().filter(|next| next.probability >= LEAST_SHARE * probability));
    }
    Some(ValidPaths { probability, first })
}

/// An arc of a lattice of probabilities.
struct Step {
    /// Its place in the lattice.
    arc: usize,
    to: usize,
    /// Given that a way comes to where it begins.
    probability: f64,
    /// The probability of each digit; nothing where a segment is left out, or there is a sign.
    digits: Option<[f64; 10]>,
}

/// The arcs of a lattice by where they begin.
struct Steps(Vec<Vec<Step>>);

impl Steps {
    fn of(answers: &Answers<'_>, class_of: &[Option<usize>; 10]) -> Self {
        let lattice = answers.lattice;
        let end = lattice.ends.len();
        let mut sums = vec![f64::NEG_INFINITY; end + 1];
        sums[end] = 0.0;
        for arc in lattice.arcs.iter().rev() {
            sums[arc.from] = added(sums[arc.from], answers.likely(arc) + sums[arc.to]);
        }
        let mut steps: Vec<Vec<Step>> = (0..end).map(|_| Vec::new()).collect();
        for (at, arc) in lattice.arcs.iter().enumerate() {
            let share = answers.likely(arc) + sums[arc.to] - sums[arc.from];
            let of =
                |glyph: usize| class_of.map(|class| class.map_or(0.0, |class| f64::from(answers.row(glyph)[class])));
            let digits = match arc.taken {
                Taken::Digit(glyph) => Some(of(glyph)),
                Taken::Sign(_) | Taken::LeftOut => None,
            };
            steps[arc.from].push(Step { arc: at, to: arc.to, probability: libm::exp(share), digits });
        }
        Self(steps)
    }

    /// The number of segments.
    fn end(&self) -> usize {
        self.0.len()
    }

    /// The arcs, and digits, of the likeliest way of a string.
    fn likeliest_way(&self, string: &[u8]) -> Vec<(usize, u8)> {
        // For each number of digits and each segment the likeliest way there: its probability, and the step to it.
        let mut best = vec![vec![(0.0, None); self.end() + 1]; string.len() + 1];
        best[0][0].0 = 1.0;
        for (from, steps) in self.0.iter().enumerate() {
            for digits in 0..=string.len() {
                for step in steps {
                    let (after, factor) = match (step.digits, string.get(digits)) {
                        (None, _) => (digits, 1.0),
                        (Some(of), Some(&digit)) => (digits + 1, of[usize::from(digit)]),
                        (Some(_), None) => continue,
                    };
                    let probability = best[digits][from].0 * step.probability * factor;
                    if probability > best[after][step.to].0 {
                        best[after][step.to] = (probability, Some((from, step.arc)));
                    }
                }
            }
        }
        let (mut digits, mut at) = (string.len(), self.end());
        let mut way = Vec::with_capacity(digits);
        while let Some((from, arc)) = best[digits][at].1 {
            let is_digit = self.0[from].iter().any(|step| step.arc == arc && step.digits.is_some());
            if is_digit {
                digits -= 1;
                way.push((arc, string[digits]));
            }
            at = from;
        }
        way.reverse();
        way
    }
}

/// How probable valid ends are, by segment and state.
struct Ends {
    states: usize,
    of: Vec<f64>,
}

impl Ends {
    fn of(steps: &Steps, automaton: &Automaton) -> Option<Self> {
        let states = automaton.states();
        let size = (steps.end() + 1).checked_mul(states).filter(|&size| size <= MOST)?;
        let mut ends = Self { states, of: vec![0.0; size] };
        for state in (0..states as u32).filter(|&state| automaton.accepts(state)) {
            ends.of[steps.end() * states + state as usize] = 1.0;
        }
        for (from, steps) in steps.0.iter().enumerate().rev() {
            for state in 0..states as u32 {
                let after = |step: &Step| match step.digits {
                    None => ends.from(step.to, state),
                    Some(of) => {
                        let likely = (0..10u8).filter(|&digit| of[usize::from(digit)] > NEGLIGIBLE);
                        let each = |digit| {
                            let next = automaton.step(state, digit)?;
                            Some(of[usize::from(digit)] * ends.from(step.to, next))
                        };
                        likely.filter_map(each).sum()
                    }
                };
                let sum = steps.iter().map(|step| step.probability * after(step)).sum();
                ends.of[from * states + state as usize] = sum;
            }
        }
        Some(ends)
    }

    fn from(&self, segment: usize, state: u32) -> f64 {
        self.of[segment * self.states + state as usize]
    }
}

/// A beginning of a string.
struct Beginning {
    digits: Vec<u8>,
    /// The states after it, for each in which it may have begun.
    states: Vec<u32>,
    /// How probable it is to have just read it, by segment.
    here: Vec<f64>,
}

impl Beginning {
    fn root(steps: &Steps, automaton: &Automaton) -> Self {
        let mut here = vec![0.0; steps.end() + 1];
        here[0] = 1.0;
        Self { digits: Vec::new(), states: automaton.starts().to_vec(), here }
    }

    /// What it may go on as: a digit longer, or whole as it is.
    fn longer(mut self, steps: &Steps, automaton: &Automaton, ends: &Ends) -> Vec<Ranked> {
        let mut reached: Vec<(u8, Vec<u32>, Vec<f64>)> = Vec::new();
        for digit in 0..10 {
            let states: Vec<u32> = self.states.iter().filter_map(|&state| automaton.step(state, digit)).collect();
            if !states.is_empty() {
                reached.push((digit, states, vec![0.0; self.here.len()]));
            }
        }
        for (from, steps) in steps.0.iter().enumerate() {
            if self.here[from] < NEGLIGIBLE {
                continue;
            }
            for step in steps {
                let likely = self.here[from] * step.probability;
                match step.digits {
                    None => self.here[step.to] += likely,
                    Some(of) => reached
                        .iter_mut()
                        .for_each(|(digit, _, there)| there[step.to] += likely * of[usize::from(*digit)]),
                }
            }
        }
        let longer = |(digit, states, here): (u8, Vec<u32>, Vec<f64>)| {
            let ways = here.iter().enumerate().filter(|(_, likely)| **likely > 0.0);
            let end = |at| states.iter().map(|&state| ends.from(at, state)).sum::<f64>();
            let probability = ways.map(|(at, likely)| likely * end(at)).sum();
            let digits = [&self.digits[..], &[digit]].concat();
            Ranked { probability, beginning: Self { digits, states, here }, is_whole: false }
        };
        let mut next: Vec<Ranked> = reached.into_iter().map(longer).collect();
        if self.states.iter().any(|&state| automaton.accepts(state)) {
            next.push(Ranked { probability: self.here[steps.end()], beginning: self, is_whole: true });
        }
        next
    }
}

/// A beginning by its probability: that of all valid strings with it, or, if it is whole, of it alone.
struct Ranked {
    probability: f64,
    beginning: Beginning,
    is_whole: bool,
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        // Of equals the whole one, then the smaller number.
        let likely = self.probability.total_cmp(&other.probability);
        likely.then(self.is_whole.cmp(&other.is_whole)).then(other.beginning.digits.cmp(&self.beginning.digits))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ranked {}

#[cfg(test)]
mod tests;
