//! `tenfold evaluate`: how good a model is, digit by digit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::{Args, ValueEnum};
use serde_json::json;
use tenfold_dataset::Part;
use tenfold_experiment::{
    PartEvaluation, REPORT_FILE, assessment_files, images_for, part_kind, part_name, robustness_files, warnings,
};
use tenfold_formats::SavedModel;
use tenfold_training::{Engine, check_fit};

use super::output::{Output, lossy, warn};
use super::{Outcome, files, names, pixels, progress};

/// Evaluate a model on the training and the test images
///
/// Of a data set that has only test images, these; one that does not say which are for what is evaluated as a whole, as the
/// split "all", and --split divides it as `train` does. Pictures are prepared as the model's file says.
///
/// With --json: {"model","splits":{"train","test"}}, and for each split "images", "correct", "accuracy" (a fraction),
/// "accuracy_95" ("low" and "high" of Wilson's 95 % interval), "loss" (mean cross-entropy in nats), "top_2_accuracy",
/// "top_3_accuracy", "brier_score", "cohens_kappa", "matthews_correlation", "calibration_error", "roc_auc_macro",
/// "average_precision_macro", "report" (scikit-learn's output_dict), "class_intervals" (Wilson's, "precision_95" and
/// "recall_95" per class) and "confusion" (rows: truth, columns: prediction); for MNIST's test images also
/// "without_errata": the same without labels in doubt; where groups of the images are known, as MNIST's writers, "by_group":
/// "groups", "images", "correct", "accuracy", "accuracy_95" by the scatter between groups, "of_a_group" (the mean over groups and
/// others), "errors" (how many groups have 0, 1, 2 and so on, at the end 20 or more), "hardest" (at most 20, each with "group")
/// and for MNIST "students" and "clerks"; with --accept also "accepted": "threshold", "accepted",
/// "coverage", "errors", "error_rate" and "error_rate_95"; with --corruptions also "robustness": "error_rate" and
/// "reference_error_rate", "mean_corruption_error" (percent of the reference's, at the severities of MNIST-C),
/// "mean_corruption_error_all_severities", "corruptions" ("corruption", "published_severity", "error_rates" by severity,
/// "reference_error_rates", "corruption_error", "corruption_error_all_severities") and "distortions" ("distortion", "unit",
/// "amounts" and both rates).
#[derive(Args)]
pub(crate) struct Arguments {
    #[arg(help = names::default_model_help())]
    model: Option<PathBuf>,
    /// Which images
    #[arg(long, value_enum, default_value_t = Split::All)]
    split: Split,
    /// Data set: a CSV, NPZ or Parquet file, a folder with a folder of pictures for each class, or one with MNIST's four IDX
    /// files [default: MNIST, inside the program]
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Also report how many answers have at least this confidence, 0 to 1, and how many of these are wrong
    #[arg(long, value_name = "CONFIDENCE")]
    accept: Option<f32>,
    /// Also report errors on corrupted images: the families of MNIST-C, shifts, rotations, sizes and stroke widths; of the
    /// test images, or with --split train of the training images
    #[arg(long)]
    corruptions: bool,
    /// The model whose errors on corrupted images count as 100, as MODEL is given [default: paper]
    #[arg(long, value_name = "MODEL", requires = "corruptions")]
    reference: Option<PathBuf>,
    /// Decides what is random in corrupted images
    #[arg(long, value_name = "N", default_value_t = 1, requires = "corruptions")]
    seed: u64,
    /// Also write into this folder, for each split: the report, the confusion matrix as SVG, PNG and CSV, galleries of
    /// right, wrong, least confident and most confused digits as PNG, charts of calibration, and every image's prediction
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace the files of an earlier evaluation in that folder, by their names
    #[arg(long, requires = "out")]
    force: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Split {
    All,
    Train,
    Test,
}

impl Split {
    /// What these images may be called.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::All => &["train", "test", "all"],
            Self::Train => &["train"],
            Self::Test => &["test"],
        }
    }

    /// The part of a data set it stands for; none for all that is there.
    pub(crate) fn part(self) -> Option<Part> {
        match self {
            Self::All => None,
            Self::Train => Some(Part::Train),
            Self::Test => Some(Part::Test),
        }
    }
}

impl Arguments {
    /// The model beside which corrupted images are read; none if that is the evaluated one, or nobody asked.
    fn reference(&self) -> anyhow::Result<Option<SavedModel>> {
        let is_another = self.corruptions && self.reference != self.model;
        is_another.then(|| files::model(self.reference.as_deref())).transpose()
    }
}

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    if let Some(threshold) = arguments.accept {
        ensure!((0.0..=1.0).contains(&threshold), "--accept is {threshold}, expected 0 to 1");
    }
    if let Some(folder) = &arguments.out {
        files::check_folder(folder)?;
        for part in arguments.split.names() {
            files::check_free(&folder.join(format!("{part}-{REPORT_FILE}")), arguments.force)?;
        }
    }
    let saved = files::model(arguments.model.as_deref())?;
    let reference = arguments.reference()?;
    let source = files::source(arguments.data.as_deref());
    let model = arguments.model.as_deref().map_or(names::DEFAULT_MODEL.name.to_owned(), lossy);
    // All that can be wrong with the images is found before the first of them is looked at.
    let parts = images_for(&saved, &source, arguments.split.part())?;
    parts.iter().try_for_each(|(_, images)| check_fit(saved.model.architecture(), images))?;
    let mut splits = BTreeMap::new();
    for (part, images) in parts {
        let (name, kind) = (part_name(part), part_kind(part));
        let assessment = progress::assess(&saved.model, saved.labels.clone(), &images, name, engine, output);
        let assessment = assessment.with_context(|| model.clone())?;
        let doubt = pixels::advice(&saved, &images, engine).or_else(|| pixels::doubt(&saved, &assessment.evaluation));
        doubt.iter().for_each(|text| warn(text));
        let mut evaluation = PartEvaluation::new(&assessment, &source, part, arguments.accept)?;
        if arguments.corruptions && (part != Some(Part::Train) || arguments.split == Split::Train) {
            let measured = progress::robustness(&saved, reference.as_ref(), &images, arguments.seed, engine, output);
            evaluation.robustness = Some(measured.with_context(|| model.clone())?);
        }
        if !output.json {
            output.line(evaluation.to_text(name, &assessment.names())?)?;
        }
        if let Some(folder) = &arguments.out {
            let mut written = assessment_files(&assessment, name)?;
            if let Some(robustness) = &evaluation.robustness {
                written.extend(robustness_files(robustness, &images, name)?);
            }
            write_files(written, folder, arguments.force)?;
        }
        warnings::of_answers(kind, images.labels(), &assessment.evaluation)?.iter().for_each(|it| warn(it));
        splits.insert(name, evaluation);
    }
    if output.json {
        output.value(&json!({ "model": arguments.model.as_deref().map(lossy), "splits": splits }))?;
    } else if let Some(folder) = &arguments.out {
        output.line(format!("files  {}", folder.display()))?;
    }
    Ok(Outcome::Done)
}

/// Writes all of them, once no name among them is taken.
fn write_files(files: Vec<(String, Vec<u8>)>, folder: &Path, replace: bool) -> anyhow::Result<()> {
    files::make_folder(folder)?;
    files.iter().try_for_each(|(name, _)| files::check_free(&folder.join(name), replace))?;
    files.iter().try_for_each(|(name, contents)| files::write(&folder.join(name), contents, replace))
}
