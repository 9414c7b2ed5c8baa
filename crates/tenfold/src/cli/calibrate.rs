//! `tenfold calibrate`: a model whose confidence is its accuracy.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use serde_json::json;
use tenfold_experiment::{FoundCalibration, model_bytes};

use super::output::{Output, lossy, warn};
use super::{Outcome, files, names};

/// Calibrate a model's confidence by a cross-validation of its recipe
///
/// The new model has the temperature that the cross-validation has found, so that its confidence is its accuracy, and the
/// thresholds for some target error rates. One that has learnt what is not a digit (--non-digits) also gets the least
/// confidence of an answer: that which 98.7 % of the answers to images of folds have. Models trained with --validation have a
/// temperature already, fitted to the images held out.
///
/// With --json: {"model","temperature","min_confidence","thresholds"}, the last as in the cross-validation's results.json.
#[derive(Args)]
pub(crate) struct Arguments {
    #[arg(help = names::model_help())]
    model: PathBuf,
    /// Folder of a cross-validation of the same recipe
    #[arg(long, value_name = "RUN")]
    from: PathBuf,
    /// The calibrated model's file; in the format of its ending, safetensors by default
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<Outcome> {
    let Arguments { model, from, out, force } = arguments;
    files::check_target(out, *force)?;
    let saved = files::model(Some(model))?;
    let found = FoundCalibration::read(from)?;
    if !found.is_of_recipe(&saved) {
        warn("the model was trained by another recipe than was cross-validated, and may need another temperature");
    }
    let saved = found.apply(saved).with_context(|| from.display().to_string())?;
    files::write(out, &model_bytes(&saved, out)?, *force)?;
    let FoundCalibration { temperature, thresholds, .. } = found;
    let min_confidence = saved.min_confidence;
    if output.json {
        output.value(&json!({
            "model": lossy(out), "temperature": temperature, "min_confidence": min_confidence, "thresholds": thresholds,
        }))?;
        return Ok(Outcome::Done);
    }
    output.line(format!("temperature  {temperature:.4}"))?;
    if min_confidence > 0.0 {
        output.line(format!("answers      of at least {min_confidence:.4} confidence"))?;
    }
    for threshold in thresholds {
        output.line(threshold.to_string())?;
    }
    output.line(format!("model        {}", out.display()))?;
    Ok(Outcome::Done)
}
