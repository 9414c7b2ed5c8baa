//! Why a run cannot start, resume or be kept.

use std::io;
use std::path::{Path, PathBuf};

use tenfold_error_kind::ErrorKind;
use tenfold_network::{OptimizerKind, ScheduleKind};

/// What went wrong with a run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The recipe's network or one of its settings is impossible.
    #[error(transparent)]
    Network(#[from] tenfold_network::Error),
    /// The images cannot be divided as asked.
    #[error(transparent)]
    Data(#[from] tenfold_dataset::Error),
    /// The predictions cannot be evaluated.
    #[error(transparent)]
    Evaluation(#[from] tenfold_evaluation::Error),
    /// A setting of the recipe is out of range.
    #[error("{name} is {found}, expected {expected}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// A setting of one optimiser is given for another, which has no such setting.
    #[error("{setting} is a setting of {owner}, found the optimizer {found}")]
    OtherOptimizer {
        /// The setting.
        setting: &'static str,
        /// The optimiser that has it.
        owner: OptimizerKind,
        /// The recipe's.
        found: OptimizerKind,
    },
    /// A setting is given for a schedule that has no such setting.
    #[error("the schedule {found} has no {setting}")]
    OtherSchedule {
        /// The setting.
        setting: &'static str,
        /// The recipe's.
        found: ScheduleKind,
    },
    /// There is no preset of this name.
    #[error("unknown preset '{name}': expected one of {expected}")]
    UnknownPreset {
        /// The name.
        name: String,
        /// The names there are.
        expected: String,
    },
    /// The images do not fit the network.
    #[error("the network takes {expected}, the data set has {found}")]
    Mismatch {
        /// Size and classes of the network.
        expected: String,
        /// Size and classes of the data set.
        found: String,
    },
    /// The loss is no longer a finite number.
    #[error(
        "training diverged in epoch {epoch}, step {step}: the loss is {loss}\n\
         hint: try a learning rate below {learning_rate}"
    )]
    Diverged {
        /// Counted from 1.
        epoch: u32,
        /// Counted from 1 in the epoch.
        step: usize,
        /// The step's loss.
        loss: f64,
        /// The recipe's.
        learning_rate: f32,
    },
    /// The model's answers to the images held out are no longer finite numbers.
    #[error("training diverged in epoch {epoch}: {error}")]
    DivergedInValidation {
        /// Counted from 1.
        epoch: u32,
        /// What is wrong with the answers.
        error: tenfold_evaluation::Error,
    },
    /// A checkpoint cannot be resumed from.
    #[error("the checkpoint {problem}")]
    Checkpoint {
        /// What is wrong, as the end of a sentence that starts with "the checkpoint".
        problem: String,
    },
    /// A model has no form as a file.
    #[error("the model cannot be made a file: {0}")]
    ModelFile(Box<dyn std::error::Error + Send + Sync>),
    /// What is to be written has no form as JSON.
    #[error("no JSON: {0}")]
    Json(String),
    /// The folder for the run's files is taken.
    #[error("{path}: already exists")]
    FolderExists {
        /// The folder.
        path: PathBuf,
    },
    /// Something that is not a run is where the run's files should go, and is left alone.
    #[error("{path}: expected an empty folder or an earlier run and nothing else, found {found}")]
    NotARun {
        /// The folder, or what is in its place.
        path: PathBuf,
        /// What is there.
        found: String,
    },
    /// A folder looks like a run's, but has no file that marks it as one.
    #[error("{path}: expected a run with its file {marker}, found one without it, as earlier versions left them")]
    Unmarked {
        /// The folder.
        path: PathBuf,
        /// The file's name.
        marker: &'static str,
    },
    /// Another process works in the run's folder.
    #[error(
        "{path}: expected a run that nobody works on, found another process at work in its folder\n\
         hint: wait until it is done, or stop it"
    )]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// There is no run in a folder.
    #[error("{path}: expected the folder of a run, with a config.toml in it")]
    NoRun {
        /// The folder.
        path: PathBuf,
    },
    /// A file or folder of the run cannot be read or written.
    #[error("{path}: cannot {action}: {error}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the system said.
        error: io::Error,
    },
}

impl Error {
    /// The kind of this error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Network(error) => error.kind(),
            Self::Data(error) => error.kind(),
            Self::Evaluation(error) => error.kind(),
            Self::Checkpoint { .. } | Self::ModelFile(_) | Self::Json(_) => ErrorKind::Input,
            Self::Setting { .. }
            | Self::OtherOptimizer { .. }
            | Self::OtherSchedule { .. }
            | Self::UnknownPreset { .. } => ErrorKind::Setting,
            Self::Mismatch { .. } => ErrorKind::Contradiction,
            Self::Diverged { .. } | Self::DivergedInValidation { .. } => ErrorKind::NotFinite,
            Self::FolderExists { .. } | Self::NotARun { .. } | Self::Unmarked { .. } => ErrorKind::Exists,
            Self::InUse { .. } => ErrorKind::Busy,
            Self::NoRun { .. } => ErrorKind::NotFound,
            Self::Io { .. } => ErrorKind::Io,
        }
    }

    pub(crate) fn json(error: serde_json::Error) -> Self {
        Self::Json(error.to_string())
    }

    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Io { path, action, error }
    }
}
