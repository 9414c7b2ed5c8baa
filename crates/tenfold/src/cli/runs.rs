//! `tenfold runs`: what was trained before.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use clap::{Args, Subcommand};
use serde_json::json;
use tenfold_experiment::{Record, RunState, RunSummary, chosen_sentence, date_time, list_runs};
use tenfold_training::{RunFolder, RunKind};

use super::Outcome;
use super::begin::RUNS;
use super::output::{Output, message, percent, warn};
use super::watcher::epoch_line;

/// Look at earlier runs
#[derive(Subcommand)]
pub(crate) enum Command {
    List(List),
    Show(Show),
}

/// List the runs in a folder, oldest first
///
/// With --json one object per line: "folder", "kind" (train, cross-validate, explore or search), "state" (finished, or not finished), "epochs" done, "of" epochs, "started" in
/// seconds since 1970, "test_accuracy" of a finished run and "accuracy" of a finished cross-validation.
#[derive(Args)]
pub(crate) struct List {
    /// Folder of the runs
    #[arg(default_value = RUNS)]
    folder: PathBuf,
}

/// Show a run: how it was started, its epochs, and its results
///
/// With --json: the keys of `list`, and "environment", "recipe", "history" (an object per epoch) and "results", which is
/// its evaluation.json or results.json.
#[derive(Args)]
pub(crate) struct Show {
    /// The run's folder
    run: PathBuf,
}

pub(crate) fn run(command: &Command, output: &mut Output) -> anyhow::Result<Outcome> {
    match command {
        Command::List(List { folder }) => list(folder, output),
        Command::Show(Show { run }) => show(&Record::read(RunFolder::open(run)?)?, output),
    }?;
    Ok(Outcome::Done)
}

/// `2026-11-22 20:14  runs/paper-1  10 of 10 epochs  test 99.05 %`
fn line(run: &RunSummary) -> String {
    let RunSummary { folder, kind, state, epochs, of, started, test_accuracy, accuracy } = run;
    let outcome = match (test_accuracy, accuracy) {
        (Some(accuracy), _) => format!("test {}", percent(*accuracy)),
        (None, Some(accuracy)) => format!("mean over folds {}", percent(*accuracy)),
        (None, None) if *state == RunState::Finished => "finished".to_owned(),
        (None, None) => "not finished".to_owned(),
    };
    let epochs = match kind {
        RunKind::Train => format!("{epochs} of {of} epochs"),
        kind => format!("{kind} of {of} epochs each"),
    };
    format!("{}  {folder}  {epochs}  {outcome}", date_time(*started))
}

fn list(base: &Path, output: &mut Output) -> anyhow::Result<()> {
    let listed = list_runs(base).map_err(|error| anyhow!("{error}\nhint: `tenfold train` makes runs"));
    let (records, errors) = listed?;
    for error in errors {
        warn(&message(&error.into()));
    }
    for record in &records {
        match output.json {
            true => output.value(&record.summary())?,
            false => output.line(line(&record.summary()))?,
        }
    }
    if records.is_empty() && !output.json {
        output.line(format!("no runs in {}", base.display()))?;
    }
    Ok(())
}

fn show(record: &Record, output: &mut Output) -> anyhow::Result<()> {
    let Record { folder, environment, recipe, history, results } = record;
    if output.json {
        let mut value = serde_json::to_value(record.summary())?;
        value["environment"] = json!(environment);
        value["recipe"] = json!(recipe);
        value["history"] = json!(history);
        value["results"] = json!(results);
        return output.value(&value);
    }
    output.line(line(&record.summary()))?;
    output.line(format!("command  {}", environment.command.join(" ")))?;
    let peeked = if environment.peek { ", test images evaluated during training" } else { "" };
    let (program, cpu, threads) = (&environment.program, &environment.cpu, environment.threads);
    output.line(format!("by {program} with {cpu} on {threads} threads{peeked}\n"))?;
    output.line(toml::to_string(recipe)?)?;
    for metrics in history {
        output.line(epoch_line(metrics, recipe.epochs))?;
    }
    if let (RunKind::Train, Some(_), Some(sentence)) = (environment.kind, results, chosen_sentence(recipe, history)) {
        output.line(sentence)?;
    }
    if results.is_none() {
        let command = environment.kind;
        output.line(format!("\nnot finished; resume with  tenfold {command} --resume {}", folder.path().display()))?;
    }
    Ok(())
}
