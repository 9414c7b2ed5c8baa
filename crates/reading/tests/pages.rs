//! Pages of plain strokes, read by an oracle in place of a network: what is found where, in which order, within which bounds.

use tenfold_imaging::{GreyImage, InkBox, Preparation, Refusal};
use tenfold_reading::{Checker, Constraint, Page, Reading};

const PIXELS: usize = 28 * 28;

/// Paper with blocks of ink at (left, top, width, height).
fn page(width: u32, height: u32, blocks: &[(u32, u32, u32, u32)]) -> GreyImage {
    let mut pixels = vec![255; (width * height) as usize];
    for &(left, top, wide, high) in blocks {
        for y in top..top + high {
            pixels[(y * width + left) as usize..][..wide as usize].fill(0);
        }
    }
    GreyImage::new(width, height, pixels).unwrap()
}

/// Takes what is narrower than half of its height for a 1, and all else for a 0, nearly surely.
fn oracle(glyph: &[u8]) -> [f32; 2] {
    let inked = |x: usize| (0..28).any(|y| glyph[y * 28 + x] > 60);
    let columns = (0..28).filter(|&x| inked(x)).count();
    if columns < 10 { [0.02, 0.98] } else { [0.98, 0.02] }
}

fn read(image: GreyImage) -> Result<Reading, Refusal> {
    let page = Page::find(&image.into(), &Preparation::default())?;
    let probabilities: Vec<f32> = page.glyphs().chunks(PIXELS).flat_map(oracle).collect();
    page.read(&probabilities, &["0".into(), "1".into()])
}

/// The sides of a 0 of 24 by 40 pixels.
fn zero(left: u32, top: u32) -> [(u32, u32, u32, u32); 4] {
    [(left, top, 24, 4), (left, top + 36, 24, 4), (left, top, 4, 40), (left + 20, top, 4, 40)]
}

/// Two lines: 1 0 and, far from them, 1; below 0 1. And what is not a digit: specks, a rule, a frame, a shadow at the border.
fn written() -> Vec<(u32, u32, u32, u32)> {
    let mut blocks = vec![(30, 50, 5, 40), (200, 52, 5, 40), (70, 120, 5, 40)];
    blocks.extend(zero(50, 50));
    blocks.extend(zero(32, 118));
    blocks
}

#[test]
fn lines_are_read_from_the_top_and_from_the_left() {
    let mut blocks = written();
    blocks.extend([(100, 20, 2, 2), (20, 170, 200, 3), (0, 0, 12, 240)]);
    blocks.extend([(14, 8, 280, 2), (14, 230, 280, 2), (14, 8, 2, 222), (292, 8, 2, 224)]);
    let reading = read(page(300, 240, &blocks)).unwrap();
    let texts: Vec<&str> = reading.lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(texts, ["10 1", "01"]);
    let first = &reading.lines[0].fields[0];
    assert_eq!(first.digits[1].place, InkBox { left: 50, top: 50, width: 24, height: 40 });
    assert_eq!(first.place, InkBox { left: 30, top: 50, width: 44, height: 40 });
    assert!(first.probability > 0.7 && first.ranking[0].text == "10" && first.ranking.len() <= 5);
    assert!(first.ranking.windows(2).all(|pair| pair[0].probability >= pair[1].probability));
}

#[test]
fn a_page_moved_is_read_the_same() {
    let there = |by: u32| {
        let blocks: Vec<_> = written().into_iter().map(|(x, y, w, h)| (x + by, y + 2 * by, w, h)).collect();
        let mut reading = read(page(400, 400, &blocks)).unwrap();
        let digits = reading.lines.iter_mut().flat_map(|line| &mut line.fields);
        for field in digits {
            for place in field.digits.iter_mut().map(|digit| &mut digit.place).chain([&mut field.place]) {
                (place.left, place.top) = (place.left - by, place.top - 2 * by);
            }
        }
        reading
    };
    let here = there(0);
    for by in [1, 7, 50] {
        assert_eq!(there(by), here);
    }
}

