//! Forms of plain strokes, in pictures taken from all sides, read by an oracle in place of a network.

use proptest::prelude::*;
use tenfold_form::{Error, ErrorKind, Form, FormReading, NotRegistered, Template};
use tenfold_imaging::{GreyImage, InkBox, Preparation};

const FORM: &str = r#"
page = { width = 200, height = 120, marks = [[10, 10], [190, 10], [10, 110], [190, 110]] }

[[field]]
name = "cells"
box = [30, 20, 80, 20]
cells = 4

[[field]]
name = "free"
box = [30, 60, 80, 30]
known = { pattern = "0-1d" }

[[field]]
name = "blank"
box = [120, 60, 50, 30]
"#;

/// Whether the printed and written form is dark at a place of its paper: marks, the lines of the cells, digits.
fn is_dark(x: f64, y: f64, cells: &str, free: &str) -> bool {
    let mark = |[left, top]: [f64; 2]| (x - left).abs() < 3.0 && (y - top).abs() < 3.0;
    let marks = [[10.0, 10.0], [190.0, 10.0], [10.0, 110.0], [190.0, 110.0]].into_iter().any(mark);
    let is_line = |at: f64, end: f64| (at - end).abs() < 0.3;
    let in_box = (30.0..110.0).contains(&x) && (20.0..40.0).contains(&y);
    let lines = in_box
        && (is_line(y, 20.3) || is_line(y, 39.7) || (0..=4).any(|cell| is_line(x, 30.0 + 20.0 * f64::from(cell))));
    let stroke = |digit: char, left: f64, top: f64| {
        let (x, y) = (x - left, y - top);
        (0.0..12.0).contains(&y)
            && match digit {
                '0' => (0.0..7.0).contains(&x) && !((1.2..5.8).contains(&x) && (1.2..10.8).contains(&y)),
                '1' => (3.0..4.5).contains(&x),
                _ => false,
            }
    };
    let written = |text: &str, left: f64, step: f64, top: f64| {
        text.chars().enumerate().any(|(at, digit)| stroke(digit, left + step * at as f64, top))
    };
    marks || lines || written(cells, 36.5, 20.0, 24.0) || written(free, 40.0, 10.0, 68.0)
}

/// A picture of `width` by `height` pixels; `place` says which place of the paper is at which of them.
fn taken(width: u32, height: u32, cells: &str, free: &str, place: impl Fn(f64, f64) -> [f64; 2]) -> GreyImage {
    let level = |at: u32| {
        let sample = |right: f64, down: f64| {
            let [x, y] = place(f64::from(at % width) + right, f64::from(at / width) + down);
            u32::from(is_dark(x, y, cells, free))
        };
        let dark = sample(0.25, 0.5) + sample(0.75, 0.5);
        (230 - 100 * dark) as u8
    };
    GreyImage::new(width, height, (0..width * height).map(level).collect()).unwrap()
}

/// Takes what is narrow for a 1, all else for a 0.
fn oracle(glyph: &[u8]) -> [f32; 2] {
    let columns = (0..28).filter(|&x| (0..28).any(|y| glyph[y * 28 + x] > 60)).count();
    if columns < 10 { [0.02, 0.98] } else { [0.98, 0.02] }
}

fn read(image: GreyImage, template: &str) -> Result<FormReading, NotRegistered> {
    let template = Template::from_toml(template).unwrap();
    let form = Form::find(&image.into(), &template, &Preparation::default())?;
    let probabilities: Vec<f32> = form.glyphs().chunks(28 * 28).flat_map(oracle).collect();
    Ok(form.read(&probabilities, &["0".into(), "1".into()]))
}

