//! The JSON keys that each command's help promises are those that the command prints.

use std::collections::BTreeSet;

use serde_json::Value;

use super::nonsense::changed;
use super::resume::{LONG, epochs, wait_until};
use super::{Workplace, digits, png};

/// What a command's help says of its output as JSON.
fn promise(place: &Workplace, command: &[&str]) -> String {
    let help = place.run(&[command, &["--help"]].concat()).success().stdout;
    let about = help.split("\nUsage: ").next().unwrap();
    about.split_once("With --json").unwrap_or_else(|| panic!("{command:?} promises no keys")).1.to_owned()
}

/// The keys and the names that a promise has in double quotes.
fn quoted(promise: &str) -> BTreeSet<String> {
    let is_key =
        |word: &&str| !word.is_empty() && word.bytes().all(|it| matches!(it, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    promise.split('"').skip(1).step_by(2).filter(is_key).map(str::to_owned).collect()
}

/// Every key of a value and of what is in it, and every text, such as the name of an event.
fn words(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            found.extend(members.keys().cloned());
            members.values().for_each(|value| words(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| words(value, found)),
        Value::String(text) => found.extend([text.clone()]),
        _ => {}
    }
}

/// Checks a command by what it prints in some runs: each promised word is there, and each key of a line is promised.
fn check(place: &Workplace, command: &[&str], runs: &[&[&str]]) {
    let lines: Vec<Value> = runs
        .iter()
        .flat_map(|arguments| {
            let outcome = place.run(&[command, arguments, &["--json"]].concat());
            assert!([0, 1, 3].contains(&outcome.code), "{command:?} {arguments:?}: {}", outcome.stderr);
            outcome.json()
        })
        .collect();
    check_lines(place, command, &lines);
}

fn check_lines(place: &Workplace, command: &[&str], lines: &[Value]) {
    let promise = promise(place, command);
    let promised = quoted(&promise);
    let mut found = BTreeSet::new();
    lines.iter().for_each(|line| words(line, &mut found));
    let missing: Vec<_> = promised.difference(&found).collect();
    assert!(missing.is_empty(), "{command:?} promises {missing:?}, and does not print them: {lines:?}");
    let keys: BTreeSet<String> = lines.iter().flat_map(|line| line.as_object().unwrap().keys().cloned()).collect();
    // "the events of `train`", "the keys of `list`": those are promised too.
    let elsewhere = promise.split('`').skip(1).step_by(2).map(|name| match command {
        [group, _] => quoted(&self::promise(place, &[group, name])),
        _ => quoted(&self::promise(place, &[name])),
    });
    let promised = elsewhere.fold(promised, |all, other| &all | &other);
    let secret: Vec<_> = keys.difference(&promised).collect();
    assert!(secret.is_empty(), "{command:?} prints {secret:?}, which its help does not name");
}

/// What a command prints if it is interrupted once `ready` says so.
fn interrupted(place: &Workplace, arguments: &[&str], ready: impl Fn() -> bool) -> Vec<Value> {
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("tenfold"))
        .current_dir(place.path(""))
        .args(arguments)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    wait_until(&mut child, ready);
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn training_prints_what_its_help_promises() {
    let place = Workplace::new();
    place.data("small");
    let train = [&["train", "--json", "--out", "run"], &LONG[..]].concat();
    let mut lines = interrupted(&place, &train, || epochs(&place, "run") >= 1);
    lines.extend(place.run(&["train", "--json", "--resume", "run"]).success().json());
    check_lines(&place, &["train"], &lines);
}

#[test]
fn experiments_print_what_their_help_promises() {
    let place = Workplace::new();
    place.data("small");
    let small = ["--data", "small", "--preset", "linear", "--epochs", "1", "--folds", "2"];
    let validate =
        ["cross-validate", "--data", "small", "--epochs", "25", "--folds", "2", "--json", "--out", "long-folds"];
    let mut lines = interrupted(&place, &validate, || epochs(&place, "long-folds/fold-1") >= 1);
    assert_eq!(lines.last().unwrap()["event"], "interrupted");
    let validate = [&["cross-validate", "--json", "--out", "folds"], &small[..]].concat();
    lines.extend(place.run(&validate).success().json());
    check_lines(&place, &["cross-validate"], &lines);
    let sgd = |rate: &str| format!("{{ type = \"sgd\", learning_rate = {rate}, momentum = 0.9, nesterov = false }}");
    let variant = |name: &str, rate| format!("[[variant]]\nname = \"{name}\"\noptimizer = {}\n", sgd(rate));
    place.write("list.toml", variant("slow", "0.01") + &variant("fast", "0.1") + &variant("diverging", "1e38"));
    let explore = ["explore", "list.toml", "--data", "small", "--epochs", "25", "--json", "--out", "long"];
    let mut lines = interrupted(&place, &explore, || epochs(&place, "long/slow/trial-1") >= 1);
    let explore = [&["explore", "list.toml", "--json", "--out", "trials"], &small[..]].concat();
    lines.extend(place.run(&explore).success().json());
    check_lines(&place, &["explore"], &lines);
    let rates = "[[axis]]\nsetting = \"optimizer.learning_rate\"\nchoice = [0.01, 1e-7]";
    place.write("space.toml", format!("folds = 2\n{rates}"));
    let search = ["search", "space.toml", "--data", "small", "--epochs", "25", "--json", "--out", "long-search"];
    let mut lines = interrupted(&place, &search, || epochs(&place, "long-search/v1/trial-1") >= 1);
    let search =
        ["search", "space.toml", "--preset", "linear", "--data", "small", "--epochs", "1", "--json", "--out", "found"];
    lines.extend(place.run(&search).success().json());
    check_lines(&place, &["search"], &lines);
    place.run(&["train", "--data", "small", "--preset", "linear", "--epochs", "1", "--out", "run"]).success();
    check(&place, &["calibrate"], &[&["run/model.safetensors", "--from", "folds", "--out", "calibrated.safetensors"]]);
    check(&place, &["runs", "list"], &[&["."]]);
    check(&place, &["runs", "show"], &[&["run"], &["folds"], &["trials"], &["found"]]);
    check(&place, &["report"], &[&["run"]]);
}

#[test]
fn what_is_done_with_a_model_prints_what_its_help_promises() {
    let place = Workplace::new();
    place.data("small");
    place
        .run(&["train", "--data", "small", "--preset", "linear", "--epochs", "1", "--quiet", "--out", "run"])
        .success();
    let accept = ["--split", "test", "--accept", "0.5"];
    check(&place, &["evaluate"], &[&["run", "--data", "small", "--corruptions"], &accept]);
    check(&place, &["compare"], &[&["run", "run", "--data", "small"]]);
    check(&place, &["convert"], &[&["run", "run.onnx", "--data", "small", "--verify", "20"]]);
    check(&place, &["quantize"], &[&["run", "--data", "small", "--out", "small.safetensors"]]);
    check(&place, &["ensemble"], &[&["run", "run", "--out", "both.safetensors"]]);
    check(&place, &["model", "show"], &[&["small.safetensors", "--plan"], &["reader"]]);
    check(&place, &["bench"], &[&["--seconds", "0.05", "--profile", "--augmentation"]]);
    place.write("seven.png", png(28, 28, digits().image(0)));
    place.write("blank.png", png(60, 60, &[200; 3_600]));
    place.write("form.toml", "page = { width = 1, height = 1 }\nfield = [{ name = 'digit', box = [0, 0, 1, 1] }]");
    let form = ["seven.png", "--template", "form.toml"];
    check(&place, &["read"], &[&["seven.png", "blank.png", "run/config.toml"], &["seven.png", "--length", "1"], &form]);
    check(&place, &["doctor"], &[&["seven.png", "blank.png", "run/config.toml"]]);
    let unsure = ["seven.png", "--min-confidence", "1"];
    check(
        &place,
        &["predict"],
        &[&["seven.png", "--heat-map", "--nearest", "2", "blank.png", "run/config.toml"], &unsure],
    );
}

#[test]
fn the_data_print_what_their_help_promises() {
    let place = Workplace::new();
    changed(&place, "wrong", |image| (0..784).map(|at| 255 - image[at % 28 * 28 + at / 28]).collect());
    // A distance at which some of so few images are near.
    check(&place, &["data", "show"], &[&["--data", "wrong", "--duplicates=0.2"]]);
    check(&place, &["data", "augment"], &[&["--data", "wrong", "--sheet", "sheet.png"]]);
}
