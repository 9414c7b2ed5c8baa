//! `tenfold calibrate`: a model that is as sure as it is right.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use serde::Deserialize;
use serde_json::json;
use tenfold_training::{Recipe, RunFile, RunFolder};

use super::cross_validate::calibration::Threshold;
use super::output::{Output, lossy, warn};
use super::{Outcome, files};

/// Give a model the temperature that a cross-validation of its recipe has found, so that it is as sure as it is right
///
/// What the model reads stays the same; only its probabilities change. Models trained with --validation have a temperature
/// already, fitted to the images held out.
///
/// With --json: {"model","temperature","thresholds"}, the latter as in the cross-validation's results.json.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Model file, or the folder of a run
    model: PathBuf,
    /// Folder of a cross-validation of the same recipe
    #[arg(long, value_name = "RUN")]
    from: PathBuf,
    /// The calibrated model's file; in the format of its ending, safetensors by default
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Replace that file if it is there
    #[arg(long)]
    force: bool,
}

/// What is needed of a cross-validation's results.json.
#[derive(Deserialize)]
struct Found {
    recipe: Recipe,
    temperature: f64,
    thresholds: Vec<Threshold>,
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<Outcome> {
    let Arguments { model, from, out, force } = arguments;
    files::check_target(out, *force)?;
    let mut saved = files::model(Some(model))?;
    let path = RunFolder::open(from)?.file(RunFile::Results);
    let Found { recipe, temperature, thresholds } = serde_json::from_slice(&files::read(&path, files::MAX_JSON_BYTES)?)
        .with_context(|| format!("{}: expected the results of a cross-validation", path.display()))?;
    if recipe.architecture != *saved.model.architecture() {
        anyhow::bail!("{}: expected a cross-validation of the model's network, found another network", from.display());
    }
    let own: Option<Recipe> = toml::from_str(&saved.provenance.recipe).ok();
    if own.is_none_or(|own| own != Recipe { seed: own.seed, ..recipe }) {
        warn("the model was trained by another recipe than was cross-validated, and may need another temperature");
    }
    saved.model = saved.model.with_temperature(temperature as f32)?;
    files::write(out, &files::model_bytes(&saved, out)?, *force)?;
    if output.json {
        output.value(&json!({ "model": lossy(out), "temperature": temperature, "thresholds": thresholds }))?;
        return Ok(Outcome::Done);
    }
    output.line(format!("temperature  {temperature:.4}"))?;
    for threshold in thresholds {
        output.line(threshold.text())?;
    }
    output.line(format!("model        {}", out.display()))?;
    Ok(Outcome::Done)
}
