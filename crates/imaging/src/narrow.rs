//! The third way to ink: what is narrower than what lies around it. Strokes of a digit that does not fill the picture are;
//! shadows, tables and strips of light are not, however sharp their edges are and wherever they run.

use crate::histogram::Histogram;
use crate::{GreyImage, Ground, Ink, InkBox, MIN_CONTRAST, Polarity};

/// The longer side divided by this is the width from which on nothing is a stroke.
pub(crate) const WIDEST_SHARE: u32 = 32;

/// Of the width of an octagon a side has this share; as steps aslant, each of them longer, it is the second.
const ACROSS: f32 = 0.5;
const ASLANT: f32 = 0.29;

/// Darker ink than this is no edge of a stroke.
const STRONG: u8 = 128;

/// How far each pixel is from a paper that is nowhere as narrow as a stroke: the picture's closing by an octagon, less the picture (a
/// "top hat": F. Meyer, "Iterative image transformations for an automatic screening of cervical smears", 1979). Grain lies below
/// the closing by as much as the median does.
pub(crate) fn narrow(image: &GreyImage, polarity: Polarity) -> (GreyImage, Ground) {
    let width = image.width() as usize;
    let widest = widest(image);
    let levels: Vec<u8> = match polarity {
        Polarity::DarkOnLight => image.pixels().to_vec(),
        Polarity::LightOnDark => image.pixels().iter().map(|&level| 255 - level).collect(),
    };
    let closed = closing(levels.clone(), width, widest as f32);
    let below: Vec<u8> = closed.iter().zip(&levels).map(|(&closed, &level)| closed.saturating_sub(level)).collect();
    let grain = Histogram::of(&below).percentile(50);
    let off: Vec<u8> = below.iter().map(|&distance| distance.abs_diff(grain)).collect();
    // As of an even paper.
    let spread = 1.4826 * f32::from(Histogram::of(&off).percentile(50));
    let ground = Ground { polarity, paper: Histogram::of(image.pixels()).percentile(50), spread };
    // The grain of a table is not that of the paper.
    let distance = |below: u8| Some(below.saturating_sub(grain)).filter(|&distance| distance >= MIN_CONTRAST / 2);
    let distances = below.iter().map(|&below| distance(below).unwrap_or(0)).collect();
    (GreyImage::new(image.width(), image.height(), distances).expect("as many pixels as before"), ground)
}

/// From this width on, in pixels, nothing is a stroke.
fn widest(image: &GreyImage) -> usize {
    (image.width().max(image.height()) / WIDEST_SHARE + 1) as usize
}

/// Dark places into which an octagon of this width does not fit become as light as what is around them, and all edges a pixel darker:
/// the edge of a shadow that runs aslant has steps, which are narrow.
fn closing(mut pixels: Vec<u8>, width: usize, widest: f32) -> Vec<u8> {
    const RIGHT: (isize, usize) = (1, 0);
    const DOWN: (isize, usize) = (0, 1);
    let [across, aslant] = [ACROSS, ASLANT].map(|share| (share * widest).ceil() as usize);
    let octagon = [(RIGHT, across), (DOWN, across), ((1, 1), aslant), ((-1, 1), aslant)];
    octagon.iter().for_each(|&(step, count)| along(&mut pixels, width, step, count, u8::max));
    pixels.reverse();
    octagon
        .iter()
        .chain(&[(RIGHT, 2), (DOWN, 2)])
        .for_each(|&(step, count)| along(&mut pixels, width, step, count, u8::min));
    pixels.reverse();
    [RIGHT, DOWN].iter().for_each(|&step| along(&mut pixels, width, step, 2, u8::min));
    pixels
}

/// Each pixel becomes what `pick` chooses of the `count` that begin with it, each a step right (or left) and down from the one before.
fn along<P: Fn(u8, u8) -> u8>(pixels: &mut [u8], width: usize, (right, down): (isize, usize), count: usize, pick: P) {
    let mut others = vec![0; width];
    // Of two lines comes one that is as long as both, where they overlap or meet.
    let mut length = 1;
    while length < count {
        let step = length.min(count - length);
        length += step;
        if step >= width {
            return;
        }
        for at in (0..pixels.len().saturating_sub(step * down * width)).step_by(width) {
            others.copy_from_slice(&pixels[at + step * down * width..][..width]);
            let row = &mut pixels[at..at + width];
            let (row, others) = match right {
                0 => (row, &others[..]),
                1 => (row, &others[step..]),
                _ => (&mut row[step..], &others[..]),
            };
            row.iter_mut().zip(others).for_each(|(pixel, &other)| *pixel = pick(*pixel, other));
        }
    }
}

