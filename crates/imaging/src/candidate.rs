//! Two ways to find the ink, and which of them to believe.
//!
//! Against one level of paper the edges of strokes stay as they are, and a digit may fill the picture; against the paper around
//! each pixel, shadows and gradients are paper too, and so is a second colour. Taking the second always makes other pictures
//! worse: a thick pen in a small picture is its own surroundings.

use crate::digit_box::Parts;
use crate::foreign::{foreign, is_odd, may_be_digit};
use crate::local_ink::{LocalInk, local_ink};
use crate::pieces::{Piece, Run, pieces, pieces_and_runs, runs};
use crate::{ColourImage, Ground, Ink, InkBox, Polarity, Refusal, extract_ink, ground};

/// A picture of one digit is looked at against the paper around each pixel on at most so many pixels a side: a digit that is a
/// tenth of it has as many as a prepared image.
const LONGEST: u32 = 256;

/// Looked at again, it has so many: a digit that is a hundredth of it has ten.
const FINER: u32 = 1024;

/// With fewer pixels a side a picture shows a digit alone: twice those of an image of MNIST.
const ROOM: u32 = 56;

/// So many pixels around the ink of a digit are its own edge, where what is foreign to it is left out.
const FADING: u32 = 2;

/// Fainter ink may be a printed line.
const STRONG: u8 = 128;

/// A digit that is found when a picture is looked at again has a smaller share outside its largest piece.
const TIDY: f32 = 0.5;

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
    /// Whether its largest piece could be a digit inside the picture.
    is_inside: bool,
    /// Whether it is more or less than a digit, or what was left out outweighs one.
    is_doubtful: bool,
}

/// Finds the digit in both ways. The second is taken where the first finds none, or where it explains the picture better: the
/// paper varies no more about its surface than about one level, and the ink is more like a digit's. Neither has a threshold.
///
/// A picture in which that may be a table, a shadow or printed lines is looked at again.
///
/// # Errors
/// That of the first way, if both have one.
pub(crate) fn find_digit(image: &ColourImage, polarity: Option<Polarity>) -> Result<Candidate, Refusal> {
    let ground = ground(image.grey(), polarity);
    // On black there is ink and nothing else, as in all images of MNIST; and a picture as small as these has no room for more.
    let is_alone = ground.paper == 0 || image.grey().width().max(image.grey().height()) < ROOM;
    let judge = if is_alone { Candidate::whole } else { Candidate::new };
    let even =
        extract_ink(image.grey(), &ground).and_then(|ink| judge(LocalInk { ink, ground, factor: 1 }, Paper::Even));
    // Nothing explains such a picture better.
    let is_plain = |even: &Candidate| even.ground.spread == 0.0 || even.untidiness == 0.0;
    let found = match even {
        Ok(even) if is_plain(&even) => even,
        even => {
            let local = local_ink(image, polarity, LONGEST).and_then(|local| judge(local, Paper::Around));
            match (even, local) {
                (Ok(even), Ok(local)) if local.explains_better(&even) => local,
                (Ok(even), _) => even,
                (Err(_), Ok(local)) => local,
                (Err(refusal), Err(_)) => return Err(refusal),
            }
        }
    };
    match found.is_doubtful {
        true => Ok(look_again(image, polarity, &ground, found)),
        false => Ok(found),
    }
}

/// Looks for a digit that lies inside the picture: with strong ink alone, since printed lines are pale; on the other side of the paper,
/// since a strip of light outweighs the ink; and against the paper around it on more pixels, for a small one. The first that there is
/// is taken, unless another encloses it: what a stroke encloses looks like a digit on the other side of the paper.
fn look_again(image: &ColourImage, polarity: Option<Polarity>, ground: &Ground, found: Candidate) -> Candidate {
    let sides = polarity.map_or(vec![ground.polarity, ground.polarity.opposite()], |polarity| vec![polarity]);
    let even = |&polarity: &Polarity| {
        let ground = Ground { polarity, ..*ground };
        extract_ink(image.grey(), &ground).map(|ink| (LocalInk { ink, ground, factor: 1 }, Paper::Even))
    };
    let local = |&polarity: &Polarity| Ok((local_ink(image, Some(polarity), FINER)?, Paper::Around));
    let [width, height] = [image.grey().width(), image.grey().height()];
    // A small picture has been looked at on all its pixels.
    let finer = if width.max(height) > LONGEST { &sides[..] } else { &[] };
    let views = sides.iter().map(even).chain(finer.iter().map(local));
    let candidates = views.flatten().flat_map(|(view, against): (LocalInk, Paper)| {
        let inks = [view.ink.clone(), strong_only(view.ink)];
        inks.map(|ink| Candidate::new(LocalInk { ink, ..view }, against))
    });
    let place = |candidate: &Candidate| candidate.ink_box.enlarged(candidate.factor, [width, height]);
    candidates.flatten().filter(Candidate::is_credible).fold(found, |best, other| {
        match best.is_credible() && !place(&other).encloses(place(&best)) {
            true => best,
            false => other,
        }
    })
}

