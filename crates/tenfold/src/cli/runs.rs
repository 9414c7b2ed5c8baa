//! `tenfold runs`: what was trained before.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use tenfold_experiment::{Environment, chosen_sentence, date_time};
use tenfold_training::{EpochMetrics, Recipe, RunFile, RunFolder, RunKind};

use super::begin::RUNS;
use super::output::{Output, lossy, message, percent, warn};
use super::train::epoch_line;
use super::{Outcome, files};

/// Look at earlier runs
#[derive(Subcommand)]
pub(crate) enum Command {
    List(List),
    Show(Show),
}

/// List the runs in a folder, oldest first
///
/// With --json one object per line: "folder", "kind" (train, cross-validate or explore), "state" (finished, or not finished), "epochs" done, "of" epochs, "started" in
/// seconds since 1970, "test_accuracy" of a finished run and "accuracy" of a finished cross-validation.
#[derive(Args)]
pub(crate) struct List {
    /// The folder
    #[arg(default_value = RUNS)]
    folder: PathBuf,
}

/// Show a run: how it was started, its epochs, and what came of it
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

/// A run as its folder tells it.
pub(crate) struct Record {
    pub folder: RunFolder,
    pub environment: Environment,
    pub recipe: Recipe,
    pub history: Vec<EpochMetrics>,
    /// Its evaluation.json, or the results.json of a cross-validation.
    pub results: Option<Value>,
}

impl Record {
    pub(crate) fn read(folder: RunFolder) -> anyhow::Result<Self> {
        let text = |file| -> anyhow::Result<Option<String>> {
            let bytes = folder.read(file)?;
            bytes.map(|bytes| String::from_utf8(bytes).with_context(|| name(&folder, file))).transpose()
        };
        let results = match text(RunFile::Evaluation)? {
            Some(text) => Some(serde_json::from_str(&text).with_context(|| name(&folder, RunFile::Evaluation))?),
            None => text(RunFile::Results)?
                .map(|text| serde_json::from_str(&text).with_context(|| name(&folder, RunFile::Results)))
                .transpose()?,
        };
        let metrics = text(RunFile::Metrics)?.unwrap_or_default();
        let history = metrics.lines().map(serde_json::from_str).collect::<Result<_, _>>();
        Ok(Self {
            environment: Environment::read(&folder)?,
            recipe: files::toml(&folder.file(RunFile::Config))?,
            history: history.with_context(|| name(&folder, RunFile::Metrics))?,
            results,
            folder,
        })
    }

    /// A share somewhere in the results.
    fn share(&self, pointer: &str) -> Option<f64> {
        self.results.as_ref()?.pointer(pointer)?.as_f64()
    }

    fn test_accuracy(&self) -> Option<f64> {
        self.share("/splits/test/accuracy")
    }

    /// Of a cross-validation, the mean over folds.
    fn mean_accuracy(&self) -> Option<f64> {
        self.share("/accuracy/mean")
    }

    /// What was to be known of it before its model is used.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let all = self.results.as_ref().and_then(|results| results.get("warnings")?.as_array());
        all.into_iter().flatten().filter_map(|warning| Some(warning.as_str()?.to_owned())).collect()
    }

    fn state(&self) -> &'static str {
        if self.results.is_some() { "finished" } else { "not finished" }
    }

    fn to_json(&self) -> Value {
        json!({
            "folder": lossy(self.folder.path()), "kind": self.environment.kind, "state": self.state(), "epochs": self.history.len(), "of": self.recipe.epochs,
            "started": self.environment.started, "test_accuracy": self.test_accuracy(),
            "accuracy": self.mean_accuracy(),
        })
    }

    /// `2026-11-22 20:14  paper-1  10 of 10 epochs  test 99.05 %`
    fn line(&self) -> String {
        let started = date_time(self.environment.started);
        let folder = self.folder.path().display();
        let outcome = match (self.test_accuracy(), self.mean_accuracy()) {
            (Some(accuracy), _) => format!("test {}", percent(accuracy)),
            (None, Some(accuracy)) => format!("mean over folds {}", percent(accuracy)),
            (None, None) => self.state().to_owned(),
        };
        let epochs = match self.environment.kind {
            RunKind::Train => format!("{} of {} epochs", self.history.len(), self.recipe.epochs),
            kind => format!("{kind} of {} epochs each", self.recipe.epochs),
        };
        format!("{started}  {folder}  {epochs}  {outcome}")
    }
}

fn name(folder: &RunFolder, file: RunFile) -> String {
    folder.file(file).display().to_string()
}

fn list(base: &Path, output: &mut Output) -> anyhow::Result<()> {
    let entries = std::fs::read_dir(base)
        .with_context(|| format!("{}: cannot list the folder\nhint: `tenfold train` makes runs", base.display()))?;
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    let mut records = Vec::new();
    for folder in paths.iter().filter_map(|path| RunFolder::open(path).ok()) {
        match Record::read(folder) {
            Ok(record) => records.push(record),
            // One that is damaged, or of another version, does not hide the others.
            Err(error) => warn(&message(&error)),
        }
    }
    records.sort_by_key(|record| (record.environment.started, record.folder.path().to_owned()));
    for record in &records {
        match output.json {
            true => output.value(&record.to_json())?,
            false => output.line(record.line())?,
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
        let mut value = record.to_json();
        value["environment"] = json!(environment);
        value["recipe"] = json!(recipe);
        value["history"] = json!(history);
        value["results"] = json!(results);
        return output.value(&value);
    }
    output.line(record.line())?;
    output.line(format!("started with  {}", environment.command.join(" ")))?;
    let peeked = if environment.peek { ", with looks at the test images before the end" } else { "" };
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
        output.line(format!("\nnot finished; go on with  tenfold {command} --resume {}", folder.path().display()))?;
    }
    Ok(())
}
