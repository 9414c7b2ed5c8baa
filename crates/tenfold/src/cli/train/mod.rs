//! `tenfold train`: one run, from the images to a folder with the model and its evaluation.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use indicatif::ProgressBar;
use serde::Serialize;
use serde_json::json;
use tenfold_dataset::{Part, Source};
use tenfold_evaluation::Evaluation;
use tenfold_formats::{Provenance, SavedModel, safetensors};
use tenfold_imaging::Preparation;
use tenfold_network::{Architecture, Initializer, Model, Optimizer, PRESETS};
use tenfold_training::{Engine, EpochMetrics, Event, Recipe, RunFile, RunFolder, train};

use super::evaluate::{evaluate_part, summary_line};
use super::output::{Output, grouped, percent};
use super::{Outcome, files, progress};

/// Where runs go unless `--out` says otherwise.
const RUNS: &str = "runs";

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
    data: Option<PathBuf>,
    /// Folder for the run's files; must be new or empty [default: the next free runs/NAME-N]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace an earlier run in the folder given with --out
    #[arg(long, requires = "out")]
    force: bool,
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

/// A run's `evaluation.json`.
#[derive(Serialize)]
struct Report<'a> {
    program: String,
    cpu: &'static str,
    threads: usize,
    /// Wall time of training with validation, without the evaluation below.
    train_seconds: f64,
    splits: Splits<'a>,
}

#[derive(Serialize)]
struct Splits<'a> {
    train: &'a Evaluation,
    test: &'a Evaluation,
}

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let recipe = arguments.recipe()?;
    recipe.check()?;
    let config = toml::to_string(&recipe).context("config.toml")?;
    let source = files::source(arguments.data.as_deref());
    // Both parts are read before anything is written, so that a damaged test set is not found out after the training.
    let (train_images, test_images) = (source.load(Part::Train)?, source.load(Part::Test)?);
    let folder = match &arguments.out {
        Some(path) => RunFolder::create(path, arguments.force)?,
        None => RunFolder::create_numbered(Path::new(RUNS), arguments.name())?,
    };
    folder.write(RunFile::Config, config.as_bytes())?;

    let start = Instant::now();
    let mut watcher = Watcher::new(&recipe, &folder, engine, output)?;
    let trained = train(&recipe, &train_images, engine, &mut |event| watcher.observe(event))?;
    watcher.finish()?;
    let train_seconds = start.elapsed().as_secs_f64();
    let held_out = (train_images.len() as f64 * recipe.validation).round() as usize;
    let provenance = Provenance {
        program: program(),
        recipe: config,
        data: describe(&source, train_images.len() - held_out, train_images.len()),
    };
    save(&trained.model, provenance, &folder)?;

    let train = evaluate_part(&trained.model, &train_images, "train", engine, output)?;
    let test = evaluate_part(&trained.model, &test_images, "test", engine, output)?;
    let splits = Splits { train: &train, test: &test };
    let report =
        Report { program: program(), cpu: engine.cpu.level().name(), threads: engine.threads, train_seconds, splits };
    let mut text = serde_json::to_string_pretty(&report)?;
    text.push('\n');
    folder.write(RunFile::Evaluation, text.as_bytes())?;

    if output.json {
        let (folder, model) = (folder.path(), folder.file(RunFile::Model));
        output.value(&json!({
            "event": "finished", "folder": folder, "model": model, "seconds": train_seconds, "splits": report.splits,
        }))?;
    } else {
        output.line(format!("trained in {train_seconds:.1} s"))?;
        output.line(summary_line("train", &train))?;
        output.line(summary_line("test", &test))?;
        output.line(format!("model  {}", folder.file(RunFile::Model).display()))?;
    }
    Ok(Outcome::Done)
}

/// The program's name and version, as files say who wrote them.
pub(crate) fn program() -> String {
    concat!("tenfold ", env!("CARGO_PKG_VERSION")).to_owned()
}

