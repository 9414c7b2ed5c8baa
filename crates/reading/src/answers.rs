//! What networks say of a field, put together: the reader's classes, and what is seen of each digit among its neighbours.

use crate::judgement::SIGNS;
use crate::lattice::{Arc, Lattice, Taken};

/// How much the reader's being sure of a digit says that it is one. Chosen on strings by writers of MNIST's
/// training digits whom neither network had seen, as all weights of forms.
const SURENESS: f64 = 0.9;

/// How much the reader's answer counts for which digit it is, and what is seen among its neighbours: the two are not independent.
const READ: f32 = 0.4;
const SEEN: f32 = 0.65;

/// The least probability of a digit that counts.
const LEAST: f32 = 1e-6;
const LEAST_SEEN: f32 = 1e-4;

/// What there is to say of a field.
pub(crate) struct Answers<'a> {
    pub(crate) lattice: &'a Lattice,
    pub(crate) labels: &'a [String],
    /// Of each glyph the logarithm of how likely the reader's being sure makes it.
    sureness: Vec<f64>,
    /// `[glyphs, classes]`.
    probabilities: Vec<f32>,
    /// Of each glyph the class that the reader finds most probable by itself.
    first: Vec<usize>,
}

impl<'a> Answers<'a> {
    /// The answers to a field whose glyphs the reader gives these probabilities, `[glyphs, classes]`.
    pub(crate) fn of(lattice: &'a Lattice, probabilities: &[f32], labels: &'a [String]) -> Self {
        let digits = digits_of(labels);
        let rows = probabilities.chunks_exact(labels.len());
        let both = || rows.zip(&lattice.seen).flat_map(|(row, seen)| joined(row, seen, &digits)).collect();
        Self::by(lattice, labels, probabilities, (!lattice.seen.is_empty()).then(both))
    }

    /// The answers by what is seen of each digit among its neighbours alone, as those of a second reader; nothing if it is not judged.
    pub(crate) fn of_second(lattice: &'a Lattice, labels: &'a [String]) -> Option<Self> {
        let digits = digits_of(labels);
        let row = |seen: &[f32; 10]| digits.iter().map(|digit| digit.map_or(0.0, |it| seen[it])).collect::<Vec<_>>();
        let probabilities: Vec<f32> = lattice.seen.iter().flat_map(row).collect();
        (!lattice.seen.is_empty()).then(|| Self::by(lattice, labels, &probabilities, None))
    }

    /// The answers of a reader, with those of `both` in place of its own where there is a second.
    fn by(lattice: &'a Lattice, labels: &'a [String], reader: &[f32], both: Option<Vec<f32>>) -> Self {
        let rows = reader.chunks_exact(labels.len());
        let first = rows.clone().map(first).collect();
        let probabilities = both.unwrap_or_else(|| reader.to_vec());
        Self { lattice, labels, sureness: rows.map(sureness).collect(), probabilities, first }
    }

    /// The class that the reader finds most probable for a glyph, by itself.
    pub(crate) fn first(&self, glyph: usize) -> usize {
        self.first[glyph]
    }

    /// The probability of each class for a glyph.
    pub(crate) fn row(&self, glyph: usize) -> &[f32] {
        &self.probabilities[glyph * self.labels.len()..][..self.labels.len()]
    }

    /// What a class is called; the signs come behind the classes.
    pub(crate) fn name(&self, class: usize) -> String {
        match class.checked_sub(self.labels.len()) {
            None => self.labels[class].clone(),
            Some(sign) => SIGNS[sign].into(),
        }
    }

    /// The logarithm of how likely an arc is, up to a constant, whatever its digit is.
    pub(crate) fn likely(&self, arc: &Arc) -> f64 {
        let sure = match arc.taken {
            Taken::Digit(glyph) => self.sureness[glyph],
            Taken::Sign(_) | Taken::LeftOut => 0.0,
        };
        f64::from(arc.form) + f64::from(self.lattice.ends[arc.from]) + sure
    }
}

/// The logarithm of how likely the greatest of a row of probabilities makes a digit.
fn sureness(row: &[f32]) -> f64 {
    SURENESS * libm::log(f64::from(row.iter().copied().fold(LEAST, f32::max)))
}

/// The place of the greatest.
fn first(row: &[f32]) -> usize {
    (0..row.len()).max_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap_or_default()
}

fn digits_of(labels: &[String]) -> Vec<Option<usize>> {
    labels.iter().map(|label| digit_of(label)).collect()
}

/// The digit that a class is called, if it is one.
pub(crate) fn digit_of(label: &str) -> Option<usize> {
    match label.as_bytes() {
        [digit] if digit.is_ascii_digit() => Some(usize::from(digit - b'0')),
        _ => None,
    }
}

/// The reader's probabilities of the classes, each times what is seen of its digit.
fn joined(row: &[f32], seen: &[f32; 10], digits: &[Option<usize>]) -> Vec<f32> {
    let weight = |digit: Option<usize>| libm::powf(digit.map_or(0.1, |digit| seen[digit]).max(LEAST_SEEN), SEEN);
    let each: Vec<f32> =
        row.iter().zip(digits).map(|(&own, &digit)| libm::powf(own.max(LEAST), READ) * weight(digit)).collect();
    let sum: f32 = each.iter().sum();
    each.into_iter().map(|one| one / sum).collect()
}
