//! Runs of the past, as their folders keep them.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tenfold_training::{EpochMetrics, Recipe, RunFile, RunFolder, RunKind};

use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::run_toml::read_recipe;

/// A run in its folder.
#[derive(Debug)]
pub struct Record {
    /// The folder.
    pub folder: RunFolder,
    /// With what it was started.
    pub environment: Environment,
    /// What is trained.
    pub recipe: Recipe,
    /// An entry per epoch of a single run that is done.
    pub history: Vec<EpochMetrics>,
    /// Its `evaluation.json`, or the `results.json` of several runs; none of a run that is not finished.
    pub results: Option<Value>,
}

/// A run in short.
#[derive(Clone, Debug, Serialize)]
pub struct RunSummary {
    /// Its folder; what is not text in the name is replaced.
    pub folder: String,
    /// What it is a run of.
    pub kind: RunKind,
    /// Whether it was finished.
    pub state: RunState,
    /// Epochs that are done, of a single run.
    pub epochs: usize,
    /// Epochs of the recipe.
    pub of: u32,
    /// Seconds since 1970 when the run was started.
    pub started: u64,
    /// Of a finished single run, `0..=1`.
    pub test_accuracy: Option<f64>,
    /// Of a finished cross-validation, the mean over folds, `0..=1`.
    pub accuracy: Option<f64>,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunState {
    /// It has results; in JSON `finished`.
    #[serde(rename = "finished")]
    Finished,
    /// It can be resumed; in JSON `not finished`.
    #[serde(rename = "not finished")]
    NotFinished,
}

impl Record {
    /// Reads what is in a run's folder.
    ///
    /// # Errors
    /// [`Error::Training`] and [`Error::Data`] for files that cannot be read; [`Error::File`] for ones that are damaged.
    pub fn read(folder: RunFolder) -> Result<Self> {
        let results = match read_value(&folder, RunFile::Evaluation)? {
            Some(evaluation) => Some(evaluation),
            None => read_value(&folder, RunFile::Results)?,
        };
        let lines = folder.read(RunFile::Metrics)?.unwrap_or_default();
        let lines = lines.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
        let history = lines.map(serde_json::from_slice).collect::<serde_json::Result<_>>();
        Ok(Self {
            environment: Environment::read(&folder)?,
            recipe: read_recipe(&folder)?,
            history: history.map_err(|error| Error::file(folder.file(RunFile::Metrics), error))?,
            results,
            folder,
        })
    }

    /// The run in short.
    pub fn summary(&self) -> RunSummary {
        RunSummary {
            folder: self.folder.path().to_string_lossy().into_owned(),
            kind: self.environment.kind,
            state: if self.results.is_some() { RunState::Finished } else { RunState::NotFinished },
            epochs: self.history.len(),
            of: self.recipe.epochs,
            started: self.environment.started,
            test_accuracy: self.share("/splits/test/accuracy"),
            accuracy: self.share("/accuracy/mean"),
        }
    }

    /// What was to be known of it before its model is used.
    pub fn warnings(&self) -> Vec<String> {
        let all = self.results.as_ref().and_then(|results| results.get("warnings")?.as_array());
        all.into_iter().flatten().filter_map(|warning| Some(warning.as_str()?.to_owned())).collect()
    }

    /// A share somewhere in the results.
    fn share(&self, pointer: &str) -> Option<f64> {
        self.results.as_ref()?.pointer(pointer)?.as_f64()
    }
}

fn read_value(folder: &RunFolder, file: RunFile) -> Result<Option<Value>> {
    let bytes = folder.read(file)?;
    let value = bytes.map(|bytes| serde_json::from_slice(&bytes)).transpose();
    value.map_err(|error| Error::file(folder.file(file), error))
}

/// The runs in the folder `base`, oldest first, and what is wrong with those that cannot be read, so that one that is damaged
/// or of another version does not hide the others.
///
/// # Errors
/// [`Error::Io`] if the folder cannot be listed.
pub fn list_runs(base: &Path) -> Result<(Vec<Record>, Vec<Error>)> {
    let entries = fs::read_dir(base).and_then(|entries| {
        let paths = entries.map(|entry| Ok(entry?.path()));
        paths.collect::<std::io::Result<Vec<PathBuf>>>()
    });
    let paths = entries.map_err(Error::io("list the folder", base))?;
    let (mut records, mut errors) = (Vec::new(), Vec::new());
    for folder in paths.iter().filter_map(|path| RunFolder::open(path).ok()) {
        match Record::read(folder) {
            Ok(record) => records.push(record),
            Err(error) => errors.push(error),
        }
    }
    records.sort_by_key(|record| (record.environment.started, record.folder.path().to_owned()));
    Ok((records, errors))
}
