//! `tenfold train` and what it leaves behind.

use serde_json::Value;
use tenfold_dataset::Augmentation;

use super::Workplace;

/// A run that takes no time.
const SMALL: [&str; 7] = ["train", "--data", "small", "--preset", "linear", "--epochs", "2"];

fn small(place: &Workplace, more: &[&str]) -> super::Outcome {
    place.run(&[&SMALL[..], more].concat())
}

#[test]
fn a_run_leaves_its_files_and_they_agree_with_what_it_says() {
    let place = Workplace::new();
    place.data("small");
    let outcome = small(&place, &["--validation", "0.25", "--json"]).success();
    let events = outcome.json();
    let names: Vec<&str> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(names, ["started", "epoch", "epoch", "finished"]);
    assert_eq!((&events[0]["train_images"], &events[0]["validation_images"]), (&300.into(), &100.into()));

    let run = "runs/linear-1";
    let files: Vec<String> = place.files().into_iter().filter(|name| name.starts_with("runs")).collect();
    let expected = [
        ".tenfold-run",
        "best.safetensors",
        "checkpoint.safetensors",
        "config.toml",
        "environment.json",
        "evaluation.json",
        "metrics.csv",
        "metrics.jsonl",
        "model.safetensors",
        "report.html",
    ];
    assert_eq!(files, expected.map(|name| format!("{run}/{name}")));
    let metrics = std::fs::read_to_string(place.path("runs/linear-1/metrics.jsonl")).unwrap();
    for (line, event) in metrics.lines().zip(&events[1..3]) {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_eq!((&line["train"], &line["validation"]), (&event["train"], &event["validation"]));
        assert!(line["validation"]["accuracy"].is_f64());
    }
    let report: Value =
        serde_json::from_slice(&std::fs::read(place.path("runs/linear-1/evaluation.json")).unwrap()).unwrap();
    assert_eq!(report["splits"], events[3]["splits"]);

    let model = "runs/linear-1/model.safetensors";
    let evaluated = &place.run(&["evaluate", model, "--data", "small", "--json"]).success().json()[0];
    assert_eq!(evaluated["splits"], report["splits"], "evaluating the file gives what the run said");
    let shown = place.run(&["model", "show", model]).success().stdout;
    assert!(shown.contains("300 of the 400 training images of small") && shown.contains("7,850"), "{shown}");
}

/// Training, evaluation and prediction with each level of instructions; the answers agree, the bits need not.
#[test]
#[expect(clippy::print_stdout, reason = "a test may say what it skips")]
fn every_level_of_instructions_can_be_chosen() {
    let place = Workplace::new();
    place.data("small");
    place.write("seven.png", super::png(28, 28, super::digits().image(0)));
    let mut levels = vec!["portable"];
    if std::env::consts::ARCH == "x86_64" {
        levels.extend(["avx2", "avx512"]);
    }
    let (mut tried, mut losses) = (0, Vec::new());
    for level in levels {
        let run = |arguments: &[&str]| place.finish(place.command().env("TENFOLD_CPU", level).args(arguments));
        if run(&["model", "show", "paper"]).code != 0 {
            println!("skipped: this machine has no {level}");
            continue;
        }
        tried += 1;
        for exact in [&[][..], &["--exact"]] {
            let out = format!("run-{level}-{}", exact.len());
            let train = ["train", "--data", "small", "--epochs", "1", "--json", "--out", &out];
            let events = run(&[&train[..], exact].concat()).success().json();
            let told = std::fs::read(place.path(&format!("{out}/evaluation.json"))).unwrap();
            assert_eq!(serde_json::from_slice::<Value>(&told).unwrap()["cpu"], level);
            losses.push(events[1]["train"]["loss"].as_f64().unwrap());
            let model = format!("{out}/model.safetensors");
            run(&[&["evaluate", &model, "--data", "small"][..], exact].concat()).success();
        }
        let read = &run(&["predict", "seven.png", "--json"]).success().json()[0];
        assert_eq!(read["label"], "7");
    }
    assert!(tried > 0);
    // Biases start at 0, so on blank paper ReLU is on its corner: there the rounding of transforms decides which way the
    // first gradients go. Sums without transforms are exactly 0 at every level.
    for pair in losses.as_chunks::<2>().0 {
        assert!((pair[1] - losses[1]).abs() < 1e-5 * losses[1], "{losses:?}");
        assert!((pair[0] - losses[1]).abs() < 0.05 * losses[1], "{losses:?}");
    }
}

