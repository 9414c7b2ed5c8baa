//! An image drawn again from other places of it: one resampling, whatever decides the places.

use super::plane::{Bordered, Plane};

/// Pixels of background around the image: a place further out is like one in them.
const BORDER_PX: usize = 2;

/// Draws images anew, with room to do so.
#[derive(Clone, Debug, Default)]
pub(crate) struct Warp {
    source: Bordered,
    /// Of a row, where its pixels come from; then how far that is below and beside a pixel.
    down: Vec<f32>,
    right: Vec<f32>,
    /// That pixel's place in `source`.
    corners: Vec<i32>,
}

impl Warp {
    /// Gives every pixel of `image` the brightness that is at its place: the bilinear interpolation of the four pixels
    /// around it; outside the image all is background.
    ///
    /// `places(row, down, right)` writes row and column of the place that each pixel of `row` comes from, in pixels; any
    /// numbers will do.
    pub(crate) fn apply(&mut self, image: &mut Plane, places: impl Fn(usize, &mut [f32], &mut [f32])) {
        let (height, width) = (image.height, image.width);
        self.source.read(image, BORDER_PX);
        self.down.resize(width, 0.0);
        self.right.resize(width, 0.0);
        self.corners.resize(width, 0);
        let stride = self.source.stride();
        for (row, to) in image.rows_mut().enumerate() {
            places(row, &mut self.down, &mut self.right);
            for ((down, right), corner) in self.down.iter_mut().zip(&mut self.right).zip(&mut self.corners) {
                let (top, below) = split(*down, height as f32);
                let (left, beside) = split(*right, width as f32);
                *corner = top.wrapping_mul(stride as i32).wrapping_add(left);
                (*down, *right) = (below, beside);
            }
            let values = self.source.values();
            for (((&corner, &below), &beside), to) in self.corners.iter().zip(&self.down).zip(&self.right).zip(to) {
                let corner = corner as usize;
                let line = |pair: &[f32]| (1.0 - beside) * pair[0] + beside * pair[1];
                let [above, under] = [&values[corner..corner + 2], &values[corner + stride..corner + stride + 2]];
                *to = (1.0 - below) * line(above) + below * line(under);
            }
        }
    }
}

/// The pixel above or to the left of a place, counted from the border's first, and how far the place is from it. Further
/// out than the border has pixels, where the image's side ends or before it, there is background only.
fn split(place: f32, side: f32) -> (i32, f32) {
    // What is not a number is taken for a place in the border.
    let place = place.max(-(BORDER_PX as f32)).min(side);
    let cut = place as i32;
    // `floor`, in arithmetic that every machine does on several values at once.
    let floor = cut.wrapping_sub(i32::from(place < cut as f32));
    (floor.wrapping_add(BORDER_PX as i32), place - floor as f32)
}
