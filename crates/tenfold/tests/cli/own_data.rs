//! Data sets of people's own: pictures in folders, tables, classes with names.

use std::path::Path;

use tenfold_dataset::{Export, Part, Source, hold_out};
use tenfold_experiment::sets;

use super::Workplace;

#[path = "../../../dataset/examples/draw_digits/strokes.rs"]
mod strokes;

/// What is called otherwise than its digit.
const WORDS: [&str; 3] = ["one", "seven", "zero"];

/// A folder with `pictures` of drawn digits for each of three classes, called by words.
fn drawn(place: &Workplace, folder: &str, pictures: u32, seed: u64) {
    for (word, digit) in WORDS.into_iter().zip([1, 7, 0]) {
        for index in 0..pictures {
            place.write(
                &format!("{folder}/{word}/{index}.png"),
                strokes::picture(digit, seed, 1_000 * digit as u32 + index),
            );
        }
    }
}

#[test]
fn a_folder_of_pictures_trains_a_model_that_reads_them() {
    let place = Workplace::new();
    drawn(&place, "own", 30, 1);
    drawn(&place, "others", 10, 2);
    let train = ["train", "--data", "own", "--preset", "linear", "--epochs", "12", "--out", "run"];
    let outcome = place.run(&train).success();
    assert!(outcome.stderr.contains("18 are held out as test images, 72 are for training"), "{}", outcome.stderr);
    let show = place.run(&["model", "show", "run", "--json"]).success().json();
    assert_eq!(show[0]["labels"], serde_json::json!(WORDS));
    let page = std::fs::read_to_string(place.path("run/report.html")).unwrap();
    assert!(WORDS.iter().all(|word| page.contains(word)));

    // Pictures of another hand, all of them one set; then two, one of an unknown class.
    let evaluation = &place.run(&["evaluate", "run", "--data", "others", "--json"]).success().json()[0];
    let all = &evaluation["splits"]["all"];
    assert_eq!(all["images"], 30);
    assert!(all["accuracy"].as_f64().unwrap() > 0.8, "{}", all["accuracy"]);
    assert_eq!(all["report"]["seven"]["support"], 10.0);
    let text = place.run(&["evaluate", "run", "--data", "others"]).success().stdout;
    assert!(text.contains("truth  one  seven  zero  total"), "{text}");
    let prediction = place.run(&["predict", "--model", "run/model.safetensors", "others/seven/3.png"]).success().stdout;
    assert!(prediction.starts_with("others/seven/3.png: seven ("), "{prediction}");
    place.write("others/ten/0.png", strokes::picture(3, 1, 1));
    place
        .run(&["evaluate", "run", "--data", "others"])
        .failure(1, &["others", "class 'ten' is not one of those expected"]);
}

/// As docs/your-own-digits.md promises, in under a minute.
#[test]
fn two_hundred_pictures_change_a_model_inside_the_program_into_one_that_reads_them() {
    let place = Workplace::new();
    drawn(&place, "own", 67, 1);
    drawn(&place, "others", 20, 2);
    let start = std::time::Instant::now();
    place.run(&["train", "--data", "own", "--from", "paper", "--epochs", "5", "--out", "run", "--quiet"]).success();
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    let evaluation = &place.run(&["evaluate", "run", "--data", "others", "--json"]).success().json()[0];
    let accuracy = evaluation["splits"]["all"]["accuracy"].as_f64().unwrap();
    assert!(accuracy > 0.9, "{accuracy}");
    let prediction = place.run(&["predict", "--model", "run", "others/seven/3.png"]).success().stdout;
    assert!(prediction.starts_with("others/seven/3.png: seven ("), "{prediction}");
}

