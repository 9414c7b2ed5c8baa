//! Decoding at its boundary: every way in which bytes may fail to be a picture, and what becomes of those that are one.

use std::io::Cursor;
use std::time::{Duration, Instant};

use image::{DynamicImage, GrayImage, ImageFormat, LumaA, Rgb, RgbImage, Rgba, RgbaImage};
use proptest::prelude::*;
use tenfold_imaging::{Error, ErrorKind, GreyImage, Limits, Polarity, Preparation, decode};

/// Damages a file: it is refused, or it is a whole picture.
pub fn check_damaged(mut bytes: Vec<u8>, at: usize, flipped: u8, cut: usize) -> Result<(), TestCaseError> {
    let at = at % bytes.len();
    bytes[at] ^= flipped;
    bytes.truncate(bytes.len() - (cut % (bytes.len() * 2)).saturating_sub(bytes.len()));
    let small = Limits { pixels: 1_000_000, memory: 8 << 20, ..Limits::default() };
    if let Ok(grey) = decode(&bytes, &small) {
        prop_assert_eq!(grey.pixels().len() as u64, u64::from(grey.width()) * u64::from(grey.height()));
    }
    Ok(())
}

pub fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn decoded(bytes: &[u8]) -> GreyImage {
    decode(bytes, &Limits::default()).unwrap()
}

/// A grey slope, different in each corner.
fn slope(width: u32, height: u32) -> GrayImage {
    GrayImage::from_fn(width, height, |x, y| image::Luma([(x * 160 / width + y * 80 / height) as u8]))
}

#[test]
fn a_grey_png_is_read_exactly() {
    let grey = decoded(&encoded(slope(31, 17), ImageFormat::Png));
    assert_eq!((grey.width(), grey.height()), (31, 17));
    assert_eq!(grey.pixels(), slope(31, 17).as_raw().as_slice());
}

#[test]
fn a_jpeg_is_read_nearly_exactly() {
    let grey = decoded(&encoded(slope(64, 48), ImageFormat::Jpeg));
    assert_eq!((grey.width(), grey.height()), (64, 48));
    let farthest = grey.pixels().iter().zip(slope(64, 48).as_raw()).map(|(a, b)| a.abs_diff(*b)).max();
    assert!(farthest <= Some(8), "{farthest:?}");
}

#[test]
fn colours_become_bt_709_luma() {
    for (colour, luma) in [([255, 0, 0], 54), ([0, 255, 0], 182), ([0, 0, 255], 18), ([255, 255, 255], 255)] {
        let grey = decoded(&encoded(RgbImage::from_pixel(3, 3, Rgb(colour)), ImageFormat::Png));
        assert!(grey.pixels().iter().all(|pixel| pixel.abs_diff(luma) <= 1), "{colour:?}: {:?}", grey.pixels());
    }
}

#[test]
fn sixteen_bits_become_eight() {
    let deep = image::ImageBuffer::from_fn(4, 1, |x, _| image::Luma([[0u16, 257, 32_896, 65_535][x as usize]]));
    assert_eq!(decoded(&encoded(deep, ImageFormat::Png)).pixels(), [0, 1, 128, 255]);
}

#[test]
fn transparent_drawings_get_the_opposite_backdrop() {
    // The colour below full transparency is arbitrary and must not show; half-transparent edges lie between.
    let drawing = |ink: u8, hidden: u8| {
        let mut picture = image::GrayAlphaImage::from_pixel(10, 10, LumaA([hidden, 0]));
        for y in 2..8 {
            picture.put_pixel(5, y, LumaA([ink, 255]));
            picture.put_pixel(6, y, LumaA([ink, 128]));
        }
        let grey = decoded(&encoded(picture, ImageFormat::Png));
        let row: Vec<u8> = grey.pixels()[30..40].to_vec();
        row
    };
    for hidden in [0, 255] {
        assert_eq!(drawing(0, hidden), [255, 255, 255, 255, 255, 0, 127, 255, 255, 255], "black ink");
        assert_eq!(drawing(255, hidden), [0, 0, 0, 0, 0, 255, 128, 0, 0, 0], "white ink");
    }
}

#[test]
fn transparent_corners_become_paper() {
    for paper in [240, 10] {
        let mut picture = RgbaImage::from_pixel(20, 20, Rgba([paper, paper, paper, 255]));
        picture.put_pixel(0, 0, Rgba([0, 0, 0, 0]));
        let corner = decoded(&encoded(picture, ImageFormat::Png)).pixels()[0];
        assert_eq!(corner, if paper > 127 { 255 } else { 0 });
    }
}

#[test]
fn what_is_not_a_picture_is_named() {
    let check = |bytes: &[u8], kind, message: &str| {
        let error = decode(bytes, &Limits::default()).unwrap_err();
        assert_eq!(error.kind(), kind);
        assert_eq!(error.to_string().lines().next(), Some(message));
    };
    check(b"", ErrorKind::Input, "not a PNG, JPEG, WebP, GIF, BMP, TIFF or PNM image: found an empty file");
    check(
        b"label,pixel0\n5,0",
        ErrorKind::Input,
        "not a PNG, JPEG, WebP, GIF, BMP, TIFF or PNM image: found a table as text (CSV)",
    );
    let heic = "not a PNG, JPEG, WebP, GIF, BMP, TIFF or PNM image: found a HEIC or AVIF picture";
    check(b"\0\0\0\x18ftypheic", ErrorKind::Unsupported, heic);
    check(
        b"<!doctype html>",
        ErrorKind::Input,
        "not a PNG, JPEG, WebP, GIF, BMP, TIFF or PNM image: found a web page (HTML)",
    );
}

