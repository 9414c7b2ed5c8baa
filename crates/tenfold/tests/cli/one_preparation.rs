//! The same picture is the same image to whoever reads it: a library's caller, the command line, and a data set of pictures.

use tenfold_dataset::{Contents, Source};
use tenfold_recognizer::{EMBEDDED_MODELS, Recognizer};

use super::{Workplace, digits, png};

/// A test image enlarged `times` as ink on paper, at a place of a page; the paper's level may change from left to right.
fn page(index: usize, times: usize, paper: impl Fn(usize) -> f32) -> Vec<u8> {
    const SIDE: usize = 240;
    let digit = digits().image(index).to_vec();
    let level = |at: usize| {
        let (x, y) = (at % SIDE, at / SIDE);
        let inside = |place: usize| place.checked_sub(40).map(|place| place / times).filter(|&place| place < 28);
        let ink = inside(y).zip(inside(x)).map_or(0.0, |(row, column)| f32::from(digit[row * 28 + column]) / 255.0);
        (paper(x) * (1.0 - 0.85 * ink)) as u8
    };
    png(SIDE as u32, SIDE as u32, &(0..SIDE * SIDE).map(level).collect::<Vec<u8>>())
}

/// The picture on uneven paper.
const UNEVEN: usize = 3;

#[test]
fn a_picture_is_the_same_image_everywhere() {
    let place = Workplace::new();
    let even = |paper: f32| move |_: usize| paper;
    let pictures = [
        page(0, 5, even(230.0)),
        page(1, 2, even(255.0)),
        page(3, 4, even(180.0)),
        page(4, 5, |x| 240.0 - 0.6 * x as f32),
    ];
    let names: Vec<String> = (0..pictures.len()).map(|index| format!("set/digits/{index}.png")).collect();
    names.iter().zip(&pictures).for_each(|(name, picture)| drop(place.write(name, picture)));
    let recognizer = Recognizer::builder().build_from_model(EMBEDDED_MODELS[0].read()).unwrap();

    let source = Source::Path(place.path("set"));
    let Ok(Contents::Whole(set)) = source.contents(recognizer.preparation()) else { panic!("no data set") };
    let answers = |command: &str| place.run(&[&[command, "--json"][..], &strings(&names)].concat()).success().json();
    let (predicted, read) = (answers("predict"), answers("read"));
    for (index, bytes) in pictures.iter().enumerate() {
        let picture = recognizer.decode_colour(bytes).unwrap();
        let prepared = recognizer.prepare_colour(&picture).unwrap();
        assert!(set.image(index) == prepared.pixels, "{index}: an image of a data set");
        let ranking = recognizer.rank(&recognizer.probabilities(&prepared.pixels).unwrap()).unwrap();
        assert_eq!(predicted[index]["ranking"], serde_json::to_value(&ranking).unwrap(), "{index}: predict");
        let digit = &read[index]["lines"][0]["fields"][0]["digits"];
        assert_eq!(digit.as_array().map(Vec::len), Some(1), "{index}: {digit}");
        let expected = serde_json::to_value(&ranking[0]).unwrap();
        assert_eq!(digit[0]["label"], expected["label"], "{index}: read");
        // On uneven paper a page's ink is found at another resolution than that of a picture of one digit.
        if index != UNEVEN {
            let page = recognizer.find_page(&picture).unwrap();
            let mut glyphs = page.glyphs().chunks_exact(prepared.pixels.len());
            assert!(glyphs.any(|glyph| glyph == prepared.pixels), "{index}: read");
        }
    }
}

fn strings(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}
