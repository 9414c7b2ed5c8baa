//! `tenfold model show`: a network's layers, shapes and cost.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;
use tenfold_formats::{Format, SavedModel};
use tenfold_network::{Architecture, Outline, PlanSummary, Predictor, Purpose, Shape, StepSummary};
use tenfold_report::chart::{Chart, NetworkDiagram, NetworkLayer, Theme};
use tenfold_training::Engine;

use super::output::{Output, grouped, lossy};
use super::{Outcome, files, quantize};

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
/// and "multiply_adds" as it is done), "slice_images", "buffer_bytes" per thread and "unshared_bytes".
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
    /// Also draw the network here
    #[arg(long)]
    draw: bool,
    /// Also draw the network as an SVG file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Replace that file if it is there
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
    let plan = plan.map(|plan| match (plan, &saved) {
        (PlanFor::Training, _) => Ok(outline.plan(Purpose::Training, engine)),
        (PlanFor::Prediction, None) => Ok(outline.plan(Purpose::Prediction, engine)),
        // The model decides whether it is in int8.
        (PlanFor::Prediction, Some((saved, _))) => Predictor::new(&saved.model, engine).map(|it| it.plan()),
    });
    let plan = plan.transpose()?;
    let name = model.as_deref().map_or("the model inside the program".to_owned(), lossy);
    let diagram = diagram(&name, architecture.input, &outline);
    if let Some(path) = svg {
        files::write(path, diagram.svg(Theme::Standalone).as_str().as_bytes(), *force)?;
    }
    if output.json {
        let mut value = description(architecture.input, &outline, saved.as_ref());
        if let Some(plan) = plan {
            value["plan"] = json!(plan);
        }
        output.value(&value)?;
    } else {
        output.line(table(architecture.input, &outline))?;
        if let Some(plan) = plan {
            output.line(format!("\n{}", steps(&plan)))?;
        }
        if *draw {
            output.line(format!("\n{}", diagram.to_text()))?;
        }
        if let Some((saved, format)) = saved {
            if let Some(text) = quantize::scales_text(&saved.model) {
                output.line(text)?;
            }
            output.line(provenance(&saved, format))?;
        }
    }
    Ok(Outcome::Done)
}

fn description(input: Shape, outline: &Outline, saved: Option<&(SavedModel, Format)>) -> serde_json::Value {
    let layers: Vec<_> = outline
        .layers
        .iter()
        .map(|layer| {
            json!({
                "name": layer.name, "type": layer.layer.kind(), "output": layer.output,
                "parameters": layer.parameters(), "multiply_accumulates": layer.multiply_accumulates,
            })
        })
        .collect();
    let mut value = json!({
        "input": input, "layers": layers,
        "parameters": outline.parameters, "multiply_accumulates": outline.multiply_accumulates(),
    });
    if let Some((saved, format)) = saved {
        value["format"] = json!(format.to_string());
        value["preparation"] = json!(saved.preparation);
        value["labels"] = json!(saved.labels);
        value["provenance"] = json!(saved.provenance);
        value["temperature"] = json!(saved.model.temperature());
        if let Some(scales) = quantize::scales_value(&saved.model) {
            value["quantization"] = scales;
        }
    }
    value
}

fn table(input: Shape, outline: &Outline) -> String {
    let row = |name: &str, output: &str, parameters: &str, cost: &str| {
        format!("{name:<16}{output:>12}{parameters:>14}{cost:>22}\n")
    };
    let mut text = row("layer", "output", "parameters", "multiply-accumulates");
    text += &row("input", &input.to_string(), "", "");
    for layer in &outline.layers {
        let count = |count: u64| if count == 0 { String::new() } else { grouped(count) };
        let parameters = count(layer.parameters() as u64);
        text += &row(&layer.name, &layer.output.to_string(), &parameters, &count(layer.multiply_accumulates));
    }
    let cost = grouped(outline.multiply_accumulates());
    text += &row("total", "", &grouped(outline.parameters as u64), &cost);
    text.truncate(text.trim_end().len());
    text
}

/// A plan as a table: what becomes of which layers, how, and at what cost.
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

/// The network as data for drawing.
fn diagram(model: &str, input: Shape, outline: &Outline) -> NetworkDiagram {
    let layers = outline.layers.iter().map(|layer| NetworkLayer {
        name: layer.name.clone(),
        kind: layer.layer.kind().to_owned(),
        output: layer.output.into(),
        parameters: layer.parameters(),
    });
    let (layers, parameters) = (layers.collect::<Vec<_>>(), grouped(outline.parameters as u64));
    NetworkDiagram {
        title: format!("{model}: {parameters} parameters"),
        description: format!("A network of {} layers, from {input} to {} classes.", layers.len(), outline.classes),
        input: input.into(),
        layers,
    }
}

fn provenance(saved: &SavedModel, format: Format) -> String {
    let (preparation, provenance) = (&saved.preparation, &saved.provenance);
    let (side, box_side) = (preparation.side(), preparation.box_side());
    let mut text = format!("\nprepared: the digit fitted to {box_side}x{box_side} on {side}x{side}\n");
    text += &format!("labels: {}\n", saved.labels.join(" "));
    if saved.model.temperature() != 1.0 {
        text += &format!("temperature: {:.4}\n", saved.model.temperature());
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
