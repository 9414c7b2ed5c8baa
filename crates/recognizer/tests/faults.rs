//! Pictures drawn here, each with a fault that people's photos have: read rightly, and not by one level of paper alone.

use std::f64::consts::TAU;

use tenfold_imaging::{Centring, ColourImage, cut_glyph, digit_box, extract_ink, ground};
use tenfold_recognizer::Recognizer;

const SIDE: u32 = 300;

type Colour = [f64; 3];

const WHITE: Colour = [250.0, 250.0, 250.0];
const GREY_PAPER: Colour = [190.0, 185.0, 178.0];
const BLACK: Colour = [25.0, 25.0, 30.0];

/// A 3 of two arcs, drawn by a round pen of this width, on paper that may differ from place to place (both 0 to 1).
fn three(pen: f64, ink: Colour, paper: impl Fn(f64, f64) -> Colour) -> ColourImage {
    let arc = |x: f64, y: f64, radius: f64, from: f64, to: f64| {
        (0..=60).map(move |step| {
            let turn = TAU * (from + (to - from) * f64::from(step) / 60.0);
            (x + radius * turn.cos(), y + radius * turn.sin())
        })
    };
    let points: Vec<(f64, f64)> =
        arc(140.0, 115.0, 33.0, -0.42, 0.22).chain(arc(140.0, 185.0, 38.0, -0.22, 0.42)).collect();
    let colours = (0..SIDE * SIDE).flat_map(|at| {
        let (x, y) = (f64::from(at % SIDE), f64::from(at / SIDE));
        let off = points.iter().map(|point| (point.0 - x).hypot(point.1 - y)).fold(f64::MAX, f64::min);
        let covered = (pen / 2.0 + 0.5 - off).clamp(0.0, 1.0);
        let behind = paper(x / f64::from(SIDE), y / f64::from(SIDE));
        // A little grain, as every sensor has.
        let grain = f64::from(at.wrapping_mul(2_654_435_761) >> 24) / 64.0 - 2.0;
        [0, 1, 2].map(|i| (behind[i] * (1.0 - covered) + ink[i] * covered + grain).round() as u8)
    });
    ColourImage::new(SIDE, SIDE, colours.collect()).unwrap()
}

fn lit(paper: Colour, light: f64) -> Colour {
    paper.map(|level| level * light)
}

/// With the model that the rules of preparation were chosen with: what is tested is these.
fn recognizer() -> Recognizer {
    Recognizer::named("paper").unwrap()
}

/// What version 1 of the preparation read, by its stages; `None` if it refused.
fn read_by_one_level(recognizer: &Recognizer, picture: &ColourImage) -> Option<String> {
    let grey = picture.grey();
    let ink = extract_ink(grey, &ground(grey, None)).ok()?;
    let glyph = cut_glyph(&ink, &digit_box(&ink).ok()?, 28, 20, Centring::CentreOfMass);
    let ranking = recognizer.rank(&recognizer.probabilities(&glyph.pixels).unwrap()).unwrap();
    Some(ranking[0].label.clone())
}

#[track_caller]
fn is_read_only_now(picture: &ColourImage) {
    let recognizer = recognizer();
    let before = read_by_one_level(&recognizer, picture);
    assert_ne!(before.as_deref(), Some("3"), "read by one level of paper, so it shows no fault");
    let prediction = recognizer.predict_colour(picture).unwrap();
    assert_eq!(prediction.label, "3", "{:?}", prediction.facts);
}

#[test]
fn a_picture_without_a_fault_is_read_either_way() {
    let (recognizer, picture) = (recognizer(), three(12.0, BLACK, |_, _| GREY_PAPER));
    assert_eq!(read_by_one_level(&recognizer, &picture).as_deref(), Some("3"));
    assert_eq!(recognizer.predict_colour(&picture).unwrap().label, "3");
}

/// Was read as ink: the strip, lighter than most of the paper.
#[test]
fn a_lit_strip() {
    is_read_only_now(&three(12.0, BLACK, |_, y| lit(GREY_PAPER, if y < 0.18 { 1.25 } else { 0.6 })));
}

/// Was read as ink: the shadow.
#[test]
fn a_shadows_edge() {
    is_read_only_now(&three(12.0, BLACK, |x, y| lit(WHITE, if y > 0.2 && x < 0.72 { 0.5 } else { 1.0 })));
}

/// Was refused as blank: its grey level differs by 17 of 25 that are needed.
#[test]
fn a_yellow_pen_on_white() {
    is_read_only_now(&three(14.0, [250.0, 245.0, 20.0], |_, _| WHITE));
}

/// Was kept as a part of the digit, which it stretched.
#[test]
fn a_dark_corner() {
    is_read_only_now(&three(12.0, BLACK, |x, y| if x + y > 1.85 { [20.0; 3] } else { GREY_PAPER }));
}

/// Was read as ink: the table.
#[test]
fn the_papers_edge_on_a_table() {
    is_read_only_now(&three(12.0, BLACK, |x, y| if x + 0.25 * y > 0.98 { [90.0, 60.0, 35.0] } else { WHITE }));
}

/// Was read as ink: the darker half.
#[test]
fn a_gradient() {
    is_read_only_now(&three(12.0, BLACK, |x, y| lit(WHITE, (0.7 * (x + y) - 0.15).clamp(0.05, 1.0))));
}

/// Was kept as a part of the digit, which it stretched.
#[test]
fn a_finger_at_the_border() {
    is_read_only_now(&three(
        12.0,
        BLACK,
        |x, y| {
            if (x - 0.9).hypot(y - 0.8) < 0.18 { [150.0, 95.0, 80.0] } else { WHITE }
        },
    ));
}

/// Was read as another digit or with doubt: scaled down, its strokes were a grey pixel wide.
#[test]
fn a_fine_pen() {
    let recognizer = recognizer();
    let prediction = recognizer.predict_colour(&three(1.4, BLACK, |_, _| WHITE)).unwrap();
    assert!(prediction.label == "3" && prediction.probability > 0.9, "{prediction:?}");
}
