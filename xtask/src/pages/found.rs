//! Which digits of a page were found where they are, and read as what they are.

use tenfold_recognizer::{InkBox, Reading};

use super::written::{Digit, Written};

/// A box is a digit's where what both share is at least this part of what they cover together.
const SHARED: f64 = 0.5;

/// What became of a page, or of several.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Found {
    pub(super) digits: usize,
    /// Boxes that were found.
    pub(super) boxes: usize,
    /// Boxes that are a digit's.
    pub(super) matched: usize,
    /// Of these, digits that are read right.
    pub(super) right: usize,
    pub(super) lines: usize,
    /// Lines of which all digits and no others were found in one line, in their order, and read right.
    pub(super) whole: usize,
}

impl Found {
    /// Compares a page with what was read of it; nothing if it was refused.
    pub(super) fn of(written: &Written, reading: Option<&Reading>) -> Self {
        let read: Vec<Vec<Digit>> = reading.iter().flat_map(|reading| &reading.lines).map(line).collect();
        let (own, others) = (numbered(&written.lines), numbered(&read));
        let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
        for (at, (_, digit)) in own.iter().enumerate() {
            let shares = others.iter().map(|(_, other)| shared(digit.place, other.place)).enumerate();
            pairs.extend(shares.filter(|(_, share)| *share >= SHARED).map(|(other, share)| (share, at, other)));
        }
        pairs.sort_by(|one, other| other.0.total_cmp(&one.0));
        let (mut of_own, mut taken) = (vec![None; own.len()], vec![false; others.len()]);
        for (_, at, other) in pairs {
            if of_own[at].is_none() && !taken[other] {
                (of_own[at], taken[other]) = (Some(other), true);
            }
        }
        let is_right = |at: usize| of_own[at].is_some_and(|other: usize| others[other].1.label == own[at].1.label);
        let is_whole = |number: usize| {
            let of_line: Vec<usize> = (0..own.len()).filter(|&at| own[at].0 == number).collect();
            let Some(first) = of_own[of_line[0]] else { return false };
            let found: Vec<Option<usize>> = of_line.iter().map(|&at| of_own[at]).collect();
            let expected = (0..others.len()).filter(|&other| others[other].0 == others[first].0).map(Some);
            found.into_iter().eq(expected) && of_line.iter().all(|&at| is_right(at))
        };
        Self {
            digits: own.len(),
            boxes: others.len(),
            matched: of_own.iter().flatten().count(),
            right: (0..own.len()).filter(|&at| is_right(at)).count(),
            lines: written.lines.len(),
            whole: (0..written.lines.len()).filter(|&number| is_whole(number)).count(),
        }
    }

    /// All of both.
    pub(super) fn and(self, other: &Self) -> Self {
        Self {
            digits: self.digits + other.digits,
            boxes: self.boxes + other.boxes,
            matched: self.matched + other.matched,
            right: self.right + other.right,
            lines: self.lines + other.lines,
            whole: self.whole + other.whole,
        }
    }

    /// The share of the digits that were found.
    pub(super) fn recall(&self) -> f64 {
        self.matched as f64 / self.digits as f64
    }

    /// The share of the boxes that are a digit's.
    pub(super) fn precision(&self) -> f64 {
        self.matched as f64 / self.boxes as f64
    }
}

/// The digits of a line that was read.
fn line(line: &tenfold_recognizer::Line) -> Vec<Digit> {
    let digits = line.fields.iter().flat_map(|field| &field.digits);
    digits.map(|digit| Digit { label: digit.label.clone(), place: digit.place }).collect()
}

/// All digits, each with the number of its line.
fn numbered(lines: &[Vec<Digit>]) -> Vec<(usize, &Digit)> {
    lines.iter().enumerate().flat_map(|(number, line)| line.iter().map(move |digit| (number, digit))).collect()
}

/// What two boxes share, as a part of what they cover together.
fn shared(one: InkBox, other: InkBox) -> f64 {
    let along = |start: u32, length: u32, other: u32, other_length: u32| {
        f64::from((start + length).min(other + other_length).saturating_sub(start.max(other)))
    };
    let both =
        along(one.left, one.width, other.left, other.width) * along(one.top, one.height, other.top, other.height);
    let area = |place: InkBox| f64::from(place.width) * f64::from(place.height);
    both / (area(one) + area(other) - both)
}
