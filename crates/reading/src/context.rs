//! What may be a digit, seen among its neighbours: whether it is a whole one is told from what is beside it.

use tenfold_imaging::{GreyImage, Ink, InkBox, scaled_square};

use crate::labels::Labels;

/// Pixels of a side.
pub(crate) const SIDE: usize = 28;

/// How many pixels high a digit of its line is; a wide one and half of a neighbour have room beside each other.
const HEIGHT: f64 = 16.0;

/// Ink of others counts for this much of what it is.
const OTHERS: f32 = 0.4;

/// The ink of the segments with labels from `first` to `last` in the middle of all that is around them, which is fainter, on a line
/// whose digits have a height of `height` pixels.
pub(crate) fn context(labels: &Labels, place: InkBox, [first, last]: [u32; 2], height: f32, ink: &Ink) -> Vec<u8> {
    let page = ink.image();
    let scale = HEIGHT / f64::from(height);
    let side = SIDE as f64 / scale;
    let start = |start: u32, length: u32| f64::from(start) + f64::from(length) / 2.0 - side / 2.0;
    let (left, top) = (start(place.left, place.width), start(place.top, place.height));
    // Whole pixels around it, as far as the page goes.
    let end = |start: f64, all: u32| ((start + side).ceil() as u32).min(all);
    let [x, y] = [left, top].map(|start| start.max(0.0) as u32);
    let (width, rows) = (end(left, page.width()) - x, end(top, page.height()) - y);
    let of_row = |row: u32| {
        let levels = page.pixels()[(row * page.width() + x) as usize..][..width as usize].iter();
        let own = |(&level, &label): (&u8, &u32)| match label == 0 || (first..=last).contains(&label) {
            true => level,
            false => (f32::from(level) * OTHERS) as u8,
        };
        levels.zip(labels.of_row(row, x, width)).map(own).collect::<Vec<u8>>()
    };
    let around = GreyImage::new(width, rows, (y..y + rows).flat_map(of_row).collect()).expect("a pixel for each place");
    scaled_square(&around, [left - f64::from(x), top - f64::from(y)], scale, SIDE)
}