/// A PNG that claims a size and holds nothing else.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    drop(encoder.write_header().unwrap());
    bytes
}

#[test]
fn sizes_over_the_limits_are_refused_from_the_header() {
    let check = |width, height, what| {
        let started = Instant::now();
        let error = decode(&png_header(width, height), &Limits::default()).unwrap_err();
        assert!(matches!(&error, Error::LimitExceeded { what: found, .. } if *found == what), "{error}");
        assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    };
    check(50_000, 50_000, "width");
    check(20_001, 1, "width");
    check(1, 20_001, "height");
    check(20_000, 20_000, "pixels");

    // The first SOF0 segment's height and width follow its marker, length and precision.
    let mut jpeg = encoded(slope(16, 16), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].fill(0xff);
    let error = decode(&jpeg, &Limits::default()).unwrap_err();
    assert_eq!(error, Error::LimitExceeded { what: "width", found: 65_535, limit: 20_000 });
}

/// A PNG with a chunk put after its header.
fn with_chunk(png: &[u8], kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut chunk = [&kind[..], data].concat();
    let checksum = crc32(&chunk);
    chunk.splice(0..0, (data.len() as u32).to_be_bytes());
    chunk.extend(checksum.to_be_bytes());
    [&png[..33], &chunk, &png[33..]].concat()
}

/// PNG's checksum, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc: u32, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    })
}

/// Which way is up and what is transparent are kept, wherever a profile stands.
#[test]
fn what_the_picture_needs_is_kept() {
    let picture = encoded(slope(48, 32), ImageFormat::Png);
    let tiff = [b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", [6].as_slice(), &[0; 7]].concat();
    let turned = decoded(&with_chunk(&with_chunk(&picture, b"eXIf", &tiff), b"iCCP", b"profile"));
    assert_eq!((turned.width(), turned.height()), (32, 48));
    // The grey level 0, in two bytes, is transparent: the other pixels are the paper.
    let mut pixels = GrayImage::from_pixel(4, 4, image::Luma([200]));
    pixels.put_pixel(1, 1, image::Luma([0]));
    let corner = decoded(&with_chunk(&encoded(pixels, ImageFormat::Png), b"tRNS", &[0, 0]));
    assert_eq!((corner.pixels()[5], corner.pixels()[0]), (255, 200));
}

#[test]
fn each_limit_is_inclusive() {
    let bytes = encoded(slope(30, 20), ImageFormat::Png);
    let exact = Limits { bytes: bytes.len() as u64, width: 30, height: 20, pixels: 600, ..Limits::default() };
    assert!(decode(&bytes, &exact).is_ok());
    let check = |limits: Limits, what: &str| match decode(&bytes, &limits) {
        Err(Error::LimitExceeded { what: found, .. }) => assert_eq!(found, what),
        other => panic!("{what}: {other:?}"),
    };
    check(Limits { bytes: exact.bytes - 1, ..exact.clone() }, "bytes");
    check(Limits { width: 29, ..exact.clone() }, "width");
    check(Limits { height: 19, ..exact.clone() }, "height");
    check(Limits { pixels: 599, ..exact.clone() }, "pixels");
    check(Limits { memory: 599, ..exact }, "memory");
}

#[test]
fn cut_short_is_never_a_picture() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        let bytes = encoded(slope(40, 40), format);
        // A PNG is complete before its end chunk (12 bytes), a JPEG with its last two bytes.
        let complete = if format == ImageFormat::Png { bytes.len() - 16 } else { bytes.len() - 1 };
        for length in (8..complete).step_by(7).chain([complete - 1]) {
            let error = decode(&bytes[..length], &Limits::default()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Input, "{format:?} {length}: {error}");
        }
    }
}

#[test]
fn a_decoded_drawing_is_prepared() {
    let mut page = RgbImage::from_pixel(300, 200, Rgb([231, 231, 231]));
    for y in 40..160 {
        for x in 140..155 {
            page.put_pixel(x, y, Rgb([40, 40, 40]));
        }
    }
    let prepared = Preparation::default().prepare(&decoded(&encoded(page, ImageFormat::Png))).unwrap();
    let facts = prepared.facts;
    assert_eq!((facts.polarity, facts.paper, facts.ink), (Polarity::DarkOnLight, 231, 40));
    assert_eq!((facts.ink_box.left, facts.ink_box.top, facts.ink_box.width, facts.ink_box.height), (140, 40, 15, 120));
}

proptest! {
    #[test]
    fn damaged_bytes_never_panic(at in 0usize..2000, flipped in 1u8.., cut in 0usize..2000, png in any::<bool>()) {
        let format = if png { ImageFormat::Png } else { ImageFormat::Jpeg };
        check_damaged(encoded(slope(24, 24), format), at, flipped, cut)?;
    }

    #[test]
    fn any_bytes_after_a_signature_never_panic(tail in prop::collection::vec(any::<u8>(), 0..300), png in any::<bool>()) {
        let signature: &[u8] = if png { b"\x89PNG\r\n\x1a\n" } else { b"\xff\xd8\xff" };
        let error = decode(&[signature, &tail].concat(), &Limits::default());
        prop_assert!(error.is_err());
    }
}