#[test]
fn a_data_set_is_converted_and_stays_the_same() {
    let place = Workplace::new();
    place.data("small");
    let read = |name: &str| sets(Source::Path(place.path(name)).contents(&Default::default()).unwrap());
    let expected = read("small");
    for (from, to, format) in [
        ("small", "small.npz", None),
        ("small.npz", "tables", Some("csv")),
        ("tables", "pictures", Some("png")),
        ("tables", "idx", Some("idx")),
    ] {
        let options = format.map_or(Vec::new(), |format| vec!["--format", format]);
        place.run(&[&["data", "convert", from, to][..], &options].concat()).success();
        if to == "pictures" {
            // Class by class, so in another order.
            assert_eq!(
                read(to).iter().map(|(part, set)| (*part, set.class_counts())).collect::<Vec<_>>(),
                expected.iter().map(|(part, set)| (*part, set.class_counts())).collect::<Vec<_>>()
            );
        } else {
            assert_eq!(read(to), expected, "{to}");
        }
    }
    let convert = |from: &str, to: &str| place.run(&["data", "convert", from, to]);
    convert("small", "small.npz").failure(1, &["small.npz: already exists"]);
    convert("small", "whole.csv").failure(1, &["whole.csv: expected a folder for training and test images"]);
    convert("small", "x.parquet").failure(1, &["x.parquet: Parquet is only read"]);
    convert("small", "folder").failure(1, &["folder: expected --format for a new folder"]);
    assert!(["whole.csv", "x.parquet", "folder"].iter().all(|name| !place.path(name).exists()));
}

#[test]
fn test_images_alone_are_evaluated_and_shown() {
    let place = Workplace::new();
    let all = Source::Embedded.load(Part::Test).unwrap();
    let some = all.subset(&hold_out(all.labels(), 0.01, 1).unwrap().validation).unwrap();
    let contents = tenfold_dataset::Contents::Parts { train: None, test: Some(some) };
    for export in [Export::Idx, Export::Csv, Export::Npz] {
        for (name, bytes) in export.files(&contents).unwrap() {
            place.write(Path::new("set").join(format!("{export:?}")).join(name).to_str().unwrap(), bytes);
        }
        let folder = format!("set/{export:?}");
        let evaluation = &place.run(&["evaluate", "--data", &folder, "--json"]).success().json()[0];
        assert_eq!(evaluation["splits"]["test"]["images"], 100, "{export:?}");
        assert!(evaluation["splits"].get("train").is_none());
        let shown = &place.run(&["data", "show", "--data", &folder, "--json"]).success().json()[0];
        assert_eq!(shown["splits"]["test"]["images"], 100);
        place.run(&["train", "--data", &folder, "--out", "run"]).failure(1, &[&folder, "no training images"]);
    }
}

#[test]
fn drawn_digits_are_a_data_set_that_can_be_read() {
    let place = Workplace::new();
    place.run(&["data", "draw", "drawn.csv", "--images", "200", "--seed", "3"]).success();
    place.run(&["data", "draw", "again.csv", "--images", "200", "--seed", "3"]).success();
    let bytes = |name: &str| std::fs::read(place.path(name)).unwrap();
    assert_eq!(bytes("drawn.csv"), bytes("again.csv"));
    let found = &place.run(&["evaluate", "paper", "--data", "drawn.csv", "--json"]).success().json()[0];
    let accuracy = found["splits"]["all"]["accuracy"].as_f64().unwrap();
    assert!((0.9..1.0).contains(&accuracy), "most drawn digits look like MNIST's, and not all: {accuracy}");
    place.run(&["data", "draw", "none.csv", "--images", "0"]).failure(1, &["no images: expected at least one"]);
}

#[test]
fn what_is_no_digit_is_a_data_set_of_its_kinds() {
    let place = Workplace::new();
    let draw = ["data", "draw", "others.npz", "--what", "non-digits", "--images", "40", "--seed", "3", "--json"];
    let told = &place.run(&draw).success().json()[0];
    assert_eq!((&told["images"]["all"], &told["classes"][0]), (&40.into(), &"letter".into()), "{told}");
    let shown = &place.run(&["data", "show", "--data", "others.npz", "--json"]).success().json()[0];
    assert!(
        shown["splits"]["all"]["classes"].as_array().unwrap().iter().all(|class| class["count"].as_u64() >= Some(2)),
        "{shown}"
    );
}
