//! The options that make a recipe, shared by every command that trains.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use tenfold_dataset::Augmentation;
use tenfold_network::{Architecture, Initializer, Optimizer, PRESETS};
use tenfold_training::Recipe;

use super::files;

/// A recipe: the paper's, with what is asked for changed.
#[derive(Args, Default)]
pub(crate) struct RecipeArguments {
    /// Network to train: paper, mlp or linear
    #[arg(long, value_name = "NAME", conflicts_with_all = ["network", "recipe"])]
    preset: Option<String>,
    /// Network to train, from a TOML file with `input` and `layers`
    #[arg(long, value_name = "FILE", conflicts_with = "recipe")]
    network: Option<PathBuf>,
    /// Start from another run's config.toml instead of the paper's recipe
    #[arg(long, value_name = "FILE")]
    recipe: Option<PathBuf>,
    /// Passes over the training images [default: 10]
    #[arg(long, value_name = "N")]
    epochs: Option<u32>,
    /// Images per step [default: 16]
    #[arg(long, value_name = "N")]
    batch: Option<usize>,
    /// How gradients change parameters [default: sgd]
    #[arg(long, value_enum)]
    optimizer: Option<OptimizerName>,
    /// Learning rate [default: 0.01 for sgd, 0.001 for adam and adamw]
    #[arg(long, value_name = "RATE")]
    learning_rate: Option<f32>,
    /// Momentum of sgd [default: 0.9]
    #[arg(long, value_name = "M")]
    momentum: Option<f32>,
    /// Nesterov's look-ahead for sgd
    #[arg(long)]
    nesterov: bool,
    /// Weight decay of adamw [default: 0.004]
    #[arg(long, value_name = "DECAY")]
    weight_decay: Option<f32>,
    /// How kernels start [default: he-normal]
    #[arg(long, value_enum)]
    initializer: Option<InitializerName>,
    /// Share of the training images held out to validate on after each epoch [default: 0]
    #[arg(long, value_name = "FRACTION")]
    validation: Option<f64>,
    /// Stop early after this many epochs in a row without a lower validation loss, and take the model of the epoch with the
    /// lowest, not of the last
    #[arg(long, value_name = "EPOCHS")]
    patience: Option<u32>,
    /// Shift training images by up to this many pixels, another way each time
    #[arg(long, value_name = "PIXELS")]
    augment_shift: Option<f32>,
    /// Turn training images by up to this many degrees either way
    #[arg(long, value_name = "DEGREES")]
    augment_rotation: Option<f32>,
    /// Resize training images by up to this share: 0.1 for 0.9 to 1.1 times their size
    #[arg(long, value_name = "SHARE")]
    augment_scale: Option<f32>,
    /// Decides everything random [default: 1]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OptimizerName {
    Sgd,
    Adam,
    Adamw,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum InitializerName {
    HeNormal,
    HeUniform,
    GlorotNormal,
    GlorotUniform,
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

    /// The recipe: the paper's or another run's, with this command line's changes.
    pub(crate) fn recipe(&self) -> anyhow::Result<Recipe> {
        let mut recipe = match &self.recipe {
            Some(path) => files::toml(path).context("the recipe\nhint: --recipe takes the config.toml of a run")?,
            None => Recipe::paper(),
        };
        if let Some(name) = &self.preset {
            recipe.architecture = preset(name)?;
        }
        if let Some(path) = &self.network {
            recipe.architecture = files::toml(path)?;
        }
        recipe.epochs = self.epochs.unwrap_or(recipe.epochs);
        recipe.batch = self.batch.unwrap_or(recipe.batch);
        recipe.validation = self.validation.unwrap_or(recipe.validation);
        recipe.augmentation = self.augmentation(recipe.augmentation);
        recipe.patience = self.patience.or(recipe.patience);
        recipe.seed = self.seed.unwrap_or(recipe.seed);
        recipe.initializer = self.initializer.map_or(recipe.initializer, Into::into);
        recipe.optimizer = self.optimizer(recipe.optimizer)?;
        Ok(recipe)
    }

    /// `start` with this command line's ranges; what neither names stays as it is in the images.
    fn augmentation(&self, start: Option<Augmentation>) -> Option<Augmentation> {
        let (shift, rotation, scale) = (self.augment_shift, self.augment_rotation, self.augment_scale);
        if shift.or(rotation).or(scale).is_none() {
            return start;
        }
        let Augmentation { shift_px, rotation_degrees, scale: size } =
            start.unwrap_or(Augmentation { shift_px: 0.0, rotation_degrees: 0.0, scale: 0.0 });
        Some(Augmentation {
            shift_px: shift.unwrap_or(shift_px),
            rotation_degrees: rotation.unwrap_or(rotation_degrees),
            scale: scale.unwrap_or(size),
        })
    }

    /// `start` with this command line's settings; settings of another optimiser are refused, not ignored.
    fn optimizer(&self, start: Optimizer) -> anyhow::Result<Optimizer> {
        let start = match self.optimizer {
            None => start,
            Some(OptimizerName::Sgd) => Optimizer::PAPER,
            // Keras' defaults.
            Some(OptimizerName::Adam) => Optimizer::Adam { learning_rate: 0.001 },
            Some(OptimizerName::Adamw) => Optimizer::AdamW { learning_rate: 0.001, weight_decay: 0.004 },
        };
        let is_sgd = matches!(start, Optimizer::Sgd { .. });
        if !is_sgd && (self.momentum.is_some() || self.nesterov) {
            bail!("--momentum and --nesterov are settings of sgd, found another optimizer");
        }
        if !matches!(start, Optimizer::AdamW { .. }) && self.weight_decay.is_some() {
            bail!("--weight-decay is a setting of adamw, found another optimizer\nhint: add --optimizer adamw");
        }
        let rate = self.learning_rate;
        Ok(match start {
            Optimizer::Sgd { learning_rate, momentum, nesterov } => Optimizer::Sgd {
                learning_rate: rate.unwrap_or(learning_rate),
                momentum: self.momentum.unwrap_or(momentum),
                nesterov: nesterov || self.nesterov,
            },
            Optimizer::Adam { learning_rate } => Optimizer::Adam { learning_rate: rate.unwrap_or(learning_rate) },
            Optimizer::AdamW { learning_rate, weight_decay } => Optimizer::AdamW {
                learning_rate: rate.unwrap_or(learning_rate),
                weight_decay: self.weight_decay.unwrap_or(weight_decay),
            },
        })
    }
}

impl From<InitializerName> for Initializer {
    fn from(name: InitializerName) -> Self {
        match name {
            InitializerName::HeNormal => Self::HeNormal,
            InitializerName::HeUniform => Self::HeUniform,
            InitializerName::GlorotNormal => Self::GlorotNormal,
            InitializerName::GlorotUniform => Self::GlorotUniform,
        }
    }
}

/// The network of a preset's name.
fn preset(name: &str) -> anyhow::Result<Architecture> {
    let names = PRESETS.map(|(name, _)| name).join(", ");
    Architecture::preset(name).with_context(|| format!("unknown preset '{name}': expected one of {names}"))
}
