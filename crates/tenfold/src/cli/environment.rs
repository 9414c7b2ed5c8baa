//! A run's `environment.json`: with what, on which images and how it was started, and so how it can go on.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;
use serde::{Deserialize, Serialize};
use tenfold_dataset::{FoldRule, Source};
use tenfold_experiment::PROGRAM;
use tenfold_kernels::{Cpu, Level};
use tenfold_training::{Engine, RunFile, RunFolder, RunKind};

use super::{data_folder, files};

/// What a run was started with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Environment {
    /// What it is a run of; for a part of several runs, what these are.
    pub kind: RunKind,
    /// The program with its version.
    pub program: String,
    /// The command line.
    pub command: Vec<String>,
    /// The folder of the images, from the root; none for those inside the program.
    #[serde(flatten, with = "data_folder")]
    pub data: Option<PathBuf>,
    /// The CPU level.
    pub cpu: String,
    pub threads: usize,
    /// Without Winograd's transforms.
    pub exact: bool,
    /// Whether the test images were looked at before the end.
    pub peek: bool,
    /// Whether event files for TensorBoard are written.
    pub tensorboard: bool,
    /// How the training images are divided, if runs on parts of them are compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folds: Option<FoldPlan>,
    /// How often each recipe is trained, if recipes are compared on one division of the images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seeds: Option<u16>,
    /// After how many epochs a checkpoint is kept for good, if at all.
    pub keep_every: Option<u32>,
    /// Seconds since 1970 when the run was started.
    pub started: u64,
}

/// How images are divided into folds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FoldPlan {
    pub folds: usize,
    #[serde(flatten)]
    pub rule: FoldRule,
    pub seed: u64,
}

impl Environment {
    /// That of this process, for images in the folder `data`.
    pub(crate) fn new(kind: RunKind, data: Option<&Path>, engine: Engine) -> anyhow::Result<Self> {
        let data =
            data.map(|path| std::path::absolute(path).with_context(|| path.display().to_string())).transpose()?;
        Ok(Self {
            kind,
            program: PROGRAM.to_owned(),
            command: std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect(),
            data,
            cpu: engine.cpu.level().name().to_owned(),
            threads: engine.threads,
            exact: engine.exact,
            peek: false,
            tensorboard: false,
            folds: None,
            seeds: None,
            keep_every: None,
            started: now() as u64,
        })
    }

    /// That of the run in `folder`.
    pub(crate) fn read(folder: &RunFolder) -> anyhow::Result<Self> {
        let path = folder.file(RunFile::Environment);
        serde_json::from_slice(&files::read(&path, files::MAX_JSON_BYTES)?).with_context(|| path.display().to_string())
    }

    pub(crate) fn write(&self, folder: &RunFolder) -> anyhow::Result<()> {
        files::write_json(folder, RunFile::Environment, self)
    }

    /// Where its images come from.
    pub(crate) fn source(&self) -> Source {
        files::source(self.data.as_deref())
    }

    /// `engine` with the instructions and methods of this run, as far as the machine has them: what follows is then what
    /// would have followed, to the last bit. Says whether the machine lacks them.
    pub(crate) fn engine(&self, engine: Engine) -> (Engine, bool) {
        let cpu = self.cpu.parse::<Level>().ok().and_then(Cpu::with_level);
        (Engine { cpu: cpu.unwrap_or(engine.cpu), exact: self.exact, ..engine }, cpu.is_none())
    }
}

/// Seconds since 1970.
pub(crate) fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}
