//! How much of a page a network takes for digits: what tells a page that is turned by a quarter, or upside down.

use crate::judgement::Judgement;
use crate::lattice::Lattice;

/// How probable it is of each segment of a field that a digit which it is in is whole and the one that it looks most like, or that it is a sign: that of the
/// most probable of all that may be one.
pub(crate) fn legibility(lattice: &Lattice, judgements: &[Judgement]) -> Vec<f32> {
    let mut best = vec![0.0f32; lattice.ends.len()];
    for (glyph, judgement) in lattice.glyphs.iter().zip(judgements) {
        let segments = &mut best[glyph.from..glyph.to];
        segments.iter_mut().for_each(|best| *best = best.max(judgement.most_probable()));
    }
    best
}
