//! Every format in every kind that is read: the same pixels.

use image::{DynamicImage, GrayAlphaImage, GrayImage, ImageFormat, LumaA, Rgb, RgbImage};
use tenfold_imaging::{ColourImage, GreyImage, Limits, decode, decode_colour};

use super::decode::encoded;
use super::files::{NAMES, SIZE, bmp, file, tiff};

fn decoded(bytes: &[u8]) -> ColourImage {
    decode_colour(bytes, &Limits::default()).unwrap()
}

fn grey(bytes: &[u8]) -> GreyImage {
    let grey = decode(bytes, &Limits::default()).unwrap();
    assert_eq!(decoded(bytes).grey(), &grey, "with and without colours");
    grey
}

/// The formulas of `testdata/pictures/generate.py`.
fn level(x: u32, y: u32) -> u8 {
    (10 * x + y) as u8
}

fn colour(x: u32, y: u32) -> [u8; 3] {
    [10 * x, 16 * y, 255 - 10 * x].map(|level| level as u8)
}

fn disc(x: u32, y: u32) -> [u8; 3] {
    [if (x as i32 - 8).pow(2) + (y as i32 - 7).pow(2) < 30 { 0 } else { 255 }; 3]
}

fn of_palette(x: u32, y: u32) -> [u8; 3] {
    [[250, 250, 250], [200, 0, 0], [0, 150, 0], [0, 0, 60]][((x + y) % 4) as usize]
}

/// Checks each pixel of a picture of [`SIZE`], to within a tolerance.
fn check(name: &str, bytes: &[u8], tolerance: u8, expected: impl Fn(u32, u32) -> [u8; 3]) {
    let picture = decoded(bytes);
    assert_eq!((picture.grey().width(), picture.grey().height()), SIZE, "{name}");
    let pixels: Vec<[u8; 3]> = match picture.colours() {
        Some(colours) => colours.as_chunks::<3>().0.to_vec(),
        None => picture.grey().pixels().iter().map(|&level| [level; 3]).collect(),
    };
    for (at, pixel) in (0..).zip(&pixels) {
        let (x, y) = (at % SIZE.0, at / SIZE.0);
        let expected = expected(x, y);
        let off = pixel.iter().zip(expected).map(|(found, expected)| found.abs_diff(expected)).max();
        assert!(off <= Some(tolerance), "{name} at {x}, {y}: {pixel:?}, expected {expected:?}");
    }
}

#[test]
fn files_of_other_programs_show_what_they_were_made_of() {
    let grey = |x, y| [level(x, y); 3];
    for name in ["lzw.tif", "big-endian-16.tif", "two-pages.tif"] {
        check(name, &file(name), 0, grey);
    }
    for name in ["group4.tif", "packbits.tif", "two-levels.bmp"] {
        check(name, &file(name), 0, disc);
    }
    for name in ["palette.tif", "palette.bmp", "interlaced.gif", "animated.gif"] {
        check(name, &file(name), 0, of_palette);
    }
    for name in ["deflate.tif", "animated.webp"] {
        check(name, &file(name), 0, colour);
    }
    // The chroma of a lossy WebP has half the resolution.
    for (name, tolerance) in [("progressive.jpg", 8), ("lossy.webp", 24)] {
        check(name, &file(name), tolerance, colour);
    }
    // Most is opaque and dark: so is what lies behind.
    let behind = |x, shown: [u8; 3]| if x < 20 { shown } else { [0; 3] };
    check("grey-alpha.tif", &file("grey-alpha.tif"), 0, |x, y| behind(x, grey(x, y)));
    check("lossy-alpha.webp", &file("lossy-alpha.webp"), 24, |x, y| behind(x, colour(x, y)));
    // A first colour that is transparent: most is opaque, and dark.
    let first_behind = |x, y| if (x + y) % 4 == 0 { [0; 3] } else { of_palette(x, y) };
    check("transparent.gif", &file("transparent.gif"), 0, first_behind);
    let inks = |x: u32, y: u32| [10 * x, 16 * y, 0].map(|ink| (((255 - ink) * 205 + 127) / 255) as u8);
    check("inks.tif", &file("inks.tif"), 0, inks);
    let read = [&NAMES[..], &["jpeg.tif"]].concat();
    assert_eq!(read.iter().filter(|name| decode(&file(name), &Limits::default()).is_err()).count(), 2, "jpeg.tif");
}

