//! What the options of a recipe come to in a run's files, and a run that goes on from another's model.

use super::Workplace;

const SMALL: [&str; 7] = ["train", "--data", "small", "--preset", "linear", "--epochs", "2"];

#[test]
fn every_setting_of_a_recipe_is_in_its_files() {
    let place = Workplace::new();
    place.data("small");
    let settings = "--schedule one-cycle --schedule-rise 0.5 --weight-decay 0.01 --decay-kernels-only --clip-norm 1 \
        --label-smoothing 0.125 --l1 0.0625 --l2 0.25 --ema-decay 0.75 --augment-shift 1 --clean-epochs 1 --out run";
    let outcome = place.run(&[&SMALL[..], &settings.split_whitespace().collect::<Vec<_>>()].concat()).success();
    let read = |file: &str| std::fs::read_to_string(place.path(file)).unwrap();
    let config = read("run/config.toml");
    for table in [
        "weight_decay = 0.01\n\n[schedule]\ntype = \"one_cycle\"\nrise = 0.5\n",
        "[regularization]\nlabel_smoothing = 0.125\nclip_norm = 1.0\ndecay_kernels_only = true\nl1 = 0.0625\nl2 = 0.25\n",
        "[averaging]\ntype = \"ema\"\ndecay = 0.75\n",
        "clean_epochs = 1\n",
    ] {
        assert!(config.contains(table), "{table} is not in {config}");
    }
    let said = "the model is the moving average (decay 0.75) after epoch 2, and so is what was validated";
    assert!(outcome.stdout.contains(said) && outcome.stdout.contains("  learning rate 1.00e-2"), "{}", outcome.stdout);
    let page = read("run/report.html");
    assert!(page.contains(&said[1..]) && page.contains("learning rate"));
    assert!(read("run/metrics.csv").lines().next().unwrap().ends_with("seconds,learning_rate"));
    assert!(read("run/metrics.jsonl").lines().all(|line| line.contains("\"learning_rate\":")));

    place.run(&["train", "--resume", "run", "--warm-up", "1"]).failure(2, &["cannot be used with"]);
    place
        .run(&[&SMALL[..], &["--schedule", "one-cycle", "--warm-up", "1"]].concat())
        .failure(1, &["the schedule one_cycle has no warm_up"]);
    place.run(&[&SMALL[..], &["--ema-decay", "0.9", "--swa-epochs", "1"]].concat()).failure(2, &["--swa-epochs"]);
}

#[test]
fn a_run_goes_on_from_a_model_of_another_format() {
    let place = Workplace::new();
    place.data("small");
    place.run(&[&SMALL[..], &["--out", "first"]].concat()).success();
    place.run(&["convert", "first", "first.h5"]).success();
    let from = ["train", "--data", "small", "--epochs", "1", "--from", "first.h5", "--out", "second"];
    let outcome = place.run(&from).success();
    let config = std::fs::read_to_string(place.path("second/config.toml")).unwrap();
    assert!(config.contains("[start]\nname = \"first.h5\"\nsha256 = \""), "{config}");
    assert!(config.contains("type = \"flatten\""), "the network is the model's: {config}");
    assert!(place.path("second/start.safetensors").is_file(), "{}", outcome.stdout);
    place.run(&["train", "--from", "first", "--preset", "mlp"]).failure(2, &["cannot be used with"]);
    place.run(&["train", "--from", "nothing.h5"]).failure(1, &["nothing.h5: cannot open the file"]);
    place
        .run(&["train", "--data", "small", "--recipe", "second/config.toml"])
        .failure(1, &["the model to start from is first.h5, expected none for this run"]);
}
