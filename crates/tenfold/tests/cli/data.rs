//! `tenfold data show` on a set of which everything is known: which images are blank, the same, or nearly so.

use serde_json::Value;
use tenfold_dataset::{Dataset, Images, idx};

use super::Workplace;

/// Sides of the images.
const SIDE: usize = 8;
/// What `--out` writes.
const FILES: [&str; 6] = ["counts.svg", "data.html", "ink.svg", "mean-digits.png", "samples.png", "stroke-width.svg"];

/// An image whose pixels are ink where `is_ink(y, x)`.
fn image(is_ink: fn(usize, usize) -> bool) -> Vec<u8> {
    (0..SIDE * SIDE).map(|at| if is_ink(at / SIDE, at % SIDE) { 255 } else { 0 }).collect()
}

/// The same with one pixel of paper a little darker: by 10 of 255 in one of 64, a distance of 0.0049.
fn nearly(mut image: Vec<u8>) -> Vec<u8> {
    image[0] += 10;
    image
}

fn write(place: &Workplace, folder: &str, prefix: &str, images: Vec<(Vec<u8>, u16)>) {
    let (pixels, labels): (Vec<_>, Vec<_>) = images.into_iter().unzip();
    let images = Images { pixels: pixels.concat().into(), height: SIDE, width: SIDE };
    let dataset = Dataset::new(images, labels, 10).unwrap();
    place.write(&format!("{folder}/{prefix}-images-idx3-ubyte"), idx::write_images(&dataset));
    place.write(&format!("{folder}/{prefix}-labels-idx1-ubyte"), idx::write_labels(&dataset));
}

/// A place with the folder `set`. Among the training images 2 is 0 with another label, 5 is nearly 1, and 3 is blank;
/// of the test images 0 is training image 4, and 1 is nearly training image 0.
fn planted() -> Workplace {
    let place = Workplace::new();
    let upright = || image(|y, x| (1..7).contains(&y) && (3..5).contains(&x));
    let level = || image(|y, x| (3..5).contains(&y) && (1..7).contains(&x));
    let ring =
        || image(|y, x| [y, x].iter().all(|at| (1..7).contains(at)) && [y, x].iter().any(|at| [1, 6].contains(at)));
    let train =
        [(upright(), 1), (level(), 2), (upright(), 7), (image(|_, _| false), 0), (ring(), 3), (nearly(level()), 2)];
    write(&place, "set", "train", train.to_vec());
    write(&place, "set", "t10k", vec![(ring(), 3), (nearly(upright()), 1), (image(|y, x| y.abs_diff(x) < 2), 5)]);
    place
}

/// `[total, conflicting]`, and `[first, second, label, other label]` of each listed pair.
fn pairs(found: &Value) -> (Value, Vec<[u64; 4]>) {
    let listed = found["listed"].as_array().unwrap().iter();
    let number = |value: &Value| value.as_u64().unwrap();
    let pair = |pair: &Value| [&pair["first"], &pair["second"], &pair["labels"][0], &pair["labels"][1]].map(number);
    (serde_json::json!([found["total"], found["conflicting"]]), listed.map(pair).collect())
}

#[test]
fn what_images_measure_is_told_by_class() {
    let value = &planted().run(&["data", "show", "--data", "set", "--json"]).success().json()[0];
    let shapes = &value["splits"]["train"]["shapes"];
    assert_eq!(shapes["blank"], 1);
    assert_eq!(shapes["ink_share"]["all"]["count"], 6);
    assert_eq!(shapes["stroke_width_px"]["all"]["count"], 5, "a blank image has no strokes");
    // Class 1 is the upright bar alone: 12 of 64 pixels, 6 high and 2 wide.
    let of_upright = |measure: &str| {
        let classes = shapes[measure]["classes"].as_array().unwrap();
        classes.iter().find(|class| class["label"] == 1).unwrap()["distribution"]["mean"].clone()
    };
    assert_eq!(["ink_share", "box_height_px", "box_width_px"].map(of_upright), [12.0 / 64.0, 6.0, 2.0]);
    let labels: Vec<&Value> =
        shapes["stroke_width_px"]["classes"].as_array().unwrap().iter().map(|class| &class["label"]).collect();
    assert_eq!(labels, [1, 2, 3, 7], "class 0 has only the blank image");

    for part in ["train", "test"] {
        assert!(value["splits"][part]["duplicates"].is_null(), "not asked for: {value}");
    }
    assert!(value["overlap"].is_null());
}

#[test]
fn planted_duplicates_are_found_within_and_between_parts() {
    let value = &planted().run(&["data", "show", "--data", "set", "--duplicates", "--json"]).success().json()[0];
    let [train, test] = ["train", "test"].map(|part| &value["splits"][part]["duplicates"]);
    let overlap = &value["overlap"];
    for (found, totals, listed) in [
        (&train["exact"], [1, 1], &[[0, 2, 1, 7]][..]),
        (&train["near"], [1, 0], &[[1, 5, 2, 2]]),
        (&test["exact"], [0, 0], &[]),
        (&test["near"], [0, 0], &[]),
        (&overlap["exact"], [1, 0], &[[0, 4, 3, 3]]),
        (&overlap["near"], [1, 0], &[[1, 0, 1, 1]]),
    ] {
        assert_eq!(pairs(found), (serde_json::json!(totals), listed.to_vec()), "{value}");
    }
    assert_eq!(overlap["distance"], 0.04);
}

