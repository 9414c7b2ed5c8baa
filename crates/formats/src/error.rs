//! Why bytes are not a model.

/// Why a model file cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are no file of this format at all, or are damaged.
    #[error("not a readable safetensors file: {reason}")]
    Malformed {
        /// What the parser found.
        reason: String,
    },
    /// A safetensors file of something else: nothing says which network its tensors are.
    #[error(
        "this safetensors file does not say what network it holds: expected '{expected}' in its metadata\n\
         hint: only files written by tenfold can be read"
    )]
    Foreign {
        /// The metadata key that is missing.
        expected: &'static str,
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
    /// The network described cannot be.
    #[error("the model file describes an impossible network: {0}")]
    Network(#[from] tenfold_network::Error),
    /// The description's parts contradict each other.
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
