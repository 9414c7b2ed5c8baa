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
