//! The files that a run leaves, and their names.

use std::borrow::Cow;

use crate::whole_file::TEMPORARY;

/// The files of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunFile {
    /// The recipe, as TOML; written first.
    Config,
    /// With what, on which images and how the run was started; see the program's documentation.
    Environment,
    /// One JSON object per epoch and line.
    Metrics,
    /// The same as CSV.
    Table,
    /// Where the run can go on from.
    Checkpoint,
    /// The checkpoint after this epoch, where such are kept.
    Epoch(u32),
    /// The model after the epoch with the lowest validation loss, where there is validation.
    Best,
    /// The model after the last epoch.
    Model,
    /// What the model does on the training and the test images, and what it took; written last but for the report.
    Evaluation,
    /// What is compared in an exploration, each with its recipe.
    Variants,
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
    const SINGLE: [Self; 16] = [
        Self::Config,
        Self::Environment,
        Self::Metrics,
        Self::Table,
        Self::Checkpoint,
        Self::Best,
        Self::Model,
        Self::Evaluation,
        Self::Variants,
        Self::Results,
        Self::Predictions,
        Self::Curves,
        Self::CurvesPicture,
        Self::Boxes,
        Self::BoxesPicture,
        Self::Report,
    ];

    /// The file's name in the folder.
    pub fn name(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Config => "config.toml",
            Self::Environment => "environment.json",
            Self::Metrics => "metrics.jsonl",
            Self::Table => "metrics.csv",
            Self::Checkpoint => "checkpoint.safetensors",
            Self::Epoch(epoch) => return Cow::Owned(format!("{}{epoch:04}{}", EPOCH[0], EPOCH[1])),
            Self::Best => "best.safetensors",
            Self::Model => "model.safetensors",
            Self::Evaluation => "evaluation.json",
            Self::Variants => "variants.toml",
            Self::Results => "results.json",
            Self::Predictions => "predictions.csv",
            Self::Curves => "curves.svg",
            Self::CurvesPicture => "curves.png",
            Self::Boxes => "box-plot.svg",
            Self::BoxesPicture => "box-plot.png",
            Self::Report => "report.html",
        })
    }

    /// Whether a run makes files of this name, TensorBoard's event files and what a killed run leaves included.
    pub(crate) fn is_name(name: &str) -> bool {
        let is_epoch = || {
            let number = name.strip_prefix(EPOCH[0]).and_then(|rest| rest.strip_suffix(EPOCH[1]));
            number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
        };
        Self::SINGLE.iter().any(|file| name == file.name())
            || is_epoch()
            || name.starts_with(EVENTS)
            || name.starts_with(TEMPORARY)
    }
}

/// How TensorBoard wants the names of event files to begin.
pub const EVENTS: &str = "events.out.tfevents.";
