//! `tenfold train`: one run, from the images to a folder with the model and its evaluation.

mod arguments;
mod model_file;
mod watcher;

use serde::Serialize;
use serde_json::json;
use tenfold_dataset::{Dataset, Part};
use tenfold_evaluation::Evaluation;
use tenfold_training::{
    Ending, Engine, Recipe, Run, RunFile, RunFolder, Trained, calibrate_on, check_fit, go_on_in, restore_from,
};

use super::assessment::Assessment;
use super::environment::{Environment, Kind, program};
use super::evaluate::summary_line;
use super::interrupt::Interrupt;
use super::output::{Output, grouped};
use super::report::RunPage;
use super::{Outcome, files};
pub(super) use arguments::Arguments;
pub(super) use model_file::{Origin, labels, save};
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
    /// Whether the test images were looked at before the end.
    peeked: bool,
    splits: Splits<'a>,
}

#[derive(Serialize)]
struct Splits<'a> {
    train: &'a Evaluation,
    test: &'a Evaluation,
}

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let interrupt = Interrupt::listen()?;
    let mut beginning = arguments.begin.settle(Kind::Train, engine)?;
    if beginning.resumed().is_none() {
        let Arguments { keep_every, tensorboard, peek, .. } = *arguments;
        beginning.environment = Environment { keep_every, tensorboard, peek, ..beginning.environment };
    }
    let (recipe, environment, engine) = (&beginning.recipe, &beginning.environment, beginning.engine);
    let source = environment.source();
    // Both parts are read and compared with the network before anything is written, so that a damaged test set is not
    // found out after the training.
    let (train_images, test_images) = (source.load(Part::Train)?, source.load(Part::Test)?);
    check_fit(&recipe.architecture, &train_images)?;
    check_fit(&recipe.architecture, &test_images)?;
    let mut run = Run::new(recipe, &train_images, engine)?;
    if environment.peek {
        run.peek_at(&test_images)?;
    }
    let folder = beginning.folder()?;
    restore_from(&folder, &mut run)?;

    let origin = Origin { source: &source, images: run.division().train.len(), of: train_images.len() };
    let mut watcher = Watcher::new(recipe, environment, &folder, origin, &interrupt, output)?;
    interrupt.heed(true);
    let ending = go_on_in(&folder, &mut run, environment.keep_every, &mut |run, event| watcher.observe(run, event))?;
    interrupt.heed(false);
    let told = watcher.finish();
    if ending == Ending::Interrupted {
        told?;
        return tell_interrupted(&run, &folder, Kind::Train, output).map(|()| Outcome::Interrupted);
    }
    let held_out = &run.division().validation;
    let held_out = (!held_out.is_empty()).then(|| train_images.subset(held_out)).transpose()?;
    let trained = &mut run.into_trained();
    if let Some(held_out) = held_out {
        trained.model = calibrate_on(&trained.model, &held_out, engine)?;
    }
    save(&trained.model, origin, recipe, &folder, RunFile::Model)?;
    let end = End { trained, ending, folder: &folder, recipe, environment, engine };
    finish(&end, [&train_images, &test_images], told, output)
}

/// A run that is over.
struct End<'a> {
    trained: &'a Trained,
    ending: Ending,
    folder: &'a RunFolder,
    recipe: &'a Recipe,
    environment: &'a Environment,
    engine: Engine,
}

/// Says how far a run is, and with which command what is in `folder` goes on.
pub(super) fn tell_interrupted(
    run: &Run<'_>,
    folder: &RunFolder,
    kind: Kind,
    output: &mut Output,
) -> anyhow::Result<()> {
    let (epochs, images) = (run.progress().history.len(), run.progress().partial.images);
    if output.json {
        let folder = folder.path();
        return output.value(&json!({ "event": "interrupted", "folder": folder, "epochs": epochs, "images": images }));
    }
    let images = grouped(images as u64);
    output.line(format!("interrupted after {epochs} epochs and {images} images of the next; nothing is lost"))?;
    output.line(format!("go on with  tenfold {} --resume {}", kind.command(), folder.path().display()))
}

/// Evaluates the finished model, and keeps and tells what it is worth.
fn finish(
    end: &End<'_>,
    [train_images, test_images]: [&Dataset; 2],
    told: anyhow::Result<()>,
    output: &mut Output,
) -> anyhow::Result<Outcome> {
    let End { trained, ending, folder, recipe, environment, engine } = *end;
    let (model, labels) = (&trained.model, labels(&trained.model));
    let assess = |images, part| Assessment::of_model(model, labels.clone(), images, part, engine, output);
    let (train, test) = (&assess(train_images, "train")?, &assess(test_images, "test")?);
    let report = Report {
        program: program(),
        cpu: engine.cpu.level().name().to_owned(),
        threads: engine.threads,
        train_seconds: trained.history.iter().map(|epoch| epoch.seconds).sum(),
        stopped_early: ending == Ending::StoppedEarly,
        peeked: environment.peek,
        splits: Splits { train: &train.evaluation, test: &test.evaluation },
    };
    files::write_json(folder, RunFile::Evaluation, &report)?;
    let page = RunPage { folder, environment, recipe, history: &trained.history, model, train, test };
    folder.write(RunFile::Report, page.to_html()?.as_bytes())?;
    // Only now: a reader of our output who has gone, as `head` does, must not cost the model.
    told?;

    let file = folder.file(RunFile::Model);
    if output.json {
        output.value(&json!({
            "event": "finished", "folder": folder.path(), "model": file, "seconds": report.train_seconds,
            "splits": report.splits,
        }))?;
        return Ok(Outcome::Done);
    }
    if report.stopped_early {
        output.line(format!(
            "stopped early, after epoch {}: the validation loss no longer fell",
            trained.history.len()
        ))?;
    }
    output.line(format!("trained in {:.1} s", report.train_seconds))?;
    output.line(summary_line("train", &train.evaluation))?;
    output.line(summary_line("test", &test.evaluation))?;
    output.line(format!("model   {}", file.display()))?;
    output.line(format!("report  {}", folder.file(RunFile::Report).display()))?;
    Ok(Outcome::Done)
}
