//! Three ways to find the ink, and which of them to believe.
//!
//! Against one level of paper the edges of strokes stay as they are, and a digit may fill the picture; against the paper around
//! each pixel, shadows and gradients are paper too, and so is a second colour; against all that is wider than a stroke, so are the
//! sharpest edges of light and shadow. Taking one of the others always makes other pictures worse: a thick pen in a small picture is
//! its own surroundings, and not narrow.

use crate::digit_box::Parts;
use crate::foreign::{foreign, is_odd, may_be_digit};
use crate::measured::{Measured, Paper};
use crate::narrow::differs_from_paper;
use crate::pieces::{Piece, Run, pieces, pieces_and_runs};
use crate::reduction::block_means;
use crate::rules::without_rules;
use crate::{ColourImage, Ground, Ink, InkBox, Polarity, Refusal, ground};

/// A picture of one digit is looked at against the paper around each pixel on at most so many pixels a side: a digit that is a
/// tenth of it has as many as a prepared image.
const LONGEST: u32 = 256;

/// Looked at again, it has so many: a digit that is a hundredth of it has ten.
const FINER: u32 = 1024;

/// With fewer pixels a side a picture shows a digit alone: twice those of an image of MNIST.
const ROOM: u32 = 56;

/// So many pixels around the ink of a digit are its own edge, where what is foreign to it is left out.
const FADING: u32 = 2;

/// On fewer pixels than MNIST's digits have, one of a reduced picture is looked at again.
const COARSE: u32 = 20;

/// A digit that is found when a picture is looked at again has a smaller share outside its largest piece.
const TIDY: f32 = 0.5;

/// Ink with a digit in it.
pub(crate) struct Candidate {
    pub(crate) ink: Ink,
    pub(crate) ground: Ground,
    pub(crate) against: Paper,
    /// Pixels of the picture for each of the ink's, along each axis.
    pub(crate) factor: u32,
    /// In pixels of the ink.
    pub(crate) ink_box: InkBox,
    /// Whether printed lines were taken out.
    pub(crate) is_unruled: bool,
    /// Whether what is foreign to it was left out.
    pub(crate) is_freed: bool,
    /// How unlike one stroke inside the picture it is, 0 or more.
    untidiness: f32,
    /// Whether its largest piece could be a digit inside the picture.
    is_inside: bool,
    /// Whether it is more or less than a digit, or what was left out outweighs one.
    is_doubtful: bool,
}

/// Finds the digit in the first two ways. The second is taken where the first finds none, or where it explains the picture better: the
/// paper varies no more about its surface than about one level, and the ink is more like a digit's. Neither has a threshold.
///
/// A picture in which that may be a table, a shadow or a patch of light is looked at again.
///
/// # Errors
/// That of the first way, if both have one.
pub(crate) fn find_digit(image: &ColourImage, polarity: Option<Polarity>) -> Result<Candidate, Refusal> {
    let ground = ground(image.grey(), polarity);
    // On black there is ink and nothing else, and a picture as small as MNIST's images has no room for more. Of those 70,000 some 1,500
    // fill their box, or end at the border, as patches and bands do in larger pictures, and 17 have a fleck of their own at the border,
    // narrower than what would belong to a digit there: by the rules for more, 17 would lose a part.
    let is_alone = ground.paper == 0 || image.grey().width().max(image.grey().height()) < ROOM;
    let judge = if is_alone { Candidate::whole } else { Candidate::new };
    let even = judge(Measured::even(image.grey(), ground));
    // Nothing explains such a picture better.
    let is_plain = |even: &Candidate| even.ground.spread == 0.0 || even.untidiness == 0.0;
    let found = match even {
        Ok(even) if is_plain(&even) => Ok(even),
        even => {
            let local = judge(Measured::around(image, polarity, LONGEST));
            match (even, local) {
                (Ok(even), Ok(local)) if local.explains_better(&even) => Ok(local),
                (Ok(even), _) => Ok(even),
                (Err(_), Ok(local)) => Ok(local),
                (Err(refusal), Err(_)) => Err(refusal),
            }
        }
    };
    match found {
        Ok(found) if !found.is_doubtful => Ok(found),
        found => look_again(image, polarity, ground, found),
    }
}

