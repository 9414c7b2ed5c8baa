//! The second way to ink: what differs from the paper around it, where light or paper is uneven or the ink is told by its colour
//! alone.

use crate::distance::distances;
use crate::paper::paper;
use crate::pieces::{Piece, pieces};
use crate::reduction::reduce;
use crate::{ColourImage, Ground, Ink, Polarity, Refusal};

/// The picture is looked at on at most so many pixels a side: a digit that is a tenth of a page has twice the pixels that a
/// prepared image has.
const LONGEST: u32 = 512;

/// A piece that is nowhere half as strong as strong ink is none: the first threshold of a hysteresis, whose second is the one
/// that parts ink into pieces.
const STRONG: u8 = 128;

/// A piece that meets the border along more than a quarter of its longer side is a shadow, a dark corner or what lies beside the
/// paper; the end of a stroke meets it along less...
const CONTACT_SHARE: u32 = 4;

/// ...if a piece inside is at least an eighth of the picture long; else a digit cut out tightly would be dropped for a speck.
const INSIDE_SHARE: u32 = 8;

/// Ink found against the paper around it.
pub(crate) struct LocalInk {
    pub(crate) ink: Ink,
    pub(crate) ground: Ground,
    /// Pixels of the picture for each of the ink's, along each axis.
    pub(crate) factor: u32,
}

/// Finds the ink.
///
/// # Errors
/// [`Refusal::Blank`] as [`extract_ink`](crate::extract_ink).
pub(crate) fn local_ink(image: &ColourImage, polarity: Option<Polarity>) -> Result<LocalInk, Refusal> {
    let reduced = reduce(image, LONGEST);
    let papers: Vec<_> = reduced.channels.iter().map(paper).collect();
    let found = distances(&reduced.channels, &papers, polarity);
    let ink = Ink::stretched(found.image, &found.ground)?;
    Ok(LocalInk { ink: without_surroundings(ink), ground: found.ground, factor: reduced.factor })
}

/// Drops faint pieces, and pieces at the border where there is another that may be the digit.
fn without_surroundings(ink: Ink) -> Ink {
    let longer = ink.image().width().max(ink.image().height());
    let is_faint = |piece: &Piece| piece.peak < STRONG;
    let is_inside =
        |piece: &Piece| piece.contact == 0 && !is_faint(piece) && piece.place.longer_side() * INSIDE_SHARE >= longer;
    let has_inside = pieces(&ink).iter().any(is_inside);
    let is_around = |piece: &Piece| piece.contact * CONTACT_SHARE > piece.place.longer_side();
    ink.without(|piece| is_faint(piece) || has_inside && is_around(piece))
}
