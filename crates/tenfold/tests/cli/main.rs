//! The program as a user meets it: started as a process, in a folder of its own, judged by what it prints and leaves.

mod augmentation;
mod bad_input;
mod commands;
mod convert;
mod data;
mod early_checks;
mod ensemble;
mod experiments;
mod exploration;
mod file_kinds;
mod foreign;
mod forms;
mod groups;
mod inputs;
mod label_errors;
mod many_classes;
mod memory;
mod names;
mod nonsense;
mod odd_paths;
mod one_preparation;
mod own_data;
mod patience;
mod pipes;
mod promised_keys;
mod quantization;
mod reading;
mod recipe_settings;
mod replacing;
mod resume;
mod review;
mod robustness;
mod search;
mod signals;
mod training;

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;
use tenfold_dataset::{Dataset, Part, Source, hold_out, idx};

/// The program in a new folder, which goes away with the value.
struct Workplace {
    folder: TempDir,
}

/// What a finished process said.
struct Outcome {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Workplace {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, contents).unwrap();
        path
    }

    fn command(&self) -> Command {
        let mut command = Command::cargo_bin("tenfold").unwrap();
        command.current_dir(self.folder.path()).env_remove("TENFOLD_CPU");
        command
    }

    fn run(&self, arguments: &[&str]) -> Outcome {
        self.finish(self.command().args(arguments))
    }

    fn finish(&self, command: &mut Command) -> Outcome {
        let output = command.output().unwrap();
        Outcome {
            code: output.status.code().expect("the program was not killed"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Every file below the folder, by its path in it.
    fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        list(self.folder.path(), self.folder.path(), &mut files);
        files.sort();
        files
    }

    /// A small data set as IDX files in the folder `name`: `train` and `test` images of MNIST's test set.
    fn data(&self, name: &str) {
        let all = Source::Embedded.load(Part::Test).unwrap();
        for (prefix, share, seed) in [("train", 0.04, 1), ("t10k", 0.01, 2)] {
            let part = all.subset(&hold_out(all.labels(), share, seed).unwrap().validation).unwrap();
            self.write(&format!("{name}/{prefix}-images-idx3-ubyte"), idx::write_images(&part));
            self.write(&format!("{name}/{prefix}-labels-idx1-ubyte"), idx::write_labels(&part));
        }
    }
}

impl Outcome {
    /// The outcome, if the program succeeded.
    #[track_caller]
    fn success(self) -> Self {
        assert_eq!(self.code, 0, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    /// Asserts an exit code and that standard error holds each of `texts`.
    #[track_caller]
    fn failure(self, code: i32, texts: &[&str]) {
        assert_eq!(self.code, code, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        for text in texts {
            assert!(self.stderr.contains(text), "'{text}' should be in: {}", self.stderr);
        }
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
    }

    /// Standard output as JSON values, one per line.
    fn json(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn list(base: &Path, folder: &Path, files: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(base, &path, files);
        } else {
            files.push(path.strip_prefix(base).unwrap().to_string_lossy().into_owned());
        }
    }
}

/// A grey PNG.
fn png(width: u32, height: u32, pixels: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(pixels).unwrap();
    bytes
}

/// The test images of MNIST.
fn digits() -> Dataset {
    Source::Embedded.load(Part::Test).unwrap()
}
