//! Templates of forms: whatever one says, it is refused, or its fields are found within a picture.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenfold_form::{Form, Template};
use tenfold_imaging::{GreyImage, Preparation};

/// The side of the picture.
const SIDE: u32 = 120;

fuzz_target!(|text: &str| {
    let Ok(template) = Template::from_toml(text) else { return };
    // Four dark squares, which may be marks, and a stroke in the middle.
    let near = |at: u32| at.abs_diff(10) < 5 || at.abs_diff(110) < 5;
    let is_dark = |x: u32, y: u32| near(x) && near(y) || x.abs_diff(60) < 3 && y.abs_diff(60) < 20;
    let pixels = (0..SIDE * SIDE).map(|at| if is_dark(at % SIDE, at / SIDE) { 30 } else { 230 }).collect();
    let picture = GreyImage::new(SIDE, SIDE, pixels).expect("a pixel for each place").into();
    let Ok(form) = Form::find(&picture, &template, &Preparation::default()) else { return };
    let glyphs = form.glyphs().len() / (28 * 28);
    for field in form.read(&vec![1.0; glyphs], &["1".to_owned()]).fields {
        let place = field.area;
        assert!(place.left + place.width <= SIDE && place.top + place.height <= SIDE, "{place:?}");
    }
});