/// From straight above, turned by some degrees, and from aside.
fn from_all_sides(cells: &str, free: &str) -> Vec<GreyImage> {
    let turned = |degrees: f64| {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let place = move |x: f64, y: f64| {
            let (x, y) = ((x - 300.0) / 2.5, (y - 200.0) / 2.5);
            [100.0 + cos * x + sin * y, 60.0 - sin * x + cos * y]
        };
        taken(600, 400, cells, free, place)
    };
    let aside = taken(600, 400, cells, free, |x, y| {
        let scale = 1.0 + 0.0006 * x - 0.0003 * y;
        [(0.46 * x + 0.02 * y - 5.0) / scale, (0.4 * y - 0.01 * x - 2.0) / scale]
    });
    vec![turned(0.0), turned(4.0), turned(-9.0), aside]
}

#[test]
fn fields_are_found_from_all_sides() {
    for (side, image) in from_all_sides("0110", "010").into_iter().enumerate() {
        let (width, height) = (image.width(), image.height());
        let reading = read(image, FORM).unwrap();
        let [cells, free, blank] = &reading.fields[..] else { panic!("{reading:?}") };
        assert_eq!((cells.name.as_str(), cells.answer()), ("cells", Ok("0110")), "{side}");
        assert_eq!(free.answer(), Ok("0-10"), "{side}");
        assert_eq!(blank.answer().unwrap_err().reason(), "blank", "{side}");
        assert!(reading.is_refused());
        let digits = &free.read.as_ref().unwrap().digits;
        assert!(digits.windows(2).all(|pair| pair[0].place.left < pair[1].place.left), "{side}");
        let area = free.area;
        for place in digits.iter().map(|digit| digit.place) {
            assert!(place.left >= area.left && place.left + place.width <= area.left + area.width, "{side}: {place:?}");
            assert!(place.top >= area.top && place.top + place.height <= area.top + area.height, "{side}: {place:?}");
        }
        assert!(area.left + area.width <= width && area.top + area.height <= height);
    }
}

#[test]
fn a_scan_needs_no_marks() {
    let scan = taken(600, 360, "10", "", |x, y| [x / 3.0, y / 3.0]);
    let template = FORM.replace(", marks = [[10, 10], [190, 10], [10, 110], [190, 110]]", "");
    assert_eq!(read(scan, &template).unwrap().fields[0].answer(), Ok("10"));
}

#[test]
fn what_is_not_as_it_should_be_is_refused_with_the_reason() {
    let above = |cells: &str, free: &str| taken(600, 360, cells, free, |x, y| [x / 3.0, y / 3.0]);
    let reason = |image, field: usize| read(image, FORM).unwrap().fields[field].answer().unwrap_err().reason();
    assert_eq!(reason(above("1 1", ""), 0), "empty_cell");
    assert_eq!(reason(above("", "01"), 0), "blank");
    assert_eq!(reason(above("", "11"), 1), "not_valid");
    let two_lines = FORM.replace("box = [30, 60, 80, 30]", "box = [28, 22, 84, 68]");
    let said = read(above("", "010"), &two_lines).unwrap().fields[1].answer().unwrap_err();
    assert_eq!(said.reason(), "several_lines");
    let mut reading = read(above("1101", "010"), FORM).unwrap();
    reading.refuse_below(0.97);
    assert_eq!(reading.fields[0].answer().unwrap_err().reason(), "low_confidence");
    // A mark is missing, or there is nothing at all.
    let cut = taken(500, 360, "10", "", |x, y| [x / 3.0, y / 3.0]);
    assert_eq!(read(cut, FORM).unwrap_err().found, 2);
    assert!(read(GreyImage::new(50, 50, vec![9; 2_500]).unwrap(), FORM).is_err());
}

