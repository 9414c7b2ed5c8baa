//! Augmentation: previewed, trained with, and refused where it is nonsense.

use serde_json::Value;
use tenfold_dataset::{Augmentation, Strength};
use tenfold_training::Recipe;

use super::Workplace;

/// What the preview and the training of these options change images by.
fn settings(place: &Workplace, options: &[&str]) -> [Option<Augmentation>; 2] {
    let preview = ["data", "augment", "--data", "small", "--sheet", "sheet.png", "--force", "--json"];
    let preview = place.run(&[&preview[..], options].concat());
    let shown = match preview.code {
        0 => serde_json::from_value(preview.json()[0]["augmentation"].clone()).unwrap(),
        _ => None,
    };
    let train =
        ["train", "--data", "small", "--preset", "linear", "--epochs", "1", "--quiet", "--out", "run", "--force"];
    place.run(&[&train[..], options].concat()).success();
    let config = std::fs::read_to_string(place.path("run/config.toml")).unwrap();
    [shown, toml::from_str::<Recipe>(&config).unwrap().augmentation]
}

#[test]
fn the_preview_has_the_settings_of_the_training() {
    let place = Workplace::new();
    place.data("small");
    let mild = Strength::Mild.augmentation().unwrap();
    for (options, expected) in [
        (&["--augment", "strong"][..], Strength::Strong.augmentation().unwrap()),
        (
            &["--augment", "mild,noise=0.25", "--augment-rotation", "3"],
            Augmentation { noise: 0.25, rotation_degrees: 3.0, ..mild },
        ),
        (&["--augment-scale", "0.25"], Augmentation { scale: 0.25, ..Augmentation::default() }),
    ] {
        assert_eq!(settings(&place, options), [Some(expected); 2], "{options:?}");
    }
    // A recipe's, and the preview's where nothing is asked for.
    place.write("part.toml", "augmentation = { strength = 'mild', blur_px = 1 }");
    let recipe = ["data", "augment", "--data", "small", "--recipe", "part.toml", "--sheet", "other.png"];
    let text = place.run(&recipe).success().stdout;
    assert!(
        text.starts_with("augmentation  shift_px = 2.0, rotation_degrees = 10.0, scale = 0.1, stretch = 0.1"),
        "{text}"
    );
    assert!(text.ends_with("blur_px = 1.0\nsheet  other.png\n"), "{text}");
    assert_eq!(settings(&place, &[]), [Some(mild), None]);
    assert_eq!(settings(&place, &["--augment", "off"]), [None; 2]);
}

#[test]
fn a_sheet_has_a_row_for_each_image_and_a_column_for_each_epoch() {
    let place = Workplace::new();
    place.data("small");
    let preview = ["data", "augment", "--data", "small", "--sheet", "sheet.png", "--epochs", "4", "--samples", "2"];
    let value = &place.run(&[&preview[..], &["--seed", "3", "--json"]].concat()).success().json()[0];
    let labels: Vec<&Value> = value["images"].as_array().unwrap().iter().map(|row| &row["label"]).collect();
    assert_eq!(labels, (0..20).map(|row| row / 2).collect::<Vec<_>>());
    let sheet = std::fs::read(place.path("sheet.png")).unwrap();
    let reader = png::Decoder::new(std::io::Cursor::new(&sheet)).read_info().unwrap();
    assert_eq!((reader.info().width, reader.info().height), (5 * 30 + 2, 20 * 30 + 2));
    place.run(&preview).failure(1, &["sheet.png: already exists", "--force"]);
    place.run(&[&preview[..], &["--seed", "3", "--force"]].concat()).success();
    assert_eq!(std::fs::read(place.path("sheet.png")).unwrap(), sheet, "the same seed, the same bytes");
    place.run(&[&preview[..], &["--seed", "4", "--force"]].concat()).success();
    assert_ne!(std::fs::read(place.path("sheet.png")).unwrap(), sheet);
}

#[test]
fn settings_that_cannot_be_are_refused() {
    let place = Workplace::new();
    place.data("small");
    let preview = ["data", "augment", "--data", "small", "--sheet", "sheet.png"];
    let train = ["train", "--data", "small", "--epochs", "1", "--out", "run"];
    for command in [&preview[..], &train] {
        for (list, code, text) in [
            ("weak", 2, "unknown variant `weak`, expected one of `off`, `mild`, `strong`"),
            ("rotate=3", 2, "unknown field `rotate`, expected one of `strength`, `shift_px`"),
            ("noise=much", 2, "noise is 'much', expected a number"),
            ("noise=2", 1, "augmentation: noise is 2, expected 0 to 1"),
            ("mild,elastic_sigma_px=0", 1, "augmentation: elastic_sigma_px is 0, expected 0.5 to 64"),
        ] {
            place.run(&[command, &["--augment", list]].concat()).failure(code, &[text]);
        }
    }
    place.run(&[&preview[..], &["--augment", "off"]].concat()).failure(1, &["hint: add --augment mild"]);
    place.run(&[&preview[..], &["--epochs", "0"]].concat()).failure(2, &["0 is not in 1..=1000"]);
    assert!(place.files().iter().all(|file| file.starts_with("small/")), "nothing is written");
}
