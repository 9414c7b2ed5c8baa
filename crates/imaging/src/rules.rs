//! Printed lines through the whole picture, of ruled and squared paper, taken out: a digit that one crosses hangs together
//! with it, and a page of them outweighs the ink.

use crate::GreyImage;
use crate::line::Line;
use crate::rule::{Axis, Rule};

/// A picture is looked at in so many strips across a line, each of which has the line's mean, whatever grain there is.
const STRIPS: usize = 24;

/// Of those that it crosses, a line is missing in at most one in so many, where a stroke runs along it; and it crosses half of all.
const MISSING: usize = 6;

/// A line is less than so many pixels wide, and than such a share of the picture's shorter side; beside it lies paper.
const REACH: usize = 8;
const REACH_SHARE: usize = 60;

/// From one end to the other a line rises or falls by at most this share of its length.
const SLOPE: f32 = 0.1;

/// In a strip its mean is at least so far from the paper beside it, in grey levels.
const LEAST: f32 = 4.0;

/// And beyond so many times what half of all places are.
const GRAIN: f32 = 2.0;

/// The picture without printed lines, if there are any.
///
/// Where the ink is darker than a line it stays; where it is not, what joins ink on both sides of the line stays.
///
/// `distances`: of each pixel from the paper.
pub(crate) fn without_rules(distances: &GreyImage) -> Option<GreyImage> {
    let (width, height) = (distances.width() as usize, distances.height() as usize);
    let reach = REACH.min(width.min(height) / REACH_SHARE);
    if reach < 2 {
        return None;
    }
    let axes = [
        Axis { length: width, breadth: height, step: 1, step_across: width, reach },
        Axis { length: height, breadth: width, step: width, step_across: 1, reach },
    ];
    let before = distances.pixels();
    let of_axis =
        |axis: Axis| rules(&heights(distances, axis), axis).into_iter().map(move |rule| Line::of(before, axis, &rule));
    let lines: Vec<Line> = axes.into_iter().flat_map(of_axis).collect();
    if lines.is_empty() {
        return None;
    }
    let mut after = before.to_vec();
    lines.iter().for_each(|line| line.erase(&mut after));
    let erased = after.clone();
    lines.iter().for_each(|line| line.bridge(before, &erased, &mut after));
    Some(GreyImage::new(distances.width(), distances.height(), after).expect("as many pixels as before"))
}

/// By how much a strip's mean at each place across is farther from the paper than what lies on both sides of a line there.
/// `[strip][across]`.
fn heights(distances: &GreyImage, axis: Axis) -> Vec<Vec<f32>> {
    let len = axis.length.div_ceil(STRIPS);
    let mut sums = vec![vec![0u32; axis.breadth]; axis.length.div_ceil(len)];
    for (y, row) in distances.rows().enumerate() {
        if axis.step == 1 {
            for (sums, part) in sums.iter_mut().zip(row.chunks(len)) {
                sums[y] = part.iter().map(|&distance| u32::from(distance)).sum();
            }
        } else {
            sums[y / len].iter_mut().zip(row).for_each(|(sum, &distance)| *sum += u32::from(distance));
        }
    }
    let least = |sums: &[u32]| sums.iter().min().copied().unwrap_or(0);
    let of_strip = |sums: &Vec<u32>| {
        let height = |at: usize| {
            let before = &sums[at.saturating_sub(axis.reach)..at];
            let after = &sums[at + 1..(at + 1 + axis.reach).min(sums.len())];
            sums[at].saturating_sub(least(before).max(least(after))) as f32 / len as f32
        };
        let heights: Vec<f32> = (0..sums.len()).map(height).collect();
        // Grain is as high, in half of all places.
        let mut ordered = heights.clone();
        let (_, &mut grain, _) = ordered.select_nth_unstable_by(heights.len() / 2, f32::total_cmp);
        heights.into_iter().map(|height| height - GRAIN * grain).collect()
    };
    sums.iter().map(of_strip).collect()
}

