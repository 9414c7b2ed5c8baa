//! More classes than a byte counts.

use tenfold_dataset::{Contents, Dataset, Export, Images};

use super::Workplace;

const CLASSES: u16 = 300;
const SIDE: usize = 28;
/// Pixels of paper around the ink, of which squares of [`SQUARE`] pixels are filled.
const MARGIN: usize = 4;
const SQUARE: usize = 4;
/// The sign is five squares wide and high.
const LAST: usize = 4;

/// A sign for each class: its number in binary, as squares that are the same upside down, so that preparing a picture of it
/// leaves it where it is.
fn sign(class: u16) -> Vec<u8> {
    let is_ink = |y: usize, x: usize| {
        let place = (y * (LAST + 1) + x).min((LAST - y) * (LAST + 1) + LAST - x);
        // The corners are always filled: squares 0 and 4. Bits are squares 1 to 3, 5 and on.
        let bit = if place > LAST { place - 2 } else { place.saturating_sub(1) };
        place == 0 || place == LAST || class >> bit & 1 == 1
    };
    let square = |at: usize| at.checked_sub(MARGIN).map(|at| at / SQUARE).filter(|&square| square <= LAST);
    let pixel = |at: usize| Some(is_ink(square(at / SIDE)?, square(at % SIDE)?));
    (0..SIDE * SIDE).map(|at| 255 * u8::from(pixel(at) == Some(true))).collect()
}

#[test]
fn three_hundred_classes_are_trained_evaluated_and_predicted() {
    let place = Workplace::new();
    let names: Vec<String> = (0..CLASSES).map(|class| format!("sign-{class:03}")).collect();
    let set = |of_each: usize| {
        let labels: Vec<u16> = (0..of_each).flat_map(|_| 0..CLASSES).collect();
        let pixels: Vec<u8> = labels.iter().flat_map(|&class| sign(class)).collect();
        let images = Images { pixels: pixels.into(), height: SIDE, width: SIDE };
        Dataset::new(images, labels, usize::from(CLASSES)).unwrap().with_names(&names).unwrap()
    };
    let contents = Contents::Parts { train: Some(set(3)), test: Some(set(1)) };
    for (path, bytes) in Export::Npz.files(&contents).unwrap() {
        place.write(&format!("signs/{path}"), bytes);
    }
    let train = "train --data signs --preset linear --epochs 20 --learning-rate 0.1 --quiet --out run";
    place.run(&train.split(' ').collect::<Vec<_>>()).success();
    let evaluate = ["evaluate", "run", "--data", "signs", "--split", "test", "--out", "files", "--json"];
    let test = &place.run(&evaluate).success().json()[0]["splits"]["test"];
    assert!(test["accuracy"].as_f64().unwrap() > 0.9, "{}", test["accuracy"]);
    assert_eq!(test["report"]["sign-299"]["support"], 1.0);
    let text = place.run(&["evaluate", "run", "--data", "signs", "--split", "test"]).success().stdout;
    assert!(text.contains("most frequent mistakes") && text.contains("sign-256"), "{text}");
    let predictions = std::fs::read_to_string(place.path("files/test-predictions.csv")).unwrap();
    assert!(predictions.lines().last().unwrap().starts_with("299,299,"), "{predictions}");

    for (path, bytes) in Export::Pictures.files(&Contents::Whole(set(1))).unwrap() {
        place.write(&format!("pictures/{path}"), bytes);
    }
    let read = ["pictures/sign-263/00263.png", "pictures/sign-007/00007.png"];
    let answers = place.run(&[&["predict", "--model", "run"][..], &read].concat()).success().stdout;
    assert!(answers.contains("00263.png: sign-263 (") && answers.contains("00007.png: sign-007 ("), "{answers}");
}