fn describe(source: &Source, used: usize, all: usize) -> String {
    let name = match source {
        Source::Embedded => "MNIST".to_owned(),
        // The folder's name, not its path: a model should not tell where its author keeps things.
        Source::Directory(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
    };
    format!("{used} of the {all} training images of {name}")
}

fn save(model: &Model, provenance: Provenance, folder: &RunFolder) -> anyhow::Result<()> {
    let input = model.architecture().input;
    if (input.height, input.channels) != (input.width, 1) {
        bail!("the network takes {input} images, expected square grey ones");
    }
    let standard = Preparation::default();
    let side = u32::try_from(input.height)?;
    // MNIST's margin: a digit of 20 pixels on a canvas of 28.
    let box_side = (side * standard.box_side() / standard.side()).max(1);
    let saved = SavedModel {
        model: model.clone(),
        preparation: standard.with_canvas(side, box_side)?,
        labels: (0..model.outline().classes).map(|class| class.to_string()).collect(),
        provenance,
    };
    folder.write(RunFile::Model, &safetensors::write(&saved)?)?;
    Ok(())
}

impl Arguments {
    /// The first part of the run's folder name.
    fn name(&self) -> &str {
        match (&self.preset, &self.network, &self.recipe) {
            (Some(preset), ..) => preset,
            (None, Some(file), _) => file.file_stem().and_then(|stem| stem.to_str()).unwrap_or("network"),
            (None, None, Some(_)) => "recipe",
            (None, None, None) => "paper",
        }
    }

    fn recipe(&self) -> anyhow::Result<Recipe> {
        let mut recipe = match &self.recipe {
            Some(path) => parse(path).context("hint: --recipe takes the config.toml of a run")?,
            None => Recipe::paper(),
        };
        if let Some(name) = &self.preset {
            recipe.architecture = preset(name)?;
        }
        if let Some(path) = &self.network {
            recipe.architecture = parse(path)?;
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
pub(crate) fn preset(name: &str) -> anyhow::Result<Architecture> {
    let names = PRESETS.map(|(name, _)| name).join(", ");
    Architecture::preset(name).with_context(|| format!("unknown preset '{name}': expected one of {names}"))
}

/// A value from a TOML file.
fn parse<T: serde::de::DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let name = path.display();
    let text = String::from_utf8(files::read(path)?).with_context(|| format!("{name}: not a text file"))?;
    toml::from_str(&text).with_context(|| name.to_string())
}

/// Draws a run's events and keeps its `metrics.jsonl`.
struct Watcher<'a> {
    recipe: &'a Recipe,
    folder: &'a RunFolder,
    output: &'a mut Output,
    bar: ProgressBar,
    metrics: String,
    images: usize,
    parameters: u64,
    engine: Engine,
    /// The first thing that went wrong while drawing or writing; training does not stop for it.
    failure: Option<anyhow::Error>,
}

impl<'a> Watcher<'a> {
    fn new(recipe: &'a Recipe, folder: &'a RunFolder, engine: Engine, output: &'a mut Output) -> anyhow::Result<Self> {
        let parameters = recipe.architecture.outline()?.parameters as u64;
        let bar = ProgressBar::hidden();
        Ok(Self { recipe, folder, output, bar, metrics: String::new(), images: 0, parameters, engine, failure: None })
    }

    fn observe(&mut self, event: Event<'_>) {
        let outcome = match event {
            Event::Started { train_images, validation_images, epochs } => {
                self.images = train_images;
                self.bar = progress::images(train_images * epochs as usize, self.output);
                self.started(train_images, validation_images)
            }
            Event::Step { epoch, images, so_far } => {
                self.bar.set_position(((epoch as usize - 1) * self.images + images) as u64);
                if !self.bar.is_hidden() {
                    let (loss, accuracy) = (so_far.loss, percent(so_far.accuracy));
                    self.bar.set_message(format!("epoch {epoch}  loss {loss:.4}  accuracy {accuracy}"));
                }
                Ok(())
            }
            Event::Epoch(metrics) => self.epoch(metrics),
            _ => Ok(()),
        };
        if let Err(error) = outcome {
            self.failure.get_or_insert(error);
        }
    }

    fn started(&mut self, train_images: usize, validation_images: usize) -> anyhow::Result<()> {
        let (parameters, folder) = (self.parameters, self.folder.path());
        if self.output.json {
            return self.output.value(&json!({
                "event": "started", "folder": folder, "parameters": parameters,
                "train_images": train_images, "validation_images": validation_images,
            }));
        }
        if self.output.quiet {
            return Ok(());
        }
        let held_out = match validation_images {
            0 => String::new(),
            n => format!(" ({} held out)", grouped(n as u64)),
        };
        let text = format!(
            "training {} parameters on {} images{held_out}, {} threads, {}, in {}",
            grouped(parameters),
            grouped(train_images as u64),
            self.engine.threads,
            self.engine.cpu.level(),
            folder.display()
        );
        self.bar.suspend(|| self.output.line(text))
    }

    fn epoch(&mut self, metrics: &EpochMetrics) -> anyhow::Result<()> {
        self.metrics.push_str(&serde_json::to_string(metrics)?);
        self.metrics.push('\n');
        self.folder.write(RunFile::Metrics, self.metrics.as_bytes())?;
        if self.output.json {
            let mut value = serde_json::to_value(metrics)?;
            value["event"] = json!("epoch");
            return self.output.value(&value);
        }
        if self.output.quiet {
            return Ok(());
        }
        let line = epoch_line(metrics, self.recipe.epochs, self.images);
        self.bar.suspend(|| self.output.line(line))
    }

    fn finish(self) -> anyhow::Result<()> {
        self.bar.finish_and_clear();
        self.failure.map_or(Ok(()), Err)
    }
}

fn epoch_line(metrics: &EpochMetrics, epochs: u32, images: usize) -> String {
    let EpochMetrics { epoch, train, validation, seconds } = metrics;
    let validation = validation.map_or(String::new(), |validation| {
        format!("  validation loss {:.4}  accuracy {}", validation.loss, percent(validation.accuracy))
    });
    let rate = grouped((images as f64 / seconds) as u64);
    let (loss, accuracy) = (train.loss, percent(train.accuracy));
    format!(
        "epoch {epoch:>2}/{epochs}  loss {loss:.4}  accuracy {accuracy}{validation}  {seconds:.1} s  {rate} images/s"
    )
}
