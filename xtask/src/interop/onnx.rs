//! Models carried to ONNX Runtime.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::agreement::largest_difference;
use super::environment::Environment;
use super::material::{Material, Subject, read_numbers, with_suffix};
use super::record::{Record, Row};

/// What `onnx_run.py` tells of a file.
#[derive(Deserialize)]
struct Ran {
    /// Of onnx, whose checker has passed it.
    version: String,
    runtime: String,
    /// How many times all images have been answered, each time in batches of another size.
    batches: usize,
}

/// Has the checker look at each subject and ONNX Runtime run it.
pub(super) fn run(onnx: &Environment, subjects: &[Subject], material: &Material, record: &mut Record) -> Result<()> {
    let convert = |(index, subject)| material.convert(subject, &format!("{index}.onnx"), &["--force"]);
    let files: Vec<PathBuf> = subjects.iter().enumerate().map(convert).collect::<Result<_>>()?;
    let images = material.images();
    let mut arguments: Vec<&Path> = vec![&images];
    arguments.extend(files.iter().map(PathBuf::as_path));
    let told = onnx.run("onnx_run.py", &arguments)?;
    ensure!(told.len() == files.len(), "onnx_run.py tells of {} files, expected {}", told.len(), files.len());
    for ((subject, file), told) in subjects.iter().zip(&files).zip(told) {
        let Ran { version, runtime, batches } = serde_json::from_value(told)?;
        let (expected, found) = (subject.answers.repeat(batches), read_numbers(&with_suffix(file, ".f32"))?);
        let difference = largest_difference(&expected, &found, subject.saved.labels.len())
            .with_context(|| format!("{}, .onnx, in ONNX Runtime {runtime}", subject.name))?;
        record.add(Row {
            model: subject.name.to_owned(),
            way: format!("Tenfold -> `.onnx` -> onnx.checker {version}, ONNX Runtime {runtime}"),
            found: format!("{difference:.1e}"),
        });
    }
    Ok(())
}
