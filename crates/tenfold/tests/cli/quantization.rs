//! `tenfold quantize`, and the other commands with what it makes.

use super::{Workplace, digits, png};

#[test]
fn the_model_inside_is_quantised_and_loses_next_to_nothing() {
    let place = Workplace::new();
    let value = &place.run(&["quantize", "--out", "int8.safetensors", "--json"]).success().json()[0];
    assert!(value["model"].is_null() && value["out"] == "int8.safetensors" && value["calibration"] == 2_000, "{value}");
    let difference = value["difference_points"].as_f64().unwrap();
    assert!(difference.abs() <= 0.05, "{value}");
    assert!(value["same_answer"].as_f64().unwrap() > 0.999, "{value}");
    let correct = |kind: &str| value[kind]["correct"].as_f64().unwrap();
    assert!((difference - (correct("int8") - correct("float")) / 100.0).abs() < 1e-9, "{value}");
    let file = std::fs::read(place.path("int8.safetensors")).unwrap();
    assert_eq!(value["int8"]["bytes"], file.len());
    assert!(file.len() < 168_000 && value["float"]["bytes"].as_u64().unwrap() > 636_000, "{value}");

    // The same at another level, to the last bit, and the same as it said.
    let evaluate = ["evaluate", "int8.safetensors", "--split", "test", "--json"];
    let best = place.run(&evaluate).success();
    let portable = place.finish(place.command().env("TENFOLD_CPU", "portable").args(evaluate)).success();
    assert_eq!(best.stdout, portable.stdout);
    let test = &best.json()[0]["splits"]["test"];
    assert!(test["correct"] == value["int8"]["correct"] && test["loss"] == value["int8"]["loss"], "{test}");

    place.write("seven.png", png(28, 28, digits().image(0)));
    let predicted = place.run(&["predict", "--model", "int8.safetensors", "seven.png"]).success().stdout;
    assert!(predicted.starts_with("seven.png: 7 ("), "{predicted}");

    let text = place.run(&["model", "show", "int8.safetensors"]).success().stdout;
    let shown = &place.run(&["model", "show", "int8.safetensors", "--json"]).success().json()[0];
    let layers = shown["quantization"].as_array().unwrap();
    assert_eq!(layers.len(), 5);
    assert!(layers[3]["layer"] == "dense" && layers[3]["input_scale"].as_f64().unwrap() > 0.0, "{}", layers[3]);
    assert_eq!(layers[3]["kernel_scales"].as_array().unwrap().len(), 100);
    let scales: Vec<f64> = layers[0]["kernel_scales"].as_array().unwrap().iter().map(|s| s.as_f64().unwrap()).collect();
    let [least, greatest] = [f64::min, f64::max].map(|choose| scales.iter().copied().reduce(choose).unwrap());
    let scales = format!(" 3.922e-3 in the input, {least:.3e} to {greatest:.3e} in the filters");
    for expected in ["159,254", "int8 weights and activations", scales.as_str()] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    assert!(place.run(&["model", "show", "--json"]).success().json()[0].get("quantization").is_none());

    place
        .run(&["quantize", "int8.safetensors", "--out", "again"])
        .failure(1, &["int8.safetensors: the network is quantised already"]);
}

#[test]
fn a_trained_network_is_quantised_with_its_own_images() {
    let place = Workplace::new();
    place.data("small");
    place.write(
        "network.toml",
        "input = [28, 28, 1]\n\
         layers = [{ type = \"conv2d\", filters = 4, kernel = [5, 5], stride = [2, 2], bias = false },\n\
         { type = \"batch_norm\", momentum = 0.9 }, { type = \"relu\" }, { type = \"dropout\", rate = 0.1 },\n\
         { type = \"flatten\" }, { type = \"dense\", units = 20 }, { type = \"relu\" },\n\
         { type = \"dense\", units = 10 }]\n",
    );
    place.run(&["train", "--data", "small", "--network", "network.toml", "--epochs", "2", "--out", "run"]).success();
    let quantize = ["quantize", "run/model.safetensors", "--out", "int8", "--data", "small", "--calibration"];
    let text = place.run(&[&quantize[..], &["10"]].concat()).success().stdout;
    for part in ["float  ", "int8   ", " points; the same answer on ", "model  int8 (", " bytes; as floats "] {
        assert!(text.contains(part), "{text}");
    }
    let first = std::fs::read(place.path("int8")).unwrap();
    place.run(&[&quantize[..], &["300"]].concat()).failure(1, &["int8: already exists\nhint: ", "--force"]);
    assert_eq!(std::fs::read(place.path("int8")).unwrap(), first);
    place.run(&[&quantize[..], &["300", "--force"]].concat()).success();
    assert!(std::fs::read(place.path("int8")).unwrap() != first, "other images give other scales");
    let shown = place.run(&["model", "show", "int8"]).success().stdout;
    assert!(!shown.lines().any(|line| line.starts_with("batch_norm") || line.starts_with("dropout")), "{shown}");
}

#[test]
fn what_cannot_be_quantised_is_named() {
    let place = Workplace::new();
    place.data("small");
    place.write(
        "network.toml",
        "input = [28, 28, 1]\nlayers = [{ type = \"flatten\" }, { type = \"dense\", units = 5 }, { type = \"dense\", units = 10 }]\n",
    );
    place.run(&["train", "--data", "small", "--network", "network.toml", "--epochs", "1", "--out", "run"]).success();
    let quantize = ["quantize", "run/model.safetensors", "--out", "int8", "--data", "small"];
    place.run(&quantize).failure(1, &["run/model.safetensors: layer 2 (dense): its output may be negative", "hint: "]);
    place
        .run(&[&quantize[..], &["--calibration", "0"]].concat())
        .failure(1, &["calibration is 0, expected at least 1 image"]);
    place.run(&["quantize", "nothing", "--out", "int8"]).failure(1, &["nothing: cannot open the file"]);
    assert!(!place.path("int8").exists());
    place.run(&["quantize"]).failure(2, &["--out <FILE>"]);
}
