//! Bytes that lie about the picture in them, or lack a part: refused soon, with the reason.

use std::time::{Duration, Instant};

use image::{GrayImage, ImageFormat};
use proptest::prelude::*;
use tenfold_imaging::{Error, ErrorKind, Limits, decode};

use super::decode::{check_damaged, encoded};
use super::files::{NAMES, bmp, file, gif, tiff, webp, webp_canvas, webp_chunk, webp_lossy};

/// A TIFF of 1x1 pixel, with entries in place of its own.
fn tiff_with(changes: &[(u16, &[u32])]) -> Vec<u8> {
    let usual: [(u16, &[u32]); 5] = [(256, &[1]), (257, &[1]), (258, &[8]), (259, &[1]), (262, &[1])];
    let kept = usual.iter().filter(|(tag, _)| changes.iter().all(|(changed, _)| changed != tag));
    let entries: Vec<(u16, &[u32])> = kept.copied().chain(changes.iter().copied()).collect();
    let is_tiled = changes.iter().any(|(tag, _)| *tag == 322);
    tiff(&entries, is_tiled, &[&[7]])
}

/// A JPEG that says it is larger than it is.
fn large_jpeg() -> Vec<u8> {
    let mut jpeg = encoded(GrayImage::new(16, 16), ImageFormat::Jpeg);
    let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    // Height and width follow its marker, length and precision.
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x1b, 0x58, 0x1b, 0x58]);
    jpeg
}

/// A grey JPEG of a size, with segments and scans.
fn jpeg_of(size: [u16; 2], frame: u8, segments: &[Vec<u8>]) -> Vec<u8> {
    let [width, height] = size.map(u16::to_be_bytes);
    let sizes = [&[8], &height[..], &width, &[1, 1, 0x11, 0]].concat();
    [&[0xff, 0xd8], &jpeg_segment(frame, &sizes)[..], &segments.concat(), &[0xff, 0xd9]].concat()
}

fn jpeg_segment(marker: u8, data: &[u8]) -> Vec<u8> {
    [&[0xff, marker], &((data.len() + 2) as u16).to_be_bytes()[..], data].concat()
}

/// A scan of all coefficients, with so many zeros as its data.
fn jpeg_scan(length: usize) -> Vec<u8> {
    [jpeg_segment(0xda, &[1, 1, 0, 0, 63, 0]), vec![0; length]].concat()
}

/// JPEGs that are long, though what they hold of the picture is not; the decoder would fill in the rest.
fn long_jpegs() -> [Vec<u8>; 3] {
    let (large, comments) = ([7_000; 2], vec![jpeg_segment(0xfe, &[0; 65_533]); 3].concat());
    [
        jpeg_of(large, 0xc0, &[comments.clone(), jpeg_scan(100)]),
        jpeg_of(large, 0xc2, &[jpeg_scan(100), comments.clone(), jpeg_scan(100)]),
        [jpeg_of(large, 0xc0, &[jpeg_scan(100)]), comments].concat(),
    ]
}

/// A PNG of grey levels with chunks, whose checksums come too late to matter.
fn png_of(side: u32, chunks: &[(&[u8; 4], usize)]) -> Vec<u8> {
    let header = [&side.to_be_bytes()[..], &side.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    let chunk = |kind: &[u8; 4], data: &[u8]| [&(data.len() as u32).to_be_bytes()[..], kind, data, &[0; 4]].concat();
    let chunks: Vec<u8> = chunks.iter().flat_map(|&(kind, length)| chunk(kind, &vec![0; length])).collect();
    [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &header), &chunks].concat()
}

/// A GIF of 1x1 pixel with so many comments before it.
fn gif_comments(count: usize) -> Vec<u8> {
    let mut bytes = gif((1, 1), (1, 1));
    bytes.splice(19..19, [0x21, 0xfe, 0].repeat(count));
    bytes
}

/// A TIFF whose first page is followed by itself.
fn ring_of_pages() -> Vec<u8> {
    let mut ring = tiff_with(&[]);
    let next = 10 + 12 * usize::from(ring[8]);
    ring[next..next + 4].copy_from_slice(&8u32.to_le_bytes());
    ring
}

/// Frames within each other, each of a chunk's header and its own.
fn frames_in_frames(depth: usize) -> Vec<u8> {
    let frames = (0..depth).rev().map(|inside| webp_chunk(b"ANMF", 16 + 24 * inside, &[0; 16]));
    webp(&[webp_canvas(2, 1, 1), webp_chunk(b"ANIM", 6, &[0; 6]), frames.collect::<Vec<_>>().concat()])
}

