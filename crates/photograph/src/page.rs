//! A page with one digit on it.

use tenfold_imaging::GreyImage;
use tenfold_random::Stream;

use crate::canvas::{Canvas, Colour};

/// Where a digit stands on a page, how large it is, and of what colours both are.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Width and height in pixels, each 1 to 10,000.
    pub size: [u32; 2],
    /// Red, green and blue of the paper.
    pub paper: [u8; 3],
    /// Red, green and blue of the ink.
    pub ink: [u8; 3],
    /// Where the middle of the digit's image is, in pixels from the left and from the top.
    pub middle: [f32; 2],
    /// Pixels of the page for each of the digit's image, 0.1 to 100.
    pub scale: f32,
}

impl Default for Page {
    /// A page of 1,000 by 1,000 pixels, off-white, with dark ink in its middle, as large as the digit's image.
    fn default() -> Self {
        Self { size: [1000; 2], paper: [235; 3], ink: [35; 3], middle: [500.0; 2], scale: 1.0 }
    }
}

impl Page {
    /// A page of `size` as [`default`](Self::default), with the digit at any place on which its image has room, at a scale of
    /// `scales[0]` to `scales[1]`; each doubling is as likely. Paper has a level of 215 to 255, ink one of 15 to 75.
    ///
    /// # Panics
    /// If the digit's image, at the largest scale, is larger than the page.
    pub fn draw(size: [u32; 2], scales: [f32; 2], digit: &GreyImage, stream: &mut Stream) -> Self {
        let mut between = |low: f32, high: f32| low + (high - low) * stream.uniform();
        let scale = libm::expf(between(libm::logf(scales[0]), libm::logf(scales[1])));
        let image = [digit.width(), digit.height()].map(|side| side as f32 * scale);
        let middle = [0, 1].map(|axis| {
            let (half, length) = (image[axis] / 2.0, size[axis] as f32);
            assert!(image[axis] <= length, "a digit of {image:?} px on a page of {size:?} px");
            between(half, length - half)
        });
        let (paper, ink) = (between(215.0, 255.0) as u8, between(15.0, 75.0) as u8);
        Self { size, paper: [paper; 3], ink: [ink; 3], middle, scale }
    }

    /// The rectangle of the digit's image on the page: its upper left and lower right corners.
    pub(crate) fn place(&self, digit: &GreyImage) -> [[f32; 2]; 2] {
        let half = [digit.width(), digit.height()].map(|side| side as f32 * self.scale / 2.0);
        [[0, 1].map(|axis| self.middle[axis] - half[axis]), [0, 1].map(|axis| self.middle[axis] + half[axis])]
    }

    /// Lays the digit's ink on the canvas.
    pub(crate) fn write(&self, canvas: &mut Canvas, digit: &GreyImage, ink: Colour) {
        let place @ [least, _] = self.place(digit);
        // Of each pixel so many points along each axis that none of a larger image is missed.
        let points = (1.0 / self.scale).ceil().max(1.0) as u32;
        let offsets: Vec<f32> = (0..points).map(|at| (at as f32 + 0.5) / points as f32 - 0.5).collect();
        canvas.cover(place, ink, |at| {
            let mut sum = 0.0;
            for down in &offsets {
                for across in &offsets {
                    let point = [at[0] + across - least[0], at[1] + down - least[1]];
                    sum += ink_at(digit, point.map(|place| place / self.scale));
                }
            }
            sum / (points * points) as f32
        });
    }
}

/// How much ink a digit's image has at a place, 0 to 1, evenly between the middles of its pixels.
fn ink_at(digit: &GreyImage, [x, y]: [f32; 2]) -> f32 {
    let (width, height) = (digit.width() as isize, digit.height() as isize);
    let level = |x: isize, y: isize| match (0..width).contains(&x) && (0..height).contains(&y) {
        true => f32::from(digit.pixels()[(y * width + x) as usize]) / 255.0,
        false => 0.0,
    };
    let (x, y) = (x - 0.5, y - 0.5);
    let (left, top) = (x.floor(), y.floor());
    let (across, down) = (x - left, y - top);
    let (left, top) = (left as isize, top as isize);
    let row = |y: isize| level(left, y) * (1.0 - across) + level(left + 1, y) * across;
    row(top) * (1.0 - down) + row(top + 1) * down
}

/// A colour in floats.
pub(crate) fn levels(colour: [u8; 3]) -> Colour {
    colour.map(f32::from)
}