/// All lines, each once: of those that lie beside each other, or cross, the strongest.
fn rules(heights: &[Vec<f32>], axis: Axis) -> Vec<Rule> {
    let may_have_line = |of_strip: &&Vec<f32>| of_strip.iter().any(|&height| height >= LEAST);
    if heights.iter().filter(may_have_line).count() * 2 < heights.len() {
        return Vec::new();
    }
    let farthest = (SLOPE * axis.length as f32) as isize;
    let mut candidates = Vec::new();
    for turn in -farthest..=farthest {
        let turned = Rule { ends: [0.0, turn as f32], strength: 0.0 };
        let middle = |at: usize| turned.across(at as f32 + 0.5, heights.len() as f32).round() as isize;
        let middles: Vec<isize> = (0..heights.len()).map(middle).collect();
        // One that is aslant may leave the picture before its end.
        for start in -farthest..axis.breadth as isize + farthest {
            let ends = [start, start + turn].map(|end| end as f32);
            candidates.extend(strength(heights, start, &middles).map(|strength| Rule { ends, strength }));
        }
    }
    candidates.sort_by(|one, other| other.strength.total_cmp(&one.strength));
    let mut rules: Vec<Rule> = Vec::new();
    for candidate in candidates {
        if !rules.iter().any(|rule| rule.is_near(&candidate)) {
            rules.push(candidate);
        }
    }
    rules
}

/// The sum of the heights along a line, if it is one, `middles` away from `start` in each strip.
fn strength(heights: &[Vec<f32>], start: isize, middles: &[isize]) -> Option<f32> {
    let strips = heights.len();
    let (mut sum, mut crossed, mut missing) = (0.0, 0, 0);
    for (of_strip, middle) in heights.iter().zip(middles) {
        // Before the first as beyond the last there is none.
        let Some(&height) = of_strip.get((start + middle) as usize) else { continue };
        sum += height;
        crossed += 1;
        missing += usize::from(height < LEAST);
        if missing * MISSING > strips {
            return None;
        }
    }
    (crossed * 2 >= strips && missing * MISSING <= crossed).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Distances in a picture of 300 by 240 pixels without the lines that were found there.
    fn taken_out(distance: impl Fn(u32, u32) -> u8) -> Option<Vec<u8>> {
        let pixels = (0..300 * 240).map(|at| distance(at % 300, at / 300)).collect();
        without_rules(&GreyImage::new(300, 240, pixels).unwrap()).map(|image| image.pixels().to_vec())
    }

    #[test]
    fn lines_go_and_strokes_that_cross_them_stay() {
        // Two pixels wide every 20 pixels, across with a slope, and down; a stroke of five pixels.
        let is_line = |x: u32, y: u32| (20 * y + x) % 400 < 40 || x % 20 < 2;
        let is_stroke = |x: u32, y: u32| x.abs_diff(151) < 3 && (60..180).contains(&y);
        // Pale lines, and lines like the ink.
        for level in [60, 170] {
            let distance = |x, y| if is_stroke(x, y) { 180 } else { u8::from(is_line(x, y)) * level };
            let after = taken_out(distance).unwrap();
            let levels_of = |stroke: bool| {
                (0..)
                    .zip(&after)
                    .filter(move |&(at, _)| is_stroke(at % 300, at / 300) == stroke)
                    .map(|(_, &level)| level)
            };
            let lost = levels_of(true).filter(|&level| level < 170).count();
            let left = levels_of(false).filter(|&level| level > 0).count();
            assert!(lost < 20 && left < 200, "{level}: {lost} of the stroke's are lost, {left} of the lines' are left");
        }
    }

    #[test]
    fn a_stroke_is_no_line() {
        // A bar through half of the picture, and one as broad as a pen is in so small a picture.
        assert!(taken_out(|x, y| if x < 140 && y.abs_diff(100) < 2 { 100 } else { 0 }).is_none());
        assert!(taken_out(|_, y| if y.abs_diff(100) < 8 { 100 } else { 0 }).is_none());
        // Grain.
        let grain =
            |x: u32, y: u32| (x * 300 + y).wrapping_mul(2_654_435_761).rotate_left(11).wrapping_mul(40_503) >> 26;
        assert!(taken_out(|x, y| grain(x, y) as u8).is_none());
    }
}
