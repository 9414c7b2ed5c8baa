//! What can be wrong with an architecture, a setting or the values for it.

use tenfold_error_kind::ErrorKind;

/// Why a network cannot be built.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The architecture as a whole is not one this crate can run.
    #[error("the network {problem}")]
    Architecture {
        /// What is wrong, as the end of a sentence that starts with "the network".
        problem: String,
    },
    /// One layer cannot take what the layer before it gives, or has an impossible setting.
    #[error("layer {number} ({layer}): {problem}")]
    Layer {
        /// Position in the architecture's list, counted from 1.
        number: usize,
        /// The layer's kind, such as `conv2d`.
        layer: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// A model cannot be quantised, or its scales do not fit its architecture.
    #[error("the network {problem}")]
    Quantization {
        /// What is wrong, as the end of a sentence that starts with "the network".
        problem: String,
    },
    /// A model cannot be a member of an ensemble.
    #[error("model {number} {problem}")]
    Member {
        /// Its position among the models, counted from 1.
        number: usize,
        /// What is wrong, as the end of a sentence that starts with "model 2".
        problem: String,
    },
    /// Values for the parameters of a model do not fit its architecture.
    #[error("the network has {expected} parameters, found values for {found}")]
    Values {
        /// Parameters of the architecture, moving statistics included.
        expected: usize,
        /// Values given.
        found: usize,
    },
    /// The saved memory of an optimiser is another optimiser's, or another network's.
    #[error("the optimizer remembers {expected} values of '{name}', found {found}")]
    OptimizerMemory {
        /// What is remembered, one of [`Optimizer::memory`](crate::Optimizer::memory) or what was found beside them.
        name: String,
        /// What the rule keeps for this network's parameters.
        expected: usize,
        /// Values given.
        found: usize,
    },
    /// There is no memory for what has to be held.
    #[error("no memory for {bytes} bytes of {what}")]
    Allocation {
        /// What they are, such as "parameters".
        what: &'static str,
        /// How many.
        bytes: u64,
    },
    /// The network cannot be trained.
    #[error("the network {problem}")]
    Untrainable {
        /// Why, as the end of a sentence that starts with "the network".
        problem: &'static str,
    },
    /// A setting of training is out of range.
    #[error("{name} is {found}, expected {expected}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
}

impl Error {
    /// What kind of problem it is.
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Architecture { .. } | Self::Layer { .. } | Self::Quantization { .. } => ErrorKind::Input,
            Self::Untrainable { .. } => ErrorKind::Unsupported,
            Self::Setting { .. } => ErrorKind::Setting,
            Self::Allocation { .. } => ErrorKind::Memory,
            Self::Member { .. } | Self::Values { .. } | Self::OptimizerMemory { .. } => ErrorKind::Contradiction,
        }
    }
}