#[test]
fn lies_are_refused_at_once() {
    const MOST: u32 = u32::MAX;
    let pnm = |text: &str| text.as_bytes().to_vec();
    let vp8 = |size: (u16, u16)| webp(&[webp_canvas(0, 10, 10), webp_lossy(size.0, size.1)]);
    let exif_of = |length| webp(&[webp_canvas(8, 10, 10), webp_lossy(10, 10), webp_chunk(b"EXIF", length, &[0; 4])]);
    let [first, second, third] = long_jpegs();
    let jpeg = (first, second, third);
    let rows = [
        ("JPEG of too few bytes", large_jpeg(), "cannot hold a picture of 7000x7000 pixels"),
        ("JPEG and comments", jpeg.0, "100 bytes cannot hold a picture of 7000x7000 pixels"),
        ("JPEG and comments between scans", jpeg.1, "200 bytes cannot hold a picture of 7000x7000 pixels"),
        ("JPEG and what follows it", jpeg.2, "100 bytes cannot hold a picture of 7000x7000 pixels"),
        ("PNG of too few bytes", png_of(7_000, &[(b"IDAT", 40_000)]), "40000 bytes cannot hold a picture of 7000x7000"),
        ("PNG of many chunks", png_of(1, &vec![(b"IDAT", 0); 40_000]), "more than 32768 chunks"),
        ("WebP, lossy and large", webp(&[webp_lossy(0x3fff, 0x3fff)]), "pixels is 268402689, the limit is 50000000"),
        ("WebP, its canvas large", webp(&[webp_canvas(0, 1 << 24, 1 << 24)]), "WebP"),
        ("WebP, larger than its canvas", vp8((0x3fff, 3000)), "a picture of 16383x3000 pixels in place of 10x10"),
        ("WebP, metadata of 4 GB", exif_of(0xffff_fff0), "damaged or cut short WebP image: the data ends too early"),
        ("WebP, many chunks", webp(&vec![webp_chunk(b"none", 0, &[]); 10_001]), "more than 10000 chunks"),
        ("WebP, frames in frames", frames_in_frames(20_000), "WebP"),
        ("WebP, longer than the file", file("lossy.webp")[..100].to_vec(), "the data ends too early"),
        ("GIF, a large canvas", gif((65_535, 65_535), (1, 1)), "width is 65535, the limit is 20000"),
        ("GIF, a large frame", gif((1, 1), (65_535, 1)), "width is 65535, the limit is 20000"),
        ("GIF, a large frame", gif((1, 1), (20_000, 20_000)), "pixels is 400000000, the limit is 50000000"),
        ("GIF without its pixels", gif((2_000, 2_000), (2_000, 2_000)), "damaged or cut short GIF image"),
        ("GIF without its pixels", gif((1, 1), (2_000, 2_000)), "1 bytes cannot hold a picture of 2000x2000 pixels"),
        ("GIF, a speck on a large canvas", gif((2_000, 2_000), (1, 1)), "1 bytes cannot hold a picture of 2000x2000"),
        ("GIF, many comments", gif_comments(1_001), "more than 1000 extensions before its first frame"),
        ("GIF without a frame", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), "damaged or cut short GIF image"),
        ("GIF, an endless comment", b"GIF89a\x01\0\x01\0\0\0\0!\xfe\xff".to_vec(), "damaged or cut short GIF image"),
        ("BMP, wide", bmp((i32::MAX, 1), 24, 0, &[], &[]), "width is 2147483647, the limit is 20000"),
        ("BMP, wide the other way", bmp((i32::MIN, 1), 24, 0, &[], &[]), "width is 2147483648, the limit is 20000"),
        ("BMP, high", bmp((1, i32::MIN), 24, 0, &[], &[]), "height is 2147483648, the limit is 20000"),
        ("BMP of nothing", bmp((0, 0), 24, 0, &[], &[]), "BMP"),
        ("BMP without its pixels", bmp((5_000, 5_000), 24, 0, &[], &[]), "the data ends too early"),
        ("BMP, runs that end", bmp((5_000, 5_000), 8, 1, &[0], &[255, 0]), "the data ends too early"),
        ("BMP of 7 bits", bmp((1, 1), 7, 0, &[], &[0; 9]), "damaged or cut short BMP image"),
        ("TIFF, its directory elsewhere", b"II*\0\xff\xff\xff\xff".to_vec(), "the data ends too early"),
        ("TIFF, its directory cut off", b"II*\0\x08\0\0\0\xff\xff\0\x01".to_vec(), "the data ends too early"),
        ("TIFF, pages in a ring", ring_of_pages(), "a cycle in the list"),
        ("TIFF, wide", tiff_with(&[(256, &[MOST])]), "width is 4294967295, the limit is 20000"),
        ("TIFF, high", tiff_with(&[(257, &[MOST])]), "height is 4294967295, the limit is 20000"),
        ("TIFF, many samples", tiff_with(&[(277, &[65_535])]), "unsupported kind of TIFF image: 65535 samples a pixel"),
        ("TIFF, large tiles", tiff_with(&[(322, &[MOST]), (323, &[MOST])]), "width is 4294967295"),
        ("TIFF, tiled planes", tiff_with(&[(284, &[2]), (322, &[1]), (323, &[1])]), "tiles of separate planes"),
        ("TIFF, bits reversed", tiff_with(&[(266, &[2])]), "bits in reverse order"),
        ("TIFF, no rows in a strip", tiff_with(&[(278, &[0])]), "damaged or cut short TIFF image"),
        ("TIFF, no palette", tiff_with(&[(262, &[3])]), "damaged or cut short TIFF image"),
        ("TIFF, a palette of one", tiff_with(&[(262, &[3]), (320, &[1])]), "a palette of 1 levels, expected 768"),
        ("TIFF of JPEG", file("jpeg.tif"), "unsupported kind of TIFF image"),
        ("PGM, large", pnm("P5 4294967295 4294967295 255\n"), "width is 4294967295, the limit is 20000"),
        ("PPM, large", pnm("P6 4294967295 4294967295 65535\n"), "PNM image"),
        ("PGM, larger than numbers", pnm("P5 99999999999999999999 1 255\n"), "damaged or cut short PNM image"),
        ("PGM without its pixels", pnm("P5 7000 7000 255\n"), "the data ends too early"),
        ("PGM of text without its pixels", pnm("P2 7000 7000 255\n1 2"), "damaged or cut short PNM image"),
        ("PGM, a long comment", [b"P5\n#", &[b'x'; 1 << 20][..], b"\n1 1 255\n\0"].concat(), "the data ends too early"),
        ("PGM, a long number", [b"P2 1 1 255\n", &[b'0'; 1 << 20][..], b"7\n"].concat(), "damaged or cut short PNM"),
        ("PGM of words", pnm("P2 1 1 255\nwhite"), "damaged or cut short PNM image"),
        ("PGM of no level", pnm("P5 1 1 0\n0"), "damaged or cut short PNM image"),
        ("PGM of too many levels", pnm("P5 1 1 65536\n00"), "damaged or cut short PNM image"),
        ("PAM without a size", pnm("P7\nWIDTH 3\nENDHDR\n"), "damaged or cut short PNM image"),
        ("PAM without an end", pnm("P7\nWIDTH 3\n"), "damaged or cut short PNM image"),
    ];
    for (name, bytes, text) in rows {
        let started = Instant::now();
        let error = decode(&bytes, &Limits::default()).expect_err(name);
        let took = started.elapsed();
        assert!(error.to_string().contains(text), "{name}: {error}, expected {text}");
        assert!(took < Duration::from_millis(500), "{name}: {took:?}");
    }
}

#[test]
fn half_a_file_is_never_a_picture() {
    for name in NAMES.iter().filter(|name| !name.starts_with("animated") && !name.starts_with("two-pages")) {
        let bytes = file(name);
        let error = decode(&bytes[..bytes.len() / 2], &Limits::default()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Input | ErrorKind::Unsupported), "{name}: {error}");
    }
}

#[test]
fn memory_is_limited_in_every_format() {
    for name in NAMES.iter().filter(|name| **name != "jpeg.tif") {
        let error = decode(&file(name), &Limits { memory: 40, ..Limits::default() }).unwrap_err();
        assert!(matches!(error, Error::LimitExceeded { what: "memory", .. }), "{name}: {error}");
    }
}

proptest! {
    #[test]
    fn damaged_files_never_panic(which in 0..NAMES.len(), at in 0usize..2000, flipped in 1u8.., cut in 0usize..2000) {
        check_damaged(file(NAMES[which]), at, flipped, cut)?;
    }
}