#[test]
fn the_same_seed_gives_the_same_file_at_any_number_of_threads_and_from_its_own_config() {
    let place = Workplace::new();
    place.data("small");
    let train = |out: &str, more: &[&str]| {
        let arguments = ["train", "--data", "small", "--epochs", "1", "--quiet", "--out", out];
        place.run(&[&arguments[..], more].concat()).success();
        std::fs::read(place.path(out).join("model.safetensors")).unwrap()
    };
    let one = train("a", &["--seed", "7", "--threads", "1"]);
    assert!(train("b", &["--seed", "7", "--threads", "2"]) == one, "two threads");
    assert!(train("c", &["--seed", "7", "--threads", "2"]) == one, "a second run");
    assert!(train("d", &["--recipe", "a/config.toml"]) == one, "the run's own config.toml");
    assert!(train("e", &["--seed", "8"]) != one, "another seed");
}

#[test]
fn a_folder_that_is_taken_is_refused_unless_it_may_be_replaced() {
    let place = Workplace::new();
    place.data("small");
    small(&place, &["--out", "mine"]).success();
    let before = std::fs::read(place.path("mine/evaluation.json")).unwrap();
    small(&place, &["--out", "mine"]).failure(1, &["mine: already exists", "hint: ", "--force"]);
    assert_eq!(std::fs::read(place.path("mine/evaluation.json")).unwrap(), before);
    small(&place, &["--out", "mine", "--seed", "2", "--force"]).success();
    assert_ne!(std::fs::read(place.path("mine/evaluation.json")).unwrap(), before);
    place.write("mine/notes.txt", "not part of a run");
    small(&place, &["--out", "mine", "--force"]).failure(1, &["expected an empty folder or an earlier run"]);
    assert!(place.path("mine/model.safetensors").exists(), "nothing is removed");
}

/// Without `--out` every run has a folder of its own.
#[test]
fn runs_are_numbered() {
    let place = Workplace::new();
    place.data("small");
    small(&place, &[]).success();
    small(&place, &[]).success();
    assert!(place.path("runs/linear-2/evaluation.json").exists());
}

