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

#[test]
fn a_run_learns_from_models_and_is_resumed_from_what_it_has_kept() {
    let place = trained();
    let train = "train --data small --preset linear --epochs 2 --distill-temperature 2";
    let train: Vec<&str> = train.split(' ').collect();
    let run = |more: &[&str]| place.run(&[&train[..], more].concat());
    run(&["--teacher", "a", "--teacher", "b", "--distill-weight", "0.5", "--out", "taught"]).success();
    // The ensemble of both is the same teacher, of another name.
    run(&["--teacher", "both.safetensors", "--distill-weight", "0.5", "--out", "again", "--threads", "1"]).success();
    let read = |file: &str| std::fs::read(place.path(file)).unwrap();
    let weights = |file: &str| tenfold_formats::read(&read(file), None).unwrap().model.values().to_vec();
    assert_eq!(weights("taught/model.safetensors"), weights("again/model.safetensors"));
    assert!(read("taught/teacher.safetensors") == read("both.safetensors"));
    let config = String::from_utf8(read("taught/config.toml")).unwrap();
    for line in ["[distillation]\ntemperature = 2.0\nweight = 0.5\nteachers = [", "sha256 = "] {
        assert!(config.contains(line), "{config}");
    }
    assert!(String::from_utf8(read("taught/report.html")).unwrap().contains("It learned from what "));
    // More epochs, from what is in the folder alone.
    std::fs::remove_dir_all(place.path("a")).unwrap();
    place.write("taught/config.toml", config.replace("epochs = 2", "epochs = 3"));
    place.run(&["train", "--resume", "taught"]).success();
    place.write("taught/config.toml", config.replace("epochs = 2", "epochs = 4"));
    std::fs::copy(place.path("b/model.safetensors"), place.path("taught/teacher.safetensors")).unwrap();
    let expected = "teacher.safetensors: is not the model that the run has learnt from";
    place.run(&["train", "--resume", "taught"]).failure(1, &[expected]);
    let settled = ["train", "--resume", "taught", "--teacher", "b"];
    place.run(&settled).failure(2, &["cannot be used with"]);
    run(&["--distill-weight", "0.5"]).failure(2, &["--teacher"]);
    place
        .run(&["train", "--data", "small", "--recipe", "taught/config.toml", "--out", "alone"])
        .failure(1, &["the teacher is none, expected the model that the recipe's distillation is by"]);
    assert!(!place.path("alone").exists());
    let folds = ["cross-validate", "--data", "small", "--recipe", "taught/config.toml", "--out", "cv"];
    place.run(&folds).failure(1, &["the teacher is", "expected none for this run"]);
}
