//! Signals that a program was started to ignore, as `nohup` does, do not stop it.
#![cfg(target_os = "linux")]

use std::process::{Command, Stdio};

use super::Workplace;
use super::resume::{LONG, epochs, wait_until};

/// Trains into the folder `run` with the signals in `ignored` ignored, sends `sent` once some epochs are done, and gives
/// the exit code.
fn train(place: &Workplace, run: &str, ignored: &str, sent: &[&str]) -> Option<i32> {
    let program = assert_cmd::cargo::cargo_bin("tenfold");
    let ignore = if ignored.is_empty() { String::new() } else { format!("trap '' {ignored}; ") };
    let script = format!("{ignore}exec '{}' train {} --out {run}", program.display(), LONG.join(" "));
    let mut child = Command::new("sh")
        .current_dir(place.path(""))
        .args(["-c", &script])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_until(&mut child, || epochs(place, run) >= 3);
    for signal in sent {
        let sent = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }
    child.wait().unwrap().code()
}

#[test]
fn what_is_ignored_stays_ignored_and_all_else_interrupts() {
    let place = Workplace::new();
    place.data("small");
    place.run(&[&["train"], &LONG[..], &["--out", "whole"]].concat()).success();
    let model = |run: &str| std::fs::read(place.path(run).join("model.safetensors")).ok();
    for (run, ignored, sent, code) in [
        ("nohup", "HUP", &["HUP"][..], 0),
        ("background", "HUP INT", &["HUP", "INT", "HUP"], 0),
        ("all", "HUP INT TERM", &["TERM", "INT", "HUP"], 0),
        ("hung-up", "", &["HUP"], 130),
        ("terminated", "HUP INT", &["HUP", "TERM"], 130),
        ("interrupted", "HUP", &["HUP", "INT"], 130),
    ] {
        assert_eq!(train(&place, run, ignored, sent), Some(code), "{run}");
        let same = model(run) == model("whole");
        assert_eq!(same, code == 0, "{run}");
        // What was interrupted can be resumed, and ends the same.
        place.run(&["train", "--quiet", "--resume", run]).success();
        assert!(model(run) == model("whole"), "{run}");
    }
}

/// The second interrupt does not wait.
#[test]
fn asking_twice_ends_at_once() {
    let place = Workplace::new();
    place.data("small");
    assert_eq!(train(&place, "run", "", &["INT", "INT", "TERM"]), Some(130));
    assert!(!place.path("run/evaluation.json").exists());
}

/// Each command that trains ends with a line of JSON when it is asked for, interrupted too.
#[test]
fn an_interruption_is_json_where_results_are() {
    let place = Workplace::new();
    place.data("small");
    place.write("list.toml", "[[variant]]\nname = 'a'\n[[variant]]\nname = 'b'\nbatch = 8");
    let some = ["--data", "small", "--preset", "mlp", "--epochs", "100000", "--json", "--out", "run"];
    for (command, part, keys) in [
        (&["train"][..], "run", ["epochs", "images"]),
        (&["cross-validate", "--folds", "2"], "run/fold-1", ["epochs", "images"]),
        (&["explore", "list.toml", "--seeds", "1"], "run/a/trial-1", ["trials", "of"]),
    ] {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin("tenfold"))
            .current_dir(place.path(""))
            .args([command, &some].concat())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        wait_until(&mut child, || epochs(&place, part) >= 1);
        assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130), "{command:?}");
        let lines = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let last = lines.last().unwrap();
        assert_eq!((last["event"].as_str(), last["folder"].as_str()), (Some("interrupted"), Some("run")), "{last}");
        assert!(keys.iter().all(|key| last[key].is_u64()), "{last}");
        std::fs::remove_dir_all(place.path("run")).unwrap();
    }
}
