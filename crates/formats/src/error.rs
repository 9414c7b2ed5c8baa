//! Why bytes are not a model, or a model cannot be these bytes.

use tenfold_error_kind::ErrorKind;

/// The formats that are read, in words.
const READABLE: &str = "safetensors, NPZ, Keras (.keras, .h5, .weights.h5) and ONNX files";

/// Why a model file cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are not a model file of any format that can be read.
    #[error("not a model file: {found}\nhint: models are read from {}", READABLE)]
    Unrecognised {
        /// What the bytes seem to be, as the end of a sentence.
        found: String,
    },
    /// A Python pickle, which is a program.
    #[error(
        "a Python pickle: opening one runs whatever program it holds, so it is not opened\n\
         hint: save the values with safetensors.torch.save_file, or the model as ONNX"
    )]
    Pickle,
    /// What `torch.save` writes, a pickle too.
    #[error(
        "a file of torch.save, which is a Python pickle: opening one runs whatever program it holds, so it is not opened\n\
         hint: in Python, where the file is trusted: import torch; from safetensors.torch import save_file; \
         save_file(torch.load(\"model.pt\", weights_only=True), \"model.safetensors\") if it holds a state_dict(), \
         or torch.onnx.export(model, torch.zeros(1, 1, 28, 28), \"model.onnx\") for the model itself"
    )]
    TorchPickle,
    /// The bytes are not a file of this format, or are damaged.
    #[error("not a readable {format} file: {reason}")]
    Malformed {
        /// The format.
        format: &'static str,
        /// What the parser found.
        reason: String,
    },
    /// Something in the file is larger than any model needs.
    #[error("{what}: expected at most {limit}, found {found}")]
    TooLarge {
        /// What is too large.
        what: String,
        /// How large it may be.
        limit: u64,
        /// How large it says it is.
        found: u64,
    },
    /// A file of values alone, and no network was given for them.
    #[error(
        "this {format} file does not say what network its values are of\n\
         hint: say what their network is, or use a file that holds a whole model"
    )]
    Foreign {
        /// The format.
        format: &'static str,
    },
    /// A file of another version of the format.
    #[error(
        "model file of version {found}, expected version {expected}\n\
         hint: read it with the version of tenfold that wrote it, or train it again"
    )]
    Version {
        /// The version in the file.
        found: u64,
        /// The version this program reads.
        expected: u64,
    },
    /// The description of the network and its use does not parse.
    #[error("the model file's description is damaged: {reason}")]
    Description {
        /// What the parser found.
        reason: String,
    },
    /// A file beside the model that holds its weights.
    #[error("'{name}', the file beside the model that its weights are in: {reason}")]
    Companion {
        /// What the model calls it.
        name: String,
        /// What is wrong with it, as the end of a sentence.
        reason: String,
    },
    /// Values of another network than the one that they are read for.
    #[error(
        "the values are not those of the network: {problem}\n\
         hint: the network must have the layers that the values were trained in, in the same order and of the same sizes"
    )]
    Misfit {
        /// What does not fit.
        problem: String,
    },
    /// A layer or node of another program's file that has no counterpart here, or settings that have none.
    #[error("{place}: {problem}")]
    Unsupported {
        /// Where: the layer's or node's name and kind in the file.
        place: String,
        /// What cannot be.
        problem: String,
    },
    /// A model that a format has no way to say.
    #[error("{format} files cannot hold this model: {problem}")]
    Inexpressible {
        /// The format.
        format: &'static str,
        /// What cannot be said, with the layer's name where there is one.
        problem: String,
    },
    /// The network described cannot be.
    #[error("the model file describes an impossible network: {0}")]
    Network(#[from] tenfold_network::Error),
    /// A setting out of range.
    #[error("{name}: is {found}, expected {expected}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// A value that nothing can be computed with.
    #[error("{what}: expected {expected}, found {found}")]
    Value {
        /// Where it is.
        what: String,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// The file's parts contradict each other.
    #[error("the model file contradicts itself: {what}: expected {expected}, found {found}")]
    Contradiction {
        /// What does not fit.
        what: String,
        /// As the network has it.
        expected: String,
        /// As the file has it.
        found: String,
    },
}

impl Error {
    /// What can be done about it.
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Unrecognised { .. } | Self::Malformed { .. } | Self::Description { .. } | Self::Value { .. } => {
                ErrorKind::Input
            }
            Self::Companion { .. } => ErrorKind::Input,
            Self::Pickle | Self::TorchPickle | Self::Version { .. } => ErrorKind::Unsupported,
            Self::Unsupported { .. } | Self::Inexpressible { .. } => ErrorKind::Unsupported,
            Self::Foreign { .. } | Self::Setting { .. } => ErrorKind::Setting,
            Self::TooLarge { .. } => ErrorKind::TooLarge,
            Self::Network(error) => match error.kind() {
                kind @ (ErrorKind::Memory | ErrorKind::Contradiction) => kind,
                _ => ErrorKind::Input,
            },
            Self::Misfit { .. } | Self::Contradiction { .. } => ErrorKind::Contradiction,
        }
    }

    /// A [`Self::Contradiction`].
    pub(crate) fn contradiction(what: impl ToString, expected: impl ToString, found: impl ToString) -> Self {
        Self::Contradiction { what: what.to_string(), expected: expected.to_string(), found: found.to_string() }
    }

    /// Refuses a size beyond a limit.
    pub(crate) fn check_limit(what: impl ToString, limit: usize, found: usize) -> Result<(), Self> {
        match found > limit {
            true => Err(Self::TooLarge { what: what.to_string(), limit: limit as u64, found: found as u64 }),
            false => Ok(()),
        }
    }

    /// The error for a file of values alone whose network was given: what does not fit is not the file's fault.
    pub(crate) fn of_given(self) -> Self {
        match self {
            Self::Contradiction { what, expected, found } => {
                Self::Misfit { problem: format!("{what}: expected {expected}, found {found}") }
            }
            Self::Network(error) => Self::unsupported("the network given", error),
            error => error,
        }
    }

    /// An [`Self::Unsupported`].
    pub(crate) fn unsupported(place: impl ToString, problem: impl ToString) -> Self {
        Self::Unsupported { place: place.to_string(), problem: problem.to_string() }
    }
}

impl From<tenfold_archive::Error> for Error {
    fn from(error: tenfold_archive::Error) -> Self {
        use tenfold_archive::Error as Archive;
        match error {
            Archive::Malformed { format, reason } => Self::Malformed { format, reason },
            Archive::TooLarge { what, limit, found } => Self::TooLarge { what, limit, found },
            Archive::Pickle => Self::Pickle,
            Archive::Inexpressible { format, problem } => Self::Inexpressible { format, problem },
            error => Self::Malformed { format: "archive", reason: error.to_string() },
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
