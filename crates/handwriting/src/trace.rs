//! What a pen went through, and the ink that it left.

use tenfold_imaging::GreyImage;

use crate::form::Point;
use crate::pen::Pen;

/// The strokes of one digit, or of what else is drawn, as chains of points, in heights of a digit, x to the right and y down. The height is that of the
/// form: what was written may be a little higher or lower.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    strokes: Vec<Vec<Point>>,
}

impl Trace {
    /// A trace of strokes, each of at least one point.
    pub(crate) fn new(strokes: Vec<Vec<Point>>) -> Self {
        Self { strokes }
    }

    /// The strokes in the order of writing, each a chain of points.
    pub fn strokes(&self) -> &[Vec<[f32; 2]>] {
        &self.strokes
    }

    /// The least and the greatest `[x, y]` of all points.
    pub fn bounds(&self) -> [[f32; 2]; 2] {
        let points = || self.strokes.iter().flatten();
        let edge = |choose: fn(f32, f32) -> f32, from: f32| {
            [0, 1].map(|axis| points().map(|point: &Point| point[axis]).fold(from, choose))
        };
        [edge(f32::min, f32::INFINITY), edge(f32::max, f32::NEG_INFINITY)]
    }

    /// The ink of the digit alone, 0 paper .. 255 ink, cut to its own size with the pen's width around it; `height`: of a
    /// digit in pixels.
    ///
    /// # Panics
    /// If `height` is not above 0, or the image would be larger than 10,000 pixels.
    pub fn draw(&self, height: f32, pen: &Pen) -> GreyImage {
        assert!(height > 0.0, "a height of {height} px");
        let [least, greatest] = self.bounds();
        let margin = pen.reach().ceil() + 1.0;
        let size = [0, 1].map(|axis| ((greatest[axis] - least[axis]) * height + 2.0 * margin).ceil());
        assert!(size.iter().all(|&side| side <= 10_000.0), "an image of {size:?} px");
        let [width, rows] = size.map(|side| side as u32);
        let mut ink = vec![0.0; (width * rows) as usize];
        for stroke in &self.strokes {
            let place = |point: &Point| [0, 1].map(|axis| (point[axis] - least[axis]) * height + margin);
            let line: Vec<Point> = stroke.iter().map(place).collect();
            pen.draw(&line, [width as usize, rows as usize], &mut ink);
        }
        let pixels = ink.iter().map(|&share: &f32| (share * 255.0).round() as u8).collect();
        GreyImage::new(width, rows, pixels).expect("as many pixels as its size has")
    }
}
