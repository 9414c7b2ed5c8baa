//! What can go wrong between a recipe and the pages about its runs.

use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

use tenfold_error_kind::ErrorKind;
use tenfold_network::Shape;

/// The result of this crate's functions.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an experiment could not be carried out, or its results not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A run cannot start, resume or be kept.
    #[error(transparent)]
    Training(#[from] tenfold_training::Error),
    /// The images cannot be read or divided.
    #[error(transparent)]
    Data(#[from] tenfold_dataset::Error),
    /// The network is impossible.
    #[error(transparent)]
    Network(#[from] tenfold_network::Error),
    /// The answers cannot be evaluated.
    #[error(transparent)]
    Evaluation(#[from] tenfold_evaluation::Error),
    /// A chart or a gallery cannot be drawn.
    #[error(transparent)]
    Report(#[from] tenfold_report::Error),
    /// The model cannot be written as a file.
    #[error(transparent)]
    Format(#[from] tenfold_formats::Error),
    /// A model's arithmetic overflows, so that its answers say nothing.
    #[error(
        "the model's answers are not finite numbers: its arithmetic overflows\n\
         hint: train the model again, with a lower learning rate"
    )]
    NotFinite,
    /// The network does not take pictures of digits, so that a file could not say how to prepare them.
    #[error("the network takes {input} images, expected square grey ones")]
    Input {
        /// What it takes.
        input: Shape,
    },
    /// There is no way to prepare pictures for the network.
    #[error("the network takes {input} images: {error}")]
    Preparation {
        /// What it takes.
        input: Shape,
        /// What is wrong with that.
        error: tenfold_imaging::Error,
    },
    /// A file is not a model that can be read, or a model cannot be the file that is asked for.
    #[error("{}: {error}", path.display())]
    Model {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: tenfold_formats::Error,
    },
    /// The variants of an exploration have names alike, or cannot be kept or read.
    #[error("{0}")]
    Variants(String),
    /// There is too little memory for so many trials at the same time.
    #[error("{jobs} trials at the same time: {error}\nhint: train fewer at a time")]
    Jobs {
        /// How many.
        jobs: usize,
        /// What there is too little memory for.
        error: tenfold_training::Error,
    },
    /// A variant of an exploration cannot be trained.
    #[error("variant '{name}': {error}")]
    Variant {
        /// Its name.
        name: String,
        /// Why not.
        error: Box<Error>,
    },
    /// No image is held out to judge a trial by.
    #[error("no image is held out to judge by")]
    NothingHeldOut,
    /// A cross-validation is of another network than the model that is to be calibrated by it.
    #[error("expected a cross-validation of the model's network, found another network")]
    OtherNetwork,
    /// A model cannot be used on some images.
    #[error("{}: {error}", path.display())]
    OfModel {
        /// Where the model is.
        path: PathBuf,
        /// Why not.
        error: Box<Error>,
    },
    /// A file or folder cannot be read or written.
    #[error("{}: cannot {action}: {error}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the system said.
        error: io::Error,
    },
    /// A file or folder does not hold what it must.
    #[error("{}: {problem}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// Something cannot be written as JSON.
    #[error("not writable as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A recipe cannot be written as TOML.
    #[error("config.toml: {0}")]
    Toml(#[from] toml::ser::Error),
    /// A file does not hold the model that was written into it.
    #[error("{0}")]
    Unfaithful(String),
    /// What was measured did not do its work.
    #[error("{0}")]
    WrongAnswers(String),
}

impl Error {
    /// The kind of this error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Training(error) | Self::Jobs { error, .. } => error.kind(),
            Self::Data(error) => error.kind(),
            Self::Network(error) => error.kind(),
            Self::Evaluation(error) => error.kind(),
            Self::Report(error) => error.kind(),
            Self::NotFinite => ErrorKind::NotFinite,
            Self::Input { .. } | Self::Preparation { .. } => ErrorKind::Unsupported,
            Self::Variant { error, .. } | Self::OfModel { error, .. } => error.kind(),
            Self::Variants(_) | Self::NothingHeldOut => ErrorKind::Setting,
            Self::OtherNetwork => ErrorKind::Contradiction,
            Self::Io { error, .. } if error.kind() == io::ErrorKind::NotFound => ErrorKind::NotFound,
            Self::Io { .. } => ErrorKind::Io,
            Self::Format(error) | Self::Model { error, .. } => error.kind(),
            Self::Unfaithful(_) => ErrorKind::Contradiction,
            Self::File { .. } | Self::Json(_) | Self::Toml(_) | Self::WrongAnswers(_) => ErrorKind::Input,
        }
    }

    /// What the system said when something was tried with a file or folder.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Io { path, action, error }
    }

    /// What is wrong with the model at `path` on some images.
    pub(crate) fn of_model(path: &Path, error: impl Into<Self>) -> Self {
        Self::OfModel { path: path.to_owned(), error: Box::new(error.into()) }
    }

    /// What is wrong with a file or folder.
    pub(crate) fn file(path: impl Into<PathBuf>, problem: impl Display) -> Self {
        Self::File { path: path.into(), problem: problem.to_string() }
    }
}
