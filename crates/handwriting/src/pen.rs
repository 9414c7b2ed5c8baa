//! Pens: how a line becomes ink.

use tenfold_random::{Purpose, Stream};

use crate::curve::{along, distance};
use crate::form::Point;

/// A pen with a round or a flat tip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pen {
    /// Width of a line in pixels, above 0; below 1 a line is as much fainter.
    pub width: f32,
    /// How much thinner the tip is in one direction: 1 for a round tip, 0.2 for a flat one.
    pub flatness: f32,
    /// In which direction it is thin, in radians from the horizontal.
    pub angle: f32,
    /// How much thinner a line is at its ends than in the middle, 0 to 1.
    pub taper: f32,
    /// Over how many pixels the ink's edge fades, at least 1: 1 is the sharpest edge that pixels can show.
    pub edge: f32,
}

impl Pen {
    /// The pen numbered `number` of all that `seed` gives, for digits of `height` pixels: round or flat, sharp or soft, with lines
    /// from `finest` to `broadest` of the height.
    pub fn of(seed: u64, number: u32, height: f32, [finest, broadest]: [f32; 2]) -> Self {
        let mut stream = Stream::new(seed, Purpose::Pen, 0, number);
        let mut between = |low: f32, high: f32| low + (high - low) * stream.uniform();
        let line = libm::expf(between(libm::logf(finest), libm::logf(broadest)));
        let (is_flat, flatness, angle) = (between(0.0, 1.0) < 0.2, between(0.3, 0.9), between(-1.2, 0.2));
        Self {
            flatness: if is_flat { flatness } else { 1.0 },
            angle,
            taper: between(-0.3, 0.5).max(0.0),
            edge: between(1.0, 6.0),
            ..Self::round(line * height)
        }
    }

    /// A pen with a round tip that makes lines of `width` pixels with sharp edges.
    pub fn round(width: f32) -> Self {
        Self { width, flatness: 1.0, angle: 0.0, taper: 0.0, edge: 1.0 }
    }

    /// The farthest that ink lies from the line, in pixels.
    pub(crate) fn reach(&self) -> f32 {
        0.5 * (self.width + self.edge)
    }

    /// Adds a line's ink to `ink`, shares of each pixel of an image of `[columns, rows]`.
    pub(crate) fn draw(&self, line: &[Point], size: [usize; 2], ink: &mut [f32]) {
        let pieces = line.len().saturating_sub(1).max(1) as f32;
        let strength = |at: f32| {
            let from_middle = 2.0 * at / pieces - 1.0;
            1.0 - self.taper * from_middle * from_middle
        };
        if let [point] = line {
            self.draw_piece([*point, *point], [1.0; 2], size, ink);
        }
        for (i, ends) in line.windows(2).enumerate() {
            let widths = [strength(i as f32), strength(i as f32 + 1.0)];
            self.draw_piece([ends[0], ends[1]], widths, size, ink);
        }
    }

    fn draw_piece(&self, [a, b]: [Point; 2], widths: [f32; 2], [columns, rows]: [usize; 2], ink: &mut [f32]) {
        let reach = self.reach();
        let range = |axis: usize, end: usize| {
            let first = (a[axis].min(b[axis]) - reach).floor().max(0.0) as usize;
            let last = ((a[axis].max(b[axis]) + reach).ceil().max(0.0) as usize).min(end);
            first..last
        };
        let (across, down) = (b[0] - a[0], b[1] - a[1]);
        let squared = across * across + down * down;
        for y in range(1, rows) {
            for x in range(0, columns) {
                let centre = [x as f32 + 0.5, y as f32 + 0.5];
                let t = ((centre[0] - a[0]) * across + (centre[1] - a[1]) * down) / squared.max(1e-12);
                let t = t.clamp(0.0, 1.0);
                let nearest = along(a, b, t);
                let width = (widths[0] + (widths[1] - widths[0]) * t) * self.tip(nearest, centre);
                // Of a line thinner than a pixel, as much less ink.
                let (width, faintness) = (width.max(1.0), width.min(1.0));
                let inside = (0.5 * width - distance(nearest, centre)) / self.edge + 0.5;
                let pixel = &mut ink[y * columns + x];
                *pixel = pixel.max(inside.clamp(0.0, 1.0) * faintness);
            }
        }
    }

    /// The tip's width in the direction from `from` to `to`.
    fn tip(&self, from: Point, to: Point) -> f32 {
        let length = distance(from, to);
        if self.flatness == 1.0 || length < 1e-6 {
            return self.width;
        }
        let along = ((to[0] - from[0]) * libm::cosf(self.angle) + (to[1] - from[1]) * libm::sinf(self.angle)) / length;
        self.width * (1.0 - (1.0 - self.flatness) * along * along)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column_of(pen: Pen) -> Vec<f32> {
        let mut ink = vec![0.0; 21 * 21];
        pen.draw(&[[2.0, 10.5], [19.0, 10.5]], [21, 21], &mut ink);
        (0..21).map(|y| ink[y * 21 + 10]).collect()
    }

    #[test]
    fn a_line_is_as_wide_as_the_pen() {
        for width in [0.4, 1.0, 3.0, 8.5] {
            let sum: f32 = column_of(Pen::round(width)).iter().sum();
            assert!((sum - width).abs() < 0.01, "{sum} of {width}");
        }
        assert_eq!(column_of(Pen::round(3.0))[8..13], [0.0, 1.0, 1.0, 1.0, 0.0]);
    }

    #[test]
    fn a_flat_tip_is_thin_in_its_direction() {
        let flat = |angle| column_of(Pen { flatness: 0.25, angle, ..Pen::round(8.0) }).iter().sum::<f32>();
        let (along, across) = (flat(0.0), flat(std::f32::consts::FRAC_PI_2));
        assert!(along > 7.9 && across < 2.5, "{along}, {across}");
    }

    #[test]
    fn a_soft_edge_keeps_the_width() {
        let soft = column_of(Pen { edge: 4.0, ..Pen::round(6.0) });
        assert!(
            (soft.iter().sum::<f32>() - 6.0).abs() < 0.1 && soft.iter().filter(|&&v| v > 0.0 && v < 1.0).count() >= 6
        );
    }
}
