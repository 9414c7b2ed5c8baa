//! The options of `tenfold train`, and the recipe they make.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use tenfold_network::{Architecture, Initializer, Optimizer, PRESETS};
use tenfold_training::Recipe;

use crate::cli::files;

/// Train a network; without options, the paper's network by the paper's recipe on all of MNIST
///
/// Leaves config.toml, metrics.jsonl, model.safetensors and evaluation.json in the run's folder. The test images are
/// looked at once, after the last epoch.
///
/// With --json, one object per line: {"event":"started","folder","parameters","train_images","validation_images"}, then
/// per epoch {"event":"epoch","epoch","train":{"loss","accuracy"},"validation","seconds"}, then
/// {"event":"finished","folder","model","seconds","splits":{"train","test"}}, each split with the keys of `evaluate`.
#[derive(Args)]
pub(crate) struct Arguments {
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
    /// Decides everything random [default: 1]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Folder with the four IDX files of MNIST or of a set like it [default: MNIST, inside the program]
    #[arg(long, value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// Folder for the run's files; must be new or empty [default: the next free runs/NAME-N]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Replace an earlier run in the folder given with --out
    #[arg(long, requires = "out")]
    pub(super) force: bool,
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

impl Arguments {
    /// The first part of the run's folder name.
    pub(super) fn name(&self) -> &str {
        match (&self.preset, &self.network, &self.recipe) {
            (Some(preset), ..) => preset,
            (None, Some(file), _) => file.file_stem().and_then(|stem| stem.to_str()).unwrap_or("network"),
            (None, None, Some(_)) => "recipe",
            (None, None, None) => "paper",
        }
    }

    /// The recipe: the paper's or another run's, with this command line's changes.
    pub(super) fn recipe(&self) -> anyhow::Result<Recipe> {
        let mut recipe = match &self.recipe {
            Some(path) => files::toml(path).context("hint: --recipe takes the config.toml of a run")?,
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
        recipe.seed = self.seed.unwrap_or(recipe.seed);
        recipe.initializer = self.initializer.map_or(recipe.initializer, Into::into);
        recipe.optimizer = self.optimizer(recipe.optimizer)?;
        Ok(recipe)
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