#[test]
fn a_template_that_is_none_says_why() {
    let rows = [
        ("page = 3", "not a template: TOML parse error at line 1"),
        ("page = { width = 1, height = 1, depth = 1 }", "unknown field `depth`"),
        ("page = { width = 0, height = 1 }", "page: width: expected a length above 0, found 0"),
        ("page = { width = nan, height = 1 }", "page: width: expected a length above 0"),
        ("page = { width = 9, height = 9 }", "field: expected from 1 to 1000 fields, each as [[field]], found 0"),
        (
            "page = { width = 9, height = 9, marks = [[8, 1], [1, 1], [1, 8], [8, 8]] }",
            "page: marks: expected four places on the page",
        ),
        (
            "FIELD name = 'a', box = [5, 0, 5, 9]",
            "field 'a': box: expected left, top, width and height on a page of 9 by 9, found [5.0, 0.0, 5.0, 9.0]",
        ),
        ("FIELD name = 'a', box = [0, 0, nan, 9]", "field 'a': box: expected"),
        ("FIELD name = '', box = [0, 0, 5, 9]", "field: name: expected a name that no other field has, found ''"),
        ("FIELD name = 'a', box = [0, 0, 5, 9], cells = 65", "field 'a': cells: expected at most 64, found 65"),
        (
            "FIELD name = 'a', box = [0, 0, 5, 9], known = { length = 0 }",
            "length '0': expected a number of digits from 1 to 64",
        ),
        ("FIELD name = 'a', box = [0, 0, 5, 9], known = { size = 2 }", "unknown field `size`"),
    ];
    for (text, expected) in rows {
        let text = match text.strip_prefix("FIELD") {
            Some(field) => format!("page = {{ width = 9, height = 9 }}\nfield = [{{ {field} }}]"),
            None => text.to_owned(),
        };
        let error = Template::from_toml(&text).unwrap_err();
        assert!(error.to_string().contains(expected) && error.kind() == ErrorKind::Input, "{text}: {error}");
    }
    let known = "page = { width = 9, height = 9 }\nfield = [{ name = 'a', box = [0, 0, 5, 9], known = { length = 8, check = 'aba' } }]";
    let error = Template::from_toml(known).unwrap_err();
    assert!(matches!(error, Error::Known { .. }) && error.kind() == ErrorKind::Contradiction, "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Wherever the template says that they are, fields are found within the picture, or the picture is none of the form.
    #[test]
    fn fields_lie_in_the_picture(
        unit in prop_oneof![4 => Just(1.0), 1 => Just(1e-200), 1 => Just(1e200)],
        marks in proptest::option::of([[0.0..0.4, 0.0..0.4], [0.6..1.0, 0.0..0.4], [0.0..0.4, 0.6..1.0], [0.6..1.0, 0.6..1.0]]),
        boxes in proptest::collection::vec([0.0..0.99, 0.0..0.99, 1e-9..1.0, 1e-9..1.0], 1..4),
        cells in 0_u32..20,
        (width, height) in prop_oneof![(1_u32..10, 1_u32..80), (200_u32..300, 120_u32..180)],
    ) {
        let [across, down] = [200.0, 120.0].map(|side: f64| side * unit);
        let marks = marks.map(|it| format!(", marks = {:?}", it.map(|[x, y]| [x * across, y * down])));
        let area = |[left, top, width, height]: [f64; 4]| {
            [left * across, top * down, width * 0.99 * (1.0 - left) * across, height * 0.99 * (1.0 - top) * down]
        };
        let field = |(at, shares)| format!("{{ name = '{at}', box = {:?}, cells = {cells} }}", area(shares));
        let text = format!(
            "page = {{ width = {across:?}, height = {down:?}{} }}\nfield = [{}]",
            marks.unwrap_or_default(),
            boxes.into_iter().enumerate().map(field).collect::<Vec<_>>().join(", "),
        );
        let template = Template::from_toml(&text).unwrap();
        let image = taken(width, height, "01", "10", |x, y| {
            [x * 200.0 / f64::from(width), y * 120.0 / f64::from(height)]
        });
        let Ok(form) = Form::find(&image.into(), &template, &Preparation::default()) else { return Ok(()) };
        let probabilities: Vec<f32> = form.glyphs().chunks(28 * 28).flat_map(oracle).collect();
        for field in form.read(&probabilities, &["0".into(), "1".into()]).fields {
            let inside = |place: InkBox| place.left + place.width <= width && place.top + place.height <= height;
            prop_assert!(inside(field.area), "{text}: {:?}", field.area);
            for digit in field.read.iter().flat_map(|read| &read.digits) {
                prop_assert!(inside(digit.place), "{text}: {:?}", digit.place);
            }
        }
    }
}