#[test]
fn networks_come_from_toml_files_too() {
    let place = Workplace::new();
    place.data("small");
    place.write(
        "wide.toml",
        r#"
            input = [28, 28, 1]
            layers = [
                { type = "conv2d", filters = 8, kernel = [5, 5], stride = [2, 2], padding = "same", bias = false },
                { type = "batch_norm" },
                { type = "relu" },
                { type = "pool", kind = "average", size = [2, 2], stride = [2, 2] },
                { type = "dropout", rate = 0.1 },
                { type = "flatten" },
                { type = "dense", units = 10 },
            ]
        "#,
    );
    let arguments = ["train", "--data", "small", "--network", "wide.toml", "--epochs", "5", "--optimizer", "adamw"];
    place.run(&[&arguments[..], &["--learning-rate", "0.01", "--weight-decay", "0.01"]].concat()).success();
    let report = std::fs::read_to_string(place.path("runs/wide-1/evaluation.json")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert!(report["splits"]["train"]["accuracy"].as_f64().unwrap() > 0.9, "{report}");

    place.write("bad.toml", "input = [28, 28, 1]\nlayers = [{ type = \"dense\", units = 10 }]");
    place
        .run(&["train", "--network", "bad.toml"])
        .failure(1, &["layer 1 (dense): takes one vector, found 28x28x1", "hint: put a flatten layer"]);
    place.write("worse.toml", "input = [28, 28, 1]\nlayers = [{ type = \"dens\", units = 10 }]");
    place.run(&["train", "--network", "worse.toml"]).failure(1, &["worse.toml: ", "unknown variant `dens`"]);
    assert!(!place.path("runs/bad-1").exists(), "nothing is made for a network that cannot be");
}

#[test]
fn settings_are_checked_before_anything_is_done() {
    let place = Workplace::new();
    for (arguments, code, text) in [
        (&["--epochs", "0"][..], 1, "the number of epochs is 0, expected at least 1"),
        (&["--batch", "0"], 1, "the batch is 0, expected 1 to 65536 images"),
        (&["--learning-rate", "-1"], 2, "unexpected argument '-1'"),
        (&["--learning-rate", "nan"], 1, "the learning rate is NaN, expected a number above 0"),
        (&["--momentum", "1.5"], 1, "momentum is 1.5, expected 0 up to but not including 1"),
        (&["--validation", "1"], 1, "the share held out for validation is 1"),
        (&["--optimizer", "adam", "--momentum", "0.5"], 1, "--momentum is a setting of sgd, found the optimizer adam"),
        (&["--optimizer", "adam", "--weight-decay", "0.1"], 1, "--weight-decay is a setting of adamw"),
        (&["--preset", "resnet"], 1, "unknown preset 'resnet': expected one of linear, mlp, lenet5, paper"),
        (&["--recipe", "nothing.toml"], 1, "nothing.toml: cannot open the file"),
        (&["--threads", "0"], 2, "0 is not in 1..=1024"),
        (&["--force"], 2, "--out <DIR>"),
    ] {
        place.run(&[&["train"], arguments].concat()).failure(code, &[text]);
    }
    assert_eq!(place.files(), [""; 0], "nothing is left behind");
}

#[test]
fn a_recipe_in_part_changes_the_papers() {
    let place = Workplace::new();
    place.data("small");
    place.write("part.toml", "preset = 'linear'\nbatch = 32\noptimizer.learning_rate = 0.5\naugmentation.scale = 0.1");
    let train = ["train", "--data", "small", "--recipe", "part.toml", "--epochs", "1", "--learning-rate", "0.25"];
    place.run(&[&train[..], &["--quiet", "--out", "run"]].concat()).success();
    let config = std::fs::read_to_string(place.path("run/config.toml")).unwrap();
    let recipe: tenfold_training::Recipe = toml::from_str(&config).unwrap();
    assert_eq!((recipe.epochs, recipe.batch, recipe.optimizer.learning_rate()), (1, 32, 0.25));
    assert_eq!(recipe.augmentation, Some(Augmentation { scale: 0.1, ..Augmentation::default() }));
    assert_eq!(recipe.architecture.layers.len(), 2);
    place.write("part.toml", "bach = 32");
    place.run(&train).failure(1, &["unknown field `bach`", "hint: --recipe takes the config.toml of a run"]);
}

#[test]
fn a_run_that_diverges_says_so() {
    let place = Workplace::new();
    place.data("small");
    place
        .run(&["train", "--data", "small", "--preset", "mlp", "--learning-rate", "1e30"])
        .failure(1, &["training diverged in epoch 1, step ", "hint: try a learning rate below"]);
    assert!(!place.path("runs/mlp-1/model.safetensors").exists());
}

/// Whoever reads the progress may stop reading; the run goes on and leaves all its files.
#[test]
fn a_reader_that_stops_reading_does_not_cost_the_model() {
    let place = Workplace::new();
    place.data("small");
    let program = assert_cmd::cargo::cargo_bin("tenfold");
    let script =
        format!("set -o pipefail; '{}' train --data small --preset linear --out run | head -n 1", program.display());
    let outcome = place.finish(assert_cmd::Command::new("bash").current_dir(place.path("")).args(["-c", &script]));
    assert_eq!(outcome.success().stdout.lines().count(), 1);
    for file in ["config.toml", "metrics.jsonl", "model.safetensors", "evaluation.json"] {
        assert!(place.path("run").join(file).exists(), "{file}");
    }
}