#[test]
fn touching_digits_are_parted_and_broken_ones_joined() {
    // Two 0s that touch by a bridge of ink, and one whose top is off by three pixels.
    let mut touching = zero(30, 30).to_vec();
    touching.extend(zero(57, 30));
    touching.push((54, 48, 3, 4));
    assert_eq!(read(page(160, 100, &touching)).unwrap().lines[0].text, "00");
    let broken = [(30, 23, 24, 4), (30, 66, 24, 4), (30, 30, 4, 40), (50, 30, 4, 40)];
    assert_eq!(read(page(160, 100, &broken)).unwrap().lines[0].text, "0");
}

#[test]
fn what_is_valid_stands_beside_what_was_read() {
    let image = page(300, 240, &written());
    let find = || Page::find(&image.clone().into(), &Preparation::default()).unwrap();
    let known = |length: &str, pattern: Option<&str>| {
        let pattern = pattern.map(|pattern| pattern.parse().unwrap());
        Checker::new(Constraint { length: length.parse().ok(), pattern, ..Constraint::default() }).unwrap()
    };
    let labels = ["0".to_owned(), "1".to_owned()];
    let read = |page: Page, checker: &Checker| {
        let probabilities: Vec<f32> = page.glyphs().chunks(PIXELS).flat_map(oracle).collect();
        let reading = page.read_checked(&probabilities, &labels, checker).unwrap();
        assert_eq!(reading.lines.len(), 2);
        reading
    };
    // 10 1 and 01: each field by itself...
    let reading = read(find(), &known("2", Some("d-1")));
    let [first, second] = [0, 1].map(|field| &reading.lines[0].fields[field]);
    let valid = first.valid.as_ref().unwrap();
    assert_eq!((first.text.as_str(), valid.text.as_str(), first.answer()), ("10", "11", Ok("1-1")));
    assert!(valid.probability > 0.9 && valid.among_all < 0.03 && first.probability > 0.7, "{first:?}");
    assert_eq!(valid.digits[1].place, first.digits[1].place);
    assert_eq!((second.text.as_str(), second.refusal.map(|it| it.reason())), ("1", Some("not_valid")));
    assert!(reading.is_refused());
    // ...and each line as one.
    let reading = read(find().joined(), &known("2-3", None));
    let texts: Vec<&str> = reading.lines.iter().map(|line| line.fields[0].answer().unwrap()).collect();
    assert_eq!((texts, reading.lines[0].fields.len()), (vec!["101", "01"], 1));
    // Whoever must be sure gets no answer that is not.
    let mut strict = read(find().joined(), &known("2-3", None));
    strict.refuse_below(0.5);
    assert!(!strict.is_refused());
    strict.refuse_below(0.999);
    assert_eq!(strict.lines[0].fields[0].answer().unwrap_err().reason(), "low_confidence");
}

#[test]
fn a_page_without_digits_is_refused() {
    assert!(matches!(read(page(50, 50, &[])), Err(Refusal::Blank { .. })));
    assert!(matches!(read(page(300, 50, &[(10, 20, 280, 3)])), Err(Refusal::NoDigits { marks: 1 })));
    assert!(matches!(read(page(300, 50, &[(10, 20, 2, 2)])), Err(Refusal::NoDigits { marks: 1 })));
}

#[test]
fn noise_has_a_bounded_number_of_candidates() {
    let mut state = 1u32;
    let mut next = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    for cell in [1u32, 3, 9] {
        let cells: Vec<u8> = (0..(1_200 / cell + 1) * (1_200 / cell + 1)).map(&mut next).collect();
        let level = |at: u32| {
            let (x, y) = (at % 1_200 / cell, at / 1_200 / cell);
            if cells[(y * (1_200 / cell) + x) as usize] < 60 { 0 } else { 255 }
        };
        let image = GreyImage::new(1_200, 1_200, (0..1_200 * 1_200).map(level).collect()).unwrap();
        let page = Page::find(&image.into(), &Preparation::default());
        let glyphs = page.map_or(0, |page| page.glyphs().len() / PIXELS);
        assert!(glyphs <= 60_000, "{glyphs} in cells of {cell}");
    }
}

