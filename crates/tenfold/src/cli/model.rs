//! `tenfold model show`: a network's layers, shapes and cost.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;
use tenfold_experiment::{FileDescription, ModelDescription, ScalesDescription, charts};
use tenfold_network::{Architecture, PlanSummary, Predictor, Purpose, StepSummary};
use tenfold_report::chart::Chart;
use tenfold_training::Engine;

use super::output::{Output, grouped, lossy};
use super::{Outcome, files};

/// Look at models
#[derive(Subcommand)]
pub(crate) enum Command {
    Show(Show),
}

/// Show a network's layers, shapes, parameters and cost
///
/// With --json: "input", "layers" (each with "name", "type", "output", "parameters", "multiply_accumulates"),
/// "parameters", "multiply_accumulates"; for a model file also "preparation", "labels", "provenance", "temperature" and
/// "format"; for a quantised one "quantization" (for each layer with scales "layer", "input_scale" and "kernel_scales", one per filter). With --plan
/// also "plan": "purpose", "input", "steps" (each with "layers", "method", "output", "direct_multiply_adds" by its formula
/// and "multiply_adds" as computed), "slice_images", "buffer_bytes" per thread and "unshared_bytes".
#[derive(Args)]
pub(crate) struct Show {
    /// Model file of any format, the folder of a run, or a preset: paper, mlp or linear [default: the model inside the
    /// program]
    #[arg(value_name = "MODEL|PRESET")]
    model: Option<PathBuf>,
    /// Also show the steps that the layers are lowered to, how each is computed and what it costs
    #[arg(long, value_name = "FOR", num_args = 0..=1, require_equals = true, default_missing_value = "prediction")]
    plan: Option<PlanFor>,
    /// The network, for a file that holds values alone: a preset, or a TOML file with `input` and `layers`
    #[arg(long, value_name = "PRESET|FILE")]
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

pub(crate) fn run(command: &Command, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let Command::Show(Show { model, plan, architecture: given, draw, svg, force }) = command;
    if let Some(path) = svg {
        files::check_target(path, *force)?;
    }
    let preset = model.as_deref().and_then(Path::to_str).and_then(Architecture::preset);
    let (architecture, saved) = match preset {
        Some(architecture) => (architecture, None),
        None => {
            let given = given.as_deref().map(files::architecture).transpose()?;
            let (saved, format) = files::opened_model(model.as_deref(), given.as_ref())?;
            (saved.model.architecture().clone(), Some((saved, format)))
        }
    };
    let outline = architecture.outline()?;
    let description = match &saved {
        Some((saved, format)) => ModelDescription::of_file(saved, *format),
        None => ModelDescription::of_network(&architecture),
    }?;
    let plan = plan.map(|plan| match (plan, &saved) {
        (PlanFor::Training, _) => Ok(outline.plan(Purpose::Training, engine)),
        (PlanFor::Prediction, None) => Ok(outline.plan(Purpose::Prediction, engine)),
        // The model decides whether it is in int8.
        (PlanFor::Prediction, Some((saved, _))) => Predictor::new(&saved.model, engine).map(|it| it.plan()),
    });
    let plan = plan.transpose()?;
    let name = model.as_deref().map_or("the model inside the program".to_owned(), lossy);
    let diagram = charts::network(&name, &architecture)?;
    if let Some(path) = svg {
        files::write(path, &diagram.svg_file(), *force)?;
    }
    if output.json {
        let mut value = json!(description);
        if let Some(plan) = plan {
            value["plan"] = json!(plan);
        }
        output.value(&value)?;
    } else {
        output.line(table(&description))?;
        if let Some(plan) = plan {
            output.line(format!("\n{}", steps(&plan)))?;
        }
        if *draw {
            output.line(format!("\n{}", diagram.to_text()))?;
        }
        if let Some(file) = &description.file {
            if let Some(scales) = &file.quantization {
                output.line(scales_text(scales))?;
            }
            output.line(provenance(file))?;
        }
    }
    Ok(Outcome::Done)
}

fn table(description: &ModelDescription) -> String {
    let row = |name: &str, output: &str, parameters: &str, cost: &str| {
        format!("{name:<16}{output:>12}{parameters:>14}{cost:>22}\n")
    };
    let ModelDescription { input, layers, parameters, multiply_accumulates, .. } = description;
    let mut text = row("layer", "output", "parameters", "multiply-accumulates");
    text += &row("input", &input.to_string(), "", "");
    for layer in layers {
        let count = |count: u64| if count == 0 { String::new() } else { grouped(count) };
        let parameters = count(layer.parameters as u64);
        text += &row(&layer.name, &layer.output.to_string(), &parameters, &count(layer.multiply_accumulates));
    }
    text += &row("total", "", &grouped(*parameters as u64), &grouped(*multiply_accumulates));
    text.truncate(text.trim_end().len());
    text
}

/// A plan as a table: its steps, the layers of each, how it is computed, and its cost.
fn steps(plan: &PlanSummary) -> String {
    let row = |layers: &str, method: &str, output: &str, direct: &str, done: &str| {
        format!("{layers:<34}{method:<26}{output:>10}{direct:>14}{done:>14}\n")
    };
    let mut text = row("step", "computed by", "output", "by formula", "done");
    for step in &plan.steps {
        let count = |count: u64| if count == 0 { String::new() } else { grouped(count) };
        let (direct, done) = (count(step.direct_multiply_adds), count(step.multiply_adds));
        text += &row(&step.layers.join(" + "), &step.method, &step.output.to_string(), &direct, &done);
    }
    let sum = |of: fn(&StepSummary) -> u64| grouped(plan.steps.iter().map(of).sum());
    text += &row("multiply-adds for one image", "", "", &sum(|s| s.direct_multiply_adds), &sum(|s| s.multiply_adds));
    let kib = |bytes: u64| grouped(bytes.div_ceil(1024));
    text += &format!(
        "buffers for {} images per thread: {} KiB ({} KiB if none were shared)",
        plan.slice_images,
        kib(plan.buffer_bytes),
        kib(plan.unshared_bytes)
    );
    text
}

/// The scales of an int8 model's layers, in a line for each.
fn scales_text(layers: &[ScalesDescription]) -> String {
    let mut text = "\nint8 weights and activations; the value of a 1:".to_owned();
    for ScalesDescription { layer, input_scale, kernel_scales } in layers {
        text += &format!("\n{layer:<16}{input_scale:>12.3e} in the input");
        let smallest = kernel_scales.iter().copied().reduce(f32::min);
        let largest = kernel_scales.iter().copied().reduce(f32::max);
        if let (Some(smallest), Some(largest)) = (smallest, largest) {
            text += &format!(", {smallest:.3e} to {largest:.3e} in the filters");
        }
    }
    text
}

fn provenance(file: &FileDescription) -> String {
    let FileDescription { format, preparation, labels, provenance, temperature, .. } = file;
    let (side, box_side) = (preparation.side(), preparation.box_side());
    let mut text = format!("\nprepared: the digit fitted to {box_side}x{box_side} on {side}x{side}\n");
    let separator = if labels.iter().all(|label| label.chars().count() == 1) { " " } else { ", " };
    text += &format!("labels: {}\n", labels.join(separator));
    if *temperature != 1.0 {
        text += &format!("temperature: {temperature:.4}\n");
    }
    text += &format!("format: {format}\n");
    for (what, value) in [("trained by", &provenance.program), ("trained on", &provenance.data)] {
        if !value.is_empty() {
            text += &format!("{what}: {value}\n");
        }
    }
    if !provenance.recipe.is_empty() {
        text += "recipe:\n";
        text.extend(provenance.recipe.lines().map(|line| format!("  {line}\n")));
    }
    text.truncate(text.trim_end().len());
    text
}
