//! A picture turned about its middle, all of it kept.

use crate::GreyImage;

/// A turn of pictures of one size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turn {
    cosine: f32,
    sine: f32,
    /// Columns and rows before and after.
    from: [u32; 2],
    to: [u32; 2],
}

impl Turn {
    /// A turn by so many degrees, clockwise, of a picture of these columns and rows, each at least 1. What comes out is as large as
    /// all of it needs.
    pub fn new(degrees: f32, from: [u32; 2]) -> Self {
        let [width, height] = from.map(f64::from);
        let (sine, cosine) = libm::sincos(f64::from(degrees).to_radians());
        // A quarter turn has a cosine that is nearly, not quite, 0.
        let length =
            |along: f64, across: f64| ((along * cosine).abs() + (across * sine).abs() - 1e-6).ceil().max(1.0) as u32;
        let to = [length(width, height), length(height, width)];
        Self { cosine: cosine as f32, sine: sine as f32, from, to }
    }

    /// Where a place of the turned picture was before, both in pixels from the left and from the top.
    pub fn from_place(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let [right, down] = [x - self.to[0] as f32 / 2.0, y - self.to[1] as f32 / 2.0];
        let [left, top] = self.from.map(|side| side as f32 / 2.0);
        [left + right * self.cosine + down * self.sine, top - right * self.sine + down * self.cosine]
    }

    /// The turned picture: each level evenly between those of the four pixels around where it was; 0 beyond the picture.
    pub(crate) fn picture(&self, picture: &GreyImage) -> GreyImage {
        let (width, height) = (self.from[0] as isize, self.from[1] as isize);
        let level = |x: isize, y: isize| match (0..width).contains(&x) && (0..height).contains(&y) {
            true => f32::from(picture.pixels()[(y * width + x) as usize]),
            false => 0.0,
        };
        let mut pixels = Vec::with_capacity(self.to[0] as usize * self.to[1] as usize);
        for row in 0..self.to[1] {
            let [start, top] = self.from_place([0.5, row as f32 + 0.5]).map(|place| place - 0.5);
            for column in 0..self.to[0] {
                let (x, y) = (start + column as f32 * self.cosine, top - column as f32 * self.sine);
                let (left, above) = (x.floor(), y.floor());
                let (right, down) = (x - left, y - above);
                let (left, above) = (left as isize, above as isize);
                let [[a, b], [c, d]] = [above, above + 1].map(|y| [level(left, y), level(left + 1, y)]);
                let [upper, lower] = [a + (b - a) * right, c + (d - c) * right];
                pixels.push((upper + (lower - upper) * down).round() as u8);
            }
        }
        GreyImage::new(self.to[0], self.to[1], pixels).expect("a level for each pixel")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarter_turns_move_pixels() {
        let picture = GreyImage::new(3, 2, vec![1, 2, 3, 4, 5, 6]).unwrap();
        let turned = |degrees: f32| Turn::new(degrees, [3, 2]).picture(&picture);
        for (degrees, size, pixels) in [
            (0.0, [3, 2], [1, 2, 3, 4, 5, 6]),
            (90.0, [2, 3], [4, 1, 5, 2, 6, 3]),
            (180.0, [3, 2], [6, 5, 4, 3, 2, 1]),
            (270.0, [2, 3], [3, 6, 2, 5, 1, 4]),
        ] {
            let turned = turned(degrees);
            assert_eq!(([turned.width(), turned.height()], turned.pixels()), (size, &pixels[..]), "{degrees}");
        }
    }

    #[test]
    fn places_are_found_again() {
        let mut pixels = vec![0; 60 * 40];
        pixels[12 * 60 + 50] = 255;
        let picture = GreyImage::new(60, 40, pixels).unwrap();
        for degrees in [3.0, -12.0, 100.0] {
            let turn = Turn::new(degrees, [60, 40]);
            let turned = turn.picture(&picture);
            let strongest = turned.pixels().iter().enumerate().max_by_key(|(_, level)| **level).unwrap().0;
            let [x, y] = [strongest as u32 % turned.width(), strongest as u32 / turned.width()];
            let [x, y] = turn.from_place([x as f32 + 0.5, y as f32 + 0.5]);
            assert!((x - 50.5).abs() < 1.0 && (y - 12.5).abs() < 1.0, "{degrees}: {x}, {y}");
        }
    }
}
