//! `tenfold ensemble`, and the other commands with what it makes.

use super::{Workplace, digits, png};

/// Two runs of different networks on a small set, and their ensemble.
fn trained() -> Workplace {
    let place = Workplace::new();
    place.data("small");
    for (run, network, seed) in [("a", "mlp", "1"), ("b", "linear", "2")] {
        let options = ["--data", "small", "--preset", network, "--seed", seed, "--epochs", "1"];
        place.run(&[&["train", "--out", run][..], &options].concat()).success();
    }
    let text = place.run(&["ensemble", "a", "b/model.safetensors", "--out", "both.safetensors"]).success().stdout;
    assert!(text.starts_with("models  2, ") && text.contains("model   both.safetensors ("), "{text}");
    place
}

#[test]
fn an_ensemble_is_a_model_like_any_other() {
    let place = trained();
    let loss = |model: &str| {
        let command = ["evaluate", model, "--data", "small", "--split", "test", "--json"];
        place.run(&command).success().json()[0]["splits"]["test"]["loss"].as_f64().unwrap()
    };
    // A mean's loss is at most the mean of losses: the logarithm is concave.
    assert!(loss("both.safetensors") <= (loss("a") + loss("b")) / 2.0);
    place.write("seven.png", png(28, 28, digits().image(0)));
    place.run(&["predict", "--model", "both.safetensors", "seven.png"]).success();
    let shown = place.run(&["model", "show", "both.safetensors", "--plan", "--draw"]).success().stdout;
    assert!(shown.contains("mean of probabilities") && shown.contains("dense_2"), "{shown}");
    place.run(&["compare", "a", "both.safetensors", "--data", "small"]).success();
    for file in ["both.onnx", "both.npz"] {
        place.run(&["convert", "both.safetensors", file, "--data", "small", "--verify", "50"]).success();
        assert!((loss(file) - loss("both.safetensors")).abs() < 1e-6, "{file}");
    }
    for file in ["both.h5", "both.keras"] {
        place.run(&["convert", "both.safetensors", file]).failure(1, &["it is an ensemble", "hint: write it as ONNX"]);
    }
    place.run(&["quantize", "both.safetensors", "--data", "small", "--out", "int8.safetensors"]).success();
    assert!((loss("int8.safetensors") - loss("both.safetensors")).abs() < 0.05);
    // The same bytes again, whatever the threads.
    let again = ["ensemble", "a", "b", "--out", "again.safetensors", "--threads", "1"];
    place.run(&again).success();
    let bytes = |file: &str| std::fs::read(place.path(file)).unwrap();
    assert!(bytes("again.safetensors") == bytes("both.safetensors"));
}

#[test]
fn what_cannot_be_an_ensemble_is_named() {
    let place = trained();
    for (models, expected) in [
        (&["a"][..], "the ensemble: layer 5 (ensemble): has 1 members, expected 2 to 32"),
        (&["a", "both.safetensors"], "the ensemble: model 2 is an ensemble itself\nhint: "),
        (&["a", "missing"], "missing"),
    ] {
        let command = [&["ensemble", "--out", "new.safetensors"][..], models].concat();
        place.run(&command).failure(1, &["error: ", expected]);
        assert!(!place.path("new.safetensors").exists());
    }
    let recipe = ["train", "--data", "small", "--from", "both.safetensors", "--epochs", "1", "--out", "more"];
    place.run(&recipe).failure(1, &["is an ensemble\nhint: train its members"]);
    assert!(!place.path("more").exists());
}
