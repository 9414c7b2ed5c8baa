//! How far the lines of a page are turned from level.

use crate::marks::{DIGIT_HEIGHTS, Mark};

/// Lines rise or fall by at most so many degrees; beyond it, columns of a table line up as well as rows.
const STEEPEST: f32 = 17.0;

/// Angles are tried so many degrees apart, first and then around the best.
const COARSE: f32 = 1.0;
const FINE: f32 = 0.25;

/// Where lines are turned by less than this, what reads a level line reads them.
const LEAST: f32 = 2.0;

/// Marks must overlap by so many times as much along turned lines as along level ones.
const GAIN: f32 = 1.1;

/// Fewer marks say nothing of a line.
const FEWEST: usize = 6;

/// Bins for the height of a digit.
const BINS: f32 = 8.0;

/// By how many degrees the lines of a page fall to the right; 0 if they are as good as level, or nothing says how they run.
/// `height` is that of a digit.
///
/// Marks of one line share their heights, so the right angle is the one along which all marks together overlap most: a projection
/// profile of their boxes.
pub(crate) fn skew(marks: &[Mark], height: f32) -> f32 {
    let is_digit = |mark: &&Mark| mark.place.height as f32 >= DIGIT_HEIGHTS.start * height;
    let marks: Vec<Extent> = marks.iter().filter(is_digit).map(Extent::of).collect();
    if marks.len() < FEWEST {
        return 0.0;
    }
    let overlap = |degrees: f32| overlap(&marks, degrees, height / BINS);
    let best = |from: f32, to: f32, step: f32| {
        let angles = (0..).map(|at| from + at as f32 * step).take_while(|angle| *angle <= to);
        let tried = angles.map(|angle| (angle, overlap(angle)));
        tried.max_by(|a, b| a.1.total_cmp(&b.1)).expect("at least one angle")
    };
    let (coarse, _) = best(-STEEPEST, STEEPEST, COARSE);
    let (degrees, most) = best(coarse - COARSE, coarse + COARSE, FINE);
    if degrees.abs() >= LEAST && most >= GAIN * overlap(0.0) { degrees } else { 0.0 }
}

/// The middle of a mark and its height, in pixels.
struct Extent {
    x: f32,
    y: f32,
    height: f32,
}

impl Extent {
    fn of(mark: &Mark) -> Self {
        let place = mark.place;
        let middle = |start: u32, length: u32| start as f32 + length as f32 / 2.0;
        Self { x: middle(place.left, place.width), y: middle(place.top, place.height), height: place.height as f32 }
    }
}

/// How much marks overlap when they are seen along lines of this angle: the sum of the squares of how many there are in each bin.
fn overlap(marks: &[Extent], degrees: f32, bin: f32) -> f32 {
    let (sine, cosine) = libm::sincosf(degrees.to_radians());
    let ends = |mark: &Extent| {
        let middle = mark.y * cosine - mark.x * sine;
        [middle - mark.height / 2.0, middle + mark.height / 2.0].map(|end| (end / bin).round() as i32)
    };
    let mut changes: Vec<(i32, i32)> = marks.iter().map(ends).flat_map(|[from, to]| [(from, 1), (to, -1)]).collect();
    changes.sort_unstable();
    let (mut count, mut before, mut sum) = (0, 0, 0.0);
    for (at, change) in changes {
        sum += (count * count) as f32 * (at - before) as f32;
        (count, before) = (count + change, at);
    }
    sum
}
