//! What can go wrong between a recipe and the pages about its runs.

use std::fmt::Display;
use std::path::PathBuf;

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
    /// A file or folder cannot be used.
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
}

impl Error {
    /// What is wrong with a file or folder.
    pub(crate) fn file(path: impl Into<PathBuf>, problem: impl Display) -> Self {
        Self::File { path: path.into(), problem: problem.to_string() }
    }
}
