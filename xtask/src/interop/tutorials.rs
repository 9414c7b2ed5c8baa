//! Networks as tutorials of another program build them: which of them open here, whether those give the same answers, and
//! why the others are refused.
//!
//! A list is a folder with the manifest `cases.json`, an array of [`Case`], and the files that it names. Every case is
//! opened by the program itself, as a person does it.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use tenfold_network::Predictor;
use tenfold_training::Engine;

use super::agreement::largest_difference;
use super::material::{read, read_numbers};

/// The list that a folder holds.
const MANIFEST: &str = "cases.json";

/// A network of a list. Files lie beside the manifest.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What the table calls it.
    name: String,
    /// The model.
    file: PathBuf,
    /// Options with which `tenfold convert` opens it; where one of them is a file's name, it is one in the folder.
    #[serde(default)]
    options: Vec<String>,
    /// Grey images, a byte a pixel.
    images: PathBuf,
    /// Height and width of an image.
    input: [usize; 2],
    /// Probabilities that the other program answers for the images, `[N, classes]`: 4-byte floats, little endian.
    answers: PathBuf,
}

/// What became of a case.
enum Outcome {
    /// It opens, and no probability differs by more than this.
    Opens(f32),
    /// What the program says instead, its lines joined by ` / `.
    Refused(String),
}

/// A list with what became of its cases, as a section of a record in Markdown.
///
/// # Errors
/// If fewer than `at_least` open, one that opens answers otherwise or takes other images, or a refusal has no hint as its
/// last line.
pub(super) fn run(tenfold: &Path, folder: &Path, title: &str, at_least: usize) -> Result<String> {
    let manifest = folder.join(MANIFEST);
    let text = fs::read_to_string(&manifest).with_context(|| manifest.display().to_string())?;
    let cases: Vec<Case> = serde_json::from_str(&text).with_context(|| manifest.display().to_string())?;
    let (mut rows, mut opened, mut faults) = (String::new(), 0, 0);
    for case in &cases {
        let (is_open, found) = match outcome(tenfold, folder, case) {
            Ok(Outcome::Opens(difference)) => ("opens", format!("{difference:.1e}")),
            Ok(Outcome::Refused(sentence)) => ("refused", sentence),
            Err(error) => ("FAULT", format!("{error:#}")),
        };
        opened += usize::from(is_open == "opens");
        faults += usize::from(is_open == "FAULT");
        println!("{:<52}{is_open:<10}{found}", case.name);
        writeln!(rows, "| {} | {is_open} | {} |", case.name, found.replace('|', "\\|"))?;
    }
    let count = format!("{opened} of {} open", cases.len());
    println!("{title}: {count}");
    ensure!(faults == 0, "{title}: {faults} are not as they must be");
    ensure!(opened >= at_least, "{title}: {count}, expected at least {at_least}");
    Ok(format!(
        "\n## {title}: {count}\n\nWhere one opens: the largest difference of a probability. The most probable class was \
         the same for every image.\n\n| network | | found |\n|---|---|---|\n{rows}"
    ))
}

/// Opens a case and compares its answers.
fn outcome(tenfold: &Path, folder: &Path, case: &Case) -> Result<Outcome> {
    let opened = folder.join("opened.safetensors");
    let mut convert = Command::new(tenfold);
    convert.current_dir(folder).args(["convert", "--force", "--no-verify"]).args(&case.options);
    let output = convert.arg(&case.file).arg(&opened).output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.code() == Some(1), "{}: {said}", output.status);
        return Ok(Outcome::Refused(refusal(&said, &case.file)?));
    }
    let saved = read(&opened)?;
    let [height, width] = case.input;
    ensure!(
        saved.model.architecture().input == [height, width, 1].into(),
        "takes {}, expected {height}x{width}x1",
        saved.model.architecture().input
    );
    let images = fs::read(folder.join(&case.images)).with_context(|| case.images.display().to_string())?;
    let expected = read_numbers(&folder.join(&case.answers))?;
    ensure!(!expected.is_empty(), "{} is empty", case.answers.display());
    let found = Predictor::new(&saved.model, Engine::default())?.probabilities(&images).to_vec();
    Ok(Outcome::Opens(largest_difference(&expected, &found, saved.labels.len())?))
}

/// What the program says about a file that it does not open, in one line, without the words that all cases share.
fn refusal(said: &str, file: &Path) -> Result<String> {
    let lines: Vec<&str> = said.trim().lines().collect();
    if !lines.last().is_some_and(|line| line.starts_with("hint: ")) {
        bail!("a refusal without a hint as its last line: {said}");
    }
    let sentence = lines.join(" / ");
    let sentence = sentence.strip_prefix("error: ").unwrap_or(&sentence);
    Ok(sentence.strip_prefix(&format!("{}: ", file.display())).unwrap_or(sentence).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_in_one_line_and_has_a_hint_at_its_end() {
        let said = "error: a.onnx: node '7' (Elu): has no counterpart here\nhint: use ReLU\n";
        assert_eq!(
            refusal(said, Path::new("a.onnx")).unwrap(),
            "node '7' (Elu): has no counterpart here / hint: use ReLU"
        );
        for said in ["error: a.onnx: no", "error: a.onnx: no, hint: yes", "hint: b\nerror: a", ""] {
            assert!(refusal(said, Path::new("a.onnx")).is_err(), "{said}");
        }
    }
}
