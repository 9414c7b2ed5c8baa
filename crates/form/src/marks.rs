//! The marks in the corners of a form.

use tenfold_imaging::{ColourImage, Ink, Piece, Polarity, extract_ink, ground, page_ink, pieces_and_runs};

use crate::error::NotRegistered;

/// A mark is at least so many pixels wide and high...
const SMALLEST: u32 = 6;

/// ...no longer than this share of the picture's longer side...
const LARGEST: f64 = 0.15;

/// ...not longer on one side than on the other by more than this factor...
const SQUARE: f64 = 1.5;

/// ...and filled: a square that is turned by 20 degrees has this share of its box.
const FILL: f64 = 0.6;

/// The marks of one form differ in their sides by no more than this factor, as far as the picture was taken aslant.
const ALIKE: f64 = 2.0;

/// The middles of the marks in a picture, in its pixels: upper left, upper right, lower left, lower right.
pub(crate) fn marks(image: &ColourImage) -> Result<[[f64; 2]; 4], NotRegistered> {
    let mut most = 0;
    // Marks are large and dark: one level tells them from the paper unless light falls unevenly.
    let even = extract_ink(image.grey(), &ground(image.grey(), Some(Polarity::DarkOnLight))).map(|ink| (ink, 1));
    let local = || page_ink(image, Some(Polarity::DarkOnLight)).map(|found| (found.ink, found.factor));
    for (ink, factor) in [even, local()].into_iter().flatten() {
        let squares = squares(&ink);
        most = most.max(squares.len());
        if let Some(corners) = corners(&squares) {
            return Ok(corners.map(|corner| corner.map(|length| length * f64::from(factor))));
        }
    }
    Err(NotRegistered { found: most })
}

/// The pieces of ink that may be marks.
fn squares(ink: &Ink) -> Vec<Piece> {
    let longest = LARGEST * f64::from(ink.image().width().max(ink.image().height()));
    let is_square = |piece: &Piece| {
        let (width, height) = (f64::from(piece.place.width), f64::from(piece.place.height));
        piece.place.width.min(piece.place.height) >= SMALLEST
            && width.max(height) <= longest
            && width.max(height) <= SQUARE * width.min(height)
            && piece.ink as f64 >= FILL * 255.0 * width * height
    };
    pieces_and_runs(ink).0.into_iter().filter(is_square).collect()
}

/// The middles of the squares that are farthest in each corner, if they are four that are alike.
fn corners(squares: &[Piece]) -> Option<[[f64; 2]; 4]> {
    let middle = |piece: &Piece| {
        let place = piece.place;
        [f64::from(place.left) + 0.5 * f64::from(place.width), f64::from(place.top) + 0.5 * f64::from(place.height)]
    };
    let farthest = |right: f64, down: f64| {
        let reach = |piece: &&Piece| middle(piece)[0] * right + middle(piece)[1] * down;
        squares.iter().max_by(|a, b| reach(a).total_cmp(&reach(b)))
    };
    let [upper_left, upper_right, lower_left, lower_right] =
        [farthest(-1.0, -1.0)?, farthest(1.0, -1.0)?, farthest(-1.0, 1.0)?, farthest(1.0, 1.0)?];
    let four = [upper_left, upper_right, lower_left, lower_right];
    let sides = four.map(|piece| f64::from(piece.place.longer_side()));
    let are_alike = sides.iter().all(|a| sides.iter().all(|b| a <= &(ALIKE * b)));
    let corners = four.map(middle);
    let turns = |a: usize, b: usize, c: usize| {
        let [a, b, c] = [corners[a], corners[b], corners[c]];
        (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0]) > 0.0
    };
    // Around the form it always goes to the right.
    let is_convex = turns(0, 1, 3) && turns(1, 3, 2) && turns(3, 2, 0) && turns(2, 0, 1);
    (are_alike && is_convex).then_some(corners)
}
