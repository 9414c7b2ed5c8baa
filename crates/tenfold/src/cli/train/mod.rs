//! `tenfold train`: one run, from the images to a folder with the model and its evaluation.

mod arguments;
mod watcher;

use std::sync::Arc;

use serde::Serialize;
use serde_json::json;
use tenfold_dataset::{Dataset, Part};
use tenfold_evaluation::Evaluation;
use tenfold_experiment::pages::RunPage;
use tenfold_experiment::{
    Environment, Origin, PROGRAM, check_model_file, chosen_epoch, chosen_sentence, class_numbers, model_file, warnings,
    write_json,
};
use tenfold_network::Model;
use tenfold_training::{
    Ending, Engine, EpochMetrics, Keep, Recipe, Run, RunFile, RunFolder, RunKind, Trained, calibrate_on, check_fit,
};

use super::begin::{Beginning, Place};
use super::evaluate::summary_line;
use super::interrupt::Interrupt;
use super::output::{Output, grouped, lossy, warn_all};
use super::{Outcome, progress};
pub(super) use arguments::Arguments;
pub(super) use watcher::{Watcher, epoch_line};

/// A run's `evaluation.json`.
#[derive(Serialize)]
struct Report<'a> {
    program: String,
    cpu: String,
    threads: usize,
    /// Wall time of all steps, without validation and the evaluation below.
    train_seconds: f64,
    /// Whether the recipe's last epoch was not reached because the validation loss no longer fell.
    stopped_early: bool,
    /// The epoch whose model is judged: with patience the best, else the last.
    epoch: u32,
    /// Whether the test images were looked at before the end.
    peeked: bool,
    /// What to know before the model is used.
    warnings: &'a [String],
    splits: Splits<'a>,
}

#[derive(Serialize)]
struct Splits<'a> {
    train: &'a Evaluation,
    test: &'a Evaluation,
}

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let interrupt = Interrupt::listen()?;
    let mut beginning = arguments.begin.settle(RunKind::Train, engine)?;
    if let Place::New(_) = beginning.place {
        let Arguments { keep_every, tensorboard, peek, .. } = *arguments;
        beginning.environment = Environment { keep_every, tensorboard, peek, ..beginning.environment };
    }
    let Beginning { recipe, environment, engine, place } = beginning;
    let (recipe, environment) = (&recipe, &environment);
    let source = environment.source();
    // Both parts are read and compared with the network before anything is written, so that a damaged test set is not
    // found out after the training.
    let (train_images, test_images) = (Arc::new(source.load(Part::Train)?), Arc::new(source.load(Part::Test)?));
    check_fit(&recipe.architecture, &train_images)?;
    check_fit(&recipe.architecture, &test_images)?;
    check_model_file(recipe)?;
    let mut run = Run::new(recipe.clone(), Arc::clone(&train_images), engine)?;
    if environment.peek {
        run.peek_at(Arc::clone(&test_images))?;
    }
    let warnings = warnings::of_images(&source, &train_images)?;
    warn_all(&warnings);
    let folder = place.folder(recipe, environment, &[])?;
    run.restore_from(&folder)?;

    let origin = Origin { source: &source, images: run.division().train.len(), of: train_images.len() };
    let file = |model: &Model| model_file(model, origin, recipe).map_err(Into::into);
    let keep = Keep { every: environment.keep_every, best: Some(&file) };
    let mut watcher = Watcher::new(recipe, environment, &folder, origin.images, &interrupt, output)?;
    interrupt.heed(true);
    let ending = run.train_in(&folder, keep, &mut |_, event| watcher.observe(event))?;
    interrupt.heed(false);
    let told = watcher.finish();
    if ending == Ending::Interrupted {
        told?;
        return tell_interrupted(&run, &folder, RunKind::Train, output).map(|()| Outcome::Interrupted);
    }
    let held_out = &run.division().validation;
    let held_out = (!held_out.is_empty()).then(|| train_images.subset(held_out)).transpose()?;
    let trained = &mut run.into_trained();
    if let Some(held_out) = held_out {
        for model in trained.last.iter_mut().chain([&mut trained.model]) {
            *model = calibrate_on(model, &held_out, engine)?;
        }
    }
    save(trained, origin, recipe, &folder)?;
    let end = End { trained, ending, folder: &folder, recipe, environment, engine, warnings };
    finish(end, [&train_images, &test_images], told, output)
}