/// The strong ink, with the fainter pixels beside it.
fn strong_only(ink: Ink) -> Ink {
    let of_row = |(row, pixels)| runs(pixels, STRONG).map(move |(start, end)| [row, start as u32, end as u32]);
    let strong: Vec<[u32; 3]> = (0..).zip(ink.image().rows()).flat_map(of_row).collect();
    near(ink, strong.into_iter(), 1)
}

/// The ink within `reach` rows and columns of some runs, each a row, a start and an end.
fn near(ink: Ink, runs: impl Iterator<Item = [u32; 3]>, reach: u32) -> Ink {
    let [width, height] = [ink.image().width(), ink.image().height()];
    let mut is_near = vec![false; width as usize * height as usize];
    for [row, start, end] in runs {
        let columns = start.saturating_sub(reach) as usize..(end + reach).min(width) as usize;
        for y in row.saturating_sub(reach)..(row + reach + 1).min(height) {
            is_near[y as usize * width as usize..][columns.clone()].fill(true);
        }
    }
    ink.filtered(|at| is_near[at])
}

impl Candidate {
    /// All ink may be the digit's.
    fn whole(found: LocalInk, against: Paper) -> Result<Self, Refusal> {
        let pieces = pieces(&found.ink);
        let parts = Parts::of(&pieces, |_| true)?;
        Ok(Self { is_doubtful: false, ..Self::of(found, against, &pieces, &[], &parts) })
    }

    /// Without what is foreign to the digit.
    fn new(found: LocalInk, against: Paper) -> Result<Self, Refusal> {
        let (pieces, runs) = pieces_and_runs(&found.ink);
        let foreign = foreign(&pieces, &runs, [found.ink.image().width(), found.ink.image().height()]);
        let parts = Parts::of(&pieces, |at| !foreign[at])?;
        let is_part = |run: &&Run| parts.places.binary_search(&run.piece).is_ok();
        let of_parts = runs.iter().filter(is_part).map(|run| [run.row, run.start, run.end]);
        let ink = if foreign.contains(&true) { near(found.ink, of_parts, FADING) } else { found.ink };
        Ok(Self::of(LocalInk { ink, ..found }, against, &pieces, &foreign, &parts))
    }

    fn of(found: LocalInk, against: Paper, pieces: &[Piece], foreign: &[bool], parts: &Parts) -> Self {
        let LocalInk { ink, ground, factor } = found;
        let size = [ink.image().width(), ink.image().height()];
        let parts_of: Vec<Piece> = parts.places.iter().map(|&at| pieces[at]).collect();
        let largest = parts_of.iter().max_by_key(|piece| piece.ink).expect("a digit has pieces");
        let untidiness = untidiness(&parts_of, parts.ink_box);
        let outweighs =
            |(piece, &is_foreign): (&Piece, &bool)| is_foreign && piece.contact > 0 && piece.ink > largest.ink;
        Self {
            ground,
            against,
            factor,
            ink_box: parts.ink_box,
            untidiness,
            is_inside: may_be_digit(largest, size),
            is_doubtful: ground.spread > 0.0 && untidiness >= TIDY
                || is_odd(largest, size)
                || pieces.iter().zip(foreign).any(outweighs),
            ink,
        }
    }

    /// Whether it is one digit inside the picture.
    fn is_credible(&self) -> bool {
        self.is_inside && self.untidiness < TIDY
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
