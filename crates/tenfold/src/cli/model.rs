//! `tenfold model show`: what a network is made of.

use std::path::Path;

use clap::{Args, Subcommand};
use serde_json::json;
use tenfold_formats::SavedModel;
use tenfold_network::{Architecture, Outline, Shape};

use super::output::{Output, grouped};
use super::{Outcome, files, quantize};

/// Look at models
#[derive(Subcommand)]
pub(crate) enum Command {
    Show(Show),
}

/// Show a network's layers, shapes, parameters and cost
///
/// With --json: "input", "layers" (each with "name", "type", "output", "parameters", "multiply_accumulates"),
/// "parameters", "multiply_accumulates"; for a model file also "preparation", "labels" and "provenance"; for a quantised
/// one "quantization" (for each layer with scales "layer", "input_scale" and "kernel_scales", one per filter).
#[derive(Args)]
pub(crate) struct Show {
    /// Model file, or a preset: paper, mlp or linear [default: the model inside the program]
    #[arg(value_name = "MODEL|PRESET")]
    model: Option<String>,
}

pub(crate) fn run(command: &Command, output: &mut Output) -> anyhow::Result<Outcome> {
    let Command::Show(Show { model }) = command;
    let preset = model.as_deref().and_then(Architecture::preset);
    let (architecture, saved) = match preset {
        Some(architecture) => (architecture, None),
        None => {
            let saved = files::model(model.as_deref().map(Path::new))?;
            (saved.model.architecture().clone(), Some(saved))
        }
    };
    let outline = architecture.outline()?;
    if output.json {
        output.value(&description(architecture.input, &outline, saved.as_ref()))?;
    } else {
        output.line(table(architecture.input, &outline))?;
        if let Some(saved) = saved {
            if let Some(text) = quantize::scales_text(&saved.model) {
                output.line(text)?;
            }
            output.line(provenance(&saved))?;
        }
    }
    Ok(Outcome::Done)
}

fn description(input: Shape, outline: &Outline, saved: Option<&SavedModel>) -> serde_json::Value {
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
    if let Some(saved) = saved {
        value["preparation"] = json!(saved.preparation);
        value["labels"] = json!(saved.labels);
        value["provenance"] = json!(saved.provenance);
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

fn provenance(saved: &SavedModel) -> String {
    let (preparation, provenance) = (&saved.preparation, &saved.provenance);
    let (side, box_side) = (preparation.side(), preparation.box_side());
    let mut text = format!("\nprepared: the digit fitted to {box_side}x{box_side} on {side}x{side}\n");
    text += &format!("labels: {}\n", saved.labels.join(" "));
    text += &format!("trained by: {}\ntrained on: {}\n", provenance.program, provenance.data);
    text += &format!("recipe:\n{}", provenance.recipe.lines().map(|line| format!("  {line}\n")).collect::<String>());
    text.truncate(text.trim_end().len());
    text
}