/// What is seen in a context, where digits are 16 pixels high: a small block low in it is a point, a flat one half way up a minus, and
/// what is as high as a digit one that the [`oracle`] tells; all else is none.
fn judge(context: &[u8]) -> [f32; Page::JUDGED_CLASSES] {
    let own: Vec<usize> = (0..PIXELS).filter(|&at| context[at] > 130).collect();
    let columns = own.iter().map(|at| at % 28).max().unwrap() + 1 - own.iter().map(|at| at % 28).min().unwrap();
    let rows = own.iter().map(|at| at / 28).max().unwrap() + 1 - own.iter().map(|at| at / 28).min().unwrap();
    let class = match (columns, rows) {
        (1..=3, 1..=3) => 10,
        (4..=8, 1..=3) => 12,
        (1..=4, 14..) => 1,
        (8..=11, 14..) => 0,
        _ => Page::JUDGED_CLASSES - 1,
    };
    std::array::from_fn(|it| if it == class { 0.985 } else { 1e-5 })
}

#[test]
fn signs_stand_where_they_are_written() {
    // -10.1, the 0 too narrow to be cut.
    let mut blocks = vec![(30, 66, 16, 4), (56, 50, 5, 40), (100, 84, 6, 6), (114, 50, 5, 40)];
    blocks.extend([(70, 50, 22, 4), (70, 86, 22, 4), (70, 50, 4, 40), (88, 50, 4, 40)]);
    let image = page(180, 140, &blocks);
    let labels = ["0".to_owned(), "1".to_owned()];
    let found = Page::find(&image.into(), &Preparation::default()).unwrap();
    let judgements: Vec<f32> = found.contexts().chunks(PIXELS).flat_map(judge).collect();
    let before = found.candidates();
    let judged = found.judged(&judgements);
    assert!((3..before - 2).contains(&judged.candidates()), "what is a sign or none is not left for the reader");
    let answers: Vec<f32> = judged.glyphs().chunks(PIXELS).flat_map(oracle).collect();
    let reading = judged.read(&answers, &labels).unwrap();
    let field = &reading.lines[0].fields[0];
    assert_eq!((field.text.as_str(), field.agreed), ("-10.1", Some(true)));
    let [minus, point] = [0, 3].map(|at| &field.digits[at]);
    assert_eq!((minus.label.as_str(), minus.place.left, minus.probability), ("-", 30, 0.985));
    assert_eq!((point.label.as_str(), point.place.left, point.is_sign()), (".", 100, true));
    assert!(!field.digits[1].is_sign() && field.probability > 0.5);
    // Valid are the digits alone.
    let known = Constraint { pattern: Some("dd.d".parse().unwrap()), ..Constraint::default() };
    let valid = judged.read_checked(&answers, &labels, &Checker::new(known).unwrap()).unwrap();
    let valid = valid.lines[0].fields[0].valid.clone().unwrap();
    assert_eq!((valid.text.as_str(), valid.formatted.as_str()), ("101", "10.1"));
    // The reader by itself says something else of the first digit.
    let mut other = answers.clone();
    other[..2].copy_from_slice(&[0.6, 0.4]);
    assert_eq!(judged.read(&other, &labels).unwrap().lines[0].fields[0].agreed, Some(false));
}

#[test]
fn signs_alone_are_no_number() {
    let blocks = [(30, 66, 16, 4), (90, 50, 5, 40), (300, 66, 16, 4)];
    let found = Page::find(&page(400, 140, &blocks).into(), &Preparation::default()).unwrap();
    let judgements: Vec<f32> = found.contexts().chunks(PIXELS).flat_map(judge).collect();
    let judged = found.judged(&judgements);
    let answers: Vec<f32> = judged.glyphs().chunks(PIXELS).flat_map(oracle).collect();
    let reading = judged.read(&answers, &["0".into(), "1".into()]).unwrap();
    assert_eq!((reading.lines.len(), reading.lines[0].text.as_str()), (1, "1"));
}
