//! `tenfold cross-validate`: how good a recipe is, judged on images its models were not trained on.

use anyhow::ensure;
use clap::{Args, ValueEnum};
use tenfold_dataset::{DivideBy, FoldKind, FoldRule, FoldsLike};
use tenfold_evaluation::{BoxPlot, Evaluation, Interval, Summary};
use tenfold_experiment::{
    CrossValidation, CrossValidationResults, Environment, Error, FoldPlan, GroupResults, Outcome as Ended, Setup,
};
use tenfold_training::{Engine, RunKind};

use super::Outcome;
use super::begin::BeginArguments;
use super::interrupt::Interrupt;
use super::output::{Output, percent, warn_all};
use super::recipe::named;
use super::watcher::{Watcher, print_interrupted};

/// Cross-validate a recipe: train once per fold, and judge each model on the images it was not trained on
///
/// Fold K starts from the recipe's seed plus K - 1. The test images are not looked at. Leaves a run per fold in fold-1,
/// fold-2 and so on, every image's prediction by the model that was not trained on it in predictions.csv, the learning curves and a
/// box plot as SVG and PNG, results.json and report.html. What was interrupted is resumed with --resume.
///
/// With --json, one object per line: the events of `train` for each fold, with "fold" counted from 1, then
/// {"event":"fold","fold","train_images","history","epoch","evaluation"} after each, and at the end {"event":"finished","folder"}
/// with the keys of results.json: "program", "plan", "recipe", "folds", "accuracy" and "loss" (mean, standard_deviation,
/// mean_95 and others over folds; "mean_95_corrected" is wider, since folds share images), "accuracy_box", "out_of_fold" with the keys of
/// `evaluate`, "by_group" likewise, "temperature" with "calibration_error_with_it", "thresholds" for target error rates,
/// "min_confidence" (which 98.7 % of the answers have at that temperature), "suspects": images whose label is contradicted most
/// confidently, and "warnings": what to know before the recipe is used.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    begin: BeginArguments,
    /// Number of folds
    #[arg(long, value_name = "K", default_value_t = 5, conflicts_with = "resume")]
    folds: usize,
    /// Draw folds from all images alike [default: each class is spread evenly over the folds]
    #[arg(long, conflicts_with = "resume")]
    plain: bool,
    #[arg(long, value_name = "NAME", value_parser = named::<DivideBy>, help = FOLDS_BY, conflicts_with = "resume")]
    folds_by: Option<DivideBy>,
    /// Draw the folds that Tenfold draws, or exactly those of scikit-learn's KFold(K, shuffle=True, random_state=SEED), or
    /// StratifiedKFold without --plain; GroupKFold and StratifiedGroupKFold with --folds-by group
    #[arg(long, value_name = "PROGRAM", value_enum, default_value_t = Like::Tenfold, conflicts_with = "resume")]
    folds_like: Like,
    /// Which folds are drawn
    #[arg(long, value_name = "SEED", default_value_t = 1, conflicts_with = "resume")]
    folds_seed: u64,
}

/// What `--folds-by` does.
pub(super) const FOLDS_BY: &str = "Draw folds image by image, or group by group, as all images of a writer: writer is another name for it [default: image]";

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Like {
    Tenfold,
    Sklearn,
}

impl Arguments {
    fn plan(&self) -> FoldPlan {
        let kind = if self.plain { FoldKind::Plain } else { FoldKind::Stratified };
        let like = match self.folds_like {
            Like::Tenfold => FoldsLike::Tenfold,
            Like::Sklearn => FoldsLike::Sklearn,
        };
        let by = self.folds_by.unwrap_or_default();
        FoldPlan { folds: self.folds, rule: FoldRule { kind, like }, by, seed: self.folds_seed }
    }
}

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let interrupt = Interrupt::listen()?;
    let started = |it| Environment { folds: Some(arguments.plan()), ..it };
    let setup = arguments.begin.setup(RunKind::CrossValidate, engine, started)?;
    let validation = setup.recipe.validation;
    ensure!(validation == 0.0, "--validation is {validation}, expected 0: the images of a fold are its validation");
    carry_out(setup, |error| arguments.begin.hinted(error), &interrupt, output)
}

/// Trains what is still to be trained, and writes and prints what all folds together show.
pub(super) fn carry_out(
    setup: Setup,
    hinted: impl Fn(Error) -> anyhow::Error,
    interrupt: &Interrupt,
    output: &mut Output,
) -> anyhow::Result<Outcome> {
    let mut watcher = Watcher::new(setup.environment.engine(), interrupt, output);
    let mut observe = |event: tenfold_experiment::Event<'_>| watcher.observe(event);
    let validation = CrossValidation::in_folder(setup, &mut observe).map_err(&hinted)?;
    let ended = validation.carry_out(&mut observe);
    let printed = watcher.finish();
    let ended = ended.map_err(hinted)?;
    printed?;
    match ended {
        Ended::Finished(results) => {
            print(&results, &validation, output)?;
            // Last, where they are seen.
            warn_all(&results.warnings);
            Ok(Outcome::Done)
        }
        Ended::Interrupted(interruption) => {
            print_interrupted(&interruption, RunKind::CrossValidate, output)?;
            Ok(Outcome::Interrupted)
        }
    }
}

fn print(results: &CrossValidationResults, validation: &CrossValidation, output: &mut Output) -> anyhow::Result<()> {
    let folder = validation.folder().map(|folder| folder.path());
    if output.json {
        return output.finished(folder, results);
    }
    let Summary { mean, standard_deviation, min, max, n, .. } = &results.accuracy;
    let spread = standard_deviation.map_or(String::new(), |it| format!(" +- {}", percent(it)));
    output.line(format!("accuracy  {}{spread} (mean and standard deviation of {n} folds)", percent(*mean)))?;
    if let Some(Interval { low, high }) = results.mean_95_corrected {
        let (low, high) = (percent(low), percent(high));
        output.line(format!("          95 % interval of the mean: {low} to {high}, corrected for shared images"))?;
    }
    let BoxPlot { lower_quartile, median, upper_quartile, .. } = results.accuracy_box;
    let five = [*min, lower_quartile, median, upper_quartile, *max].map(percent);
    output.line(format!(
        "          minimum {}, lower quartile {}, median {}, upper quartile {}, maximum {}",
        five[0], five[1], five[2], five[3], five[4]
    ))?;
    let Evaluation { images, correct, accuracy_95, calibration_error, .. } = &results.out_of_fold;
    let (low, high) = (percent(accuracy_95.low), percent(accuracy_95.high));
    output.line(format!("together  {correct} of {images} images right (95 % interval: {low} to {high})"))?;
    let by_group = results.by_group.as_ref().map_or(Vec::new(), GroupResults::lines);
    by_group.iter().try_for_each(|line| output.line(format!("          {line}")))?;
    output.line(format!("folds     {}", results.plan))?;
    output.line(format!(
        "calibration error  {}, with temperature {:.4}: {}",
        percent(*calibration_error),
        results.temperature,
        percent(results.calibration_error_with_it)
    ))?;
    for threshold in &results.thresholds {
        output.line(threshold.to_string())?;
    }
    let (listed, folder) = (results.suspects.len(), folder.map_or(String::new(), |it| it.display().to_string()));
    output.line(format!("the {listed} labels most in doubt, and everything else: {folder}/report.html, results.json"))
}
