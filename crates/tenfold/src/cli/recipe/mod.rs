//! The options that make a recipe, shared by every command that trains.

mod augmentation;
mod averaging;
mod distillation;
mod regularization;
mod schedule;

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use clap::Args;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error as NameError;
use tenfold_dataset::DivideBy;
use tenfold_experiment::recipe_of;
use tenfold_formats::Format;
use tenfold_network::{Initializer, OptimizerKind};
use tenfold_training::{DistillationChanges, Error, OptimizerChanges, Recipe, RecipeChanges};

use super::{files, names};
pub(crate) use augmentation::AugmentationArguments;
use averaging::AveragingArguments;
pub(crate) use distillation::DistillationArguments;
use regularization::RegularizationArguments;
use schedule::ScheduleArguments;

/// A recipe: the paper's, with what is asked for changed.
#[derive(Args, Default)]
#[command(next_help_heading = "Recipe")]
pub(crate) struct RecipeArguments {
    #[arg(long, value_name = "NAME", help = preset_help(), conflicts_with_all = ["network", "recipe"])]
    preset: Option<String>,
    /// Network to train, from a TOML file with `input` and `layers`
    #[arg(long, value_name = "FILE", conflicts_with = "recipe")]
    network: Option<PathBuf>,
    /// Start from another run's config.toml, a part of one, or what a model file says of its training, instead of the paper's
    /// recipe
    #[arg(long, value_name = "FILE")]
    recipe: Option<PathBuf>,
    /// Passes over the training images [default: 10]
    #[arg(long, value_name = "N")]
    epochs: Option<u32>,
    /// Images per step [default: 16]
    #[arg(long, value_name = "N")]
    batch: Option<usize>,
    /// How gradients change parameters: sgd, adam or adamw [default: sgd]
    #[arg(long, value_name = "NAME", value_parser = named::<OptimizerKind>)]
    optimizer: Option<OptimizerKind>,
    /// Learning rate [default: 0.01 for sgd, 0.001 for adam and adamw]
    #[arg(long, value_name = "RATE")]
    learning_rate: Option<f32>,
    /// Momentum of sgd [default: 0.9]
    #[arg(long, value_name = "M")]
    momentum: Option<f32>,
    /// Nesterov's look-ahead for sgd
    #[arg(long)]
    nesterov: bool,
    /// Decoupled weight decay of sgd [default: 0] and adamw [default: 0.004]
    #[arg(long, value_name = "DECAY")]
    weight_decay: Option<f32>,
    #[command(flatten)]
    schedule: ScheduleArguments,
    #[command(flatten)]
    regularization: RegularizationArguments,
    #[command(flatten)]
    averaging: AveragingArguments,
    /// How kernels start: he-normal, he-uniform, glorot-normal or glorot-uniform [default: he-normal]
    #[arg(long, value_name = "NAME", value_parser = named::<Initializer>)]
    initializer: Option<Initializer>,
    /// Share of the training images held out to validate on after each epoch [default: 0]
    #[arg(long, value_name = "FRACTION")]
    validation: Option<f64>,
    /// What is held out: image by image, or group, as all images of a writer: writer is another name for it [default: image]
    #[arg(long, value_name = "NAME", value_parser = named::<DivideBy>)]
    validation_by: Option<DivideBy>,
    /// Stop early after this many epochs in a row without a lower validation loss, and take the model of the epoch with the
    /// lowest, not of the last
    #[arg(long, value_name = "EPOCHS")]
    patience: Option<u32>,
    #[command(flatten)]
    augmentation: AugmentationArguments,
    /// Train the last epochs, this many, on images as they are
    #[arg(long, value_name = "EPOCHS")]
    clean_epochs: Option<u32>,
    /// Also train on this many digits drawn stroke by stroke, in forms of other countries too, none of which is held out; for
    /// data sets of digits [default: 0]
    #[arg(long, value_name = "N")]
    drawn: Option<u32>,
    /// Also train on this many images without a digit (letters, signs, scribbles, parts of digits and pairs of them), to be
    /// answered with the same probability for each class; for data sets of digits [default: 0]
    #[arg(long, value_name = "N")]
    non_digits: Option<u32>,
    /// Also train on this many images cut out of numbers whose digits touch: digits with pieces of their neighbours, and some
    /// that are no longer one digit; for data sets of digits [default: 0]
    #[arg(long, value_name = "N")]
    touching: Option<u32>,
    /// Also train on this many of MNIST's training images, so that a model that --from begins with does not forget them while it
    /// learns a few of yours; none of them is held out; for data sets of digits [default: 0]
    #[arg(long, value_name = "N")]
    rehearse: Option<u32>,
    /// Random seed: initial values, order of images, dropout, which images are held out [default: 1]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

impl RecipeArguments {
    /// The first part of the run's folder name.
    pub(crate) fn name(&self) -> &str {
        match (&self.preset, &self.network, &self.recipe) {
            (Some(preset), ..) => preset,
            (None, Some(file), _) => file.file_stem().and_then(|stem| stem.to_str()).unwrap_or("network"),
            (None, None, Some(_)) => "recipe",
            (None, None, None) => "paper",
        }
    }

