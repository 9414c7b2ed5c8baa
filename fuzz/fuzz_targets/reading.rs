//! From the bytes of a picture to the strings on it: all that reads a page but its networks, whose answers are made of the same bytes.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tenfold_imaging::{InkBox, Limits, Preparation, decode_colour};
use tenfold_reading::{Checker, Constraint, Field, Page, Reading, SIGNS};

/// A page of some lines: hundreds fit in a second.
const LIMITS: Limits = Limits { bytes: 1 << 16, width: 1_024, height: 1_024, pixels: 1 << 16, memory: 1 << 20 };

/// What may be known of a string, one of each kind.
static CHECKERS: LazyLock<Vec<Checker>> = LazyLock::new(|| {
    let known = |toml: &str| {
        let constraint: Constraint = toml::from_str(toml).expect("a constraint");
        Checker::new(constraint).expect("one that can be fulfilled")
    };
    let kinds = [
        "",
        "length = 3",
        "pattern = '[0-3]d/d{2}'",
        "range = '0.07-120.00'",
        "choices = ['1', '17', '170']",
        "check = 'luhn'",
        "check = 'verhoeff'",
        "date = 'ddmmyyyy'",
    ];
    kinds.into_iter().map(known).collect()
});

static LABELS: LazyLock<Vec<String>> = LazyLock::new(|| (0..10).map(|digit| digit.to_string()).collect());

fuzz_target!(|bytes: &[u8]| {
    let Ok(picture) = decode_colour(bytes, &LIMITS) else { return };
    let size = [picture.grey().width(), picture.grey().height()];
    // The picture's last bytes decide first: what follows a picture is no part of it, so any answers go with any picture.
    let mut answers = bytes.iter().rev().copied().cycle();
    let choice = usize::from(answers.next().expect("a picture has bytes"));
    let Ok(mut page) = Page::find(&picture, &Preparation::default()) else { return };
    check_page(&page, size);
    if choice & 1 == 0 {
        let found = page.candidates();
        page = page.judged(&rows(found, Page::JUDGED_CLASSES, &mut answers));
        check_page(&page, size);
        assert!(page.candidates() <= found);
    }
    if choice & 2 == 0 {
        page = page.joined();
    }
    let probabilities = rows(page.candidates(), LABELS.len(), &mut answers);
    let checker = &CHECKERS[choice / 4 % CHECKERS.len()];
    let plain = page.read(&probabilities, &LABELS);
    let checked = page.read_checked(&probabilities, &LABELS, checker);
    assert_eq!(plain.is_ok(), checked.is_ok(), "a constraint refuses fields, not pages");
    for reading in [&plain, &checked].into_iter().flatten() {
        check_reading(reading, size, checker);
    }
});

/// What networks could say of `count` images: probabilities of the classes, which may be nothing and all.
fn rows(count: usize, classes: usize, bytes: &mut impl Iterator<Item = u8>) -> Vec<f32> {
    let mut row = || {
        let weights: Vec<f32> = bytes.take(classes).map(f32::from).collect();
        let sum: f32 = weights.iter().sum();
        let share = move |weight: f32| if sum > 0.0 { weight / sum } else { 1.0 / classes as f32 };
        weights.into_iter().map(share).collect::<Vec<f32>>()
    };
    (0..count).flat_map(|_| row()).collect()
}

fn check_page(page: &Page, size: [u32; 2]) {
    let candidates = page.candidates();
    assert_eq!(page.glyphs().len(), candidates * 28 * 28);
    assert_eq!(page.contexts().len(), candidates * Page::CONTEXT_SIDE.pow(2));
    assert_eq!(page.places().len(), candidates);
    page.places().into_iter().for_each(|place| check_place(place, size));
}

fn check_place(place: InkBox, [width, height]: [u32; 2]) {
    assert!(place.width > 0 && place.height > 0, "{place:?}");
    assert!(place.left + place.width <= width && place.top + place.height <= height, "{place:?} of {width}x{height}");
}

fn check_probability(probability: f32) {
    assert!((0.0..=1.0).contains(&probability), "{probability}");
}

fn check_reading(reading: &Reading, size: [u32; 2], checker: &Checker) {
    assert!(!reading.lines.is_empty());
    for line in &reading.lines {
        let texts: Vec<&str> = line.fields.iter().map(|field| field.text.as_str()).collect();
        assert!(!texts.is_empty());
        assert_eq!(line.text, texts.join(" "));
        check_probability(line.probability);
        line.fields.iter().for_each(|field| check_field(field, size, checker));
    }
}

fn check_field(field: &Field, size: [u32; 2], checker: &Checker) {
    check_place(field.place, size);
    check_probability(field.probability);
    let read = [(&field.text, &field.ranking, &field.digits)];
    let valid = field.valid.iter().map(|valid| (&valid.text, &valid.ranking, &valid.digits));
    for (text, ranking, digits) in read.into_iter().chain(valid) {
        assert_eq!(&digits.iter().map(|digit| digit.label.as_str()).collect::<String>(), text);
        assert!(text.contains(|it: char| it.is_ascii_digit()), "{text}");
        assert!(text.chars().all(|it| it.is_ascii_digit() || SIGNS.contains(&it)), "{text}");
        for digit in digits {
            check_place(digit.place, size);
            check_probability(digit.probability);
        }
        assert!(&ranking[0].text == text && ranking.len() <= 5);
        assert!(ranking.is_sorted_by(|more, less| more.probability >= less.probability), "{ranking:?}");
        ranking.iter().for_each(|ranked| check_probability(ranked.probability));
        assert!(ranking.iter().map(|ranked| ranked.probability).sum::<f32>() <= 1.001, "{ranking:?}");
        assert!((1..ranking.len()).all(|at| ranking[..at].iter().all(|other| other.text != ranking[at].text)));
    }
    if let Some(valid) = &field.valid {
        assert!(checker.is_valid(&valid.text), "{}", valid.text);
        check_probability(valid.among_all);
        let digits: String = valid.formatted.chars().filter(char::is_ascii_digit).collect();
        assert!(digits.ends_with(&valid.text), "{} as {}", valid.text, valid.formatted);
    }
}