/// A page of one colour, in the inks of print: cyan, magenta, yellow and black of 200, 100, 0 and 30.
#[test]
fn inks_of_a_jpeg_become_colours() {
    let near = |bytes: &[u8], expected: [u8; 3]| {
        let picture = decoded(bytes);
        let first = &picture.colours().unwrap()[..3];
        assert!(first.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 2), "{first:?}, expected {expected:?}");
    };
    let inks = file("inks.jpg");
    near(&inks, [200, 100, 0].map(|ink: u32| ((255 - ink) * 225 / 255) as u8));
    // Its marker of Adobe says how the inks are stored: 0 as they are, 2 as luma and chroma of the first three (YCCK).
    let marker = inks.windows(5).position(|window| window == b"Adobe").unwrap();
    let mut luma_and_chroma = inks.clone();
    assert_eq!(std::mem::replace(&mut luma_and_chroma[marker + 11], 2), 0);
    // What is stored, 255 less each ink, is then taken for luma 55, blue difference 155 and red difference 255 of the inks.
    let (luma, blue, red) = (55.0, 155.0 - 128.0, 255.0 - 128.0);
    let inks = [luma + 1.402 * red, luma - 0.344_136 * blue - 0.714_136 * red, luma + 1.772 * blue];
    near(&luma_and_chroma, inks.map(|ink: f64| ((255.0 - ink.clamp(0.0, 255.0)) * 225.0 / 255.0) as u8));
}

#[test]
fn what_encoders_write_is_read_exactly() {
    let grey = GrayImage::from_fn(SIZE.0, SIZE.1, |x, y| image::Luma([level(x, y)]));
    let colours = RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| Rgb(colour(x, y)));
    let alpha = GrayAlphaImage::from_fn(SIZE.0, SIZE.1, |x, y| LumaA([level(x, y), if x < 20 { 255 } else { 0 }]));
    for format in [ImageFormat::Png, ImageFormat::Bmp, ImageFormat::WebP, ImageFormat::Pnm] {
        let name = format!("{format:?}");
        check(&name, &encoded(grey.clone(), format), 0, |x, y| [level(x, y); 3]);
        check(&name, &encoded(colours.clone(), format), 0, colour);
        let transparent = encoded(DynamicImage::from(alpha.clone()).to_rgba8(), format);
        check(&name, &transparent, 0, |x, y| [if x < 20 { level(x, y) } else { 0 }; 3]);
    }
    for format in [ImageFormat::Png, ImageFormat::Pnm] {
        let name = format!("16 bits of {format:?}");
        let deep = DynamicImage::from(colours.clone());
        check(&name, &encoded(deep.to_luma16(), format), 1, |x, y| {
            [DynamicImage::from(colours.clone()).to_luma8().get_pixel(x, y).0[0]; 3]
        });
        check(&name, &encoded(deep.into_rgb16(), format), 0, colour);
    }
}

#[test]
fn every_kind_of_pnm_is_read() {
    let checks = [
        (&b"P1\n# a comment\n3 2\n1 0 1\n0 1 0\n"[..], &[0, 255, 0, 255, 0, 255][..]),
        (b"P1 3 2 101010", &[0, 255, 0, 255, 0, 255]),
        (b"P4 3 2\n\xa0\x40", &[0, 255, 0, 255, 0, 255]),
        (b"P2 3 1 15 0 5 15", &[0, 85, 255]),
        (b"P5 3 1 255\n\x00\x55\xff", &[0, 85, 255]),
        (b"P5 2 1 65535\n\x80\x80\xff\xff", &[128, 255]),
        (b"P2 2 1 65535 32896 65535", &[128, 255]),
        (b"P3 1 1 255 9 9 9", &[9]),
        (b"P6 1 1 255 \x09\x09\x09", &[9]),
        (b"P7\nWIDTH 2\nHEIGHT 1\nDEPTH 1\nMAXVAL 1\nTUPLTYPE BLACKANDWHITE\nENDHDR\n\x00\x01", &[0, 255]),
        (b"P7\nWIDTH 2\nHEIGHT 1\nDEPTH 2\nMAXVAL 255\nTUPLTYPE GRAYSCALE_ALPHA\nENDHDR\n\xc8\xff\x07\x00", &[200, 0]),
    ];
    for (bytes, expected) in checks {
        assert_eq!(grey(bytes).pixels(), expected, "{}", bytes.escape_ascii());
    }
    let pam = b"P7\nWIDTH 1\nHEIGHT 1\nDEPTH 3\nMAXVAL 255\nTUPLTYPE RGB\nENDHDR\n\x01\x02\x03";
    assert_eq!(decoded(pam).colours().unwrap(), [1, 2, 3]);
    let first_of_two = [&b"P5 1 1 255\n\x07"[..], b"P5 1 1 255\n\x09"].concat();
    assert_eq!(grey(&first_of_two).pixels(), [7]);
}

