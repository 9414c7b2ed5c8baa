//! Pictures without a sure answer, put aside, put right, and learnt.

use std::fs;
use std::path::Path;

use tenfold_handwriting::{Hand, Pen};

use super::{Workplace, png};

/// Writes pictures of a hand that leans far back, each called by its digit and number.
fn write(place: &Workplace, folder: &str, numbers: std::ops::Range<u32>) {
    let hand = Hand::new(3, 103);
    for digit in 0..10 {
        for number in numbers.clone() {
            let ink = hand.write(digit, number).draw(60.0, &Pen::round(5.0));
            let (columns, rows) = (ink.width(), ink.height());
            let (width, height) = (columns + rows + 40, rows + 40);
            let level = |x: u32, y: u32| match (y.checked_sub(20), x.checked_sub(y)) {
                (Some(row), Some(column)) if row < rows && column < columns => {
                    255 - ink.pixels()[(row * columns + column) as usize]
                }
                _ => 255,
            };
            let pixels: Vec<u8> = (0..width * height).map(|at| level(at % width, at / width)).collect();
            place.write(&format!("{folder}/{digit}-{number}.png"), png(width, height, &pixels));
        }
    }
}

/// The pictures in the folders of classes in a folder, with their classes.
fn filed(folder: &Path) -> Vec<(String, String)> {
    let names = |path: &Path| {
        let entries = fs::read_dir(path).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
    };
    let of_class = |class: String| names(&folder.join(&class)).into_iter().map(move |name| (class.clone(), name));
    names(folder).into_iter().flat_map(of_class).collect()
}

/// Moves each picture to the folder of the digit that it shows, as a person would.
fn put_right(folder: &Path) {
    for (class, name) in filed(folder) {
        let digit = &name[..1];
        fs::create_dir_all(folder.join(digit)).unwrap();
        fs::rename(folder.join(class).join(&name), folder.join(digit).join(&name)).unwrap();
    }
}

#[test]
fn what_had_no_sure_answer_is_learnt_and_nothing_is_forgotten() {
    let place = Workplace::new();
    write(&place, "written", 0..12);
    write(&place, "others/all", 20..24);
    put_right(&place.path("others"));
    fs::remove_dir(place.path("others/all")).unwrap();
    let accuracy = |model: &str, data: &[&str], split: &str| {
        let run = place.run(&[&["evaluate", model, "--json"], data].concat()).success();
        run.json()[0]["splits"][split]["accuracy"].as_f64().unwrap()
    };
    let of_hand = |model: &str| accuracy(model, &["--data", "others"], "all");

    let predict = ["predict", "--model", "paper", "--min-confidence", "0.999", "--review", "review", "written"];
    let outcome = place.run(&predict);
    assert!(outcome.code == 3 && outcome.stderr.contains("are in review for review"), "{}", outcome.stderr);
    let kept = filed(&place.path("review"));
    assert!(kept.len() > 40 && kept.iter().any(|(class, name)| *class != name[..1]), "{kept:?}");
    // The same pictures again are there already.
    assert!(!place.run(&predict).stderr.contains("for review") && filed(&place.path("review")).len() == kept.len());

    put_right(&place.path("review"));
    let train = ["train", "--data", "review", "--from", "paper", "--rehearse", "3000", "--epochs", "3"];
    place.run(&[&train[..], &["--learning-rate", "0.01", "--out", "mine", "--quiet"]].concat()).success();
    let (before, after) = (of_hand("paper"), of_hand("mine"));
    assert!(before < 0.85 && after > 0.95, "{before} {after}");
    let mnist = accuracy("mine", &[], "test");
    assert!(mnist > accuracy("paper", &[], "test") - 0.002, "{mnist}");
}

#[test]
fn a_picture_of_another_with_its_name_gets_a_number() {
    let place = Workplace::new();
    for (folder, digit) in [("a", 1), ("b", 7)] {
        write(&place, folder, digit..digit + 1);
    }
    fs::rename(place.path("b/7-7.png"), place.path("b/7-1.png")).unwrap();
    place.run(&["predict", "--min-confidence", "1", "--review", "review", "a/7-1.png", "b/7-1.png"]);
    let mut kept: Vec<String> = filed(&place.path("review")).into_iter().map(|(_, name)| name).collect();
    kept.sort();
    assert_eq!(kept, ["7-1-2.png", "7-1.png"]);
    place.write("taken", "a file");
    place.run(&["predict", "--review", "taken", "a/7-1.png"]).failure(1, &["taken", "expected a folder"]);
}
