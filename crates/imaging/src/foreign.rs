//! What is no part of the digit although there is more ink in it: a table, a shadow, a printed line, a box.

use crate::InkBox;
use crate::digit_box::MIN_DIGIT_PX;
use crate::narrow::WIDEST_SHARE;
use crate::pieces::{Piece, Run};

/// The picture's shorter side divided by this is the least that a digit is long: less is a speck.
const LEAST_SHARE: u32 = 120;

/// A digit is at least so many strokes long; a disc is two.
const LEAST_STROKES: f32 = 2.1;

/// A disc fills more of its box than this share, a digit less, unless it is slender.
const FILLED: f64 = 0.65;
const SLENDER: u32 = 2;

/// Of the width of a stroke, in pixels, so much is fading edge.
const FADING: f32 = 1.0;

/// What one pen wrote differs less in the width of its strokes.
const WIDTHS_APART: f32 = 2.0;

/// Strokes of a digit are less long than so many times its box is wide and high: an 8 has three times as much.
const NET: f32 = 6.0;

/// A line that never turns back is as long, along the sides of pixels, as its box is wide and high, give or take some grain.
const STRAIGHT: f32 = 1.2;

/// What the border cuts off at both ends touches it with more than so many of its widths.
const CUT_WIDTHS: f32 = 2.5;

/// Within this share of a piece's width or height a line is near its side.
const NEAR_SIDE: u32 = 6;

/// For each piece whether it is no part of the digit. None is where no piece inside the picture could be a digit.
///
/// The digit is the piece with the most ink that touches no border and is no printed box around another. Pieces that touch the border
/// are foreign to it if they are of another width than its strokes, a net, a line through the whole picture, or around it.
pub(crate) fn foreign(pieces: &[Piece], runs: &[Run], size: [u32; 2]) -> Vec<bool> {
    let mut foreign = frames(pieces, runs, size);
    let inside = (0..pieces.len()).filter(|&at| !foreign[at] && may_be_digit(&pieces[at], size));
    let Some(digit) = inside.max_by_key(|&at| pieces[at].ink) else {
        return vec![false; pieces.len()];
    };
    let (width, place) = (pieces[digit].stroke_width(), pieces[digit].place);
    for (is_foreign, piece) in foreign.iter_mut().zip(pieces) {
        let is_odd = is_foreign_at_border(piece, width, size) || piece.place.encloses(place);
        *is_foreign |= piece.contact > 0 && is_odd;
    }
    foreign
}

/// Whether a piece lies inside the picture, and is as large and as slender as a digit.
pub(crate) fn may_be_digit(piece: &Piece, [width, height]: [u32; 2]) -> bool {
    let longer = piece.place.longer_side();
    piece.contact == 0 && longer >= MIN_DIGIT_PX.max(width.min(height) / LEAST_SHARE) && !is_blob(piece)
}

fn is_foreign_at_border(piece: &Piece, digit_width: f32, size: [u32; 2]) -> bool {
    let width = piece.stroke_width();
    width > WIDTHS_APART * digit_width || width * WIDTHS_APART < digit_width || is_net(piece) || is_through(piece, size)
}

/// Whether a piece is perhaps no digit, however tightly that is cut out: a patch, or at the border wide, along a whole side of it, a net or a
/// line through the picture.
pub(crate) fn is_odd(piece: &Piece, size: [u32; 2]) -> bool {
    let is_wide = piece.stroke_width() > (size[0].max(size[1]) / WIDEST_SHARE) as f32;
    is_patch(piece)
        || piece.contact > 0 && is_wide
        || piece.contact >= piece.place.longer_side()
        || is_net(piece)
        || is_band(piece, size)
        || is_through(piece, size)
}

/// Whether a piece fills its box, and that is not slender: where light falls, whose edge may be ragged.
fn is_patch(piece: &Piece) -> bool {
    let InkBox { width, height, .. } = piece.place;
    let is_slender = width.max(height) > SLENDER * width.min(height);
    !is_slender && f64::from(piece.area) > FILLED * f64::from(width) * f64::from(height)
}

/// Whether a piece is as long as it is wide, where its edges do not fade: a patch of light fades all over.
fn is_blob(piece: &Piece) -> bool {
    let width = 2.0 * piece.area as f32 / (piece.outline.max(1) as f32 * std::f32::consts::FRAC_PI_4) - FADING;
    (piece.place.longer_side() as f32) < LEAST_STROKES * width
}

/// How long the strokes of a piece are, and half of what is around its box.
fn lengths(piece: &Piece) -> [f32; 2] {
    [piece.outline as f32 / 2.0, (piece.place.width + piece.place.height) as f32]
}

fn is_net(piece: &Piece) -> bool {
    let [length, around] = lengths(piece);
    length > NET * around
}

/// Whether a piece is a line through the whole picture.
fn is_through(piece: &Piece, [width, height]: [u32; 2]) -> bool {
    (piece.place.width == width || piece.place.height == height) && is_straight(piece)
}

/// Whether a piece is a broad line from one side of the picture to another, cut off by both: the ends of a stroke touch less.
fn is_band(piece: &Piece, [width, height]: [u32; 2]) -> bool {
    let place = piece.place;
    let sides =
        [place.left == 0, place.top == 0, place.left + place.width == width, place.top + place.height == height];
    let is_cut = piece.contact as f32 > CUT_WIDTHS * piece.stroke_width();
    is_cut && sides.iter().filter(|&&touches| touches).count() >= 2 && is_straight(piece)
}

fn is_straight(piece: &Piece) -> bool {
    let [length, around] = lengths(piece);
    length < STRAIGHT * around
}

/// Printed boxes: pieces with a line all along each of their four sides, around a piece that may be a digit.
fn frames(pieces: &[Piece], runs: &[Run], size: [u32; 2]) -> Vec<bool> {
    // Of each piece the longest run near the top and near the bottom, and the rows with ink near the left and near the right.
    let mut along = vec![[0; 4]; pieces.len()];
    for run in runs {
        let (place, [top, bottom, left, right]) = (pieces[run.piece].place, &mut along[run.piece]);
        let (from_top, from_bottom) = (run.row - place.top, place.top + place.height - 1 - run.row);
        let (from_left, from_right) = (run.start - place.left, place.left + place.width - run.end);
        if from_top * NEAR_SIDE < place.height {
            *top = (run.end - run.start).max(*top);
        }
        if from_bottom * NEAR_SIDE < place.height {
            *bottom = (run.end - run.start).max(*bottom);
        }
        *left += u32::from(from_left * NEAR_SIDE < place.width);
        *right += u32::from(from_right * NEAR_SIDE < place.width);
    }
    let candidates: Vec<usize> = (0..pieces.len()).filter(|&at| may_be_digit(&pieces[at], size)).collect();
    let is_frame = |at: usize| {
        let InkBox { width, height, .. } = pieces[at].place;
        let is_long = |(found, whole): (&u32, u32)| found * 5 >= whole * 4;
        along[at].iter().zip([width, width, height, height]).all(is_long)
            && candidates.iter().any(|&other| pieces[at].place.encloses(pieces[other].place))
    };
    (0..pieces.len()).map(is_frame).collect()
}
