//! Two ways to find the ink, and which of them to believe.
//!
//! Against one level of paper the edges of strokes stay as they are, and a digit may fill the picture; against the paper around
//! each pixel, shadows and gradients are paper too, and so is a second colour. Taking the second always makes other pictures
//! worse: a thick pen in a small picture is its own surroundings.

use crate::digit_box::digit_parts;
use crate::local_ink::{LocalInk, local_ink};
use crate::pieces::Piece;
use crate::{ColourImage, Ground, Ink, InkBox, Polarity, Refusal, extract_ink, ground};

/// A picture of one digit is looked at against the paper around each pixel on at most so many pixels a side: a digit that is a
/// tenth of it has as many as a prepared image.
const LONGEST: u32 = 256;

/// What ink is measured against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paper {
    /// One level of paper in the whole picture.
    Even,
    /// The paper around each pixel.
    Around,
}

/// Ink with a digit in it.
pub(crate) struct Candidate {
    pub(crate) ink: Ink,
    pub(crate) ground: Ground,
    pub(crate) against: Paper,
    /// Pixels of the picture for each of the ink's, along each axis.
    pub(crate) factor: u32,
    /// In pixels of the ink.
    pub(crate) ink_box: InkBox,
    /// How unlike one stroke inside the picture it is, 0 or more.
    untidiness: f32,
}

/// Finds the digit in both ways. The second is taken where the first finds none, or where it explains the picture better: the
/// paper varies no more about its surface than about one level, and the ink is more like a digit's. Neither has a threshold.
///
/// # Errors
/// That of the first way, if both have one.
pub(crate) fn find_digit(image: &ColourImage, polarity: Option<Polarity>) -> Result<Candidate, Refusal> {
    let even = against_even_paper(image, polarity);
    // Nothing explains such a picture better. All images of MNIST are such: their paper does not vary.
    if even.as_ref().is_ok_and(|even| even.ground.spread == 0.0 || even.untidiness == 0.0) {
        return even;
    }
    match (even, against_local_paper(image, polarity)) {
        (Ok(even), Ok(local)) if local.explains_better(&even) => Ok(local),
        (Ok(even), _) => Ok(even),
        (Err(_), Ok(local)) => Ok(local),
        (Err(refusal), Err(_)) => Err(refusal),
    }
}

fn against_even_paper(image: &ColourImage, polarity: Option<Polarity>) -> Result<Candidate, Refusal> {
    let ground = ground(image.grey(), polarity);
    Candidate::new(extract_ink(image.grey(), &ground)?, ground, Paper::Even, 1)
}

fn against_local_paper(image: &ColourImage, polarity: Option<Polarity>) -> Result<Candidate, Refusal> {
    let LocalInk { ink, ground, factor } = local_ink(image, polarity, LONGEST)?;
    Candidate::new(ink, ground, Paper::Around, factor)
}

impl Candidate {
    fn new(ink: Ink, ground: Ground, against: Paper, factor: u32) -> Result<Self, Refusal> {
        let (ink_box, parts) = digit_parts(&ink)?;
        Ok(Self { ink, ground, against, factor, ink_box, untidiness: untidiness(&parts, ink_box) })
    }

    fn explains_better(&self, other: &Self) -> bool {
        self.ground.spread <= other.ground.spread && self.untidiness < other.untidiness
    }
}

/// The ink's share outside its largest piece, and how much of the border it covers, for each pixel of the box's longer side. One
/// stroke inside the picture has 0; a shadow covers more of the border than a stroke, and grain falls into many pieces.
fn untidiness(parts: &[Piece], ink_box: InkBox) -> f32 {
    let total: u64 = parts.iter().map(|piece| piece.ink).sum();
    let largest = parts.iter().map(|piece| piece.ink).max().unwrap_or(0);
    let contact: u32 = parts.iter().map(|piece| piece.contact).sum();
    (total - largest) as f32 / total.max(1) as f32 + contact as f32 / ink_box.longer_side() as f32
}