#[test]
fn every_kind_of_bmp_is_read() {
    // Two rows of three pixels, the lower one first: the levels 10 20 30 over 40 10 20.
    let (levels, expected) = ([10, 20, 30, 40], [10, 20, 30, 40, 10, 20]);
    let four_bits = [0x30, 0x10, 0, 0, 0x01, 0x20, 0, 0];
    let runs = [0, 3, 3, 0, 1, 0, 0, 0, 1, 0, 1, 1, 1, 2, 0, 1];
    let runs_of_four_bits = [2, 0x30, 1, 0x10, 0, 0, 2, 0x01, 1, 0x20, 0, 1];
    let checks = [
        (bmp((3, 2), 4, 0, &levels, &four_bits), expected),
        (bmp((3, -2), 4, 0, &levels, &[&four_bits[4..], &four_bits[..4]].concat()), expected),
        (bmp((3, 2), 8, 0, &levels, &[3, 0, 1, 0, 0, 1, 2, 0]), expected),
        (bmp((3, 2), 8, 1, &levels, &runs), expected),
        (bmp((3, 2), 4, 2, &levels, &runs_of_four_bits), expected),
    ];
    for (index, (bytes, expected)) in checks.iter().enumerate() {
        assert_eq!(grey(bytes).pixels(), expected, "{index}");
    }
    // The header of OS/2, of 12 bytes: 16 bits for each side, and here 24 for a colour.
    let head = [b"BM".as_slice(), &[0; 8], &26u32.to_le_bytes(), &12u32.to_le_bytes()].concat();
    let short = [&head[..], &[2, 0, 1, 0, 1, 0, 24, 0], &[3, 2, 1, 6, 5, 4, 0, 0]].concat();
    assert_eq!(decoded(&short).colours().unwrap(), [1, 2, 3, 4, 5, 6]);
    // Masks say where the colours are: five bits, six and five.
    let masks = [0xf800u32, 0x07e0, 0x001f].map(u32::to_le_bytes).concat();
    let mut masked = bmp((2, 1), 16, 3, &[], &[masks, vec![0, 0xf8, 0xe0, 0x07]].concat());
    masked[10] += 12;
    assert_eq!(decoded(&masked).colours().unwrap(), [255, 0, 0, 0, 255, 0]);
    // Five bits for each colour: white and the darkest red but one.
    let sixteen_bits = bmp((2, 1), 16, 0, &[], &[0xff, 0x7f, 0, 0x08]);
    assert_eq!(decoded(&sixteen_bits).colours().unwrap(), [255, 255, 255, 16, 0, 0]);
}

#[test]
fn every_kind_of_tiff_is_read() {
    let of = |interpretation: u32, bits: &[u32], more: &[(u16, &[u32])], width: u32, chunks: &[&[u8]]| {
        let samples = [bits.len() as u32];
        let entries: [(u16, &[u32]); 6] =
            [(256, &[width]), (257, &[1]), (258, bits), (259, &[1]), (262, &[interpretation]), (277, &samples)];
        tiff(&[&entries[..], more].concat(), false, chunks)
    };
    assert_eq!(grey(&of(1, &[2], &[], 5, &[&[0b0001_1011, 0b0100_0000]])).pixels(), [0, 85, 170, 255, 85]);
    assert_eq!(grey(&of(1, &[4], &[], 3, &[&[0x0f, 0x50]])).pixels(), [0, 255, 85]);
    assert_eq!(grey(&of(0, &[8], &[], 3, &[&[0, 5, 255]])).pixels(), [255, 250, 0], "white is 0");
    assert_eq!(grey(&of(0, &[1], &[], 3, &[&[0b1010_0000]])).pixels(), [0, 255, 0]);
    assert_eq!(grey(&of(1, &[16], &[], 2, &[&[0x80, 0x80, 0xff, 0xff]])).pixels(), [128, 255]);
    let palette: Vec<u32> = [[0, 65_535, 0, 0], [0, 0, 65_535, 0], [0, 0, 0, 65_535]].concat();
    let colours = decoded(&of(3, &[2], &[(320, &palette)], 4, &[&[0b0001_1011]]));
    assert_eq!(colours.colours().unwrap(), [0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255]);
    let planes = of(2, &[8, 8, 8], &[(284, &[2])], 2, &[&[1, 2], &[30, 40], &[5, 6]]);
    assert_eq!(decoded(&planes).colours().unwrap(), [1, 30, 5, 2, 40, 6]);
    let deep = of(2, &[16, 16, 16], &[], 1, &[&[0x80, 0x80, 0xff, 0xff, 0, 0]]);
    assert_eq!(decoded(&deep).colours().unwrap(), [128, 255, 0]);
    // Half of it is transparent: once stored as it is, once with each level halved. White lies behind dark ink.
    for (kind, level) in [(2, 100), (1, 50)] {
        let pixels = [level, level, level, 128, 0, 0, 0, 0, 9, 9, 9, 0];
        let half = of(2, &[8; 4], &[(338, &[kind])], 3, &[&pixels]);
        let level = grey(&half).pixels()[0];
        assert!(level.abs_diff(177) <= 1, "{kind}: {level}");
    }
    let tiles: [(u16, &[u32]); 8] =
        [(256, &[3]), (257, &[2]), (258, &[8]), (259, &[1]), (262, &[1]), (277, &[1]), (322, &[2]), (323, &[2])];
    let tiled = tiff(&tiles, true, &[&[1, 2, 4, 5], &[3, 0, 6, 0]]);
    assert_eq!(grey(&tiled).pixels(), [1, 2, 3, 4, 5, 6]);
}
