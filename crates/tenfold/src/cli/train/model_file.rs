//! A trained model as a file.

use anyhow::{Context, bail};
use tenfold_dataset::Source;
use tenfold_formats::{Provenance, SavedModel, safetensors};
use tenfold_imaging::Preparation;
use tenfold_network::Model;
use tenfold_training::Recipe;

use crate::cli::environment::program;

/// Where the images that trained a model come from.
#[derive(Clone, Copy)]
pub(crate) struct Origin<'a> {
    pub source: &'a Source,
    /// How many trained.
    pub images: usize,
    /// How many training images the source has.
    pub of: usize,
}

impl Origin<'_> {
    fn describe(self) -> String {
        let name = match self.source {
            Source::Embedded => "MNIST".to_owned(),
            // The folder's name, not its path: a model should not tell where its author keeps things.
            Source::Directory(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        };
        format!("{} of the {} training images of {name}", self.images, self.of)
    }
}

/// `model` as a file, with what is needed to use it on pictures.
pub(crate) fn model_file(model: &Model, origin: Origin<'_>, recipe: &Recipe) -> anyhow::Result<Vec<u8>> {
    let input = model.architecture().input;
    if (input.height, input.channels) != (input.width, 1) {
        bail!("the network takes {input} images, expected square grey ones");
    }
    let standard = Preparation::default();
    let side = u32::try_from(input.height)?;
    // MNIST's margin: a digit of 20 pixels on a canvas of 28.
    let box_side = (side * standard.box_side() / standard.side()).max(1);
    let recipe = toml::to_string(recipe).context("config.toml")?;
    let saved = SavedModel {
        model: model.clone(),
        preparation: standard
            .with_canvas(side, box_side)
            .with_context(|| format!("the network takes {input} images"))?,
        labels: labels(model),
        provenance: Provenance { program: program(), recipe, data: origin.describe() },
    };
    Ok(safetensors::write(&saved)?)
}

/// Checks, before anything is trained, that a model of this recipe can become a file that is read again: by making one of
/// a model that has learned nothing yet.
pub(crate) fn check_model_file(recipe: &Recipe) -> anyhow::Result<()> {
    let model = Model::random(recipe.architecture.clone(), recipe.initializer, recipe.seed)?;
    let origin = Origin { source: &Source::Embedded, images: 0, of: 0 };
    safetensors::read(&model_file(&model, origin, recipe)?)?;
    Ok(())
}

/// What the classes of a model that was trained here are called: their numbers.
pub(crate) fn labels(model: &Model) -> Vec<String> {
    (0..model.outline().classes).map(|class| class.to_string()).collect()
}
