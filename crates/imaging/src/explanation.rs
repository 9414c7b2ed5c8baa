//! What each stage made of a picture, for a person to look at.

use crate::candidate::{Candidate, find_digit};
use crate::glyph::fine_stroke;
use crate::measured::Paper;
use crate::reduction::block_means;
use crate::{Centring, ColourImage, GreyImage, InkBox, Preparation, Prepared, Quality, Refusal};

/// Stages are shown on at most so many pixels a side.
const SHOWN: u32 = 256;

/// How a picture was understood, stage by stage.
///
/// ```
/// use tenfold_imaging::{GreyImage, Preparation};
///
/// let mut pixels = vec![230; 100 * 100];
/// for y in 20..80 {
///     pixels[y * 100 + 45..y * 100 + 53].fill(30);
/// }
/// let picture = GreyImage::new(100, 100, pixels)?.into();
/// let explanation = Preparation::default().explain(&picture);
/// assert!(explanation.prepared.is_ok());
/// let said: Vec<&str> = explanation.stages.iter().map(|stage| stage.sentence.as_str()).collect();
/// assert_eq!(said[0], "100 by 100 pixels, grey");
/// assert_eq!(said[1], "dark ink on light paper: paper 230, ink 30; the paper has one level");
/// # Ok::<(), tenfold_imaging::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Explanation {
    /// In their order; the last one that is there is the one at which a picture was refused.
    pub stages: Vec<Stage>,
    /// What came of it.
    pub prepared: Result<Prepared, Refusal>,
    /// How well the digit can be seen; nothing if there is none.
    pub quality: Option<Quality>,
}

/// One stage of preparing a picture.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Stage {
    /// What it is called, in a word.
    pub name: &'static str,
    /// What it found.
    pub sentence: String,
    /// What the picture is after it, made smaller where it is large; 0 black .. 255 white, and ink is black from the second stage on.
    pub image: GreyImage,
    /// Where the digit lies in that image, once it is found.
    pub place: Option<InkBox>,
}

impl Preparation {
    /// As [`prepare_colour`](Self::prepare_colour), with what each stage found.
    pub fn explain(&self, picture: &ColourImage) -> Explanation {
        let (shown, factor) = block_means(picture.grey(), SHOWN);
        let mut first = Stage { name: "picture", sentence: size_of(picture), image: shown, place: None };
        let candidate = match find_digit(picture, self.polarity()) {
            Ok(candidate) => candidate,
            Err(refusal) => {
                first.sentence = format!("{}: refused, {refusal}", first.sentence);
                return Explanation { stages: vec![first], prepared: Err(refusal), quality: None };
            }
        };
        let prepared = self.prepared(picture, &candidate);
        first.place = Some(reduced(prepared.facts.ink_box, factor, &first.image));
        let glyph = self.shown_glyph(&prepared, &candidate);
        let quality = Some(Quality::of(&candidate, prepared.facts.scale));
        Explanation { stages: vec![first, found_ink(&candidate), glyph], prepared: Ok(prepared), quality }
    }

    fn shown_glyph(&self, prepared: &Prepared, candidate: &Candidate) -> Stage {
        let (side, scale) = (self.side(), prepared.facts.scale);
        let centre = match self.centring() {
            Centring::CentreOfMass => "centre of mass",
            Centring::InkBox => "the box's middle",
        };
        let mut sentence =
            format!("scaled by {scale:.3} to fit {0} by {0} pixels of {side}, {centre} in the middle", self.box_side());
        if let Some(width) = fine_stroke(&candidate.ink, &candidate.ink_box, scale * candidate.factor as f32) {
            sentence += &format!("; strokes of {width:.1} pixels made as thick as MNIST's");
        }
        let image = negative(side, side, &prepared.pixels);
        Stage { name: "digit", sentence, image, place: None }
    }
}

fn size_of(picture: &ColourImage) -> String {
    let colour = if picture.colours().is_some() { "in colour" } else { "grey" };
    format!("{} by {} pixels, {colour}", picture.grey().width(), picture.grey().height())
}

