//! `tenfold ensemble`: several models as one.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use serde_json::json;
use tenfold_experiment::model_bytes;
use tenfold_formats::SavedModel;

use super::output::{Output, grouped, lossy};
use super::{Outcome, files, names};

/// Make one model of several, whose probabilities are the means of theirs
///
/// An ensemble usually makes fewer errors than any of its members, at the cost of all of them for each image. Every command that takes a
/// model accepts it; it is converted to ONNX as one graph, and quantised with all its members. The models take the same images,
/// prepared in the same way, and have the same classes; each keeps its temperature.
///
/// With --json: {"models","out","parameters","bytes"}.
#[derive(Args)]
pub(crate) struct Arguments {
    #[arg(required = true, value_name = "MODEL", help = models_help())]
    models: Vec<PathBuf>,
    /// Where the ensemble goes: a safetensors file, or of the format that its ending names
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Replace the file if it exists
    #[arg(long)]
    force: bool,
}

/// The help of the models.
fn models_help() -> String {
    format!("2 to 32 models. {}", names::model_help())
}

pub(crate) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<Outcome> {
    let Arguments { models, out, force } = arguments;
    files::check_target(out, *force)?;
    let members = models.iter().map(|path| files::model(Some(path))).collect::<anyhow::Result<Vec<_>>>()?;
    let saved = SavedModel::ensemble(&members).with_context(|| out.display().to_string())?;
    let bytes = model_bytes(&saved, out)?;
    files::write(out, &bytes, *force)?;
    let parameters = saved.model.outline().parameters;
    if output.json {
        let models: Vec<String> = models.iter().map(|path| lossy(path)).collect();
        output
            .value(&json!({ "models": models, "out": lossy(out), "parameters": parameters, "bytes": bytes.len() }))?;
        return Ok(Outcome::Done);
    }
    output.line(format!("models  {}, {} parameters in all", models.len(), grouped(parameters as u64)))?;
    output.line(format!("model   {} ({} bytes)", out.display(), grouped(bytes.len() as u64)))?;
    Ok(Outcome::Done)
}
