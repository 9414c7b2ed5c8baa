//! Smooth curves through the points of a stroke.

use crate::form::Point;

/// Pieces into which the curve between two points is cut.
const PIECES: usize = 8;

/// A stroke as a chain of short straight lines: Catmull and Rom's splines (1974) through runs of points, each run from one
/// corner (a point given twice) or end to the next.
pub(crate) fn smooth(stroke: &[Point]) -> Vec<Point> {
    let mut line = Vec::with_capacity(stroke.len() * PIECES);
    for run in stroke.chunk_by(|a, b| a != b) {
        line.extend(run.first());
        for i in 1..run.len() {
            let before = if i > 1 { run[i - 2] } else { run[0] };
            let after = run.get(i + 1).copied().unwrap_or(run[i]);
            line.extend((1..=PIECES).map(|k| between([before, run[i - 1], run[i], after], k as f32 / PIECES as f32)));
        }
    }
    line
}

/// The point at `t`, from 0 to 1, between the second and the third of four.
fn between([a, b, c, d]: [Point; 4], t: f32) -> Point {
    std::array::from_fn(|i| {
        let (square, cube) = (t * t, t * t * t);
        0.5 * (2.0 * b[i]
            + (c[i] - a[i]) * t
            + (2.0 * a[i] - 5.0 * b[i] + 4.0 * c[i] - d[i]) * square
            + (3.0 * b[i] - a[i] - 3.0 * c[i] + d[i]) * cube)
    })
}

/// The distance of two points.
pub(crate) fn distance(a: Point, b: Point) -> f32 {
    let [x, y] = [b[0] - a[0], b[1] - a[1]];
    (x * x + y * y).sqrt()
}

/// The point at a share `t` of the way from `a` to `b`; below 0 or above 1 it lies beyond them.
pub(crate) fn along(a: Point, b: Point, t: f32) -> Point {
    std::array::from_fn(|i| a[i] + (b[i] - a[i]) * t)
}

/// The line with `length` cut off from its beginning, or put before it in the same direction where it is below 0. At least
/// half of the line is left.
pub(crate) fn trimmed(mut line: Vec<Point>, length: f32) -> Vec<Point> {
    let whole: f32 = line.windows(2).map(|ends| distance(ends[0], ends[1])).sum();
    let mut left = length.min(0.5 * whole);
    let mut first = 0;
    while first + 2 < line.len() && left > distance(line[first], line[first + 1]) {
        left -= distance(line[first], line[first + 1]);
        first += 1;
    }
    line.drain(..first);
    if let [a, b, ..] = line[..] {
        line[0] = along(a, b, left / distance(a, b).max(1e-6));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_goes_through_its_points_and_a_corner_stays_one() {
        let stroke = [[0.0, 0.0], [0.5, 0.1], [1.0, 0.0], [1.0, 0.0], [1.0, 1.0]];
        let line = smooth(&stroke);
        for point in stroke {
            assert!(line.iter().any(|&near| distance(near, point) < 1e-6), "{point:?}");
        }
        let corner = line.iter().position(|&point| point == [1.0, 0.0]).unwrap();
        assert!(line[corner + 1..].iter().all(|point| point[0] == 1.0), "straight down from the corner");
        assert!(line[..corner].iter().any(|point| point[1] > 0.05), "curved before it");
    }

    #[test]
    fn ends_are_cut_and_drawn_out() {
        let line: Vec<Point> = (0..=10).map(|i| [i as f32 * 0.1, 0.0]).collect();
        let beginning = |length| trimmed(line.clone(), length)[0][0];
        assert!((beginning(0.25) - 0.25).abs() < 1e-6);
        assert!((beginning(-0.25) + 0.25).abs() < 1e-6);
        assert!((beginning(5.0) - 0.5).abs() < 1e-6, "half is left");
    }
}
