//! The files that a run leaves, and their names.

use std::borrow::Cow;

use crate::marker::{MARKER, Marker};
use crate::run_kind::RunKind;
use crate::whole_file::TEMPORARY;

/// The files of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunFile {
    /// The recipe, as TOML; with it a folder is a run that can be resumed.
    Config,
    /// With what, on which images and how the run was started; see the program's documentation.
    Environment,
    /// One JSON object per epoch and line.
    Metrics,
    /// The same as CSV.
    Table,
    /// The model that the run starts from, for the network and the classes of the run; where the recipe has one.
    Start,
    /// The model that the run learns from, the ensemble of them if there are several; where the recipe has a distillation.
    Teacher,
    /// What the run is resumed from.
    Checkpoint,
    /// The checkpoint after this epoch, where such are kept.
    Epoch(u32),
    /// The model after the epoch with the lowest validation loss, where there is validation.
    Best,
    /// The model that the run hands out; see [`Trained`](crate::Trained).
    Model,
    /// The model after the last epoch, where [`Self::Model`] is the best.
    Last,
    /// What the model does on the training and the test images, and what it took; written last but for the report.
    Evaluation,
    /// What is compared in an exploration or a search, each with its recipe.
    Variants,
    /// What is searched, as TOML.
    Space,
    /// What a search has found, rung by rung, for people and to be kept with them.
    Log,
    /// The recipe that a search has found to be the best, as TOML.
    BestRecipe,
    /// What several runs together amount to, in the folder around theirs.
    Results,
    /// What a model said of every image, a row each.
    Predictions,
    /// Learning curves, as SVG.
    Curves,
    /// The same as PNG.
    CurvesPicture,
    /// Accuracies over folds, as SVG.
    Boxes,
    /// The same as PNG.
    BoxesPicture,
    /// Everything above for people, as one page.
    Report,
}

/// How the names of [`RunFile::Epoch`] begin and end.
const EPOCH: [&str; 2] = ["checkpoint-", ".safetensors"];

impl RunFile {
    /// What a run of one recipe leaves, and every part of a run.
    const TRAIN: &[Self] = &[
        Self::Config,
        Self::Environment,
        Self::Metrics,
        Self::Table,
        Self::Start,
        Self::Teacher,
        Self::Checkpoint,
        Self::Best,
        Self::Model,
        Self::Last,
        Self::Evaluation,
        Self::Report,
    ];

    /// What a cross-validation leaves around its parts.
    const CROSS_VALIDATE: &[Self] = &[
        Self::Config,
        Self::Environment,
        Self::Results,
        Self::Predictions,
        Self::Curves,
        Self::CurvesPicture,
        Self::Boxes,
        Self::BoxesPicture,
        Self::Report,
    ];

    /// What an exploration leaves around its parts.
    const EXPLORE: &[Self] = &[Self::Config, Self::Environment, Self::Variants, Self::Results];

    /// What a search leaves around its parts.
    const SEARCH: &[Self] = &[
        Self::Config,
        Self::Environment,
        Self::Variants,
        Self::Space,
        Self::Results,
        Self::Log,
        Self::BestRecipe,
        Self::Report,
    ];

    /// The file's name in the folder.
    pub fn name(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Config => "config.toml",
            Self::Environment => "environment.json",
            Self::Metrics => "metrics.jsonl",
            Self::Table => "metrics.csv",
            Self::Start => "start.safetensors",
            Self::Teacher => "teacher.safetensors",
            Self::Checkpoint => "checkpoint.safetensors",
            Self::Epoch(epoch) => return Cow::Owned(format!("{}{epoch:04}{}", EPOCH[0], EPOCH[1])),
            Self::Best => "best.safetensors",
            Self::Model => "model.safetensors",
            Self::Last => "last.safetensors",
            Self::Evaluation => "evaluation.json",
            Self::Variants => "variants.toml",
            Self::Space => "space.toml",
            Self::Log => "search.md",
            Self::BestRecipe => "best.toml",
            Self::Results => "results.json",
            Self::Predictions => "predictions.csv",
            Self::Curves => "curves.svg",
            Self::CurvesPicture => "curves.png",
            Self::Boxes => "box-plot.svg",
            Self::BoxesPicture => "box-plot.png",
            Self::Report => "report.html",
        })
    }

    /// Whether a run of any kind makes files of this name.
    pub fn is_any(name: &str) -> bool {
        RunKind::ALL.into_iter().any(|kind| Self::is_of(name, Marker { kind, part: false }))
    }

    /// Whether a run in a folder with this marker makes files of this name: the one list of what may be removed with a run.
    /// TensorBoard's event files, the marker and what a killed run leaves are in it.
    pub(crate) fn is_of(name: &str, Marker { kind, part }: Marker) -> bool {
        let singles = match kind {
            RunKind::CrossValidate if !part => Self::CROSS_VALIDATE,
            RunKind::Explore if !part => Self::EXPLORE,
            RunKind::Search if !part => Self::SEARCH,
            _ => Self::TRAIN,
        };
        let trains = part || kind == RunKind::Train;
        let number = name.strip_prefix(EPOCH[0]).and_then(|rest| rest.strip_suffix(EPOCH[1]));
        let is_epoch = number.is_some_and(is_number);
        name == MARKER
            || name.starts_with(TEMPORARY)
            || singles.iter().any(|file| name == file.name())
            || trains && (is_epoch || name.starts_with(EVENTS))
    }
}

/// The name of the folder of a fold's run; folds are counted from 1.
pub fn fold_folder(number: usize) -> String {
    format!("{FOLD}{number}")
}

/// The name of the folder of a trial's run in its variant's folder; trials are counted from 1.
pub fn trial_folder(number: usize) -> String {
    format!("{TRIAL}{number}")
}

/// How the names of [`fold_folder`] begin.
pub(crate) const FOLD: &str = "fold-";

/// How the names of [`trial_folder`] begin.
pub(crate) const TRIAL: &str = "trial-";

/// Whether `name` is `prefix` with a number.
pub(crate) fn is_numbered(name: &str, prefix: &str) -> bool {
    name.strip_prefix(prefix).is_some_and(is_number)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// How TensorBoard wants the names of event files to begin.
pub const EVENTS: &str = "events.out.tfevents.";
