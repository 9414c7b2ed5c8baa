//! The models inside this crate, by name; `models/README.md` has a card for each.
//!
//! A new one is a file of `models/`, its name here, and its card.

use tenfold_formats::{SavedModel, safetensors};

/// A trained model inside this crate: that of the [preset](tenfold_network::Preset) with its name.
///
/// ```
/// use tenfold_recognizer::{EMBEDDED_MODELS, EmbeddedModel};
///
/// for model in EMBEDDED_MODELS {
///     println!("{}: {} parameters", model.name, model.read().model.values().len());
/// }
/// assert!(EmbeddedModel::named("paper").is_some() && EmbeddedModel::named("mine").is_none());
/// ```
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct EmbeddedModel {
    /// What it is called.
    pub name: &'static str,
    /// Its file, of safetensors.
    pub bytes: &'static [u8],
}

/// The model of a name, with its file.
macro_rules! embedded {
    ($name:literal) => {
        EmbeddedModel { name: $name, bytes: include_bytes!(concat!("../models/", $name, ".safetensors")) }
    };
}

/// All models inside this crate, first the one that reads pictures unless another is asked for.
pub const EMBEDDED_MODELS: [EmbeddedModel; 3] = [embedded!("reader"), EmbeddedModel::PAPER, embedded!("tiny")];

/// The file of the model that reads pictures unless another is asked for: the first of [`EMBEDDED_MODELS`].
pub const EMBEDDED_MODEL: &[u8] = EMBEDDED_MODELS[0].bytes;

impl EmbeddedModel {
    /// The paper's network, trained by the paper's recipe: what others are compared with.
    pub const PAPER: Self = embedded!("paper");

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        EMBEDDED_MODELS.into_iter().find(|model| model.name == name)
    }

    /// The model in its file.
    pub fn read(&self) -> SavedModel {
        safetensors::read(self.bytes).expect("the model inside the program is a model")
    }
}

impl std::fmt::Debug for EmbeddedModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EmbeddedModel").field("name", &self.name).finish_non_exhaustive()
    }
}
