//! Models carried to ONNX Runtime.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::agreement::largest_difference;
use super::environment::Environment;
use super::material::{Material, Subject, read_numbers, with_suffix};
use super::record::{Record, Row};

/// What `onnx_run.py` prints of a file.
#[derive(Deserialize)]
struct Ran {
    /// Of onnx, whose checker has passed it.
    version: String,
    runtime: String,
    /// How many times all images have been answered, each time in batches of another size.
    batches: usize,
}

/// What a graph ends in: the words of the table, the file's ending and the option that asks for it.
const OUTPUTS: [(&str, &str, &[&str]); 2] = [("probabilities", "onnx", &[]), ("logits", "logits.onnx", &["--logits"])];

/// Has the checker look at each subject and ONNX Runtime run it, with each output.
pub(super) fn run(onnx: &Environment, subjects: &[Subject], material: &Material, record: &mut Record) -> Result<()> {
    let mut files: Vec<(&Subject, &str, PathBuf)> = Vec::new();
    for (index, subject) in subjects.iter().enumerate() {
        for (output, ending, options) in OUTPUTS {
            files.push((subject, output, material.convert(subject, &format!("{index}.{ending}"), options)?));
        }
    }
    let images = material.images();
    let mut arguments: Vec<&Path> = vec![&images];
    arguments.extend(files.iter().map(|(_, _, file)| file.as_path()));
    let printed = onnx.run("onnx_run.py", &arguments)?;
    ensure!(printed.len() == files.len(), "onnx_run.py names {} files, expected {}", printed.len(), files.len());
    for ((subject, output, file), printed) in files.iter().zip(printed) {
        let Ran { version, runtime, batches } = serde_json::from_value(printed)?;
        let found = read_numbers(&with_suffix(file, ".f32"))?;
        let found = if *output == "logits" { subject.probabilities(found) } else { found };
        let difference = largest_difference(&subject.answers.repeat(batches), &found, subject.classes())
            .with_context(|| format!("{}, .onnx with {output}, in ONNX Runtime {runtime}", subject.name))?;
        record.add(Row {
            model: subject.name.to_owned(),
            way: format!("Tenfold -> `.onnx`, {output} -> onnx.checker {version}, ONNX Runtime {runtime}"),
            found: format!("{difference:.1e}"),
        });
    }
    Ok(())
}
