//! Models that give no numbers, networks that have learned nothing, and images that are not as they should be: none of
//! them passes without a word.

use serde_json::Value;
use tenfold_dataset::{Dataset, Images, Part, Source, hold_out, idx};
use tenfold_formats::{Provenance, SavedModel, safetensors};
use tenfold_network::{Architecture, Model};
use tenfold_recognizer::Preparation;

use super::{Outcome, Workplace, digits, png};

/// The file of a linear model with these values, trained on `data`.
fn linear(values: Vec<f32>, data: &str) -> Vec<u8> {
    safetensors::write(&SavedModel {
        model: Model::with_values(Architecture::preset("linear").unwrap(), values).unwrap(),
        preparation: Preparation::default(),
        labels: (0..10).map(|digit| digit.to_string()).collect(),
        min_confidence: 0.0,
        thresholds: Vec::new(),
        provenance: Provenance { data: data.to_owned(), ..Provenance::default() },
    })
    .unwrap()
}

/// A model of finite values whose logits are infinite for anything but blank images.
fn overflowing() -> Vec<u8> {
    linear((0..7_850).map(|at| if at % 2 == 0 { f32::MAX } else { -f32::MAX }).collect(), "")
}

/// A model that is sure of everything, and mostly wrong: as one of normalised pixels may be, if it is of another program.
#[test]
fn a_model_of_other_pixels_gets_a_hint() {
    let place = Workplace::new();
    place.data("small");
    let values = || (0..7_850).map(|at| ((at * 7_919 % 1_009) as f32 - 504.0) / 50.0).collect();
    for (name, data, hinted) in [("foreign", "", true), ("own", "MNIST", false)] {
        let name = format!("{name}.safetensors");
        place.write(&name, linear(values(), data));
        let outcome = place.run(&["evaluate", &name, "--data", "small", "--split", "test"]).success();
        assert_eq!(
            outcome.stderr.contains("hint: if it was trained on normalised pixels, convert it with their --mean"),
            hinted,
            "{}",
            outcome.stderr
        );
        assert!(outcome.stderr.contains("of the 100 test images are read right, no better than"), "{}", outcome.stderr);
    }
    let outcome = place.run(&["evaluate", "--data", "small"]).success();
    assert_eq!(outcome.stderr, "", "the model inside the program is sound");
}

#[test]
fn a_model_that_gives_no_numbers_is_an_error() {
    let place = Workplace::new();
    place.data("small");
    place.write("seven.png", png(28, 28, digits().image(0)));
    place.write("nan.safetensors", overflowing());
    place
        .run(&["train", "--data", "small", "--preset", "linear", "--epochs", "1", "--out", "run", "--quiet"])
        .success();
    for command in [
        &["predict", "--model", "nan.safetensors", "seven.png"][..],
        &["evaluate", "nan.safetensors", "--data", "small"],
        &["evaluate", "nan.safetensors", "--data", "small", "--out", "ev"],
        &["compare", "run", "nan.safetensors", "--data", "small"],
        &["convert", "nan.safetensors", "x.onnx", "--data", "small"],
        &["quantize", "nan.safetensors", "--data", "small", "--out", "x.safetensors"],
    ] {
        let outcome = place.run(command);
        assert!(!outcome.stdout.contains("NaN"), "{command:?}: {}", outcome.stdout);
        // A model on bytes fails at its scales, before it answers.
        let expected =
            if command[0] == "quantize" { "the scale of a filter is" } else { "its arithmetic overflows\nhint: " };
        outcome.failure(1, &["error: ", expected]);
        let outcome = place.run(&[command, &["--json"]].concat());
        assert_eq!(outcome.code, 1, "{command:?}");
        assert!(!outcome.stdout.contains("null"), "{command:?}: {}", outcome.stdout);
    }
    assert!(!["ev", "x.onnx", "x.safetensors"].iter().any(|name| place.path(name).exists()));
    let one = &place.run(&["predict", "--model", "nan.safetensors", "seven.png", "--json"]).json()[0];
    assert!(one["error"].as_str().unwrap().contains("arithmetic overflows"), "{one}");
}

