//! Photographs with the faults that people's have: read rightly, and not by one level of paper alone.

use std::f32::consts::{FRAC_PI_2, FRAC_PI_4};

use tenfold_handwriting::{Hand, Pen};
use tenfold_imaging::{Centring, ColourImage, GreyImage, cut_glyph, digit_box, extract_ink, ground};
use tenfold_photograph::{Degradation, Page};
use tenfold_recognizer::Recognizer;

/// A 3 of 140 pixels by a round pen.
fn three(pen: f32) -> GreyImage {
    Hand::new(1, 0).write(3, 0).draw(140.0, &Pen::round(pen))
}

/// A page of 300 pixels a side of grey paper, with a 3 a little left of its middle.
fn page() -> Page {
    Page { size: [300; 2], paper: [190, 185, 178], ink: [25, 25, 30], middle: [140.0, 150.0], ..Page::default() }
}

/// A page of 640 pixels a side with a 3 of 28 pixels.
fn small() -> Page {
    Page { size: [640; 2], middle: [250.0, 380.0], scale: 0.2, ..page() }
}

/// The page with these degradations, and a little grain, as every sensor has.
fn photograph(page: &Page, pen: f32, degradations: &[Degradation]) -> ColourImage {
    let grain = Degradation::Noise { deviation: 1.2 };
    page.photograph(&three(pen), &[degradations, &[grain]].concat(), 1, 0)
}

/// The model that the first rules of preparation were chosen with, and the one that reads pictures: what is tested is the rules.
fn recognizers() -> [Recognizer; 2] {
    [Recognizer::named("paper").unwrap(), Recognizer::embedded()]
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
fn is_read(page: &Page, degradations: &[Degradation]) {
    for recognizer in recognizers() {
        let prediction = recognizer.predict_colour(&photograph(page, 12.0, degradations)).unwrap();
        assert_eq!(prediction.label, "3", "{:?}", prediction.facts);
    }
}

#[track_caller]
fn is_read_only_now(page: &Page, degradations: &[Degradation]) {
    for recognizer in recognizers() {
        let before = read_by_one_level(&recognizer, &photograph(page, 12.0, degradations));
        assert_ne!(before.as_deref(), Some("3"), "read by one level of paper, so it shows no fault");
    }
    is_read(page, degradations);
}

#[test]
fn a_picture_without_a_fault_is_read_either_way() {
    let picture = photograph(&page(), 12.0, &[]);
    for recognizer in recognizers() {
        assert_eq!(read_by_one_level(&recognizer, &picture).as_deref(), Some("3"));
        assert_eq!(recognizer.predict_colour(&picture).unwrap().label, "3");
    }
}

/// Was read as ink: the strip, lighter than most of the paper.
#[test]
fn a_lit_strip() {
    is_read_only_now(&page(), &[Degradation::LitStrip { direction: FRAC_PI_2, offset: -0.4, width: 0.16, least: 0.5 }]);
}

/// Was read as ink: the shadow.
#[test]
fn a_shadows_edge() {
    is_read_only_now(&page(), &[Degradation::ShadowEdge { direction: 3.5, offset: -0.2, least: 0.45, softness: 6.0 }]);
}

/// Was refused as blank: its grey level differs by 17 of 25 that are needed.
#[test]
fn a_yellow_pen_on_white() {
    let white = Page { paper: [250; 3], ink: [250, 245, 20], ..page() };
    is_read_only_now(&white, &[]);
}

/// Was kept as a part of the digit, which it stretched; some networks read it even so.
#[test]
fn a_dark_corner() {
    is_read(&page(), &[Degradation::PaperEdge { direction: FRAC_PI_4, distance: 160.0, table: [20; 3] }]);
}

/// Was read as ink: the table.
#[test]
fn the_papers_edge_on_a_table() {
    is_read_only_now(&page(), &[Degradation::PaperEdge { direction: 0.25, distance: 100.0, table: [90, 60, 35] }]);
}

/// Was read as ink: the darker half.
#[test]
fn a_gradient() {
    is_read_only_now(&page(), &[Degradation::Gradient { direction: FRAC_PI_4, least: 0.1 }]);
}

#[test]
fn a_finger_at_the_border() {
    let finger = Degradation::Finger { tip: [270.0, 240.0], radius: 50.0, colour: [150, 95, 80] };
    is_read(&page(), &[finger]);
}

#[test]
fn ruled_paper() {
    is_read(&page(), &[Degradation::Ruled { spacing: 75.0, line: 3.0, strength: 0.6 }]);
}

/// Lines as dark as the ink, which cross it.
#[test]
fn ruled_paper_of_dark_lines() {
    let pale = Page { ink: [110, 120, 180], ..page() };
    is_read(&pale, &[Degradation::Ruled { spacing: 60.0, line: 2.0, strength: 1.0 }]);
}

#[test]
fn squared_paper() {
    is_read(&page(), &[Degradation::Squared { spacing: 25.0, line: 2.0, strength: 0.6 }]);
}

#[test]
fn a_vignette() {
    is_read(&small(), &[Degradation::Vignette { least: 0.3 }]);
}

/// Was read as ink: the strip, whose edge is near.
#[test]
fn a_small_digit_at_a_lit_strip() {
    let strip = Degradation::LitStrip { direction: 1.2, offset: 0.2, width: 0.2, least: 0.5 };
    is_read_only_now(&small(), &[strip]);
}

#[test]
fn a_small_digit_among_specks() {
    is_read(&small(), &[Degradation::Speckle { specks: 150.0, radius: 1.5 }]);
}

#[test]
fn what_shows_through_beside_a_small_digit() {
    is_read(&small(), &[Degradation::ShowThrough { strength: 0.2 }]);
}

#[test]
fn a_box_around_it() {
    is_read(&page(), &[Degradation::Boxed { gap: 15.0, line: 3.0, strength: 0.9 }]);
}

/// Was read as another digit or with doubt: scaled down, its strokes were a grey pixel wide.
#[test]
fn a_fine_pen() {
    for recognizer in recognizers() {
        let prediction = recognizer.predict_colour(&photograph(&page(), 1.4, &[])).unwrap();
        assert!(prediction.label == "3" && prediction.probability > 0.9, "{prediction:?}");
    }
}