#[test]
fn the_distance_of_near_images_can_be_chosen() {
    let place = planted();
    let near = |duplicates: &str| {
        let value = &place.run(&["data", "show", "--data", "set", duplicates, "--json"]).success().json()[0];
        value["splits"]["train"]["duplicates"]["near"]["total"].clone()
    };
    // The copy is at 10 / 8 / 255 = 0.0049; each of the three different bars is at sqrt(12 / 64) = 0.43 from the blank
    // image.
    assert_eq!(["--duplicates=0.0048", "--duplicates=0.005", "--duplicates=0.45"].map(near), [0, 1, 4]);
    place.run(&["data", "show", "--data", "set", "--duplicates=2"]).failure(1, &["found 2"]);
}

#[test]
fn everything_is_said_in_words() {
    let place = planted();
    let text = place.run(&["data", "show", "--data", "set", "--duplicates"]).success().stdout;
    for sentence in [
        "train: 6 images of 8x8 pixels\n",
        "  1 image has no ink at all.\n",
        "  1 image is the same as an earlier one; labels disagree in 1.\n",
        "  1 pair of images is nearly the same (within a distance of 0.04); labels agree.\n",
        "  No image occurs twice.\n",
        "  1 test image is also a training image; labels agree.\n",
        "  1 pair of a test and a training image is nearly the same (within a distance of 0.04); labels agree.\n",
    ] {
        assert!(text.contains(sentence), "'{sentence}' should be in: {text}");
    }
    let ink = text.lines().find(|line| line.trim_start().starts_with("ink ")).unwrap();
    assert!(ink.contains(" +- ") && ink.contains("0.00 % to 31.25 %"), "the ring has 20 of 64 pixels: {ink}");
    let text = place.run(&["data", "show", "--data", "set"]).success().stdout;
    assert!(!text.contains("the same"), "{text}");
}

#[test]
fn a_folder_holds_pictures_charts_and_a_page() {
    let place = planted();
    let show = ["data", "show", "--data", "set", "--out", "new/seen"];
    let text = place.run(&show).success().stdout;
    assert!(text.ends_with("files  new/seen\n") && text.contains("1 test image is also"), "{text}");
    let files: Vec<String> = place.files().into_iter().filter(|file| file.starts_with("new/")).collect();
    assert_eq!(files, FILES.map(|name| format!("new/seen/{name}")));

    let read = |name: &str| std::fs::read(place.path("new/seen").join(name)).unwrap();
    // Two rows, of means and of deviations, for five classes; gaps of 2.
    let reader = png::Decoder::new(std::io::Cursor::new(read("mean-digits.png"))).read_info().unwrap();
    assert_eq!((reader.info().width, reader.info().height), (5 * 10 + 2, 2 * 10 + 2));
    for (name, title) in [("counts.svg", "6 training images"), ("ink.svg", "Ink"), ("stroke-width.svg", "Stroke width")]
    {
        let text = String::from_utf8(read(name)).unwrap();
        assert!(text.starts_with("<svg") && text.contains(title), "{name}: {text}");
    }
    let page = String::from_utf8(read("data.html")).unwrap();
    for text in [
        "<!DOCTYPE html>",
        "id=\"train\"",
        "id=\"test\"",
        "What each class looks like on average",
        "labels disagree in 1.",
        "1 ≠ 7  same",
        "test image 0, a 3, and training image 4, a 3",
        "image 3, a 0",
    ] {
        assert!(page.contains(text), "'{text}' should be on the page");
    }

    let before = FILES.map(read);
    place.run(&show).failure(1, &["already exists", "--force"]);
    place.run(&[&show[..], &["--force", "--samples", "1"]].concat()).success();
    let changed: Vec<&str> =
        FILES.into_iter().zip(before).filter(|(name, old)| read(name) != *old).map(|it| it.0).collect();
    assert_eq!(changed, ["samples.png"], "the same images, in the same words");
}

#[test]
fn one_file_that_is_there_keeps_all_others_away() {
    let place = planted();
    place.write("seen/samples.png", "mine");
    let show = ["data", "show", "--data", "set", "--out", "seen", "--sheet", "sheet.png"];
    place.run(&show).failure(1, &["samples.png: already exists", "--force"]);
    let files: Vec<String> = place.files().into_iter().filter(|file| !file.starts_with("set/")).collect();
    assert_eq!(files, ["seen/samples.png"]);
    assert_eq!(std::fs::read(place.path("seen/samples.png")).unwrap(), b"mine");
    place.run(&["data", "show", "--data", "set", "--samples", "3"]).failure(2, &["--sheet", "--out"]);
}

#[test]
fn a_set_without_any_ink_is_shown_too() {
    let place = Workplace::new();
    let blank = || image(|_, _| false);
    write(&place, "blank", "train", vec![(blank(), 4), (blank(), 4)]);
    write(&place, "blank", "t10k", vec![(blank(), 9)]);
    let text = place.run(&["data", "show", "--data", "blank", "--out", "seen"]).success().stdout;
    for sentence in
        ["  2 images have no ink at all.\n", "the same as an earlier one; labels agree.\n", "labels disagree in 1.\n"]
    {
        assert!(text.contains(sentence), "'{sentence}' should be in: {text}");
    }
    assert!(place.path("seen/stroke-width.svg").exists());
    let part = place.run(&["data", "show", "--data", "blank", "--split", "test", "--out", "alone", "--json"]);
    let value = &part.success().json()[0];
    assert!(value["overlap"].is_null() && value["splits"].get("train").is_none(), "{value}");
    assert_eq!(value["splits"]["test"]["duplicates"]["exact"]["total"], 0);
}
