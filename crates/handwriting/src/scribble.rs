//! Scribbles: lines that mean nothing.

use tenfold_random::Stream;

use crate::curve::smooth;
use crate::form::Point;
use crate::trace::Trace;

/// A scribble about as high as a digit, of one of several kinds, with enough turns that it is not a digit by accident.
///
/// ```
/// use tenfold_handwriting::{Pen, scribble};
/// use tenfold_random::{Purpose, Stream};
///
/// let trace = scribble(&mut Stream::new(1, Purpose::Test, 0, 0));
/// assert!(trace.draw(60.0, &Pen::round(3.0)).pixels().contains(&255));
/// ```
pub fn scribble(stream: &mut Stream) -> Trace {
    let kinds = [tangle, zigzag, loops, spiral, sticks];
    let kind = kinds[stream.below(kinds.len() as u32) as usize];
    Trace::new(kind(stream))
}

/// Uniform from `low` to `high`.
fn between(stream: &mut Stream, low: f32, high: f32) -> f32 {
    low + (high - low) * stream.uniform()
}

/// Between any places of a box.
fn tangle(stream: &mut Stream) -> Vec<Vec<Point>> {
    let width = between(stream, 0.6, 1.6);
    let points = 9 + stream.below(16);
    vec![smooth(&(0..points).map(|_| [width * stream.uniform(), stream.uniform()]).collect::<Vec<_>>())]
}

/// To and fro along an axis, with corners or round.
fn zigzag(stream: &mut Stream) -> Vec<Vec<Point>> {
    let (turns, length) = (6 + stream.below(10), between(stream, 0.7, 2.0));
    let (is_upright, has_corners, lean) = (stream.below(2) == 0, stream.below(2) == 0, between(stream, -0.5, 0.5));
    let points = (0..turns).flat_map(|turn| {
        let along = length * (turn as f32 + between(stream, -0.25, 0.25)) / turns as f32;
        let across = if turn % 2 == 0 { between(stream, 0.0, 0.2) } else { between(stream, 0.8, 1.0) };
        let point = [along + lean * across, across];
        vec![if is_upright { [point[1], point[0]] } else { point }; if has_corners { 2 } else { 1 }]
    });
    vec![smooth(&points.collect::<Vec<_>>())]
}

/// As somebody tries whether a pen writes.
fn loops(stream: &mut Stream) -> Vec<Vec<Point>> {
    const POINTS_OF_A_LOOP: u32 = 7;
    let (loops, advance) = (3 + stream.below(6), between(stream, 0.15, 0.5));
    let (width, turn) = (between(stream, 0.2, 0.5), 2.0 * std::f32::consts::PI);
    let points = (0..loops * POINTS_OF_A_LOOP).map(|point| {
        let at = point as f32 / POINTS_OF_A_LOOP as f32;
        let wobble = between(stream, 0.85, 1.15);
        [advance * at + width * wobble * libm::cosf(turn * at), 0.5 * wobble * libm::sinf(turn * at)]
    });
    vec![smooth(&points.collect::<Vec<_>>())]
}

/// Around a centre at least three times.
fn spiral(stream: &mut Stream) -> Vec<Vec<Point>> {
    const POINTS_OF_A_TURN: u32 = 9;
    let (turns, stretch) = (3 + stream.below(3), between(stream, 0.7, 1.4));
    let points = turns * POINTS_OF_A_TURN;
    let points = (0..points).map(|point| {
        let angle = 2.0 * std::f32::consts::PI * point as f32 / POINTS_OF_A_TURN as f32;
        let radius = 0.5 * between(stream, 0.9, 1.1) * point as f32 / points as f32;
        [stretch * radius * libm::cosf(angle), radius * libm::sinf(angle)]
    });
    vec![smooth(&points.collect::<Vec<_>>())]
}

/// Straight lines from anywhere to anywhere.
fn sticks(stream: &mut Stream) -> Vec<Vec<Point>> {
    let sticks = 5 + stream.below(6);
    (0..sticks).map(|_| vec![[0; 2].map(|_| stream.uniform()), [0; 2].map(|_| stream.uniform())]).collect()
}

#[cfg(test)]
mod tests {
    use tenfold_random::Purpose;

    use super::*;

    #[test]
    fn scribbles_are_of_a_digits_size_and_differ() {
        let mut stream = Stream::new(1, Purpose::Test, 0, 0);
        let all: Vec<Trace> = (0..200).map(|_| scribble(&mut stream)).collect();
        for (number, trace) in all.iter().enumerate() {
            let [least, greatest] = trace.bounds();
            let longer = (greatest[0] - least[0]).max(greatest[1] - least[1]);
            assert!((0.5..=5.0).contains(&longer), "{number}: {longer}");
            assert!(!all[..number].contains(trace), "{number}");
        }
    }
}
