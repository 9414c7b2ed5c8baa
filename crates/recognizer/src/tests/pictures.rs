//! The pictures that tests and examples read.

use crate::{GreyImage, Recognizer};

const WIDTH: u32 = 100;
const HEIGHT: u32 = 140;
const PAPER: f64 = 235.0;
const INK: f64 = 40.0;

/// A picture with a level of ink, 0 to 1, for each column and row.
fn image(ink: impl Fn(u32, u32) -> f64) -> GreyImage {
    let level = |at| (PAPER - (PAPER - INK) * ink(at % WIDTH, at / WIDTH)).round() as u8;
    GreyImage::new(WIDTH, HEIGHT, (0..WIDTH * HEIGHT).map(level).collect()).unwrap()
}

/// A rectangle of ink in the middle of the page.
fn rectangle(width: u32, height: u32) -> GreyImage {
    image(|x, y| f64::from(x.abs_diff(50) * 2 < width && y.abs_diff(70) * 2 < height))
}

pub(super) fn bar() -> GreyImage {
    rectangle(8, 80)
}

pub(super) fn block() -> GreyImage {
    rectangle(60, 60)
}

pub(super) fn speck() -> GreyImage {
    rectangle(3, 3)
}

pub(super) fn blank() -> GreyImage {
    image(|_, _| 0.0)
}

/// Two strokes of a round pen.
fn seven() -> GreyImage {
    let strokes = [[25.0, 30.0, 75.0, 30.0], [75.0, 30.0, 45.0, 110.0]];
    image(|x, y| {
        let distances = strokes.map(|stroke| distance([x.into(), y.into()], stroke));
        (4.5 - distances[0].min(distances[1])).clamp(0.0, 1.0)
    })
}

/// The distance of a point from the line between two others.
pub(super) fn distance([x, y]: [f64; 2], [x0, y0, x1, y1]: [f64; 4]) -> f64 {
    let (along_x, along_y) = (x1 - x0, y1 - y0);
    let part = ((x - x0) * along_x + (y - y0) * along_y) / (along_x * along_x + along_y * along_y);
    let part = part.clamp(0.0, 1.0);
    let (off_x, off_y) = (x - x0 - part * along_x, y - y0 - part * along_y);
    (off_x * off_x + off_y * off_y).sqrt()
}

/// The file of a picture.
pub(super) fn png(image: &GreyImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, image.width(), image.height());
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(image.pixels()).unwrap();
    bytes
}

#[test]
fn the_committed_pictures_are_these() {
    let recognizer = Recognizer::embedded();
    for (file, expected) in [
        (&include_bytes!("../../testdata/seven.png")[..], seven()),
        (include_bytes!("../../testdata/blank.png"), blank()),
    ] {
        let found = recognizer.decode(file).unwrap();
        assert!(found == expected, "{found:?}");
    }
}
