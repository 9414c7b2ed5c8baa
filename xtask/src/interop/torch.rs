//! A state dict carried to PyTorch, and networks from there.

use std::fs;

use anyhow::{Context, Result};

use super::agreement::largest_difference;
use super::environment::Environment;
use super::material::{Material, Subject, read_numbers, with_suffix};
use super::record::{Record, Row};
use super::tutorials;

/// How many of the networks of PyTorch's tutorials must open.
const OPEN_TUTORIALS: usize = 34;

/// Has PyTorch load the subject's state dict and answer.
pub(super) fn load(torch: &Environment, subject: &Subject, material: &Material, record: &mut Record) -> Result<()> {
    let file = material.convert(subject, "state_dict.safetensors", &["--pytorch-names"])?;
    let architecture = material.folder().join("architecture.json");
    fs::write(&architecture, serde_json::to_string(subject.saved.model.architecture())?)?;
    let printed = torch.run("torch_load.py", &[&material.images(), &architecture, &file])?;
    let version =
        printed.first().and_then(|printed| printed["version"].as_str()).context("torch_load.py prints no version")?;

    let found = subject.probabilities(read_numbers(&with_suffix(&file, ".f32"))?);
    let difference = largest_difference(&subject.answers, &found, subject.classes())
        .with_context(|| format!("{}, state dict, in PyTorch {version}", subject.name))?;
    record.add(Row {
        model: subject.name.to_owned(),
        way: format!("Tenfold -> state dict -> PyTorch {version}"),
        found: format!("{difference:.1e}"),
    });
    Ok(())
}

/// Opens networks as PyTorch's tutorials build them; gives a section of the record.
pub(super) fn tutorials(torch: &Environment, material: &Material) -> Result<String> {
    let folder = material.folder().join("torch_tutorials");
    fs::create_dir(&folder)?;
    let printed = torch.run("torch_tutorials.py", &[&material.images(), &folder])?;
    let version = printed
        .first()
        .and_then(|printed| printed["version"].as_str())
        .context("torch_tutorials.py prints no version")?;
    tutorials::run(material.tenfold(), &folder, &format!("Networks of tutorials, PyTorch {version}"), OPEN_TUTORIALS)
}
