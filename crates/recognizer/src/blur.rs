//! Whether a picture is so unsharp that its strokes have no edge.

use tenfold_imaging::{GreyImage, InkBox};

use crate::cause::Cause;

/// The edges of a blurred mark are this share of its longer side or wider: people's pictures without a digit that have no answer
/// have edges of at most 0.125, and that on marks of 16 px; of pictures that have none once they are blurred, 97 in 100 have wider
/// ones.
const BLURRED: f32 = 0.12;

/// Edges of this many pixels are no blur, however small the mark is.
const SHARP_PX: f32 = 3.0;

/// The share of pixels that may be darker than paper and ink, and of those that may be lighter.
const OUTLIERS: usize = 50;

/// The blur of the mark at a place, if it is blurred.
pub(crate) fn blur(picture: &GreyImage, place: InkBox) -> Option<Cause> {
    let side = place.width.max(place.height);
    let edge = edge(picture, place, side / 8)?;
    (edge >= SHARP_PX && edge >= BLURRED * side as f32).then_some(Cause::Blurred { edge, side })
}

/// How many pixels it takes from the paper's level to the ink's, around a place, where the picture is as steep as it is in as many
/// pixels as the mark is long; none where it is level or too small for a slope.
fn edge(picture: &GreyImage, place: InkBox, margin: u32) -> Option<f32> {
    let (width, pixels) = (picture.width() as usize, picture.pixels());
    // A slope needs a neighbour on each side.
    let range = |start: u32, length: u32, end: u32| {
        start.saturating_sub(margin).max(1) as usize..(start + length + margin).min(end - 1) as usize
    };
    let (columns, rows) =
        (range(place.left, place.width, picture.width()), range(place.top, place.height, picture.height()));
    let (mut levels, mut slopes) = ([0usize; 256], [0usize; 256]);
    for at in rows.flat_map(|y| columns.clone().map(move |x| y * width + x)) {
        levels[usize::from(pixels[at])] += 1;
        let slope = |step: usize| pixels[at + step].abs_diff(pixels[at - step]);
        slopes[usize::from(slope(1).max(slope(width)))] += 1;
    }
    let count: usize = levels.iter().sum();
    let length = place.width.max(place.height) as usize;
    let (lightest, darkest) = (nth(levels.iter().rev(), count / OUTLIERS)?, nth(levels.iter(), count / OUTLIERS)?);
    let steepest = 255 - nth(slopes.iter().rev(), length.min(count.checked_sub(1)?))?;
    // Over two pixels.
    (steepest > 0).then(|| 2.0 * (255 - lightest).saturating_sub(darkest) as f32 / steepest as f32)
}

/// The place in a histogram of what has so many before it.
fn nth<'a>(counts: impl Iterator<Item = &'a usize>, before: usize) -> Option<usize> {
    let mut seen = 0;
    counts.enumerate().find_map(|(place, count)| {
        seen += count;
        (seen > before).then_some(place)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A block of ink on paper that is `edge` pixels from one to the other on each side.
    fn block(edge: f32) -> (GreyImage, InkBox) {
        let part = |place: usize, half: f32| ((half + edge / 2.0 - (place as f32 - 60.0).abs()) / edge).clamp(0.0, 1.0);
        let level = |at: usize| (230.0 - 200.0 * part(at % 120, 24.0).min(part(at / 120, 45.0))).round() as u8;
        let picture = GreyImage::new(120, 120, (0..120 * 120).map(level).collect()).unwrap();
        (picture, InkBox { left: 36, top: 10, width: 48, height: 100 })
    }

    #[test]
    fn edges_are_measured() {
        for width in [4.0, 8.0, 16.0, 32.0] {
            let (picture, place) = block(width);
            let found = edge(&picture, place, 40).unwrap();
            assert!((found - width).abs() <= 0.15 * width, "{width}: {found}");
        }
    }

    #[test]
    fn only_wide_edges_are_blur() {
        let blur_of = |edge| {
            let (picture, place) = block(edge);
            blur(&picture, place)
        };
        assert_eq!(blur_of(1.0), None);
        assert_eq!(blur_of(6.0), None);
        assert!(matches!(blur_of(20.0), Some(Cause::Blurred { side: 100, .. })));
        let level = GreyImage::new(9, 9, vec![7; 81]).unwrap();
        let dot = GreyImage::new(1, 1, vec![7]).unwrap();
        assert_eq!(blur(&level, InkBox { left: 0, top: 0, width: 9, height: 9 }), None);
        assert_eq!(blur(&dot, InkBox { left: 0, top: 0, width: 1, height: 1 }), None);
    }
}
