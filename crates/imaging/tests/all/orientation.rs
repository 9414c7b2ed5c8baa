//! Which way is up, in every format that says it.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, GrayImage, ImageEncoder, Luma, Rgb, RgbImage};
use tenfold_imaging::{Limits, decode, decode_colour};

use super::files::tiff;

const STORED: (u32, u32) = (12, 7);

fn stored() -> GrayImage {
    GrayImage::from_fn(STORED.0, STORED.1, |x, y| Luma([(15 * x + 9 * y) as u8]))
}

/// Where the pixel lies in the stored picture that is seen here, by the definition of EXIF's orientations (CIPA DC-008, 4.6.4).
fn place(orientation: u8, (x, y): (u32, u32)) -> (u32, u32) {
    let (right, bottom) = (STORED.0 - 1, STORED.1 - 1);
    match orientation {
        1 => (x, y),
        2 => (right - x, y),
        3 => (right - x, bottom - y),
        4 => (x, bottom - y),
        5 => (y, x),
        6 => (y, bottom - x),
        7 => (right - y, bottom - x),
        _ => (right - y, x),
    }
}

/// A block of EXIF that holds an orientation and nothing else.
fn exif(orientation: u8) -> Vec<u8> {
    [b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", [orientation].as_slice(), &[0; 6]].concat()
}

fn with_exif(mut encoder: impl ImageEncoder, exif: Vec<u8>) {
    encoder.set_exif_metadata(exif).unwrap();
    encoder.write_image(stored().as_raw(), STORED.0, STORED.1, ExtendedColorType::L8).unwrap();
}

/// The stored picture in each format that says which way is up.
fn files(orientation: u8) -> [(&'static str, Vec<u8>, u8); 5] {
    let [mut png, mut jpeg, mut webp, mut prefixed] = [const { Vec::new() }; 4];
    with_exif(PngEncoder::new(Cursor::new(&mut png)), exif(orientation));
    with_exif(JpegEncoder::new_with_quality(&mut jpeg, 100), exif(orientation));
    with_exif(WebPEncoder::new_lossless(&mut webp), exif(orientation));
    with_exif(WebPEncoder::new_lossless(&mut prefixed), [b"Exif\0\0", &exif(orientation)[..]].concat());
    let upwards = [orientation.into()];
    let entries: [(u16, &[u32]); 6] =
        [(256, &[STORED.0]), (257, &[STORED.1]), (258, &[8]), (259, &[1]), (262, &[1]), (274, &upwards)];
    let tiff = tiff(&entries, false, &[stored().as_raw()]);
    [("PNG", png, 0), ("JPEG", jpeg, 3), ("WebP", webp, 0), ("WebP with a prefix", prefixed, 0), ("TIFF", tiff, 0)]
}

#[test]
fn every_picture_is_seen_upright() {
    for orientation in 1..=8 {
        let seen = if orientation < 5 { STORED } else { (STORED.1, STORED.0) };
        for (format, bytes, tolerance) in files(orientation) {
            let picture = decode(&bytes, &Limits::default()).unwrap();
            assert_eq!((picture.width(), picture.height()), seen, "{format} {orientation}");
            for (at, &level) in (0..).zip(picture.pixels()) {
                let (x, y) = place(orientation, (at % seen.0, at / seen.0));
                let expected = stored().get_pixel(x, y).0[0];
                assert!(level.abs_diff(expected) <= tolerance, "{format} {orientation} at {at}: {level}, {expected}");
            }
        }
    }
}

/// The colours are turned as the grey levels are.
#[test]
fn colours_are_seen_upright() {
    let level = |x: u32, y: u32| [(15 * x) as u8, (9 * y) as u8, (x * y) as u8];
    let stored = RgbImage::from_fn(STORED.0, STORED.1, |x, y| Rgb(level(x, y)));
    for orientation in 1..=8 {
        let mut bytes = Vec::new();
        let mut encoder = PngEncoder::new(Cursor::new(&mut bytes));
        encoder.set_exif_metadata(exif(orientation)).unwrap();
        encoder.write_image(stored.as_raw(), STORED.0, STORED.1, ExtendedColorType::Rgb8).unwrap();
        let picture = decode_colour(&bytes, &Limits::default()).unwrap();
        let width = picture.grey().width();
        for (at, colour) in (0..).zip(picture.colours().unwrap().as_chunks::<3>().0) {
            let (x, y) = place(orientation, (at % width, at / width));
            assert_eq!(colour, &level(x, y), "{orientation} at {at}");
        }
    }
}

#[test]
fn an_orientation_that_there_is_not_costs_nothing() {
    for (format, bytes, _) in files(9) {
        let picture = decode(&bytes, &Limits::default()).unwrap();
        assert_eq!((picture.width(), picture.height()), STORED, "{format}");
    }
}
