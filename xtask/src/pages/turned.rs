//! Where things are on a page that is turned.

use tenfold_recognizer::InkBox;

/// A page turned about its middle by a few degrees.
#[derive(Clone, Copy)]
pub(super) struct Tilt {
    /// Clockwise.
    pub(super) degrees: f32,
    middle: [f32; 2],
}

impl Tilt {
    pub(super) fn new(degrees: f32, size: [u32; 2]) -> Self {
        Self { degrees, middle: size.map(|side| side as f32 / 2.0) }
    }

    /// The box around pixels with these middles, at least one, on the tilted page.
    pub(super) fn boxed(self, middles: impl Iterator<Item = [f32; 2]>) -> InkBox {
        let (sine, cosine) = self.degrees.to_radians().sin_cos();
        let moved = |[x, y]: [f32; 2]| {
            let [right, down] = [x - self.middle[0], y - self.middle[1]];
            [self.middle[0] + right * cosine - down * sine, self.middle[1] + right * sine + down * cosine]
        };
        let ends = middles.map(moved).fold([f32::INFINITY, f32::INFINITY, 0.0, 0.0], |ends: [f32; 4], [x, y]| {
            [ends[0].min(x), ends[1].min(y), ends[2].max(x), ends[3].max(y)]
        });
        let [left, top, right, bottom] = ends.map(|end| (end - 0.5).round().max(0.0) as u32);
        InkBox { left, top, width: right + 1 - left, height: bottom + 1 - top }
    }
}

/// Turns by quarters, clockwise.
pub(super) mod quarter {
    use tenfold_recognizer::{ColourImage, InkBox};

    /// Where a place of a page of these columns and rows is after so many quarters.
    pub(in super::super) fn place(place: InkBox, quarters: u32, [columns, rows]: [u32; 2]) -> InkBox {
        let InkBox { left, top, width, height } = place;
        match quarters {
            0 => place,
            _ => {
                let once = InkBox { left: rows - top - height, top: left, width: height, height: width };
                self::place(once, quarters - 1, [rows, columns])
            }
        }
    }

    /// A picture after so many quarters.
    pub(in super::super) fn picture(picture: &ColourImage, quarters: u32) -> ColourImage {
        if quarters == 0 {
            return picture.clone();
        }
        let grey = picture.grey();
        let (columns, rows) = (grey.width() as usize, grey.height() as usize);
        let colour = |at: usize| match picture.colours() {
            Some(colours) => [0, 1, 2].map(|channel| colours[3 * at + channel]),
            None => [grey.pixels()[at]; 3],
        };
        // The first row of what comes out is the first column, from below.
        let turned = (0..columns).flat_map(|x| (0..rows).rev().map(move |y| y * columns + x)).flat_map(colour);
        let once = ColourImage::new(rows as u32, columns as u32, turned.collect()).expect("as many pixels");
        self::picture(&once, quarters - 1)
    }
}

#[cfg(test)]
mod tests {
    use tenfold_recognizer::{ColourImage, InkBox};

    use super::quarter;

    #[test]
    fn places_move_with_the_picture() {
        let mut levels = vec![255; 5 * 3 * 3];
        levels[(5 + 3) * 3..][..3].fill(0);
        let picture = ColourImage::new(5, 3, levels).unwrap();
        for quarters in 0..4 {
            let place = quarter::place(InkBox { left: 3, top: 1, width: 1, height: 1 }, quarters, [5, 3]);
            let turned = quarter::picture(&picture, quarters);
            let dark = turned.grey().pixels().iter().position(|&level| level == 0).unwrap() as u32;
            let width = turned.grey().width();
            assert_eq!([place.left, place.top], [dark % width, dark / width], "{quarters}");
        }
    }
}
