//! Charts and galleries as pixels: of the size asked for, not blank, and the same for any machine's fonts.

use tenfold_report::chart::Theme;
use tenfold_report::gallery::{self, Layout};
use tenfold_report::{Caption, DigitImages, Error, raster};

use crate::samples::{each, line};

/// Width, height and `[height, width, 3]` of a PNG.
fn decode(png: &[u8]) -> (usize, usize, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Rgb, png::BitDepth::Eight));
    (info.width as usize, info.height as usize, pixels)
}

#[test]
fn every_chart_has_its_size_and_is_not_blank() {
    each(|name, chart| {
        let svg = chart.svg(Theme::Light);
        let document = roxmltree::Document::parse(svg.as_str()).unwrap();
        let side = |side| document.root_element().attribute(side).unwrap().parse::<f64>().unwrap();
        for scale in [1.0, 1.5] {
            let (width, height, pixels) = decode(&raster::png(chart, scale).unwrap());
            let expected = [side("width"), side("height")].map(|side| (side * f64::from(scale)).round() as usize);
            assert_eq!([width, height], expected, "{name}");
            let dark = pixels.iter().filter(|&&value| value < 128).count();
            assert!(dark > 200, "{name} at {scale}: only {dark} dark values");
        }
    });
}

#[test]
fn text_is_drawn_by_the_shipped_font() {
    let title = |title: &str| {
        let mut chart = line(title, &[]);
        chart.panels.clear();
        decode(&raster::png(&chart, 1.0).unwrap()).2
    };
    let missing = title("\u{6f22}");
    // Every character that captions and labels use has ink, and not that of a character the font lacks.
    for character in ('!'..='~').chain("→±×·–—…°²≤≥µσ".chars()) {
        let drawn = title(&character.to_string());
        assert!(drawn.iter().any(|&value| value < 160) && drawn != missing, "{character:?} is not in the font");
    }
}

#[test]
fn impossible_scales_are_refused() {
    let chart = line("", &[]);
    for scale in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        assert!(matches!(raster::png(&chart, scale), Err(Error::Scale { .. })), "{scale}");
    }
    for scale in [100.0, f32::MAX] {
        assert!(matches!(raster::png(&chart, scale), Err(Error::LimitExceeded { .. })), "{scale}");
    }
}

#[test]
fn a_gallery_shows_each_image_in_whole_pixels() {
    // Three images of 2x2: all paper, all ink, and one pixel of each grey.
    let pixels = [0, 0, 0, 0, 255, 255, 255, 255, 0, 100, 200, 255];
    let images = DigitImages::new(&pixels, 2, 2).unwrap();
    let (width, height, sheet) = decode(&gallery::png(images, &[], Layout { columns: 2, scale: 3 }).unwrap());
    assert_eq!((width, height), (2 * (6 + 12) + 12, 2 * (6 + 12) + 12));
    for (index, left, top) in [(0, 12, 12), (1, 30, 12), (2, 12, 30)] {
        for (y, x) in (0..6).flat_map(|y| (0..6).map(move |x| (y, x))) {
            let ink = images.image(index)[y / 3 * 2 + x / 3];
            assert_eq!(sheet[((top + y) * width + left + x) * 3..][..3], [255 - ink; 3], "image {index} at ({y}, {x})");
        }
    }
}

#[test]
fn captions_widen_a_gallery_and_have_their_colour() {
    let images = DigitImages::new(&[0; 2 * 4], 2, 2).unwrap();
    let captions = [Caption::answer("4 → 9  0.83", false), Caption::answer("4 → 4  0.99", true)];
    let (width, _, sheet) = decode(&gallery::png(images, &captions, Layout { columns: 9, scale: 1 }).unwrap());
    assert!(width > 150, "{width}");
    // Whether any pixel of a half has more of channel `strong` than of `weak`.
    let is = |half: usize, strong: usize, weak: usize| {
        let halves = sheet.chunks_exact(width * 3).map(|row| &row[half * (width / 2) * 3..][..(width / 2) * 3]);
        halves.flat_map(|half| half.chunks_exact(3)).any(|rgb| rgb[strong] > rgb[weak].saturating_add(80))
    };
    assert_eq!([is(0, 0, 2), is(0, 2, 0), is(1, 0, 2), is(1, 2, 0)], [true, false, false, true]);
}

#[test]
fn impossible_galleries_are_refused() {
    let images = DigitImages::new(&[0; 12], 2, 2).unwrap();
    let layout = Layout { columns: 0, scale: 0 };
    assert!(gallery::png(images, &[], layout).is_ok());
    let none = DigitImages::new(&[], 2, 2).unwrap();
    assert_eq!(gallery::png(none, &[], layout), Err(Error::Empty { what: "image" }));
    let captions = [Caption::plain("one")];
    assert_eq!(gallery::png(images, &captions, layout), Err(Error::Length { what: "captions", expected: 3, found: 1 }));
    let layout = Layout { columns: usize::MAX, scale: usize::MAX };
    assert!(matches!(gallery::png(images, &[], layout), Err(Error::LimitExceeded { .. })));
}
