//! What may be digits, prepared as pictures of one digit are. It is cut out when it is first asked for: most of it is judged to be none
//! before.

use std::sync::OnceLock;

use tenfold_imaging::{Ink, InkBox, Preparation, cut_glyph};

use crate::labels::Labels;

/// Images for a reader, or what they are cut out of.
pub(crate) struct Glyphs {
    cuts: Vec<Cut>,
    /// Nothing where all are ready.
    page: Option<Inked>,
    pixels: OnceLock<Vec<u8>>,
}

/// Segments that may be a digit.
#[derive(Clone, Copy)]
pub(crate) struct Cut {
    pub(crate) place: InkBox,
    /// Their first label and their last.
    pub(crate) labels: [u32; 2],
}

/// A page's ink, and how a digit of it is prepared.
pub(crate) struct Inked {
    pub(crate) ink: Ink,
    pub(crate) labels: Labels,
    pub(crate) preparation: Preparation,
}

impl Glyphs {
    pub(crate) fn of(cuts: Vec<Cut>, page: Inked) -> Self {
        Self { cuts, page: Some(page), pixels: OnceLock::new() }
    }

    /// Glyphs that have been cut out: `[N, side, side]`.
    pub(crate) fn ready(pixels: Vec<u8>) -> Self {
        Self { cuts: Vec::new(), page: None, pixels: pixels.into() }
    }

    /// `[N, side, side]`.
    pub(crate) fn pixels(&self) -> &[u8] {
        self.pixels.get_or_init(|| {
            let cut = |cut| self.page.iter().flat_map(move |page| page.glyph(cut));
            self.cuts.iter().copied().flat_map(cut).collect()
        })
    }

    /// Those that are kept, by their numbers, of glyphs that may not have been cut out.
    pub(crate) fn kept(self, is_kept: impl Fn(usize) -> bool) -> Self {
        let kept = self.cuts.into_iter().enumerate().filter(|(number, _)| is_kept(*number));
        Self { cuts: kept.map(|(_, cut)| cut).collect(), page: self.page, pixels: OnceLock::new() }
    }
}

impl Inked {
    /// Segments taken for a digit, prepared as one.
    fn glyph(&self, Cut { place, labels: [first, last] }: Cut) -> Vec<u8> {
        let preparation = &self.preparation;
        // Ink around the box counts as far as it is drawn: for a digit of 20 px on 28, a fifth of the box.
        let margin = place.longer_side().div_ceil(preparation.box_side()) * 5;
        let (part, place) = self.labels.part(place, first, last, margin, &self.ink);
        cut_glyph(&part, &place, preparation.side(), preparation.box_side(), preparation.centring()).pixels
    }
}
