//! `tenfold convert`: from every format to every other, and what cannot be converted.

use serde_json::json;
use tenfold_formats::SavedModel;

use super::{Workplace, digits, png};

/// Names of files and the options that ask for their formats.
const FILES: [(&str, &[&str]); 7] = [
    ("native.safetensors", &[]),
    ("pytorch.safetensors", &["--pytorch-names"]),
    ("numpy.npz", &[]),
    ("keras.h5", &[]),
    ("keras.keras", &[]),
    ("probabilities.onnx", &[]),
    ("logits.onnx", &["--logits"]),
];

/// Every kind of layer, and windows that do not fit evenly.
const NETWORK: &str = r#"
input = [28, 28, 1]
layers = [
    { type = "conv2d", filters = 4, kernel = [3, 3], stride = [2, 2], padding = "same", bias = false },
    { type = "batch_norm" },
    { type = "relu" },
    { type = "pool", kind = "average", size = [2, 2], stride = [2, 2], padding = "same" },
    { type = "conv2d", filters = 3, kernel = [3, 2], padding = { explicit = { before = [2, 0], after = [0, 1] } } },
    { type = "relu" },
    { type = "pool", kind = "max", size = [2, 2], stride = [1, 1], padding = { explicit = { before = [1, 0], after = [0, 0] } } },
    { type = "pool", kind = "sum", size = [2, 2], stride = [2, 2] },
    { type = "flatten" },
    { type = "dropout", rate = 0.25 },
    { type = "dense", units = 12 },
    { type = "batch_norm", momentum = 0.9, epsilon = 0.01 },
    { type = "relu" },
    { type = "dense", units = 10 },
]
"#;

/// A small model with moving statistics and, from the images held out, a temperature.
fn trained(place: &Workplace) -> SavedModel {
    place.data("data");
    place.write("network.toml", NETWORK);
    let train = ["train", "--network", "network.toml", "--data", "data", "--epochs", "2", "--validation", "0.2"];
    place.run(&[&train[..], &["--out", "run", "--quiet"]].concat()).success();
    let saved = read(place, "run/model.safetensors");
    assert_ne!(saved.model.temperature(), 1.0);
    saved
}

pub(super) fn read(place: &Workplace, name: &str) -> SavedModel {
    tenfold_formats::read(&std::fs::read(place.path(name)).unwrap(), None).unwrap()
}

/// All numbers of a model, to the bit.
pub(super) fn bits(saved: &SavedModel) -> Vec<u32> {
    let values = saved.model.values().iter().copied().chain([saved.model.temperature()]);
    values.map(f32::to_bits).collect()
}

#[test]
fn every_format_becomes_every_other_and_keeps_every_bit() {
    let place = Workplace::new();
    let saved = trained(&place);
    let convert = |from: &str, to: &str, options: &[&str]| {
        let said = place.run(&[&["convert", from, to, "--data", "data"], options].concat()).success().stdout;
        assert!(said.contains("images: the same answers, the same probabilities"), "{from} to {to}: {said}");
        let again = read(&place, to);
        assert_eq!(bits(&again), bits(&saved), "{from} to {to}");
        assert_eq!(again.model.architecture(), saved.model.architecture(), "{from} to {to}");
        assert_eq!((&again.labels, &again.preparation), (&saved.labels, &saved.preparation), "{from} to {to}");
        assert_eq!(again.provenance, saved.provenance, "{from} to {to}");
    };
    for (from, options) in FILES {
        convert("run", from, options);
        for (to, options) in FILES {
            convert(from, &format!("{from}-{to}"), options);
        }
    }
    // The same bytes, whichever way they came.
    for (to, _) in FILES {
        let bytes = |name: &str| std::fs::read(place.path(name)).unwrap();
        assert!(FILES.iter().all(|(from, _)| bytes(&format!("{from}-{to}")) == bytes(to)), "{to}");
    }
}

