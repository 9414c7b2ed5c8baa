//! Readers who go away: the work goes on, and only the printing stops.

use std::process::{Command, Stdio};

use super::Workplace;

/// Where the reader has gone before the first word.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

/// What is below `folder`, by the paths in it.
fn files(place: &Workplace, folder: &str) -> Vec<String> {
    let files = place.files().into_iter();
    files.filter_map(|file| file.strip_prefix(folder)?.strip_prefix('/').map(str::to_owned)).collect()
}

/// A place with a data set, a run and a cross-validation.
fn place() -> Workplace {
    let place = Workplace::new();
    place.data("small");
    place.write("list.toml", "[[variant]]\nname = 'a'\n[[variant]]\nname = 'b'\nbatch = 8");
    let some = ["--data", "small", "--preset", "linear", "--epochs", "1", "--quiet", "--out"];
    place.run(&[&["train"], &some[..], &["run"]].concat()).success();
    place.run(&[&["cross-validate", "--folds", "2"], &some[..], &["cv"]].concat()).success();
    place
}

#[test]
fn whatever_is_closed_every_file_is_written() {
    let place = place();
    for (name, command) in [
        ("train", &["train", "--data", "small", "--preset", "linear", "--epochs", "2", "--out", "OUT/x"][..]),
        (
            "cross-validate",
            &[
                "cross-validate",
                "--data",
                "small",
                "--preset",
                "linear",
                "--epochs",
                "1",
                "--folds",
                "2",
                "--out",
                "OUT/x",
            ],
        ),
        (
            "explore",
            &[
                "explore",
                "list.toml",
                "--data",
                "small",
                "--preset",
                "linear",
                "--epochs",
                "1",
                "--folds",
                "2",
                "--out",
                "OUT/x",
            ],
        ),
        ("evaluate", &["evaluate", "run", "--data", "small", "--out", "OUT/x"]),
        ("convert", &["convert", "run", "OUT/x.onnx", "--data", "small"]),
        ("quantize", &["quantize", "run/model.safetensors", "--data", "small", "--out", "OUT/x.safetensors"]),
        ("ensemble", &["ensemble", "run", "run", "--out", "OUT/x.safetensors"]),
        ("calibrate", &["calibrate", "run", "--from", "cv", "--out", "OUT/x.safetensors"]),
        ("report", &["report", "run", "run", "--out", "OUT/x.html"]),
        ("model show", &["model", "show", "run", "--svg", "OUT/x.svg"]),
        ("data show", &["data", "show", "--data", "small", "--out", "OUT/x", "--sheet", "OUT/y.png"]),
        ("data augment", &["data", "augment", "--data", "small", "--sheet", "OUT/y.png"]),
        ("compare", &["compare", "run", "run", "--data", "small"]),
        ("runs", &["runs", "list", "."]),
        ("model", &["model", "show", "paper"]),
    ] {
        let mut expected = None;
        for (kind, stdout, stderr, json) in [
            ("open", false, false, false),
            ("stdout", true, false, false),
            ("stderr", false, true, false),
            ("both", true, true, false),
            ("json", true, true, true),
        ] {
            let out = format!("{}-{kind}", name.replace(' ', "-"));
            std::fs::create_dir(place.path(&out)).unwrap();
            let mut command: Vec<String> = command.iter().map(|word| word.replace("OUT", &out)).collect();
            if json {
                command.push("--json".to_owned());
            }
            let stream = |is_closed: bool| if is_closed { closed() } else { Stdio::null() };
            let status = Command::new(assert_cmd::cargo::cargo_bin("tenfold"))
                .current_dir(place.path(""))
                .args(&command)
                .stdout(stream(stdout))
                .stderr(stream(stderr))
                .status()
                .unwrap();
            assert_eq!(status.code(), Some(0), "{command:?} with {kind} closed");
            let written = files(&place, &out);
            assert_eq!(&written, expected.get_or_insert(written.clone()), "{command:?} with {kind} closed");
        }
    }
}

/// Pictures are read for nothing but what is printed of them, so there is no need to go on.
#[test]
fn predictions_end_where_nobody_reads() {
    let place = Workplace::new();
    place.write("seven.png", super::png(28, 28, super::digits().image(0)));
    let command = [&["predict"], &["seven.png"; 3][..], &["missing.png"]].concat();
    let command = |stdout| {
        let mut process = Command::new(assert_cmd::cargo::cargo_bin("tenfold"));
        process.current_dir(place.path("")).args(&command).stdout(stdout).output().unwrap()
    };
    assert_eq!(command(Stdio::null()).status.code(), Some(1));
    let output = command(closed());
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

/// A full disk below standard output is an error, and said.
#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_printed_is_said() {
    let place = Workplace::new();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let mut process = Command::new(assert_cmd::cargo::cargo_bin("tenfold"));
    let output = process.current_dir(place.path("")).args(["model", "show", "paper"]).stdout(full).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr.starts_with("error: standard output: No space left"), "{stderr}");
}
