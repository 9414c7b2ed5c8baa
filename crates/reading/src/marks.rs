//! Which pieces of ink may be digits or parts of them: without specks, rules, frames, and what reaches in from outside.

use tenfold_imaging::{GreyImage, InkBox, MIN_DIGIT_PX, Piece};

/// The most marks that are looked at, those with the most ink: a page has a few thousand digits, a picture of gravel more.
const MOST: usize = 5_000;

/// A mark this much longer than high is a rule.
const RULE_ASPECT: u32 = 10;

/// A piece along half of the picture, or more, of which less than this share is ink, is a frame around something.
const FRAME_FILL: f32 = 0.06;

/// What covers the picture's border along half of its own length has come in from outside: a shadow, a table's edge.
const CONTACT_SHARE: u32 = 2;

/// The heights between which a mark is taken for a digit or digits that touch, for each of the height of most ink.
pub(crate) const DIGIT_HEIGHTS: std::ops::Range<f32> = 0.45..2.2;

/// A rule that is no longer than this may be a minus.
const MINUS: f32 = 1.2;

/// A mark with both sides shorter than this share of a digit's height is a speck.
const SPECK: f32 = 0.07;

/// A mark flatter and longer than these shares of a digit's height is a rule.
const FLAT: f32 = 0.3;
const LONG: f32 = 2.5;

/// A piece that may be a digit or a part of one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    pub(crate) place: InkBox,
    pub(crate) ink: u64,
    /// Its place among all pieces.
    pub(crate) piece: usize,
}

/// The marks of a page, in the order of the pieces, and the height of a digit, in pixels.
pub(crate) fn marks(pieces: &[Piece], page: &GreyImage) -> (Vec<Mark>, f32) {
    let may_be_digit = |piece: &Piece| piece.place.longer_side() >= MIN_DIGIT_PX && !is_outside(piece, page);
    let height = middle_height(pieces.iter().filter(|piece| may_be_digit(piece)).map(|piece| (piece.place, piece.ink)));
    let speck = (SPECK * height).max(2.0);
    let is_mark = |piece: &Piece| {
        let InkBox { width, height: own, .. } = piece.place;
        let is_flat_rule = (own as f32) < FLAT * height && width as f32 > LONG * height;
        let is_speck = (piece.place.longer_side() as f32) < speck;
        let is_minus = is_rule(piece) && width as f32 <= MINUS * height && piece.contact == 0;
        (may_be_digit(piece) || is_minus || piece.place.longer_side() < MIN_DIGIT_PX)
            && !is_speck
            && !is_flat_rule
            && own as f32 <= DIGIT_HEIGHTS.end * height
    };
    let found = pieces.iter().enumerate().filter(|(_, piece)| is_mark(piece));
    let mut marks: Vec<Mark> =
        found.map(|(at, piece)| Mark { place: piece.place, ink: piece.ink, piece: at }).collect();
    if marks.len() > MOST {
        // A stable sort: of equals those that come first stay.
        marks.sort_by_key(|mark| std::cmp::Reverse(mark.ink));
        marks.truncate(MOST);
        marks.sort_by_key(|mark| mark.piece);
    }
    (marks, height)
}

/// Whether a piece is a rule, a frame or reaches in from the page's border.
pub(crate) fn is_outside(piece: &Piece, page: &GreyImage) -> bool {
    let place = piece.place;
    let along = 2 * place.width >= page.width() || 2 * place.height >= page.height();
    let is_frame = along && fill(piece) < FRAME_FILL;
    is_frame || is_rule(piece) || piece.contact * CONTACT_SHARE >= place.longer_side()
}

fn is_rule(piece: &Piece) -> bool {
    piece.place.width > RULE_ASPECT * piece.place.height
}

/// The share of its box that a piece covers with ink.
fn fill(piece: &Piece) -> f32 {
    piece.ink as f32 / 255.0 / (piece.place.width as f32 * piece.place.height as f32)
}

/// The height above and below which there is as much ink; 0 without any.
pub(crate) fn middle_height(marks: impl Iterator<Item = (InkBox, u64)>) -> f32 {
    let mut heights: Vec<(u32, u64)> = marks.map(|(place, ink)| (place.height, ink)).collect();
    heights.sort_unstable();
    let half = heights.iter().map(|(_, ink)| ink).sum::<u64>() / 2;
    let mut sum = 0;
    let middle = heights.iter().find(|(_, ink)| {
        sum += ink;
        sum > half
    });
    middle.map_or(0.0, |(height, _)| *height as f32)
}
