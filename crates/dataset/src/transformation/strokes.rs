//! Strokes made wider or narrower: dilation and erosion of grey images, by any fraction of a pixel.

use std::f32::consts::SQRT_2;

use super::plane::{Bordered, Plane};

/// Changes the width of strokes, with room to do so.
#[derive(Clone, Debug, Default)]
pub(crate) struct Strokes {
    source: Bordered,
}

impl Strokes {
    /// Makes strokes `by_px` pixels wider, or narrower below 0: half of it on each side, in steps of a pixel and one of
    /// what is left. Outside the image all is background.
    pub(crate) fn apply(&mut self, image: &mut Plane, by_px: f32) {
        let mut left = by_px.abs() / 2.0;
        while left > 0.0 {
            let amount = left.min(1.0);
            match by_px > 0.0 {
                true => self.step(image, amount, |one, other| if one > other { one } else { other }),
                false => self.step(image, amount, |one, other| if one < other { one } else { other }),
            }
            left -= 1.0;
        }
    }

    /// Moves edges by `amount` of a pixel, 0 to 1: so much of the way to the `extreme` of the neighbours, as the edges of
    /// grey images lie where a pixel is partly covered.
    fn step(&mut self, image: &mut Plane, amount: f32, extreme: impl Fn(f32, f32) -> f32 + Copy) {
        self.source.read(image, 1);
        let width = image.width;
        for (row, to) in image.rows_mut().enumerate() {
            let [above, beside, below] = [0, 1, 2].map(|down| {
                let row = self.source.row(row + down);
                [0, 1, 2].map(|right| &row[right..][..width])
            });
            for (x, to) in to.iter_mut().enumerate() {
                let centre = beside[1][x];
                let across = extreme(beside[0][x], beside[2][x]);
                let cross = extreme(extreme(above[1][x], below[1][x]), extreme(across, centre));
                let corners = extreme(extreme(above[0][x], above[2][x]), extreme(below[0][x], below[2][x]));
                // A cross moves diagonal edges by 1 / sqrt(2) of a pixel and a square by sqrt(2): this much of the way
                // from one to the other moves them by a pixel, as it does straight ones.
                let disc = cross + (SQRT_2 - 1.0) * (extreme(cross, corners) - cross);
                *to = centre + amount * (disc - centre);
            }
        }
    }
}
