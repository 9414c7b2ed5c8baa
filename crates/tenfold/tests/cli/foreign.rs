//! Models of other programs: values without a network, other pixels, weights beside the file, and what is not a model.

use tenfold_formats::{Format, Provenance, SavedModel};

use super::Workplace;
use super::convert::{bits, read};

const MODELS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/models");

#[test]
fn values_alone_need_an_architecture() {
    let place = Workplace::new();
    let (plain, weights) = (format!("{MODELS}/plain.npz"), format!("{MODELS}/keras3_paper.weights.h5"));
    let convert = |file: &str, architecture: &str| {
        let options: &[&str] = if architecture.is_empty() { &[] } else { &["--architecture", architecture] };
        place.run(&[&["convert", file, "model.npz"], options].concat())
    };
    convert(&plain, "").failure(1, &["does not say what network its values are of", "--architecture"]);
    convert(&plain, "papr").failure(1, &["papr: cannot open the file"]);
    convert(&plain, "paper").failure(1, &["tensors: expected 10, found 2"]);
    convert(&weights, "mlp").failure(1, &["keras3_paper.weights.h5: "]);
    assert!(!place.path("model.npz").exists());
    let said = convert(&plain, "linear").success().stdout;
    assert!(said.contains("pixels    taken from 0 to 1; for a model of normalised ones"), "{said}");
    place.run(&["model", "show", &plain, "--architecture", "linear"]).success();
}

#[test]
fn a_model_for_normalised_pixels_takes_plain_ones_afterwards() {
    let place = Workplace::new();
    place.data("data");
    place.run(&["train", "--preset", "linear", "--data", "data", "--epochs", "1", "--out", "run", "--quiet"]).success();
    let normalize = ["--mean", "-0.25", "--std", "0.5"];
    let convert = ["convert", "run", "normalised.onnx", "--data", "data"];
    let said = place.run(&[&convert[..], &normalize].concat()).success().stdout;
    assert!(!said.contains("pixels"), "{said}");
    let expected = read(&place, "run/model.safetensors").with_normalized_pixels(-0.25, 0.5).unwrap();
    assert_eq!(bits(&read(&place, "normalised.onnx")), bits(&expected));
    place.run(&["convert", "run", "other.onnx", "--mean", "0.1307"]).failure(2, &["--std <STD>"]);
    let zero = ["--mean", "0.1307", "--std", "0"];
    place
        .run(&[&["convert", "run", "other.onnx"][..], &zero].concat())
        .failure(1, &["run: deviation of pixels: is 0, expected 0.001"]);
}

/// A model as another program would have left it, whose network is the same but for the pixels that it takes.
fn foreign(saved: &SavedModel, mean: f64, deviation: f64) -> Vec<u8> {
    // What undoes the normalisation of pixels: y * deviation + mean.
    let other = saved.clone().with_normalized_pixels(-mean / deviation, 1.0 / deviation).unwrap();
    let program = "elsewhere".to_owned();
    let other = SavedModel { provenance: Provenance { program, ..Provenance::default() }, ..other };
    tenfold_formats::write(&other, Format::Safetensors).unwrap()
}

#[test]
fn a_model_that_was_trained_on_normalised_pixels_is_found_out() {
    let place = Workplace::new();
    place.run(&["train", "--preset", "linear", "--epochs", "1", "--out", "run", "--quiet"]).success();
    let saved = read(&place, "run/model.safetensors");
    let advice =
        |said: &str| said.contains("warning: the model was trained on normalised pixels: of the first 1,000 images");
    for (mean, deviation) in [(0.1307, 0.3081), (0.5, 0.5)] {
        place.write("foreign.safetensors", foreign(&saved, mean, deviation));
        let hint = format!("\nhint: convert it with --mean {mean} --std {deviation}, and use the new file\n");
        for command in [
            &["evaluate", "foreign.safetensors", "--split", "test"][..],
            &["convert", "foreign.safetensors", "new.onnx", "--force"],
        ] {
            let said = place.run(command).success().stderr;
            assert!(advice(&said) && said.contains(&hint), "{command:?}: {said}");
        }
        let numbers = [mean.to_string(), deviation.to_string()];
        let convert =
            ["convert", "foreign.safetensors", "new.onnx", "--mean", &numbers[0], "--std", &numbers[1], "--force"];
        assert!(!place.run(&convert).success().stderr.contains("warning"));
        assert!(!advice(&place.run(&["evaluate", "new.onnx", "--split", "test"]).success().stderr));
    }
    // No warning of a model of this program, and none of one that takes what it is given.
    place.write("plain.safetensors", foreign(&saved, 0.0, 1.0));
    for model in ["run", "plain.safetensors"] {
        assert!(!place.run(&["evaluate", model, "--split", "test"]).success().stderr.contains("warning"), "{model}");
    }
    // Other numbers than the usual ones are not found, but what the answers are worth is.
    place.write("odd.safetensors", foreign(&saved, -3.0, 0.2));
    let said = place.run(&["evaluate", "odd.safetensors", "--split", "test"]).success().stderr;
    assert!(said.contains("warning: the model's file does not say which pixels it was trained on"), "{said}");
}