/// A run that is over.
struct End<'a> {
    trained: &'a Trained,
    ending: Ending,
    folder: &'a RunFolder,
    recipe: &'a Recipe,
    environment: &'a Environment,
    engine: Engine,
    /// Of the images.
    warnings: Vec<String>,
}

/// Writes the models that a run hands out.
pub(super) fn save(trained: &Trained, origin: Origin<'_>, recipe: &Recipe, folder: &RunFolder) -> anyhow::Result<()> {
    if let Some(last) = &trained.last {
        folder.write(RunFile::Last, &model_file(last, origin, recipe)?)?;
    }
    Ok(folder.write(RunFile::Model, &model_file(&trained.model, origin, recipe)?)?)
}

/// Says how far a run is, and with which command what is in `folder` goes on.
pub(super) fn tell_interrupted(
    run: &Run,
    folder: &RunFolder,
    kind: RunKind,
    output: &mut Output,
) -> anyhow::Result<()> {
    let (epochs, images) = (run.progress().history.len(), run.progress().partial.images);
    if output.json {
        let folder = lossy(folder.path());
        return output.value(&json!({ "event": "interrupted", "folder": folder, "epochs": epochs, "images": images }));
    }
    let images = grouped(images as u64);
    output.line(format!("interrupted after {epochs} epochs and {images} images of the next; nothing is lost"))?;
    output.line(format!("go on with  tenfold {} --resume {}", kind.name(), folder.path().display()))
}

/// Evaluates the finished model, and keeps and tells what it is worth.
fn finish(
    end: End<'_>,
    [train_images, test_images]: [&Dataset; 2],
    told: anyhow::Result<()>,
    output: &mut Output,
) -> anyhow::Result<Outcome> {
    let End { trained, ending, folder, recipe, environment, engine, mut warnings } = end;
    let (model, labels) = (&trained.model, class_numbers(&trained.model));
    let assess = |images, part| progress::assess(model, labels.clone(), images, part, engine, output);
    let (train, test) = (&assess(train_images, "train")?, &assess(test_images, "test")?);
    for (kind, assessment) in [("training", train), ("test", test)] {
        warnings.extend(warnings::of_answers(kind, assessment.images.labels(), &assessment.evaluation)?);
    }
    warnings.extend(warnings::of_losses(&trained.history, train_images.labels(), &train.evaluation)?);
    let report = Report {
        program: PROGRAM.to_owned(),
        cpu: engine.cpu.level().name().to_owned(),
        threads: engine.threads,
        train_seconds: trained.history.iter().map(|epoch| epoch.seconds).sum(),
        stopped_early: ending == Ending::StoppedEarly,
        epoch: chosen_epoch(recipe, &trained.history),
        peeked: environment.peek,
        warnings: &warnings,
        splits: Splits { train: &train.evaluation, test: &test.evaluation },
    };
    write_json(folder, RunFile::Evaluation, &report)?;
    let page =
        RunPage { folder, environment, recipe, history: &trained.history, model, train, test, warnings: &warnings };
    folder.write(RunFile::Report, page.to_html()?.as_bytes())?;
    // Only now: a reader of our output who has gone, as `head` does, must not cost the model.
    told?;
    tell(&report, &trained.history, recipe, folder, output)?;
    // Last, where they are seen.
    warn_all(&warnings);
    Ok(Outcome::Done)
}

/// Tells what a run that is over has come to.
fn tell(
    report: &Report<'_>,
    history: &[EpochMetrics],
    recipe: &Recipe,
    folder: &RunFolder,
    output: &mut Output,
) -> anyhow::Result<()> {
    let file = folder.file(RunFile::Model);
    if output.json {
        return output.value(&json!({
            "event": "finished", "folder": lossy(folder.path()), "model": lossy(&file), "epoch": report.epoch,
            "seconds": report.train_seconds, "warnings": report.warnings, "splits": report.splits,
        }));
    }
    if report.stopped_early {
        output.line(format!("stopped early, after epoch {}: the validation loss no longer fell", history.len()))?;
    }
    if let Some(sentence) = chosen_sentence(recipe, history) {
        output.line(sentence)?;
    }
    output.line(format!("trained in {:.1} s", report.train_seconds))?;
    output.line(summary_line("train", report.splits.train))?;
    output.line(summary_line("test", report.splits.test))?;
    output.line(format!("model   {}", file.display()))?;
    output.line(format!("report  {}", folder.file(RunFile::Report).display()))
}
