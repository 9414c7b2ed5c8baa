//! Strokes of known width are drawn and measured; perimeters and Euler's numbers equal scikit-image's.

use std::f64::consts::PI;

use super::{Outline, stroke_width_px};
use crate::exploration::tests::{assert_close, fixture};

const SIDE: usize = 48;

/// A pen of width `width` with soft edges drawn along the points that are at distance 0 from the middle of the image.
fn drawn(width: f64, distance: impl Fn(f64, f64) -> f64) -> Vec<u8> {
    let middle = (SIDE - 1) as f64 / 2.0;
    let pixel = |index: usize| {
        let [y, x] = [index / SIDE, index % SIDE].map(|place| place as f64 - middle);
        let coverage = (width / 2.0 - distance(x, y) + 0.5).clamp(0.0, 1.0);
        (255.0 * coverage).round() as u8
    };
    (0..SIDE * SIDE).map(pixel).collect()
}

/// Distance from the segment of length `length` through the middle at `angle`.
fn segment(length: f64, angle: f64) -> impl Fn(f64, f64) -> f64 {
    let (sine, cosine) = (libm::sin(angle), libm::cos(angle));
    move |x, y| {
        let along = (x * cosine + y * sine).clamp(-length / 2.0, length / 2.0);
        libm::hypot(x - along * cosine, y - along * sine)
    }
}

/// Distance from the circle of radius `radius` around `(0, y)`.
fn ring(radius: f64, centre_y: f64) -> impl Fn(f64, f64) -> f64 {
    move |x, y| (libm::hypot(x, y - centre_y) - radius).abs()
}

#[track_caller]
fn check(image: &[u8], width: f64, tolerance: f64, what: &str) {
    let found = stroke_width_px(image, SIDE).unwrap();
    assert!((found / width - 1.0).abs() <= tolerance, "{what} of width {width}: {found:.3}");
}

#[test]
fn the_width_of_the_pen_is_found() {
    for width in [2.0, 2.5, 3.0, 4.0, 6.0] {
        for degrees in (0..180).step_by(9) {
            let angle = f64::from(degrees) * PI / 180.0;
            check(&drawn(width, segment(25.0, angle)), width, 0.11, &format!("stroke at {degrees} degrees"));
        }
        check(&drawn(width, ring(14.3, 0.0)), width, 0.01, "ring");
        let [upper, lower] = [ring(8.0, -8.0), ring(8.0, 8.0)];
        check(&drawn(width, |x, y| upper(x, y).min(lower(x, y))), width, 0.04, "eight");
    }
}

#[test]
fn a_blot_has_its_diameter() {
    check(&drawn(12.0, segment(0.0, 0.0)), 12.0, 0.01, "blot");
}

#[test]
fn faint_ink_is_as_wide_as_dark_ink() {
    let dark = drawn(3.0, segment(25.0, 0.4));
    let faint: Vec<u8> = dark.iter().map(|&pixel| pixel / 5).collect();
    let [dark, faint] = [dark, faint].map(|image| stroke_width_px(&image, SIDE).unwrap());
    assert!((dark - faint).abs() < 0.05, "{dark} {faint}");
}

#[test]
fn the_edge_of_the_image_is_an_edge_of_the_ink() {
    // A bar of 3x20 pixels that fills the image. Its corners are square, and its perimeter is short by 5 %.
    let found = stroke_width_px(&[255; 60], 3).unwrap();
    assert!((3.0..3.5).contains(&found), "{found}");
    assert_eq!(stroke_width_px(&[0; 60], 3), None);
}

#[test]
fn pieces_and_holes_are_counted() {
    let euler = |rows: &[&str]| {
        let image: Vec<u8> = rows.concat().bytes().map(|byte| if byte == b'#' { 9 } else { 4 }).collect();
        Outline::new(&image, rows[0].len(), 9).euler
    };
    assert_eq!(euler(&["#"]), 1.0);
    assert_eq!(euler(&["#.#", "...", "###"]), 3.0);
    assert_eq!(euler(&["#..", ".#.", "..#"]), 1.0, "touching corners connect");
    assert_eq!(euler(&[".#.", "#.#", ".#."]), 0.0);
    assert_eq!(euler(&["#####", "#.#.#", "#####"]), -1.0);
}

#[test]
fn outlines_equal_those_of_scikit_image() {
    let (dataset, expected) = fixture();
    let outlines = expected["outlines"].as_array().unwrap();
    assert_eq!(outlines.len(), dataset.len());
    for (index, expected) in outlines.iter().enumerate() {
        let image = dataset.image(index);
        let Outline { perimeter, euler } = Outline::new(image, dataset.width(), *image.iter().max().unwrap());
        let found = serde_json::json!({ "perimeter": perimeter, "euler": euler });
        assert_close(&found, expected, &format!("image {index}"));
    }
}
