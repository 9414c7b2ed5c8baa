//! The second way to ink: what differs from the paper around it, where light or paper is uneven or the ink is told by its colour
//! alone.

use crate::distance::distances;
use crate::paper::paper;
use crate::reduction::reduce;
use crate::{ColourImage, Ground, Ink, Polarity, Refusal};

/// Ink found against the paper around it.
pub(crate) struct LocalInk {
    pub(crate) ink: Ink,
    pub(crate) ground: Ground,
    /// Pixels of the picture for each of the ink's, along each axis.
    pub(crate) factor: u32,
}

/// Finds the ink on at most `longest` pixels a side.
///
/// # Errors
/// [`Refusal::Blank`] as [`extract_ink`](crate::extract_ink).
pub(crate) fn local_ink(image: &ColourImage, polarity: Option<Polarity>, longest: u32) -> Result<LocalInk, Refusal> {
    let reduced = reduce(image, longest);
    let papers: Vec<_> = reduced.channels.iter().map(paper).collect();
    let found = distances(&reduced.channels, &papers, polarity);
    let ink = Ink::stretched(found.image, &found.ground)?;
    Ok(LocalInk { ink, ground: found.ground, factor: reduced.factor })
}
