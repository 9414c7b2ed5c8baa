//! What is left of a digit of which the most is cut off.

use tenfold_imaging::GreyImage;

use super::Source;

/// How much wider than high a part is at least. No digit is so, and so no part of one can be another: a ring of an 8, the leg of a
/// 9, half a 0.
const LEAST_ASPECT: f32 = 1.6;
/// The least and the greatest share of a digit's height that is left: less than a ring of a 6 or a 9.
const LEFT: [f32; 2] = [0.22, 0.42];
/// How many digits are tried.
const TRIES: u32 = 30;

impl Source<'_> {
    /// The upper or lower part of one of the given digits; `None` if none is found that is wide enough. A 1 stays a 1 and a 7 a 7.
    pub(super) fn part(&mut self) -> Option<GreyImage> {
        (0..TRIES).find_map(|_| {
            let digit = self.given(|label| label != 1 && label != 7)?;
            let height = ((self.between(LEFT[0], LEFT[1]) * digit.height as f32) as usize).max(1);
            let top = if self.chance(0.5) { 0 } else { digit.height - height };
            let part = digit.rows(top, top + height).cropped()?;
            (part.width as f32 >= LEAST_ASPECT * part.height as f32).then(|| part.picture())
        })
    }
}