#[test]
fn weights_beside_a_model_are_read_from_its_own_folder() {
    let place = Workplace::new();
    let file = |name: &str| std::fs::read(format!("{MODELS}/{name}")).unwrap();
    let (model, data) = (file("pytorch_module_beside.onnx"), file("pytorch_module_beside.onnx.data"));
    // The same model with another name for its weights, as long as the old one.
    let renamed = |name: &str| {
        let old = b"pytorch_module_beside.onnx.data";
        let name = format!("{name:x<31}");
        let mut bytes = model.clone();
        for at in 0..bytes.len() - old.len() {
            if bytes[at..].starts_with(old) {
                bytes[at..at + old.len()].copy_from_slice(name.as_bytes());
            }
        }
        (bytes, name)
    };
    let convert = |model: &str| place.run(&["convert", model, "out.npz", "--force"]);
    place.write("folder/other.onnx", &model);
    let missing =
        ["folder/other.onnx: 'pytorch_module_beside.onnx.data'", "cannot open the file", "hint: keep the two files"];
    convert("folder/other.onnx").failure(1, &missing);
    place.write("folder/pytorch_module_beside.onnx.data", &data);
    convert("folder/other.onnx").success();
    place.run(&["model", "show", "folder/other.onnx"]).success();
    for (name, expected) in [
        ("../", "lies outside of the model's folder, where nothing is opened"),
        ("/tmp/", "lies outside of the model's folder"),
        ("a/../../", "lies outside of the model's folder"),
    ] {
        let (bytes, _) = renamed(name);
        place.write("folder/other.onnx", bytes);
        convert("folder/other.onnx").failure(1, &[expected, "hint: keep the two files in one folder"]);
    }
    let (bytes, name) = renamed("short");
    place.write("folder/other.onnx", bytes);
    place.write(&format!("folder/{name}"), &data[..100]);
    convert("folder/other.onnx").failure(1, &["but it has 100 bytes", "hint: the two files are of different exports"]);
}

#[test]
fn a_state_dict_is_read_with_its_network() {
    let place = Workplace::new();
    let state = format!("{MODELS}/pytorch_module_state.safetensors");
    let network = |filters: usize| {
        format!(
            r#"
input = [28, 28, 1]
layers = [
    {{ type = "conv2d", filters = {filters}, kernel = [5, 5], bias = false }}, {{ type = "relu" }},
    {{ type = "batch_norm", epsilon = 1e-5 }}, {{ type = "pool", kind = "max", size = [3, 3], stride = [2, 2] }},
    {{ type = "conv2d", filters = 6, kernel = [3, 3], stride = [2, 2], padding = {{ explicit = {{ before = [1, 1], after = [1, 1] }} }} }},
    {{ type = "relu" }}, {{ type = "pool", kind = "average", size = [3, 3], stride = [1, 1] }}, {{ type = "flatten" }},
    {{ type = "dense", units = 11 }}, {{ type = "relu" }}, {{ type = "batch_norm", epsilon = 1e-5 }}, {{ type = "dense", units = 10 }},
]
"#
        )
    };
    let convert = || place.run(&["convert", &state, "out.onnx", "--architecture", "network.toml", "--force"]);
    place.write("network.toml", network(5));
    convert().success();
    place.write("network.toml", network(7));
    convert()
        .failure(1, &["the values are not those of the network: expected 1 for conv2d: weight [7, 1, 5, 5]", "hint: "]);
}

#[test]
fn what_is_no_model_is_refused_by_what_it_is() {
    let place = Workplace::new();
    for (bytes, expected) in [
        (&b""[..], "an empty file"),
        (b"\x80\x04\x95", "a Python pickle: opening one runs whatever program it holds"),
        (b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80", "save_file(torch.load(\"model.pt\""),
        (b"\x1c\0\0\0TFL3", "a TensorFlow Lite file"),
        (b"Guten Tag", "a text file"),
        (b"\x89HDF\r\n\x1a\n", "not a readable HDF5 file: it ends too soon"),
        (b"PK\x03\x04", "not a readable zip file"),
        (b"\x08\x08\xff", "not a readable ONNX file"),
    ] {
        place.write("model", bytes);
        place.run(&["convert", "model", "out.npz"]).failure(1, &["model: ", expected]);
        place.run(&["evaluate", "model"]).failure(1, &["model: ", expected]);
    }
    assert_eq!(place.files(), ["model"]);
}
