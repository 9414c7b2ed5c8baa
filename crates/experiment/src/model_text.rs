//! The description of a model as text for a terminal.

use tenfold_network::{PlanSummary, StepSummary};
use tenfold_report::{grouped, percent};

use crate::model_description::{FileDescription, ModelDescription, ScalesDescription};

impl ModelDescription {
    /// The layers as a table, and the steps of the plan, if there is one, as another.
    pub fn to_text(&self) -> String {
        let row = |name: &str, output: &str, parameters: &str, cost: &str| {
            format!("{name:<16}{output:>12}{parameters:>14}{cost:>22}\n")
        };
        let ModelDescription { input, layers, parameters, multiply_accumulates, plan, .. } = self;
        let mut text = row("layer", "output", "parameters", "multiply-accumulates");
        text += &row("input", &input.to_string(), "", "");
        for layer in layers {
            let count = |count: u64| if count == 0 { String::new() } else { grouped(count) };
            let parameters = count(layer.parameters as u64);
            text += &row(&layer.name, &layer.output.to_string(), &parameters, &count(layer.multiply_accumulates));
        }
        text += &row("total", "", &grouped(*parameters as u64), &grouped(*multiply_accumulates));
        if let Some(plan) = plan {
            text += &format!("\n{}", steps(plan));
        }
        text.trim_end().to_owned()
    }
}

impl FileDescription {
    /// The scales of a model in int8, and where the model comes from and how it is used, in lines.
    pub fn to_text(&self) -> String {
        let FileDescription { format, preparation, labels, provenance, temperature, .. } = self;
        let mut text = self.quantization.as_deref().map_or(String::new(), scales);
        let (side, box_side) = (preparation.side(), preparation.box_side());
        text += &format!("prepared: the digit fitted to {box_side}x{box_side} on {side}x{side}\n");
        let separator = if labels.iter().all(|label| label.chars().count() == 1) { " " } else { ", " };
        text += &format!("labels: {}\n", labels.join(separator));
        if self.min_confidence > 0.0 {
            text += &format!("answers: of at least {} confidence\n", percent(f64::from(self.min_confidence)));
        }
        text.extend(self.thresholds.iter().map(|threshold| format!("{threshold}\n")));
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
        text.trim_end().to_owned()
    }
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
fn scales(layers: &[ScalesDescription]) -> String {
    let mut text = "int8 weights and activations; the value of a 1:".to_owned();
    for ScalesDescription { layer, input_scale, kernel_scales } in layers {
        text += &format!("\n{layer:<16}{input_scale:>12.3e} in the input");
        let smallest = kernel_scales.iter().copied().reduce(f32::min);
        let largest = kernel_scales.iter().copied().reduce(f32::max);
        if let (Some(smallest), Some(largest)) = (smallest, largest) {
            text += &format!(", {smallest:.3e} to {largest:.3e} in the filters");
        }
    }
    text + "\n\n"
}