    /// The recipe: the paper's, a preset's or another run's, with this command line's changes.
    pub(crate) fn recipe(&self) -> anyhow::Result<Recipe> {
        let base = match (&self.preset, &self.recipe) {
            (Some(name), _) => Recipe::preset(name)?,
            (None, Some(path)) => from_file(path)?,
            (None, None) => Recipe::paper(),
        };
        self.changes()?.apply(&base).map_err(|error| match error {
            Error::OtherOptimizer { setting, owner, found } => {
                let flag = setting.replace('_', "-");
                anyhow!("--{flag} is a setting of {owner}, found the optimizer {found}\nhint: add --optimizer {owner}")
            }
            error => error.into(),
        })
    }

    fn changes(&self) -> anyhow::Result<RecipeChanges> {
        Ok(RecipeChanges {
            seed: self.seed,
            epochs: self.epochs,
            batch: self.batch,
            validation: self.validation,
            validation_by: self.validation_by,
            patience: self.patience,
            initializer: self.initializer,
            optimizer: OptimizerChanges {
                kind: self.optimizer,
                learning_rate: self.learning_rate,
                momentum: self.momentum,
                nesterov: self.nesterov.then_some(true),
                weight_decay: self.weight_decay,
            },
            schedule: self.schedule.changes(),
            regularization: self.regularization.changes(),
            averaging: self.averaging.changes(),
            augmentation: self.augmentation.changes(),
            clean_epochs: self.clean_epochs,
            drawn: self.drawn,
            non_digits: self.non_digits,
            touching: self.touching,
            rehearse: self.rehearse,
            distillation: DistillationChanges::default(),
            start: None,
            preset: None,
            architecture: self.network.as_deref().map(files::toml).transpose()?,
        })
    }
}

/// The recipe in a TOML file or of a model, or the paper's with what that changes.
pub(crate) fn from_file(path: &Path) -> anyhow::Result<Recipe> {
    let changes = match Format::of_name(path) {
        Some(_) => Ok(recipe_of(&files::model(Some(path))?, path)?),
        None => files::toml::<RecipeChanges>(path),
    };
    let hint = "the recipe\nhint: --recipe takes the config.toml of a run, or a model";
    Ok(changes.context(hint)?.apply(&Recipe::paper())?)
}

/// The help of `--preset`.
fn preset_help() -> String {
    format!(
        "Network and recipe to start from in place of the paper's, whose settings are the defaults below: {}",
        names::presets()
    )
}

/// What has this name in files, where its words are joined by underscores.
pub(super) fn named<T: for<'de> Deserialize<'de>>(name: &str) -> Result<T, NameError> {
    T::deserialize(name.replace('-', "_").into_deserializer())
}

#[cfg(test)]
mod tests {
    use tenfold_network::ScheduleKind;

    use super::*;

    #[test]
    fn the_help_lists_every_name() {
        let command = RecipeArguments::augment_args(clap::Command::new("train"));
        let lists = |option: &str, error: NameError| {
            let help = command.get_arguments().find(|it| it.get_id() == option).and_then(|it| it.get_help());
            let (help, error) = (help.unwrap().to_string(), error.to_string());
            let mut names = error.split('`').skip(3).step_by(2).map(|name| name.replace('_', "-"));
            assert!(names.clone().count() >= 2 && names.all(|name| help.contains(&name)), "{error}: {help}");
        };
        lists("optimizer", named::<OptimizerKind>("none").unwrap_err());
        lists("validation_by", named::<DivideBy>("none").unwrap_err());
        lists("initializer", named::<Initializer>("none").unwrap_err());
        lists("schedule", named::<ScheduleKind>("none").unwrap_err());
    }
}