#[test]
fn other_commands_take_every_format() {
    let place = Workplace::new();
    trained(&place);
    place.write("seven.png", png(28, 28, digits().image(0)));
    let evaluate = |model: &str| {
        let said = place.run(&["evaluate", model, "--data", "data", "--split", "test", "--json"]).success();
        said.json()[0]["splits"].clone()
    };
    let predict = |model: &str| place.run(&["predict", "--model", model, "seven.png"]).success().stdout;
    let (evaluated, predicted) = (evaluate("run"), predict("run"));
    for (name, options) in FILES {
        place.run(&[&["convert", "run", name, "--data", "data"], options].concat()).success();
        assert_eq!(evaluate(name), evaluated, "{name}");
        assert_eq!(predict(name), predicted, "{name}");
        let shown = place.run(&["model", "show", name, "--draw"]).success().stdout;
        assert!(shown.contains("│ batch_norm_1") && shown.contains("trained by: tenfold"), "{shown}");
        assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
    }
    place.run(&["model", "show", "keras.h5", "--svg", "network.svg"]).success();
    assert!(std::fs::read_to_string(place.path("network.svg")).unwrap().starts_with("<svg"));
    place.run(&["model", "show", "keras.h5", "--svg", "network.svg"]).failure(1, &["network.svg: already exists"]);
}

#[test]
fn what_is_done_is_said_as_json_too() {
    let place = Workplace::new();
    place.data("small");
    let small = ["--data", "small", "--preset", "linear", "--epochs", "1", "--out", "run", "--json"];
    let value = &place.run(&[&["train"], &small[..]].concat()).success();
    assert!(!value.stdout.is_empty());
    let convert = ["convert", "run", "model.npz", "--data", "small", "--verify", "20", "--json"];
    let said = &place.run(&convert).success().json()[0];
    let bytes = std::fs::metadata(place.path("model.npz")).unwrap().len();
    let verification = json!({ "images": 20, "largest_difference": 0.0 });
    let expected = json!({
        "model": "run", "out": "model.npz", "from": "safetensors", "format": "NPZ", "bytes": bytes, "verification": verification,
    });
    assert_eq!(*said, expected);
    let said = &place.run(&["convert", "run", "model.npz", "--no-verify", "--json", "--force"]).success().json()[0];
    assert!(said["verification"].is_null(), "{said}");
}

#[test]
fn a_quantised_model_stays_one_where_there_is_room() {
    let place = Workplace::new();
    place.run(&["quantize", "--out", "int8.npz"]).success();
    place.run(&["convert", "int8.npz", "int8.safetensors"]).success();
    assert!(place.run(&["model", "show", "int8.safetensors"]).success().stdout.contains("int8 weights"));
    for (name, options) in &FILES[3..] {
        let convert = [&["convert", "int8.npz", name], *options].concat();
        place.run(&convert).failure(1, &["cannot hold this model", "hint: convert the float model"]);
        assert!(!place.path(name).exists());
    }
}

#[test]
fn nothing_is_written_where_it_should_not_be() {
    let place = Workplace::new();
    place.data("small");
    place
        .run(&["train", "--data", "small", "--preset", "linear", "--epochs", "1", "--out", "run", "--quiet"])
        .success();
    place.write("old.onnx", "precious");
    for (arguments, code, expected) in [
        (
            &["run", "model.pt"][..],
            1,
            &["model.pt: the ending names no format", ".safetensors, .npz, .h5, .keras or .onnx"][..],
        ),
        (&["run", "model"], 1, &["model: the ending names no format"]),
        (&["run", "old.onnx"], 1, &["old.onnx: already exists"]),
        (&["run", "model.h5", "--logits"], 1, &["--logits is for .onnx files"]),
        (&["run", "model.h5", "--pytorch-names"], 1, &["--pytorch-names is for .safetensors files"]),
        (&["nothing", "model.h5"], 1, &["nothing: cannot open the file"]),
        (&["run", "model.h5", "--verify", "0"], 2, &["0 is not in 1..=100000"]),
        (&["run", "folder/model.h5"], 1, &["folder/model.h5: expected a name in a folder, found no folder folder"]),
        (&["run", "model.h5", "--data", "nowhere"], 1, &["model.h5: not written", "nowhere"]),
    ] {
        place.run(&[&["convert"], arguments].concat()).failure(code, expected);
    }
    assert_eq!(std::fs::read(place.path("old.onnx")).unwrap(), b"precious");
    let known = |file: &String| file.starts_with("run/") || file.starts_with("small/") || file == "old.onnx";
    assert!(place.files().iter().all(known), "{:?}", place.files());
}
