//! Pages of plain strokes that are turned: how far is told, lines are read as they run, and places are those in the picture.

use tenfold_imaging::{GreyImage, InkBox, Preparation, page_ink};
use tenfold_reading::{Page, Reading};

const PIXELS: usize = 28 * 28;
const SIDE: f32 = 600.0;

/// What each line says: a 1 is a bar, a 0 a frame.
const LINES: [&str; 4] = ["1001101011", "0110", "10010111", "0101101"];

/// The middle of a digit and whether it is a 0, before the page is turned.
fn digits() -> Vec<([f32; 2], bool)> {
    let lines = (0..).zip(LINES).flat_map(|(row, line)| {
        let at = move |column: usize| [110.0 + 40.0 * column as f32, 150.0 + 80.0 * row as f32];
        line.bytes().enumerate().map(move |(column, digit)| (at(column), digit == b'0'))
    });
    lines.collect()
}

/// Whether there is ink at a place of a digit, from its middle: 40 pixels high, strokes of 4.
fn is_ink([x, y]: [f32; 2], is_zero: bool) -> bool {
    let half = if is_zero { 12.0 } else { 2.0 };
    x.abs() < half && y.abs() < 20.0 && !(is_zero && x.abs() < half - 4.0 && y.abs() < 16.0)
}

/// A place of the page, turned clockwise about its middle or back.
fn turned([x, y]: [f32; 2], degrees: f32) -> [f32; 2] {
    let (sine, cosine) = degrees.to_radians().sin_cos();
    let [right, down] = [x - SIDE / 2.0, y - SIDE / 2.0];
    [SIDE / 2.0 + right * cosine - down * sine, SIDE / 2.0 + right * sine + down * cosine]
}

/// The page turned clockwise, with a shadow along its left border.
fn page(degrees: f32) -> GreyImage {
    let digits = digits();
    let side = SIDE as usize;
    let level = |at: usize| {
        let [x, y] = [(at % side) as f32 + 0.5, (at / side) as f32 + 0.5];
        let [right, down] = turned([x, y], -degrees);
        let ink = digits.iter().any(|&([left, top], is_zero)| is_ink([right - left, down - top], is_zero));
        if ink || x < 5.0 { 0 } else { 255 }
    };
    GreyImage::new(side as u32, side as u32, (0..side * side).map(level).collect()).unwrap()
}

/// Takes what is narrower than half of its height for a 1, and all else for a 0, nearly surely.
fn oracle(glyph: &[u8]) -> [f32; 2] {
    let columns = (0..28).filter(|&x| (0..28).any(|y| glyph[y * 28 + x] > 60)).count();
    if columns < 12 { [0.02, 0.98] } else { [0.98, 0.02] }
}

fn read(degrees: f32, quarters: u8) -> Reading {
    let preparation = Preparation::default();
    let ink = page_ink(&page(degrees).into(), preparation.polarity()).unwrap();
    let page = Page::find_turned(&ink, quarters, &preparation).unwrap();
    let probabilities: Vec<f32> = page.glyphs().chunks(PIXELS).flat_map(oracle).collect();
    page.read(&probabilities, &["0".into(), "1".into()]).unwrap()
}

/// The box around a digit's ink on the turned page, from left, top, right and bottom.
fn ends(middle: [f32; 2], is_zero: bool, degrees: f32) -> [f32; 4] {
    let half = if is_zero { 12.0 } else { 2.0 };
    let corners = [[-half, -20.0], [half, -20.0], [-half, 20.0], [half, 20.0]];
    let moved = corners.map(|[x, y]| turned([middle[0] + x, middle[1] + y], degrees));
    let end = |axis: usize, pick: fn(f32, f32) -> f32| moved.iter().map(|place| place[axis]).reduce(pick).unwrap();
    [end(0, f32::min), end(1, f32::min), end(0, f32::max), end(1, f32::max)]
}

#[test]
fn a_page_that_is_turned_is_read_along_its_lines() {
    for (degrees, quarters) in
        [(0.0, 0), (3.0, 0), (-7.0, 0), (12.0, 0), (90.0, 1), (180.0, 2), (270.0, 3), (97.0, 1), (171.0, 2)]
    {
        let reading = read(degrees, quarters);
        assert!((reading.turned_degrees - degrees).abs() <= 0.75, "{degrees}: told {}", reading.turned_degrees);
        let texts: Vec<&str> = reading.lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, LINES, "{degrees}");
        let found = reading.lines.iter().flat_map(|line| &line.fields).flat_map(|field| &field.digits);
        for (digit, (middle, is_zero)) in found.zip(digits()) {
            let InkBox { left, top, width, height } = digit.place;
            let place = [left, top, left + width, top + height].map(|end| end as f32);
            let farthest = place.iter().zip(ends(middle, is_zero, degrees)).map(|(found, end)| (found - end).abs());
            assert!(farthest.fold(0.0, f32::max) <= 2.5, "{degrees}, {middle:?}: {place:?}");
        }
    }
}

#[test]
fn a_level_page_is_not_turned() {
    // Lines that rise as a hand lets them, and digits too few to say how a line runs.
    assert_eq!(read(1.0, 0).turned_degrees, 0.0);
    let ink = |at: usize| {
        [[20, 60], [50, 66], [80, 72]].iter().any(|&[x, y]| (at % 200) / 5 == x / 5 && (at / 200).abs_diff(y) < 20)
    };
    let few = GreyImage::new(200, 200, (0..200 * 200).map(|at| if ink(at) { 0 } else { 255 }).collect()).unwrap();
    let page = Page::find(&few.into(), &Preparation::default()).unwrap();
    assert_eq!((page.turned_degrees(), page.candidates()), (0.0, 3));
}