/// Both parts of a data set of 400 and 100 digits, changed by `change`.
pub(super) fn changed(place: &Workplace, name: &str, change: impl Fn(&[u8]) -> Vec<u8>) {
    let all = Source::Embedded.load(Part::Test).unwrap();
    for (prefix, share, seed) in [("train", 0.04, 1), ("t10k", 0.01, 2)] {
        let part = all.subset(&hold_out(all.labels(), share, seed).unwrap().validation).unwrap();
        let pixels: Vec<u8> = part.images().chunks_exact(784).flat_map(&change).collect();
        let images = Images { pixels: pixels.into(), height: 28, width: 28 };
        let part = Dataset::new(images, part.labels().to_vec(), 10).unwrap();
        place.write(&format!("{name}/{prefix}-images-idx3-ubyte"), idx::write_images(&part));
        place.write(&format!("{name}/{prefix}-labels-idx1-ubyte"), idx::write_labels(&part));
    }
}

/// Pixels that only look random, another image each time.
fn noise(image: &[u8]) -> Vec<u8> {
    let seed = image.iter().fold(1_u32, |sum, &pixel| sum.wrapping_mul(31).wrapping_add(pixel.into()));
    let next = |state: &mut u32| {
        *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Some((*state >> 24) as u8)
    };
    std::iter::repeat(()).scan(seed, |state, ()| next(state)).take(784).collect()
}

/// Trains on `data`, and checks that each of `texts` is warned of at the end, in the JSON and in the files.
#[track_caller]
fn warned(place: &Workplace, data: &str, more: &[&str], texts: &[&str]) {
    let out = format!("run-{data}");
    let train = ["train", "--data", data, "--epochs", "2", "--quiet", "--json", "--out", &out];
    let outcome = place.run(&[&train[..], more].concat()).success();
    let finished = outcome.json().pop().unwrap();
    let report: Value =
        serde_json::from_slice(&std::fs::read(place.path(&out).join("evaluation.json")).unwrap()).unwrap();
    assert_eq!(finished["warnings"], report["warnings"]);
    let page = std::fs::read_to_string(place.path(&out).join("report.html")).unwrap();
    for text in texts {
        assert!(outcome.stderr.contains(text), "{data}: {text}: {}", outcome.stderr);
        let listed = report["warnings"].as_array().unwrap().iter();
        assert!(listed.filter(|it| it.as_str().unwrap().contains(text)).count() == 1, "{data}: {text}: {report}");
        assert!(page.contains("Warning: ") && page.contains(text), "{data}: {text}");
    }
    assert_eq!(report["warnings"].as_array().unwrap().len(), texts.len(), "{data}: {}", report["warnings"]);
    // A page made again says the same.
    place.run(&["report", &out]).success();
    assert_eq!(std::fs::read_to_string(place.path(&out).join("report.html")).unwrap(), page);
}

