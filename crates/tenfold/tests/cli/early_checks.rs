//! What cannot end well is refused before it begins.

use tenfold_dataset::{Dataset, Images, idx};

use super::Workplace;

/// A data set of twenty images of a size, and a linear network for them: `NAME` and `NAME.toml`.
fn sized(place: &Workplace, name: &str, [height, width]: [usize; 2]) {
    for prefix in ["train", "t10k"] {
        let pixels: Vec<u8> = (0..20 * height * width).map(|at| (at % 255) as u8).collect();
        let images = Images { pixels: pixels.into(), height, width };
        let labels: Vec<u16> = (0..20).map(|index| index % 10).collect();
        let dataset = Dataset::new(images, labels, 10).unwrap();
        place.write(&format!("{name}/{prefix}-images-idx3-ubyte"), idx::write_images(&dataset));
        place.write(&format!("{name}/{prefix}-labels-idx1-ubyte"), idx::write_labels(&dataset));
    }
    let layers = "[{ type = 'flatten' }, { type = 'dense', units = 10 }]";
    place.write(&format!("{name}.toml"), format!("input = [{height}, {width}, 1]\nlayers = {layers}"));
}

#[test]
fn images_of_which_no_model_can_be_made_are_not_trained_on() {
    let place = Workplace::new();
    for (name, sides, refusal) in [
        ("oblong", [20, 28], Some("the network takes 20x28x1 images, expected square grey ones")),
        ("narrow", [28, 1], Some("the network takes 28x1x1 images, expected square grey ones")),
        (
            "large",
            [513, 513],
            Some("the network takes 513x513x1 images: invalid preparation: side is 513, expected 1 to 512"),
        ),
        ("largest", [512, 512], None),
        ("smallest", [1, 1], None),
    ] {
        sized(&place, name, sides);
        let network = format!("{name}.toml");
        for (command, more) in
            [("train", &[][..]), ("cross-validate", &["--folds", "2"]), ("explore", &["--seeds", "1"])]
        {
            let out = format!("{name}-{command}");
            let only: &[&str] = if command == "explore" { &["list.toml"] } else { &[] };
            place.write("list.toml", "[[variant]]\nname = 'a'");
            let epochs = if refusal.is_some() { "4000000000" } else { "1" };
            let recipe = ["--data", name, "--network", &network, "--epochs", epochs, "--out", &out];
            let outcome = place.run(&[&[command][..], only, &recipe, more].concat());
            match refusal {
                Some(refusal) => {
                    outcome.failure(1, &[refusal]);
                    assert!(!place.path(&out).exists(), "{out}: nothing is made");
                }
                None => drop(outcome.success()),
            }
        }
    }
}

#[test]
fn settings_that_contradict_each_other_are_refused_before_anything_is_made() {
    let place = Workplace::new();
    place.data("small");
    let with = |more: &[&str]| {
        place.run(
            &[&["train", "--data", "small", "--preset", "linear", "--epochs", "4000000000", "--out", "run"], more]
                .concat(),
        )
    };
    with(&["--patience", "2"]).failure(1, &["the share held out for validation is 0, expected more than 0"]);
    with(&["--patience", "2", "--validation", "0.0001"]).failure(1, &["expected more than 0"]);
    with(&["--patience", "0", "--validation", "0.1"]).failure(1, &["the patience is 0"]);
    place.write("other.toml", "input = [28, 28, 1]\nlayers = [{ type = 'flatten' }, { type = 'dense', units = 9 }]");
    let other = ["train", "--data", "small", "--network", "other.toml", "--out", "run"];
    place.run(&other).failure(1, &["28x28x1 images in 9 classes", "28x28x1 images in 10 classes"]);
    assert!(!place.path("run").exists());
}

/// Each place is tried before the model is even opened, or the images are.
#[cfg(target_os = "linux")]
#[test]
fn places_that_cannot_be_written_are_found_before_the_work() {
    let place = Workplace::new();
    place.write("file", "in the way");
    for (command, refusal) in [
        (&["evaluate", "missing", "--out", "/proc/ev"][..], "/proc/ev: cannot write in the folder"),
        (&["evaluate", "missing", "--out", "file"], "file: expected a folder or a free name, found a file"),
        (&["evaluate", "missing", "--out", "file/ev"], "file/ev: expected a folder or a free name, found a file"),
        (&["evaluate", "missing", "--accept", "2"], "--accept is 2, expected 0 to 1"),
        (&["convert", "missing", "/proc/x.onnx"], "/proc/x.onnx: cannot write the file"),
        (&["convert", "missing", "nowhere/x.onnx"], "nowhere/x.onnx: expected a name in a folder"),
        (&["calibrate", "missing", "--from", "cv", "--out", "/proc/x"], "/proc/x: cannot write the file"),
        (&["quantize", "missing", "--out", "/proc/x"], "/proc/x: cannot write the file"),
        (&["ensemble", "missing", "--out", "/proc/x"], "/proc/x: cannot write the file"),
        (&["report", "missing", "missing", "--out", "/proc/x"], "/proc/x: cannot write the file"),
        (&["model", "show", "missing", "--svg", "/proc/x"], "/proc/x: cannot write the file"),
        (&["data", "show", "--data", "missing", "--sheet", "/proc/x"], "/proc/x: cannot write the file"),
        (&["data", "augment", "--data", "missing", "--sheet", "/proc/x"], "/proc/x: cannot write the file"),
        (&["data", "show", "--data", "missing", "--out", "/proc/x"], "/proc/x: cannot write in the folder"),
    ] {
        place.run(command).failure(1, &[refusal]);
    }
    assert_eq!(place.files(), ["file"], "trying leaves nothing behind");
}

/// A damaged test set is found before the training images are evaluated, and a missing model before the others are.
#[test]
fn all_that_is_read_is_read_before_the_work() {
    let place = Workplace::new();
    place.data("small");
    place.write("small/t10k-labels-idx1-ubyte", "cut");
    for command in [&["evaluate", "--data", "small"][..], &["evaluate", "--data", "small", "--out", "ev"]] {
        let outcome = place.run(command);
        assert_eq!(outcome.stdout, "", "{command:?}");
        outcome.failure(1, &["t10k-labels-idx1-ubyte"]);
    }
    place.run(&["train", "--data", "small", "--out", "run"]).failure(1, &["t10k-labels-idx1-ubyte"]);
    assert!(!place.path("ev").exists() && !place.path("run").exists());
}
