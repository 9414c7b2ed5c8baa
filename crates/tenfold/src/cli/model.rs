//! `tenfold model show`: a network's layers, shapes and cost.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use tenfold_experiment::{ModelDescription, charts};
use tenfold_network::{Predictor, Purpose};
use tenfold_report::chart::Chart;
use tenfold_training::Engine;

use super::output::{Output, lossy};
use super::{Outcome, files, names};

/// Look at models
#[derive(Subcommand)]
pub(crate) enum Command {
    Show(Show),
}

/// Show a network's layers, shapes, parameters and cost
///
/// With --json: "input", "layers" (each with "name", "type", "output", "parameters", "multiply_accumulates"),
/// "parameters", "multiply_accumulates"; for a model file also "preparation", "labels", "min_confidence", "thresholds" (each
/// with "error_rate", "threshold", "coverage" and "error_rate_bound"), "provenance", "temperature" and "format"; for a quantised one "quantization" (for each layer with scales "layer", "input_scale" and "kernel_scales", one per filter). With --plan
/// also "plan": "purpose", "input", "steps" (each with "layers", "method", "output", "direct_multiply_adds" by its formula
/// and "multiply_adds" as computed), "slice_images", "buffer_bytes" per thread and "unshared_bytes".
#[derive(Args)]
pub(crate) struct Show {
    #[arg(value_name = "MODEL|PRESET", help = shown_help())]
    model: Option<PathBuf>,
    /// Also show the steps that the layers are lowered to, how each is computed and what it costs
    #[arg(long, value_name = "FOR", num_args = 0..=1, require_equals = true, default_missing_value = "prediction")]
    plan: Option<PlanFor>,
    #[arg(long, value_name = "PRESET|FILE", help = names::architecture_help())]
    architecture: Option<PathBuf>,
    /// Also draw the network as text
    #[arg(long)]
    draw: bool,
    /// Also draw the network as an SVG file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Replace the SVG file if it exists
    #[arg(long, requires = "svg")]
    force: bool,
}

/// What a plan is for.
#[derive(Clone, Copy, clap::ValueEnum)]
enum PlanFor {
    Training,
    Prediction,
}

/// The help of what is shown.
fn shown_help() -> String {
    format!("{}; or the network of a preset: {}", names::default_model_help(), names::presets())
}

pub(crate) fn run(command: &Command, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let Command::Show(Show { model, plan, architecture: given, draw, svg, force }) = command;
    if let Some(path) = svg {
        files::check_target(path, *force)?;
    }
    let preset = model.as_deref().filter(|name| names::model(name).is_none()).and_then(names::preset);
    let (architecture, saved) = match preset {
        Some(preset) => (preset.architecture(), None),
        None => {
            let given = given.as_deref().map(files::architecture).transpose()?;
            let (saved, format) = files::opened_model(model.as_deref(), given.as_ref())?;
            (saved.model.architecture().clone(), Some((saved, format)))
        }
    };
    let outline = architecture.outline()?;
    let mut description = match &saved {
        Some((saved, format)) => ModelDescription::of_file(saved, *format),
        None => ModelDescription::of_network(&architecture),
    }?;
    let plan = plan.map(|plan| match (plan, &saved) {
        (PlanFor::Training, _) => Ok(outline.plan(Purpose::Training, engine)),
        (PlanFor::Prediction, None) => Ok(outline.plan(Purpose::Prediction, engine)),
        // The model decides whether it is in int8.
        (PlanFor::Prediction, Some((saved, _))) => Predictor::new(&saved.model, engine).map(|it| it.plan()),
    });
    description.plan = plan.transpose()?;
    let name = model.as_deref().map_or(names::DEFAULT_MODEL.name.to_owned(), lossy);
    let diagram = charts::network(&name, &architecture)?;
    if let Some(path) = svg {
        files::write(path, &diagram.svg_file(), *force)?;
    }
    if output.json {
        output.value(&description)?;
    } else {
        output.line(description.to_text())?;
        if *draw {
            output.line(format!("\n{}", diagram.to_text()))?;
        }
        if let Some(file) = &description.file {
            output.line(format!("\n{}", file.to_text()))?;
        }
    }
    Ok(Outcome::Done)
}
