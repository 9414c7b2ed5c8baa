//! What can be measured of one image: how much ink, how wide a stroke, where, and how large; and of all of them.

use serde::Serialize;

use super::distribution::ByClass;
use super::stroke::stroke_width_px;
use crate::Dataset;

/// Width of a bin of ink shares, in the histograms of [`Shapes`].
const INK_SHARE_BIN: f64 = 0.01;
/// Width of a bin of stroke widths and of offsets, in pixels.
const FINE_BIN_PX: f64 = 0.25;
/// Width of a bin of whole numbers of pixels.
const WHOLE_BIN_PX: f64 = 1.0;

/// What can be measured of one image.
///
/// ```
/// use tenfold_dataset::exploration::Shape;
///
/// let shape = Shape::new(&[0, 255, 0, 0, 255, 0], 3); // a vertical line in 2 rows of 3 pixels
/// let ink = shape.ink.unwrap();
/// assert_eq!((ink.box_height_px, ink.box_width_px), (2, 1));
/// assert_eq!((ink.centre_down_px, ink.centre_right_px), (0.0, 0.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Shape {
    /// Mean of the pixels as a share of full ink, 0 to 1.
    pub ink_share: f64,
    /// What can be measured of its ink; none if the image is blank.
    pub ink: Option<InkShape>,
}

/// What can be measured of the ink of an image that is not blank.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct InkShape {
    /// Width of the strokes, as [`stroke_width_px`](super::stroke_width_px) estimates it.
    pub stroke_width_px: f64,
    /// How far below the middle of the image the centre of mass of the ink is; negative above it.
    pub centre_down_px: f64,
    /// How far to the right of the middle of the image the centre of mass of the ink is; negative to the left.
    pub centre_right_px: f64,
    /// Height of the smallest box around every pixel that is not background.
    pub box_height_px: usize,
    /// Width of that box.
    pub box_width_px: usize,
}

impl Shape {
    /// Measures one image, `[height, width]`: 0 is background, 255 is ink.
    ///
    /// # Panics
    /// If `width` is 0 or the image is not a whole number of rows, at least one.
    pub fn new(image: &[u8], width: usize) -> Self {
        let ink_by_row: Vec<u64> = image.chunks_exact(width).map(total).collect();
        let mut ink_by_column = vec![0; width];
        for row in image.chunks_exact(width) {
            ink_by_column.iter_mut().zip(row).for_each(|(ink, &pixel)| *ink += u64::from(pixel));
        }
        let ink = stroke_width_px(image, width).map(|stroke_width_px| InkShape {
            stroke_width_px,
            centre_down_px: off_centre(&ink_by_row),
            centre_right_px: off_centre(&ink_by_column),
            box_height_px: extent(&ink_by_row),
            box_width_px: extent(&ink_by_column),
        });
        Self { ink_share: total(image) as f64 / (255.0 * image.len() as f64), ink }
    }
}

fn total(pixels: &[u8]) -> u64 {
    pixels.iter().map(|&pixel| u64::from(pixel)).sum()
}

/// The centre of mass of ink along one axis, from the middle of the axis. `ink`: not all of it 0.
fn off_centre(ink: &[u64]) -> f64 {
    let moment: u64 = (0..).zip(ink).map(|(place, &ink)| place * ink).sum();
    moment as f64 / ink.iter().sum::<u64>() as f64 - (ink.len() - 1) as f64 / 2.0
}

/// From the first to the last place with ink, both counted. `ink`: not all of it 0.
fn extent(ink: &[u64]) -> usize {
    let has_ink = |&ink: &u64| ink > 0;
    let [first, last] = [ink.iter().position(has_ink), ink.iter().rposition(has_ink)];
    last.zip(first).map_or(0, |(last, first)| last - first + 1)
}

/// How the shapes of a data set are spread, over all of its images and over those of each class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shapes {
    /// Images without any ink; only ink shares count them.
    pub blank: usize,
    /// [`Shape::ink_share`], in bins of 0.01.
    pub ink_share: ByClass,
    /// [`InkShape::stroke_width_px`], in bins of 0.25.
    pub stroke_width_px: ByClass,
    /// [`InkShape::centre_down_px`], in bins of 0.25.
    pub centre_down_px: ByClass,
    /// [`InkShape::centre_right_px`], in bins of 0.25.
    pub centre_right_px: ByClass,
    /// [`InkShape::box_height_px`], in bins of 1.
    pub box_height_px: ByClass,
    /// [`InkShape::box_width_px`], in bins of 1.
    pub box_width_px: ByClass,
}

impl Shapes {
    /// Measures every image.
    pub fn new(dataset: &Dataset) -> Self {
        let images = dataset.images().chunks_exact(dataset.height() * dataset.width());
        let shapes: Vec<Shape> = images.map(|image| Shape::new(image, dataset.width())).collect();
        let by_class = |bin_width: f64, value: fn(&InkShape) -> f64| {
            let values: Vec<Option<f64>> = shapes.iter().map(|shape| shape.ink.as_ref().map(value)).collect();
            ByClass::new(&values, dataset.labels(), bin_width)
        };
        let ink_shares: Vec<Option<f64>> = shapes.iter().map(|shape| Some(shape.ink_share)).collect();
        Self {
            blank: shapes.iter().filter(|shape| shape.ink.is_none()).count(),
            ink_share: ByClass::new(&ink_shares, dataset.labels(), INK_SHARE_BIN),
            stroke_width_px: by_class(FINE_BIN_PX, |ink| ink.stroke_width_px),
            centre_down_px: by_class(FINE_BIN_PX, |ink| ink.centre_down_px),
            centre_right_px: by_class(FINE_BIN_PX, |ink| ink.centre_right_px),
            box_height_px: by_class(WHOLE_BIN_PX, |ink| ink.box_height_px as f64),
            box_width_px: by_class(WHOLE_BIN_PX, |ink| ink.box_width_px as f64),
        }
    }
}

#[cfg(test)]
mod tests;