fn found_ink(candidate: &Candidate) -> Stage {
    let Candidate { ink, ground, ink_box, against, is_unruled, .. } = candidate;
    let paper = match against {
        Paper::Even => "the paper has one level",
        Paper::Wide => "what is wider than a stroke is paper: shadows, light, a table",
        Paper::Around => "light, paper or colours are uneven, so each pixel is told from the paper around it",
    };
    let lines = if *is_unruled { "; lines through the whole picture are taken out" } else { "" };
    let sentence = format!("{}: paper {}, ink {}; {paper}{lines}", ground.polarity, ground.paper, ink.level());
    let (shown, factor) = block_means(ink.image(), SHOWN);
    let place = Some(reduced(*ink_box, factor, &shown));
    Stage { name: "ink", sentence, image: negative(shown.width(), shown.height(), shown.pixels()), place }
}

/// A place in an image that has one pixel for each block of `factor` by `factor`.
fn reduced(place: InkBox, factor: u32, shown: &GreyImage) -> InkBox {
    let (left, top) = (place.left / factor, place.top / factor);
    let length =
        |from: u32, first: u32, len: u32, most: u32| ((from + len).div_ceil(factor) - first).min(most - first).max(1);
    InkBox {
        left,
        top,
        width: length(place.left, left, place.width, shown.width()),
        height: length(place.top, top, place.height, shown.height()),
    }
}

fn negative(width: u32, height: u32, ink: &[u8]) -> GreyImage {
    GreyImage::new(width, height, ink.iter().map(|&pixel| 255 - pixel).collect()).expect("as many pixels as before")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(side: u32, level: impl Fn(u32, u32) -> u8) -> Explanation {
        let pixels = (0..side * side).map(|at| level(at % side, at / side)).collect();
        Preparation::default().explain(&GreyImage::new(side, side, pixels).unwrap().into())
    }

    #[test]
    fn a_large_picture_is_shown_small_with_its_digit_marked() {
        let is_ink = |x, y| (400..500).contains(&x) && (200..900).contains(&y);
        let explanation = explained(1_000, |x, y| if is_ink(x, y) { 20 } else { 220 });
        let [picture, ink, digit] = &explanation.stages[..] else { panic!("{explanation:?}") };
        assert_eq!((picture.image.width(), picture.image.pixels()[0]), (250, 220));
        assert_eq!(picture.place, Some(InkBox { left: 100, top: 50, width: 25, height: 175 }));
        assert_eq!(ink.image.pixels()[120 * 250 + 110], 0, "ink is black");
        assert_eq!((digit.image.width(), digit.name), (28, "digit"));
        assert_eq!(digit.sentence, "scaled by 0.029 to fit 20 by 20 pixels of 28, centre of mass in the middle");
    }

    #[test]
    fn a_shadow_and_a_fine_pen_are_told() {
        let grain = |x: u32, y: u32| ((7 * x + 3 * y) % 5) as u8;
        let paper = |x: u32, y: u32| if x < 200 { 220 + grain(x, y) } else { 120 + grain(x, y) };
        let is_ink = |x: u32, y: u32| x.abs_diff(150) < 2 && (60..340).contains(&y);
        let explanation = explained(400, |x, y| if is_ink(x, y) { 40 } else { paper(x, y) });
        assert!(explanation.stages[1].sentence.ends_with("told from the paper around it"), "{:?}", explanation.stages);
        assert!(explanation.stages[2].sentence.ends_with("made as thick as MNIST's"), "{:?}", explanation.stages);
    }

    #[test]
    fn a_refusal_is_said_of_the_picture() {
        let explanation = explained(50, |_, _| 200);
        assert!(explanation.prepared.is_err());
        assert!(explanation.stages[0].sentence.starts_with("50 by 50 pixels, grey: refused, "), "{explanation:?}");
        assert_eq!(explanation.stages.len(), 1);
    }
}
