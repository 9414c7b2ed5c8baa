//! Runs that are killed, interrupted or damaged, and resumed.

use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::Workplace;

/// Long enough to be killed in the middle, on any machine.
pub(super) const LONG: [&str; 9] =
    ["--data", "small", "--epochs", "25", "--validation", "0.25", "--batch", "8", "--quiet"];

/// The program, started in the background.
fn start(place: &Workplace, arguments: &[&str]) -> std::process::Child {
    Command::new(assert_cmd::cargo::cargo_bin("tenfold"))
        .current_dir(place.path(""))
        .env_remove("TENFOLD_CPU")
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// A process that ends with its test, however that ends.
struct Running(std::process::Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// Waits until `ready`, and fails if the program ends or a minute passes before.
pub(super) fn wait_until(child: &mut std::process::Child, ready: impl Fn() -> bool) {
    let start = Instant::now();
    while !ready() {
        assert!(child.try_wait().unwrap().is_none(), "the run was over before it could be stopped");
        assert!(start.elapsed() < Duration::from_secs(60), "the run does not get anywhere");
        sleep(Duration::from_millis(2));
    }
}

pub(super) fn epochs(place: &Workplace, run: &str) -> usize {
    std::fs::read_to_string(place.path(run).join("metrics.jsonl")).map_or(0, |text| text.lines().count())
}

#[test]
fn a_run_that_is_killed_anywhere_ends_with_the_same_bytes() {
    let place = Workplace::new();
    place.data("small");
    let train = [&["train"], &LONG[..], &["--out"]].concat();
    place.run(&[&train[..], &["whole"]].concat()).success();
    let model = |run: &str| std::fs::read(place.path(run).join("model.safetensors")).unwrap();

    // Before the first checkpoint, at several later ones, and twice in one run, a moment after a checkpoint each.
    for (name, stops) in [("a", &[0][..]), ("b", &[1]), ("c", &[7]), ("d", &[3, 18]), ("e", &[24])] {
        for (turn, &stop) in stops.iter().enumerate() {
            let resume = ["train", "--quiet", "--resume", name];
            let arguments = if turn == 0 { [&train[..], &[name]].concat() } else { resume.to_vec() };
            let mut child = start(&place, &arguments);
            let config = place.path(name).join("config.toml");
            wait_until(&mut child, || config.exists() && epochs(&place, name) >= stop);
            sleep(Duration::from_millis(3));
            child.kill().unwrap();
            child.wait().unwrap();
        }
        assert!(!place.path(name).join("evaluation.json").exists(), "{name} was killed before its end");
        place.run(&["train", "--quiet", "--resume", name]).success();
        assert!(model(name) == model("whole"), "{name}");
        let leftovers: Vec<String> =
            place.files().into_iter().filter(|file| file.contains("/.tenfold-partial")).collect();
        assert!(leftovers.is_empty(), "{leftovers:?}");
    }
}

#[test]
fn a_run_that_is_worked_on_is_refused_to_others() {
    let place = Workplace::new();
    place.data("small");
    let train = ["train", "--data", "small", "--preset", "linear", "--epochs", "1000000", "--quiet", "--out", "run"];
    let mut running = Running(start(&place, &train));
    let config = place.path("run/config.toml");
    wait_until(&mut running.0, || config.exists());
    for arguments in [&["train", "--resume", "run"][..], &[&train[..], &["--force"]].concat(), &train] {
        place.run(arguments).failure(
            1,
            &[
                "run: expected a run that nobody works on, found another process at work in its folder",
                "hint: wait until it is done, or stop it",
            ],
        );
    }
    assert!(running.0.try_wait().unwrap().is_none(), "the run goes on");
    // Reading disturbs nobody, and a killed process holds nothing.
    place.run(&["runs", "show", "run"]).success();
    drop(running);
    let config = std::fs::read_to_string(&config).unwrap();
    place.write("run/config.toml", config.replace("epochs = 1000000", "epochs = 1"));
    place.run(&["train", "--resume", "run", "--quiet"]).success();
}

#[cfg(unix)]
#[test]
fn ctrl_c_saves_and_says_how_to_go_on() {
    let place = Workplace::new();
    place.data("small");
    place.run(&[&["train"], &LONG[..], &["--out", "whole"]].concat()).success();
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("tenfold"))
        .current_dir(place.path(""))
        .args([&["train"], &LONG[..], &["--out", "run"]].concat())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    wait_until(&mut child, || epochs(&place, "run") >= 5);
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("interrupted after ") && text.contains("tenfold train --resume run"), "{text}");
    place.run(&["train", "--quiet", "--resume", "run"]).success();
    let model = |run: &str| std::fs::read(place.path(run).join("model.safetensors")).unwrap();
    assert!(model("run") == model("whole"));
}

#[test]
fn what_cannot_go_on_says_why() {
    let place = Workplace::new();
    place.data("small");
    let resume = |run: &str| place.run(&["train", "--resume", run]);
    resume("nowhere").failure(1, &["nowhere: expected the folder of a run, with a config.toml in it"]);
    let train = ["train", "--data", "small", "--preset", "linear", "--epochs", "2", "--quiet", "--out"];
    place.run(&[&train[..], &["run"]].concat()).success();
    let whole = std::fs::read(place.path("run/checkpoint.safetensors")).unwrap();

    // Half a file, as no kill leaves it but a copy may.
    place.write("run/checkpoint.safetensors", &whole[..whole.len() / 2]);
    resume("run").failure(1, &["the checkpoint is damaged"]);
    let mut changed = whole.clone();
    *changed.last_mut().unwrap() ^= 1;
    place.write("run/checkpoint.safetensors", &changed);
    resume("run").failure(1, &["the checkpoint is damaged: its contents do not have the hash it says"]);
    place.write("run/checkpoint.safetensors", &whole);

    let config = std::fs::read_to_string(place.path("run/config.toml")).unwrap();
    place.write("run/config.toml", config.replace("batch = 16", "batch = 32"));
    resume("run").failure(1, &["the checkpoint is of a run with another recipe"]);
    place.write("run/config.toml", config.replace("epochs = 2", "epochs = 3"));
    resume("run").success();
    assert_eq!(epochs(&place, "run"), 3, "a run may be resumed for more epochs");
    for setting in
        ["--batch=8", "--seed=2", "--weight-decay=0.1", "--schedule=cosine", "--ema-decay=0.9", "--augment=mild"]
    {
        place.run(&["train", "--resume", "run", setting]).failure(2, &["cannot be used with"]);
    }
}
