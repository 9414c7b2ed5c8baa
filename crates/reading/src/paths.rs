//! The most probable strings of a field: each is read along ways through the lattice, and is as probable as they are together.

use crate::answers::Answers;
use crate::lattice::{Arc, Sign, Taken};

/// Strings that are kept before each segment.
const BEAM: usize = 16;

/// Classes of a digit that are looked at.
const CLASSES: usize = 3;

/// The least probability of a class that counts.
const LEAST: f64 = 1e-6;

/// A string that a field may be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Path {
    pub(crate) probability: f64,
    /// The digits and signs of its likeliest way: the place of the arc in the lattice, and the class.
    pub(crate) digits: Vec<(usize, usize)>,
}

/// A string up to a segment.
#[derive(Clone)]
struct Start {
    /// The logarithm of the sum over all ways.
    all: f64,
    /// That of the likeliest.
    best: f64,
    digits: Vec<(usize, usize)>,
}

impl Start {
    fn classes(&self) -> impl Iterator<Item = usize> + '_ {
        self.digits.iter().map(|&(_, class)| class)
    }
}

/// The `count` most probable strings, most probable first.
pub(crate) fn paths(answers: &Answers<'_>, count: usize) -> Vec<Path> {
    let lattice = answers.lattice;
    let end = lattice.ends.len();
    let mut starts: Vec<Vec<Start>> = vec![Vec::new(); end + 1];
    let mut sums = vec![f64::NEG_INFINITY; end + 1];
    starts[0].push(Start { all: 0.0, best: 0.0, digits: Vec::new() });
    sums[0] = 0.0;
    for (at, arc) in lattice.arcs.iter().enumerate() {
        let ranked = match arc.taken {
            Taken::Digit(glyph) => Some(ranked(answers.row(glyph))),
            Taken::Sign(Sign { sign, .. }) => Some(vec![(answers.labels.len() + sign, 0.0)]),
            Taken::LeftOut => None,
        };
        let likely = answers.likely(arc);
        sums[arc.to] = added(sums[arc.to], sums[arc.from] + likely);
        let ways = ways(&starts[arc.from], at, ranked.as_deref(), likely);
        starts[arc.to].extend(ways);
        // All arcs to a segment come before those from it.
        if lattice.arcs.get(at + 1).is_none_or(|next: &Arc| next.from != arc.from) {
            keep_best(&mut starts[arc.from + 1], BEAM);
        }
    }
    let total = sums[end];
    let mut last = std::mem::take(&mut starts[end]);
    keep_best(&mut last, count);
    let path = |start: Start| Path { probability: libm::exp(start.all - total).min(1.0), digits: start.digits };
    last.into_iter().map(path).collect()
}

/// The classes of a digit with the logarithms of their probabilities, most probable first.
fn ranked(probabilities: &[f32]) -> Vec<(usize, f64)> {
    let mut ranked: Vec<(usize, f32)> = probabilities.iter().copied().enumerate().collect();
    // A stable sort: the first of equals stays first.
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    ranked.truncate(CLASSES);
    ranked.into_iter().map(|(class, probability)| (class, libm::log(f64::from(probability).max(LEAST)))).collect()
}

/// The strings so far with the arc at `at` added: in each class, or without one.
fn ways(starts: &[Start], at: usize, ranked: Option<&[(usize, f64)]>, likely: f64) -> Vec<Start> {
    let with = |start: &Start, class: Option<usize>, likely: f64| {
        let mut digits = start.digits.clone();
        digits.extend(class.map(|class| (at, class)));
        Start { all: start.all + likely, best: start.best + likely, digits }
    };
    match ranked {
        None => starts.iter().map(|start| with(start, None, likely)).collect(),
        Some(ranked) => {
            let each = |start| ranked.iter().map(move |&(class, log)| with(start, Some(class), likely + log));
            starts.iter().flat_map(each).collect()
        }
    }
}

/// Joins equal strings and keeps the most probable.
fn keep_best(starts: &mut Vec<Start>, count: usize) {
    starts.sort_by(|a, b| a.classes().cmp(b.classes()).then(b.best.total_cmp(&a.best)));
    starts.dedup_by(|next, first| {
        let same = next.classes().eq(first.classes());
        if same {
            first.all = added(first.all, next.all);
        }
        same
    });
    starts.sort_by(|a, b| b.all.total_cmp(&a.all));
    starts.truncate(count);
}

/// The logarithm of the sum of what `a` and `b` are logarithms of.
pub(crate) fn added(a: f64, b: f64) -> f64 {
    let (more, less) = if a >= b { (a, b) } else { (b, a) };
    if less == f64::NEG_INFINITY { more } else { more + libm::log1p(libm::exp(less - more)) }
}
