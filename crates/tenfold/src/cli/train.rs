//! `tenfold train`: one run, from the images to a folder with the model and its evaluation.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use tenfold_experiment::{Environment, Outcome as Ended, RunResults, TrainedRun, chosen_sentence, evaluation_line};
use tenfold_training::{Engine, RunFile, RunKind};

use super::begin::BeginArguments;
use super::interrupt::Interrupt;
use super::output::{Output, lossy, warn_all};
use super::recipe::DistillationArguments;
use super::watcher::{Watcher, print_interrupted};
use super::{Outcome, files, names};

/// Train a network; without options, the paper's network by the paper's recipe on all of MNIST
///
/// Leaves config.toml, environment.json, metrics.jsonl and .csv, model.safetensors, evaluation.json, report.html and a
/// checkpoint in the run's folder; with --validation also best.safetensors, the model of the epoch with the lowest
/// validation loss. The test images are looked at once, after the last epoch.
///
/// The model is that of the last epoch; with --patience that of the epoch with the lowest validation loss, and the last
/// epoch's is in last.safetensors.
///
/// A run that was stopped, by Ctrl-C or in any other way, is resumed with --resume and ends with the same model, byte for byte.
///
/// With --json, one object per line: {"event":"started","folder","parameters","train_images","validation_images","epochs_done"},
/// then per epoch {"event":"epoch","epoch","train":{"loss","accuracy"},"validation","seconds"}, then
/// {"event":"finished","folder","model","epoch","seconds","warnings","splits":{"train","test"}}, "epoch" the model's and each split with the keys of `evaluate`; or
/// {"event":"interrupted","folder","epochs","images"} with the epochs done and the images seen since.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    begin: BeginArguments,
    #[arg(long, value_name = "MODEL", help = from_help(), conflicts_with_all = ["resume", "network", "preset"])]
    from: Option<PathBuf>,
    #[command(flatten)]
    distillation: DistillationArguments,
    /// Also keep the checkpoint of every Nth epoch
    #[arg(long, value_name = "N", conflicts_with = "resume", value_parser = clap::value_parser!(u32).range(1..))]
    keep_every: Option<u32>,
    /// Also write event files for TensorBoard into the run's folder
    #[arg(long, conflicts_with = "resume")]
    tensorboard: bool,
    /// Look at the test images after every epoch; the run says so, because they may then bias your choices
    #[arg(long, conflicts_with = "resume")]
    peek: bool,
}

/// The help of the model to go on from.
fn from_help() -> String {
    let model = names::model_help();
    format!(
        "Go on from a model in place of initial values; for other classes than its own it gets a new last layer. {model}"
    )
}

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let Arguments { begin, from, distillation, keep_every, tensorboard, peek } = arguments;
    let interrupt = Interrupt::listen()?;
    let started = |it| Environment { keep_every: *keep_every, tensorboard: *tensorboard, peek: *peek, ..it };
    let mut setup = begin.setup(RunKind::Train, engine, started)?;
    if let Some(path) = from {
        let (model, start) = files::start(path)?;
        setup = setup.starting_from(model, start);
    }
    let setup = distillation.of(setup)?;
    let mut watcher = Watcher::new(setup.environment.engine(), &interrupt, output);
    let ended = tenfold_experiment::train(setup, &mut |event| watcher.observe(event));
    let printed = watcher.finish();
    let ended = ended.map_err(|error| begin.hinted(error))?;
    // Only now: a reader of our output who has gone, as `head` does, must not cost the model.
    printed?;
    match ended {
        Ended::Finished(run) => {
            print(&run, output)?;
            // Last, where they are seen.
            warn_all(&run.results.warnings);
            Ok(Outcome::Done)
        }
        Ended::Interrupted(interruption) => {
            print_interrupted(&interruption, RunKind::Train, output)?;
            Ok(Outcome::Interrupted)
        }
    }
}

/// Prints what a run that is over has come to.
fn print(run: &TrainedRun, output: &mut Output) -> anyhow::Result<()> {
    let TrainedRun { folder, recipe, history, results } = run;
    let RunResults { train_seconds, stopped_early, epoch, warnings, splits, .. } = results;
    let file = folder.file(RunFile::Model);
    if output.json {
        return output.value(&json!({
            "event": "finished", "folder": lossy(folder.path()), "model": lossy(&file), "epoch": epoch,
            "seconds": train_seconds, "warnings": warnings, "splits": splits,
        }));
    }
    if *stopped_early {
        output.line(format!("stopped early, after epoch {}: the validation loss no longer fell", history.len()))?;
    }
    if let Some(sentence) = chosen_sentence(recipe, history) {
        output.line(sentence)?;
    }
    output.line(format!("trained in {train_seconds:.1} s"))?;
    output.line(evaluation_line("train", &splits.train.evaluation))?;
    output.line(evaluation_line("test", &splits.test.evaluation))?;
    output.line(format!("model   {}", file.display()))?;
    output.line(format!("report  {}", folder.file(RunFile::Report).display()))
}
