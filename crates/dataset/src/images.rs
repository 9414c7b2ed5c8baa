//! Grey images of one size, before anything is known of their labels.

use std::borrow::Cow;

/// The longest side of an image: far over any image of one character, and small enough that no product of sides
/// overflows.
pub const MAX_SIDE_PX: usize = 4096;

/// The most bytes of the images of one part of a data set: as many as the largest file can have.
pub const MAX_SET_BYTES: u64 = 2 << 30;

/// Grey images of one size, not yet labelled. Whether the pixels are a whole number of images is checked by
/// [`Dataset::new`](crate::Dataset::new).
///
/// ```
/// use tenfold_dataset::Images;
///
/// let two = Images { pixels: vec![0, 255, 255, 0].into(), height: 1, width: 2 };
/// assert_eq!(two.pixels.len() / (two.height * two.width), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Images {
    /// `[count, height, width]`, row by row: 0 is background, 255 is ink.
    pub pixels: Cow<'static, [u8]>,
    /// Height of each image in pixels.
    pub height: usize,
    /// Width of each image in pixels.
    pub width: usize,
}

/// The side of a square image of so many pixels; none if there is no such image.
pub(crate) fn square_side(pixels: usize) -> Option<usize> {
    let side = pixels.isqrt();
    (side * side == pixels && (1..=MAX_SIDE_PX).contains(&side)).then_some(side)
}
