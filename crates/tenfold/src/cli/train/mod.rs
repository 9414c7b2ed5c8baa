//! `tenfold train`: one run, from the images to a folder with the model and its evaluation.

mod arguments;
mod watcher;

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, bail};
use serde::Serialize;
use serde_json::json;
use tenfold_dataset::{Part, Source};
use tenfold_evaluation::Evaluation;
use tenfold_formats::{Provenance, SavedModel, safetensors};
use tenfold_imaging::Preparation;
use tenfold_network::Model;
use tenfold_training::{Engine, RunFile, RunFolder, check_fit, train};

use super::evaluate::{evaluate_part, summary_line};
use super::output::Output;
use super::{Outcome, files};
pub(super) use arguments::Arguments;
use watcher::Watcher;

/// Where runs go unless `--out` says otherwise.
const RUNS: &str = "runs";

/// A run's `evaluation.json`.
#[derive(Serialize)]
struct Report<'a> {
    program: String,
    cpu: &'static str,
    threads: usize,
    /// Wall time of training with validation, without the evaluation below.
    train_seconds: f64,
    splits: Splits<'a>,
}

#[derive(Serialize)]
struct Splits<'a> {
    train: &'a Evaluation,
    test: &'a Evaluation,
}

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let recipe = arguments.recipe()?;
    recipe.check()?;
    let config = toml::to_string(&recipe).context("config.toml")?;
    let source = files::source(arguments.data.as_deref());
    // Both parts are read and compared with the network before anything is written, so that a damaged test set is not
    // found out after the training.
    let (train_images, test_images) = (source.load(Part::Train)?, source.load(Part::Test)?);
    check_fit(&recipe.architecture, &train_images)?;
    check_fit(&recipe.architecture, &test_images)?;
    let folder = match &arguments.out {
        Some(path) => RunFolder::create(path, arguments.force)?,
        None => RunFolder::create_numbered(Path::new(RUNS), arguments.name())?,
    };
    folder.write(RunFile::Config, config.as_bytes())?;

    let start = Instant::now();
    let mut watcher = Watcher::new(&recipe, &folder, engine, output)?;
    let trained = train(&recipe, &train_images, engine, &mut |event| watcher.observe(event))?;
    let told = watcher.finish();
    let train_seconds = start.elapsed().as_secs_f64();
    let provenance = Provenance {
        program: program(),
        recipe: config,
        data: describe(&source, trained.train_images, train_images.len()),
    };
    save(&trained.model, provenance, &folder)?;

    let train = evaluate_part(&trained.model, &train_images, "train", engine, output)?;
    let test = evaluate_part(&trained.model, &test_images, "test", engine, output)?;
    let splits = Splits { train: &train, test: &test };
    let report =
        Report { program: program(), cpu: engine.cpu.level().name(), threads: engine.threads, train_seconds, splits };
    let mut text = serde_json::to_string_pretty(&report)?;
    text.push('\n');
    folder.write(RunFile::Evaluation, text.as_bytes())?;
    // Only now: a reader of our output who has gone, as `head` does, must not cost the model.
    told?;

    if output.json {
        let (folder, model) = (folder.path(), folder.file(RunFile::Model));
        output.value(&json!({
            "event": "finished", "folder": folder, "model": model, "seconds": train_seconds, "splits": report.splits,
        }))?;
    } else {
        output.line(format!("trained in {train_seconds:.1} s"))?;
        output.line(summary_line("train", &train))?;
        output.line(summary_line("test", &test))?;
        output.line(format!("model  {}", folder.file(RunFile::Model).display()))?;
    }
    Ok(Outcome::Done)
}

/// The program's name and version, as files say who wrote them.
fn program() -> String {
    concat!("tenfold ", env!("CARGO_PKG_VERSION")).to_owned()
}

fn describe(source: &Source, used: usize, all: usize) -> String {
    let name = match source {
        Source::Embedded => "MNIST".to_owned(),
        // The folder's name, not its path: a model should not tell where its author keeps things.
        Source::Directory(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
    };
    format!("{used} of the {all} training images of {name}")
}

fn save(model: &Model, provenance: Provenance, folder: &RunFolder) -> anyhow::Result<()> {
    let input = model.architecture().input;
    if (input.height, input.channels) != (input.width, 1) {
        bail!("the network takes {input} images, expected square grey ones");
    }
    let standard = Preparation::default();
    let side = u32::try_from(input.height)?;
    // MNIST's margin: a digit of 20 pixels on a canvas of 28.
    let box_side = (side * standard.box_side() / standard.side()).max(1);
    let saved = SavedModel {
        model: model.clone(),
        preparation: standard.with_canvas(side, box_side)?,
        labels: (0..model.outline().classes).map(|class| class.to_string()).collect(),
        provenance,
    };
    folder.write(RunFile::Model, &safetensors::write(&saved)?)?;
    Ok(())
}
