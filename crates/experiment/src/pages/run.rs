//! The page of a run.

use tenfold_evaluation::Evaluation;
use tenfold_network::Model;
use tenfold_report::chart::{Chart, Theme};
use tenfold_report::page::{Block, Column, Table};
use tenfold_report::{grouped, percent};
use tenfold_training::{Distillation, EpochMetrics, Recipe, RunFolder, Start};

use super::calibration::with_calibration;
use super::groups::with_groups;
use super::{sections, tables};
use crate::assessment::Assessment;
use crate::chosen_epoch::chosen_sentence;
use crate::environment::Environment;
use crate::error::Result;
use crate::{charts, data_set};

/// What the page of a run is made of.
#[derive(Clone, Copy, Debug)]
pub struct RunPage<'a> {
    /// The run's folder, after which the page is called.
    pub folder: &'a RunFolder,
    /// What it was started with.
    pub environment: &'a Environment,
    /// What it trained.
    pub recipe: &'a Recipe,
    /// An entry per epoch.
    pub history: &'a [EpochMetrics],
    /// The model that the run hands out.
    pub model: &'a Model,
    /// That model on the training images.
    pub train: &'a Assessment<'a>,
    /// That model on the test images.
    pub test: &'a Assessment<'a>,
    /// What to know before the model is used.
    pub warnings: &'a [String],
}

impl RunPage<'_> {
    /// The page as one HTML file, which loads nothing: learning curves, accuracy and mistakes on both sets, calibration, the
    /// training images, the network, and how to reproduce it.
    ///
    /// # Errors
    /// [`Error::Report`](crate::Error::Report) if a gallery is too large for a page, [`Error::Data`](crate::Error::Data) and
    /// [`Error::Evaluation`](crate::Error::Evaluation) without images.
    pub fn to_html(&self) -> Result<String> {
        let Self { folder, environment, recipe, history, model, train, test, warnings } = *self;
        let page = sections::opened("Run", folder, lead(&test.evaluation, environment), warnings)
            .section("training", "Training", training(recipe, history))
            .section("test", "On the test images", sections::answers(test, "test")?)
            .section("training", "On the training images", sections::answers(train, "training")?);
        let page = with_groups(page, test, &environment.source(), "test")?;
        let page = with_calibration(page, test, model.temperature(), "test")?
            .section("data", "The training images", data_set::sections_of(train.images, &train.names(), "training")?)
            .section("network", "Network and cost", network(model, history));
        sections::closed(page, environment, recipe)
    }
}

fn training(recipe: &Recipe, history: &[EpochMetrics]) -> Vec<Block> {
    let mut blocks = vec![
        Block::Charts(vec![charts::curves(&[history]).svg(Theme::Page)]),
        Block::Details { summary: "Every epoch".to_owned(), blocks: vec![tables::epochs(history)] },
    ];
    let started =
        |start: &Start| Block::Text(format!("It started from the model {} (SHA-256 {}).", start.name, start.sha256));
    blocks.extend(recipe.start.as_ref().map(started));
    let taught = |by: &Distillation| {
        let Distillation { temperature, weight, teachers, sha256 } = by;
        let teachers = teachers.join(", ");
        Block::Text(format!(
            "It learned from what {teachers} said of each image, too (SHA-256 {sha256}), with the weight {weight} and at the \
             temperature {temperature}."
        ))
    };
    blocks.extend(recipe.distillation.as_ref().map(taught));
    blocks.extend(chosen_sentence(recipe, history).map(|sentence| Block::Text(sections::capitalised(&sentence))));
    blocks
}

fn lead(test: &Evaluation, environment: &Environment) -> String {
    let interval = test.accuracy_95;
    let peeked = match environment.peek {
        true => " They were looked at after every epoch, so this figure may be optimistic.",
        false => " They were not looked at before training ended.",
    };
    format!(
        "{} of {} test images are read right (95 % interval: {} to {}).{peeked}",
        percent(test.accuracy),
        grouped(test.images),
        percent(interval.low),
        percent(interval.high)
    )
}

/// Layers, and what they cost.
fn network(model: &Model, history: &[EpochMetrics]) -> Vec<Block> {
    let outline = model.outline();
    let columns = [
        Column::text("layer"),
        Column::text("output"),
        Column::number("parameters"),
        Column::number("multiply-accumulates"),
    ];
    let mut table = Table::new("Layers", columns);
    for layer in &outline.layers {
        table = table.row([
            layer.name.clone(),
            layer.output.to_string(),
            grouped(layer.parameters() as u64),
            grouped(layer.multiply_accumulates),
        ]);
    }
    let seconds: f64 = history.iter().map(|epoch| epoch.seconds).sum();
    let figures = Block::key_values([
        ("parameters", grouped(outline.parameters as u64)),
        ("epochs", history.len().to_string()),
        ("training time", format!("{seconds:.1} s")),
        ("time of an epoch", format!("{:.1} s", seconds / history.len().max(1) as f64)),
    ]);
    vec![figures, Block::Table(table)]
}