/// Looks for a digit that lies inside the picture: in a large picture as what is narrow, on either side of the paper, of which the tidier is
/// taken unless it is a part of what was found; else on either side of one level of paper.
fn look_again(
    image: &ColourImage,
    polarity: Option<Polarity>,
    ground: Ground,
    found: Result<Candidate, Refusal>,
) -> Result<Candidate, Refusal> {
    let size = [image.grey().width(), image.grey().height()];
    let sides = polarity.map_or(vec![ground.polarity, ground.polarity.opposite()], |polarity| vec![polarity]);
    let credible = |view| Candidate::new(view).ok().filter(Candidate::is_credible);
    let tidier = |one: Candidate, other: Candidate| if other.untidiness < one.untidiness { other } else { one };
    // A digit fills a small picture, with strokes that are wide in it.
    if size[0].max(size[1]) > LONGEST {
        let (levels, factor) = block_means(image.grey(), FINER);
        let views = sides.iter().map(|&polarity| Measured::narrow(&levels, factor, polarity));
        let is_whole = |narrow: &Candidate| {
            differs_from_paper(&narrow.ink, &narrow.ink_box, &narrow.ground, &levels)
                && !found.as_ref().is_ok_and(|found| found.has_part(narrow, size))
        };
        if let Some(narrow) = views.filter_map(credible).filter(is_whole).reduce(tidier) {
            return Ok(narrow);
        }
    }
    if found.as_ref().is_ok_and(Candidate::is_credible) {
        return found;
    }
    let views = sides.iter().map(|&polarity| Measured::even(image.grey(), Ground { polarity, ..ground }));
    views.filter_map(credible).reduce(tidier).map_or(found, Ok)
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
    fn whole(measured: Measured) -> Result<Self, Refusal> {
        let ink = measured.ink()?;
        let pieces = pieces(&ink);
        let parts = Parts::of(&pieces, |_| true)?;
        Ok(Self { is_doubtful: false, ..Self::of(ink, &measured, &pieces, &[], &parts) })
    }

    /// Without what is foreign to the digit, and without printed lines if there is one digit then.
    fn new(measured: Measured) -> Result<Self, Refusal> {
        let all = Self::own(&measured);
        if matches!(&all, Ok(all) if all.untidiness == 0.0) {
            return all;
        }
        let unruled = without_rules(&measured.distances).map(|distances| Measured { distances, ..measured });
        match unruled.map(|unruled| Self::own(&unruled)) {
            Some(Ok(unruled)) if unruled.is_credible() => Ok(Self { is_unruled: true, ..unruled }),
            _ => all,
        }
    }

    /// Without what is foreign to the digit.
    fn own(measured: &Measured) -> Result<Self, Refusal> {
        let ink = measured.ink()?;
        let size = [ink.image().width(), ink.image().height()];
        let (pieces, runs) = pieces_and_runs(&ink);
        let mut foreign = foreign(&pieces, &runs, size);
        let is_digit = |(piece, &is_foreign): (&Piece, &bool)| !is_foreign && may_be_digit(piece, size);
        // A wedge of shadow or light is narrow where it meets the border.
        if measured.against == Paper::Wide && pieces.iter().zip(&foreign).any(is_digit) {
            foreign.iter_mut().zip(&pieces).for_each(|(is_foreign, piece)| *is_foreign |= piece.contact > 0);
        }
        let parts = Parts::of(&pieces, |at| !foreign[at])?;
        let is_part = |run: &&Run| parts.places.binary_search(&run.piece).is_ok();
        let of_parts = runs.iter().filter(is_part).map(|run| [run.row, run.start, run.end]);
        let ink = if foreign.contains(&true) { near(ink, of_parts, FADING) } else { ink };
        Ok(Self::of(ink, measured, &pieces, &foreign, &parts))
    }

    fn of(ink: Ink, measured: &Measured, pieces: &[Piece], foreign: &[bool], parts: &Parts) -> Self {
        let &Measured { ground, against, factor, .. } = measured;
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
            is_unruled: false,
            is_freed: foreign.contains(&true),
            is_inside: may_be_digit(largest, size),
            is_doubtful: ground.spread > 0.0 && untidiness >= TIDY
                || is_odd(largest, size)
                || is_coarse(factor, parts.ink_box)
                || pieces.iter().zip(foreign).any(outweighs),
            ink,
        }
    }

    /// Whether another lies in it, on the same side of the paper, and it is a digit itself. `size`: the picture's.
    fn has_part(&self, other: &Self, size: [u32; 2]) -> bool {
        let place = |candidate: &Self| candidate.ink_box.enlarged(candidate.factor, size);
        let is_coarse = is_coarse(self.factor, self.ink_box);
        let is_inside = place(self).union(place(other)) == place(self);
        self.is_credible() && !is_coarse && self.ground.polarity == other.ground.polarity && is_inside
    }

    /// Whether it is one digit inside the picture.
    fn is_credible(&self) -> bool {
        self.is_inside && self.untidiness < TIDY
    }

    fn explains_better(&self, other: &Self) -> bool {
        self.ground.spread <= other.ground.spread && self.untidiness < other.untidiness
    }
}

/// Whether a digit has lost its form where the picture was reduced.
fn is_coarse(factor: u32, place: InkBox) -> bool {
    factor > 1 && place.longer_side() < COARSE
}

/// The ink's share outside its largest piece, and how much of the border it covers, for each pixel of the box's longer side. One
/// stroke inside the picture has 0; a shadow covers more of the border than a stroke, and grain falls into many pieces.
fn untidiness(parts: &[Piece], ink_box: InkBox) -> f32 {
    let total: u64 = parts.iter().map(|piece| piece.ink).sum();
    let largest = parts.iter().map(|piece| piece.ink).max().unwrap_or(0);
    let contact: u32 = parts.iter().map(|piece| piece.contact).sum();
    (total - largest) as f32 / total.max(1) as f32 + contact as f32 / ink_box.longer_side() as f32
}