/// Whether strong ink in a box differs from what is around it, as far as a stroke is wide. What lies between dark strokes looks like light
/// ink, but is as light as the paper.
///
/// `levels`: the picture, as large as the ink.
pub(crate) fn differs_from_paper(ink: &Ink, place: &InkBox, ground: &Ground, levels: &GreyImage) -> bool {
    let beside = widest(levels);
    let [left, top] = [place.left, place.top].map(|side| side as usize);
    let (right, bottom) = (left + place.width as usize - 1, top + place.height as usize - 1);
    let (mut strong, mut around) = (Histogram([0; 256]), Histogram([0; 256]));
    let rows = levels.rows().zip(ink.image().rows()).enumerate();
    for (y, (levels, ink)) in rows.take(bottom + beside + 1).skip(top.saturating_sub(beside)) {
        for x in left.saturating_sub(beside)..(right + beside + 1).min(levels.len()) {
            let is_inside = (left..=right).contains(&x) && (top..=bottom).contains(&y);
            strong.0[usize::from(levels[x])] += u64::from(is_inside && ink[x] >= STRONG);
            let is_outermost = x + beside == left || x == right + beside || y + beside == top || y == bottom + beside;
            around.0[usize::from(levels[x])] += u64::from(is_outermost);
        }
    }
    let difference = i32::from(strong.percentile(50)) - i32::from(around.percentile(50));
    let contrast = i32::from(ink.level()) - i32::from(ground.paper);
    2 * difference * contrast.signum() >= contrast.abs().max(MIN_CONTRAST.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract_ink;

    /// A dark stroke of 3 pixels aslant, in light and in the shadow of half of the picture, whose edge is aslant as well.
    fn picture(x: u32, y: u32) -> u8 {
        let light = if 3 * x + 7 * y < 3_000 { 200 } else { 110 };
        if (100..300).contains(&y) && (x + y).abs_diff(400) < 3 { light - 80 } else { light }
    }

    #[test]
    fn a_stroke_is_ink_and_a_shadow_is_not() {
        let image = GreyImage::new(640, 640, (0..640 * 640).map(|at| picture(at % 640, at / 640)).collect()).unwrap();
        let (distances, ground) = narrow(&image, Polarity::DarkOnLight);
        assert_eq!(ground.spread, 0.0);
        for (at, &distance) in (0u32..).zip(distances.pixels()) {
            let (x, y) = (at % 640, at / 640);
            let is_ink = (102..298).contains(&y) && (x + y).abs_diff(400) < 2;
            let is_paper = !(98..302).contains(&y) || (x + y).abs_diff(400) > 4;
            assert!(!is_ink || distance == 80, "{x} {y}: {distance}");
            assert!(!is_paper || distance == 0, "{x} {y}: {distance}");
        }
    }

    #[test]
    fn what_lies_between_strokes_is_paper() {
        // A ring, whose inside is narrow.
        let is_ink = |x: u32, y: u32| (144..=225).contains(&(x.abs_diff(50).pow(2) + y.abs_diff(50).pow(2)));
        let level = |at: u32| if is_ink(at % 100, at / 100) { 30 } else { 220 };
        let image = GreyImage::new(100, 100, (0..100 * 100).map(level).collect()).unwrap();
        let check = |polarity, paper, place, expected| {
            let ground = Ground { polarity, paper, spread: 0.0 };
            let ink = extract_ink(&image, &ground).unwrap();
            assert_eq!(differs_from_paper(&ink, &place, &ground, &image), expected, "{polarity:?}");
        };
        check(Polarity::DarkOnLight, 220, InkBox { left: 35, top: 35, width: 31, height: 31 }, true);
        check(Polarity::LightOnDark, 30, InkBox { left: 35, top: 35, width: 31, height: 31 }, false);
        check(Polarity::LightOnDark, 30, InkBox { left: 40, top: 40, width: 21, height: 21 }, false);
    }
}
