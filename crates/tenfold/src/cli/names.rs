//! Names of what is inside the program, presets and models: what they stand for on the command line, and its help.

use std::path::Path;

use tenfold_network::{PRESETS, Preset};
use tenfold_recognizer::{EMBEDDED_MODELS, EmbeddedModel};
use tenfold_training::RunFolder;

/// What is measured and worked on where no model is given: the paper's, which figures are compared with.
pub(super) const DEFAULT_MODEL: EmbeddedModel = EmbeddedModel::PAPER;

/// What reads pictures where no model is given.
pub(super) const READER: EmbeddedModel = EMBEDDED_MODELS[0];

/// The model inside the program that a name stands for. A file or a run of that name comes first: who has made one means it.
pub(super) fn model(name: &Path) -> Option<EmbeddedModel> {
    EmbeddedModel::named(name.to_str()?).filter(|_| !is_taken(name))
}

/// The preset that a name stands for; again after a file or a run.
pub(super) fn preset(name: &Path) -> Option<Preset> {
    Preset::named(name.to_str()?).filter(|_| !is_taken(name))
}

fn is_taken(name: &Path) -> bool {
    name.is_file() || RunFolder::open(name).is_ok()
}

/// A hint for a name of neither a file nor a model inside the program; none for other paths.
pub(super) fn hint(name: &Path) -> Option<String> {
    let models = models();
    let preset = Preset::named(name.to_str()?).map(|preset| {
        let name = preset.name;
        format!("no model of the preset {name} is inside the program, only {models}; train --preset {name} makes one")
    });
    let is_word = name.extension().is_none() && name.components().count() == 1;
    preset.or_else(|| is_word.then(|| format!("models inside the program: {models}")))
}

/// The help of an argument that must be given.
pub(super) fn model_help() -> String {
    format!(
        "Model file of any format, the folder of a run, or by its name a model inside the program: {}. A file or run of \
             that name comes first",
        models()
    )
}

/// The help of the model that reads pictures.
pub(super) fn reader_help() -> String {
    format!("{} [default: {}]", model_help(), READER.name)
}

/// The help of one that may be left out.
pub(super) fn default_model_help() -> String {
    format!("{} [default: {}]", model_help(), DEFAULT_MODEL.name)
}

/// The help of the network for a file that says none.
pub(super) fn architecture_help() -> String {
    let presets = presets();
    format!(
        "The network, for a file that holds values alone (.weights.h5, .npz, PyTorch's): that of a preset ({presets}), or a \
             TOML file with `input` and `layers`"
    )
}

/// The names of all models inside the program.
fn models() -> String {
    EMBEDDED_MODELS.map(|model| model.name).join(", ")
}

/// The names of all presets.
pub(super) fn presets() -> String {
    PRESETS.map(|preset| preset.name).join(", ")
}
