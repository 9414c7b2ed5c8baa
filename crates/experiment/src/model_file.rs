//! A trained model as a file.

use tenfold_dataset::Source;
use tenfold_formats::{Provenance, SavedModel, safetensors};
use tenfold_network::Model;
use tenfold_training::Recipe;

use crate::PROGRAM;
use crate::error::Result;
use crate::images::preparation_for;

/// Where the images that trained a model come from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin<'a> {
    /// The data set.
    pub source: &'a Source,
    /// What its classes are called.
    pub names: &'a [String],
    /// How many trained.
    pub images: usize,
    /// How many training images the source has.
    pub of: usize,
}

impl Origin<'_> {
    fn describe(self) -> String {
        let name = match self.source {
            Source::Embedded => "MNIST".to_owned(),
            // The folder's name, not its path: a model should not reveal where its author keeps things.
            Source::Path(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        };
        format!("{} of the {} training images of {name}", self.images, self.of)
    }
}

/// `model` as a safetensors file, with what is needed to use it on pictures: their preparation, the classes' names, and where
/// it comes from.
///
/// # Errors
/// [`Error::Input`] and [`Error::Preparation`] for a network that does not take pictures of digits; [`Error::Format`] for one
/// that is too large for a file.
pub(crate) fn model_file(model: &Model, origin: Origin<'_>, recipe: &Recipe) -> Result<Vec<u8>> {
    let preparation = preparation_for(model.architecture().input)?;
    let saved = SavedModel {
        model: model.clone(),
        preparation,
        labels: origin.names.to_vec(),
        min_confidence: 0.0,
        thresholds: Vec::new(),
        provenance: Provenance {
            program: PROGRAM.to_owned(),
            recipe: toml::to_string(recipe)?,
            data: origin.describe(),
        },
    };
    Ok(safetensors::write(&saved)?)
}

/// Checks, before anything is trained, that a model of this recipe can become a file that is read again: by making one of
/// a model that has learned nothing yet, whose classes have these names.
///
/// # Errors
/// As [`model_file`].
pub(crate) fn check_model_file(recipe: &Recipe, names: &[String]) -> Result<()> {
    let model = Model::random(recipe.architecture.clone(), recipe.initializer, recipe.seed)?;
    let origin = Origin { source: &Source::Embedded, names, images: 0, of: 0 };
    safetensors::read(&model_file(&model, origin, recipe)?)?;
    Ok(())
}