#[test]
fn images_that_lie_wrongly_or_are_inverted_are_warned_of() {
    let place = Workplace::new();
    let transposed = |image: &[u8]| (0..784).map(|at| image[at % 28 * 28 + at / 28]).collect::<Vec<u8>>();
    let inverted = |image: &[u8]| image.iter().map(|pixel| 255 - pixel).collect::<Vec<u8>>();
    changed(&place, "sound", <[u8]>::to_vec);
    changed(&place, "transposed", transposed);
    changed(&place, "mirrored", |image| {
        image.rchunks_exact(28).rev().flat_map(|row| row.iter().rev().copied()).collect()
    });
    changed(&place, "inverted", inverted);
    changed(&place, "both", |image| inverted(&transposed(image)));
    let (ground, placement) =
        ("the images have a bright ground", "the digits are transposed (rows and columns exchanged)");
    for (data, texts) in [
        ("sound", &[][..]),
        ("transposed", &[placement]),
        ("mirrored", &["the digits are mirrored left to right"]),
        ("inverted", &[ground]),
        ("both", &[ground, placement]),
    ] {
        warned(&place, data, &["--preset", "linear", "--learning-rate", "0.001"], texts);
        let shown: Outcome = place.run(&["data", "show", "--data", data, "--out", &format!("{data}-page")]).success();
        let page = std::fs::read_to_string(place.path(&format!("{data}-page/data.html"))).unwrap();
        let value = place.run(&["data", "show", "--data", data, "--json"]).success().json().remove(0);
        for part in ["train", "test"] {
            assert_eq!(value["splits"][part]["findings"].as_array().unwrap().len(), texts.len(), "{data}");
        }
        assert_eq!(shown.stdout.matches("  warning: ").count(), 2 * texts.len(), "{data}: {}", shown.stdout);
        for text in texts {
            assert!(shown.stdout.contains(&format!("  warning: {text}")), "{data}: {}", shown.stdout);
            assert!(page.contains(&format!("Warning: {text}")), "{data}");
        }
        let cross =
            ["cross-validate", "--data", data, "--preset", "linear", "--epochs", "6", "--folds", "2", "--quiet"];
        let rate = ["--learning-rate", "0.001", "--json", "--out", &format!("{data}-cv")];
        let outcome = place.run(&[&cross[..], &rate].concat()).success();
        let results = outcome.json().pop().unwrap();
        assert_eq!(results["warnings"].as_array().unwrap().len(), texts.len(), "{data}: {}", results["warnings"]);
    }
    let value = &place.run(&["data", "show", "--data", "transposed", "--json"]).success().json()[0];
    let finding = &value["splits"]["train"]["findings"][0];
    assert_eq!((&finding["finding"], &finding["placement"]), (&"not_upright".into(), &"transposed".into()));
}

#[test]
fn networks_that_have_learned_nothing_are_warned_of() {
    let place = Workplace::new();
    changed(&place, "noise", noise);
    changed(&place, "digits", <[u8]>::to_vec);
    // Noise can be learned by heart, but not read.
    warned(&place, "noise", &["--preset", "linear"], &["test images are read right, no better than"]);
    let cross =
        ["cross-validate", "--data", "noise", "--preset", "linear", "--epochs", "1", "--folds", "2", "--out", "cv"];
    let outcome = place.run(&cross).success();
    assert!(outcome.stderr.contains("of the 400 held out images are read right, no better than"), "{}", outcome.stderr);

    for (rate, text) in
        [("50", "training images are read right, no better than"), ("1e-12", "the training loss never fell below")]
    {
        let out = format!("rate-{rate}");
        let train =
            ["train", "--data", "digits", "--preset", "mlp", "--epochs", "2", "--learning-rate", rate, "--out", &out];
        let outcome = place.run(&train).success();
        assert!(outcome.stderr.contains(text) && outcome.stderr.ends_with("learning rate\n"), "{}", outcome.stderr);
    }

    let sgd =
        |rate: f64| format!("optimizer = {{ type = 'sgd', learning_rate = {rate}, momentum = 0.9, nesterov = false }}");
    let list = format!("[[variant]]\nname = 'sound'\n[[variant]]\nname = 'dead'\n{}", sgd(1e-12));
    place.write("list.toml", list);
    let explore =
        ["explore", "list.toml", "--data", "digits", "--preset", "linear", "--epochs", "2", "--folds", "2", "--json"];
    let outcome = place.run(&[&explore[..], &["--out", "ex"]].concat()).success();
    assert!(outcome.stderr.contains("always answering the commonest class (11.50 %): dead\n"), "{}", outcome.stderr);
    assert_eq!(outcome.json().pop().unwrap()["warnings"].as_array().unwrap().len(), 1);
}
