//! `tenfold evaluate`: how good a model is, digit by digit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::{Args, ValueEnum};
use serde_json::json;
use tenfold_dataset::Part;
use tenfold_evaluation::{Accepted, Evaluation, Interval};
use tenfold_experiment::{
    GroupResults, PartEvaluation, REPORT_FILE, WithoutLabelErrors, assessment_files, images_for, part_kind, part_name,
    robustness_files, warnings,
};
use tenfold_formats::SavedModel;
use tenfold_training::{Engine, check_fit};

use super::output::{Output, grouped, lossy, percent, warn};
use super::{Outcome, files, pixels, progress};

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
    /// Model file, or the folder of a run [default: the model inside the program]
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
    /// The model whose errors on corrupted images count as 100 [default: the model inside the program]
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

/// The warning about a model of another program whose confidence is far from its accuracy.
const NORMALISED: &str = "the confidence of the answers is far from their accuracy, as for a model that was trained on normalised \
    pixels and is given others\n\
    hint: tenfold convert with the --mean and --std of its training makes a model that normalises its pixels itself";

/// The calibration error from which a model of another program may have been trained on other pixels than it is given.
const SUSPICIOUS_CALIBRATION_ERROR: f64 = 0.2;

impl Arguments {
    /// The model beside which corrupted images are read; none if that is the evaluated one, or nobody asked.
    fn reference(&self) -> anyhow::Result<Option<SavedModel>> {
        let is_another = self.corruptions && self.reference != self.model;
        is_another.then(|| files::model(self.reference.as_deref())).transpose()
    }
}

/// The most classes whose confusion matrix is printed.
const WIDEST_MATRIX: usize = 26;

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
    let model = arguments.model.as_deref().map_or("the model inside the program".to_owned(), lossy);
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
            print(name, &evaluation, &assessment.names(), output)?;
        }
        if let Some(folder) = &arguments.out {
            let mut written = assessment_files(&assessment, name)?;
            if let Some(robustness) = &evaluation.robustness {
                written.extend(robustness_files(robustness, &images, name)?);
            }
            write_files(written, folder, arguments.force)?;
        }
        warnings::of_answers(kind, images.labels(), &assessment.evaluation)?.iter().for_each(|it| warn(it));
        // A file of another program does not say what its pixels were.
        if saved.provenance.data.is_empty() && assessment.evaluation.calibration_error > SUSPICIOUS_CALIBRATION_ERROR {
            warn(NORMALISED);
        }
        splits.insert(name, evaluation);
    }
    if output.json {
        output.value(&json!({ "model": arguments.model.as_deref().map(lossy), "splits": splits }))?;
    } else if let Some(folder) = &arguments.out {
        output.line(format!("files  {}", folder.display()))?;
    }
    Ok(Outcome::Done)
}

/// Prints an evaluation; `names` are those of the classes.
fn print(name: &str, evaluation: &PartEvaluation, names: &[&str], output: &mut Output) -> anyhow::Result<()> {
    let PartEvaluation { evaluation, without_label_errors, by_group, accepted, robustness } = evaluation;
    output.line(summary_line(name, evaluation))?;
    let notes = [without_label_errors.as_ref().map(without_text), accepted.as_ref().map(accepted_text)];
    let by_group = by_group.as_ref().map_or(Vec::new(), GroupResults::lines);
    notes.iter().flatten().chain(&by_group).try_for_each(|note| output.line(format!("       {note}")))?;
    output.line(format!("\n{}", evaluation.report.to_text(4)))?;
    if names.len() > WIDEST_MATRIX {
        output.line(confused(evaluation, names))?;
    } else {
        output.line("confusion matrix (rows: truth, columns: prediction)\n")?;
        output.line(evaluation.confusion.to_text(names)?)?;
    }
    robustness.iter().try_for_each(|robustness| output.line(robustness.to_text()))
}

/// The most frequent mistakes, a line each, where a matrix would be wider than a terminal.
fn confused(evaluation: &Evaluation, names: &[&str]) -> String {
    const LISTED: usize = 20;
    let mut text = "most frequent mistakes (the matrix of so many classes is written with --out)\n".to_owned();
    for mistake in evaluation.confusion.most_confused(LISTED) {
        let [truth, read] = [mistake.truth, mistake.predicted].map(|class| names[usize::from(class)]);
        text += &format!("\n{:>7}  {truth} read as {read}", grouped(mistake.count));
    }
    text + "\n"
}

/// The accuracy without label errors, in a line.
fn without_text(without: &WithoutLabelErrors) -> String {
    let WithoutLabelErrors { doubtful, wrong_among_them, accuracy, accuracy_95 } = without;
    format!(
        "{} without {doubtful} images whose label is in doubt (95 % interval: {} to {}); \
         {wrong_among_them} of these are counted as wrong above",
        percent(*accuracy),
        percent(accuracy_95.low),
        percent(accuracy_95.high)
    )
}

/// The results of accepting only confident answers, in a line.
fn accepted_text(accepted: &Accepted) -> String {
    let Accepted { threshold, accepted, coverage, errors, error_rate_95, .. } = accepted;
    let interval = error_rate_95.map_or(String::new(), |Interval { low, high }| {
        format!(" ({:.3} % to {:.3} % of them)", 100.0 * low, 100.0 * high)
    });
    let (accepted, coverage) = (grouped(*accepted), percent(*coverage));
    format!(
        "{accepted} answers ({coverage}) have a confidence of at least {threshold}; {errors} of them are wrong{interval}"
    )
}

/// `test   99.05 % of 10,000 images right (95 %: 98.84 to 99.22), loss 0.0301, calibration error 0.21 %`
pub(crate) fn summary_line(name: &str, evaluation: &Evaluation) -> String {
    format!(
        "{name:<5}  {} of {} images right (95 % interval: {} to {}), loss {:.4}, calibration error {}",
        percent(evaluation.accuracy),
        grouped(evaluation.images),
        percent(evaluation.accuracy_95.low),
        percent(evaluation.accuracy_95.high),
        evaluation.loss,
        percent(evaluation.calibration_error)
    )
}

/// Writes all of them, once no name among them is taken.
fn write_files(files: Vec<(String, Vec<u8>)>, folder: &Path, replace: bool) -> anyhow::Result<()> {
    files::make_folder(folder)?;
    files.iter().try_for_each(|(name, _)| files::check_free(&folder.join(name), replace))?;
    files.iter().try_for_each(|(name, contents)| files::write(&folder.join(name), contents, replace))
}
