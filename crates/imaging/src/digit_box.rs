//! Where the digit is: the box around its connected pieces, without specks that lie far off.

use crate::pieces::{Piece, pieces};
use crate::{Ink, InkBox, Refusal};

/// The least length of a digit's longer side, in pixels of the picture: with fewer rows a 3 and an 8 look alike.
pub const MIN_DIGIT_PX: u32 = 5;

/// A piece with at least a tenth of the largest piece's ink belongs to the digit wherever it lies, as the bar of a
/// broken 5 does.
const PART_SHARE: u64 = 10;

/// ... unless it is a speck, or paler by this factor than the largest, as what shows through from the other side is.
const PALE_SHARE: u64 = 2;

/// A smaller piece belongs to it if it lies within half the largest piece's longer side...
const NEAR_SHARE: u32 = 2;

/// ...and has at least a thousandth of its ink: a faint pixel beside a digit of 20 px is a part of the pen's stroke,
/// one beside a digit of 200 px is grain.
const FLECK_SHARE: u64 = 1000;

/// Finds the box around the digit.
///
/// Ink falls into 8-connected pieces; the one with the most ink is the digit, and so are the others except small ones
/// far away (dust, hot pixels), which would stretch the box and shrink the digit. All large pieces are taken together:
/// several digits in one picture come out as one box.
///
/// # Errors
/// [`Refusal::TooSmall`] if the box's longer side is under [`MIN_DIGIT_PX`].
pub fn digit_box(ink: &Ink) -> Result<InkBox, Refusal> {
    Ok(Parts::of(&pieces(ink), |_| true)?.ink_box)
}

/// The pieces of a digit.
pub(crate) struct Parts {
    /// The smallest box around them.
    pub(crate) ink_box: InkBox,
    /// Their places among all pieces, in order.
    pub(crate) places: Vec<usize>,
}

impl Parts {
    /// As [`digit_box`], of those pieces that may belong to a digit.
    pub(crate) fn of(pieces: &[Piece], may_belong: impl Fn(usize) -> bool) -> Result<Self, Refusal> {
        let too_small = |width, height| Refusal::TooSmall { width, height, needed: MIN_DIGIT_PX };
        let among = || (0..pieces.len()).filter(|&at| may_belong(at));
        // Ties go to the uppermost piece, so that the answer does not depend on how pieces are stored.
        let largest = among().rev().max_by_key(|&at| pieces[at].ink).ok_or(too_small(0, 0))?;
        let largest = &pieces[largest];
        let near = largest.place.longer_side() / NEAR_SHARE;
        let strength = |piece: &Piece| piece.ink / u64::from(piece.area);
        let is_mark = |piece: &Piece| {
            piece.place.longer_side() >= MIN_DIGIT_PX && strength(piece) * PALE_SHARE >= strength(largest)
                || piece.place.gap(largest.place) <= near
        };
        let is_part = |piece: &Piece| {
            piece.ink * PART_SHARE >= largest.ink && is_mark(piece)
                || piece.ink * FLECK_SHARE >= largest.ink && piece.place.gap(largest.place) <= near
        };
        let places: Vec<usize> = among().filter(|&at| is_part(&pieces[at])).collect();
        let ink_box = places.iter().fold(largest.place, |place, &at| place.union(pieces[at].place));
        match ink_box.longer_side() < MIN_DIGIT_PX {
            true => Err(too_small(ink_box.width, ink_box.height)),
            false => Ok(Self { ink_box, places }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{GreyImage, extract_ink, ground};

    /// A full block of ink in a picture of 100x100, and further marks.
    fn blocks(marks: &[(u32, u32, u32, u32)]) -> Ink {
        let mut pixels = vec![0; 100 * 100];
        for &(left, top, width, height) in marks {
            for y in top..top + height {
                pixels[(y * 100 + left) as usize..][..width as usize].fill(255);
            }
        }
        let image = GreyImage::new(100, 100, pixels).unwrap();
        extract_ink(&image, &ground(&image, None)).unwrap()
    }

    #[test]
    fn a_far_speck_is_left_out_and_a_broken_digit_is_not() {
        let digit = (30, 30, 20, 40);
        let check = |mark, expected| {
            let found = digit_box(&blocks(&[digit, mark])).unwrap();
            assert_eq!((found.left, found.top, found.width, found.height), expected, "{mark:?}");
        };
        check((90, 90, 2, 2), digit); // dust
        check((30, 5, 40, 3), (30, 5, 40, 65)); // a bar with 15 % of the ink, far above
        check((52, 30, 4, 1), (30, 30, 26, 40)); // small, but near
        check((72, 30, 2, 1), digit); // as small, and farther than half of 40 px
    }

    #[test]
    fn specks_alone_are_no_digit() {
        let refusal = digit_box(&blocks(&[(10, 10, 4, 4)])).unwrap_err();
        assert_eq!(refusal, Refusal::TooSmall { width: 4, height: 4, needed: 5 });
        assert!(digit_box(&blocks(&[(10, 10, 1, 5)])).is_ok());
    }
}
