//! `tenfold cross-validate`: how good a recipe is, judged on images its models were not trained on.

pub(crate) mod calibration;
mod fold;
mod results;

use std::sync::Arc;

use anyhow::{Context, ensure};
use clap::{Args, ValueEnum};
use tenfold_dataset::{FoldKind, FoldRule, FoldsLike, Part, k_fold};
use tenfold_experiment::{Assessment, Environment, FoldPlan, Predictions, check_model_file, warnings, write_json};
use tenfold_report::chart::Chart;
use tenfold_report::raster;
use tenfold_training::{Engine, Run, RunFile, RunFolder, RunKind, check_fit};

use super::Outcome;
use super::begin::{BeginArguments, Beginning, Place};
use super::interrupt::Interrupt;
use super::output::{Output, warn_all, warn_of_patience};
use fold::Circumstances;
use results::Results;

/// Cross-validate a recipe: train once per fold of the training images, and judge each model on the fold it has not seen
///
/// Fold K starts from the recipe's seed plus K - 1. The test images are not looked at. Leaves a run per fold in fold-1,
/// fold-2 and so on, every image's prediction by the model that has not seen it in predictions.csv, the learning curves and a
/// box plot as SVG and PNG, results.json and report.html. What was interrupted goes on with --resume.
///
/// With --json, one object per line: the events of `train` for each fold, with "fold" counted from 1, then
/// {"event":"fold","fold","train_images","history","epoch","evaluation"} after each, and at the end {"event":"finished","folder"}
/// with the keys of results.json: "folds", "accuracy" and "loss" (mean, standard_deviation, mean_95 and others over
/// folds; "mean_95_corrected" is wider, since folds share images), "accuracy_box", "out_of_fold" with the keys of
/// `evaluate`, "temperature" with "calibration_error_with_it", "thresholds" for target error rates, "suspects": images
/// whose label is contradicted most confidently, and "warnings": what to know before the recipe is used.
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
    /// Draw the folds that Tenfold draws, or exactly those of scikit-learn's KFold(K, shuffle=True, random_state=SEED), or
    /// StratifiedKFold without --plain
    #[arg(long, value_enum, default_value_t = Like::Tenfold, conflicts_with = "resume")]
    folds_like: Like,
    /// Which folds are drawn
    #[arg(long, value_name = "SEED", default_value_t = 1, conflicts_with = "resume")]
    folds_seed: u64,
}

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
        FoldPlan { folds: self.folds, rule: FoldRule { kind, like }, seed: self.folds_seed }
    }
}

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let interrupt = Interrupt::listen()?;
    let mut beginning = arguments.begin.settle(RunKind::CrossValidate, engine)?;
    if let Place::New(_) = beginning.place {
        beginning.environment = Environment { folds: Some(arguments.plan()), ..beginning.environment };
    }
    carry_out(beginning, &interrupt, output)
}

/// Trains what is still to be trained, and writes what all folds together show.
pub(super) fn carry_out(
    beginning: Beginning<'_>,
    interrupt: &Interrupt,
    output: &mut Output,
) -> anyhow::Result<Outcome> {
    let Beginning { recipe, environment, engine, place } = beginning;
    let (recipe, environment) = (&recipe, &environment);
    let plan = environment.folds.context("environment.json: expected the folds of a cross-validation")?;
    ensure!(
        recipe.validation == 0.0,
        "--validation is {}, expected 0: the images of a fold are its validation",
        recipe.validation
    );
    let source = environment.source();
    let images = Arc::new(source.load(Part::Train)?);
    check_fit(&recipe.architecture, &images)?;
    check_model_file(recipe)?;
    let divisions = k_fold(images.labels(), plan.folds, plan.rule, plan.seed)?;
    // What fails at once does so before an earlier run is replaced.
    if let Some(division) = divisions.first() {
        Run::with_division(recipe.clone(), Arc::clone(&images), division.clone(), engine)?;
    }
    warn_of_patience(recipe);
    let mut warnings = warnings::of_images(&source, &images)?;
    warn_all(&warnings);
    let folder = &place.folder(recipe, environment, &[])?;

    let circumstances = Circumstances { recipe, environment, source: &source, images: &images, folder, engine };
    let mut predictions = Predictions::new(&images);
    let mut folds = Vec::new();
    for (number, division) in (1..).zip(divisions) {
        let Some(fold) = fold::carry_out(&circumstances, number, division, interrupt, &mut predictions, output)? else {
            return Ok(Outcome::Interrupted);
        };
        results::tell(&fold, output)?;
        folds.push(fold);
    }
    folder.write(RunFile::Predictions, predictions.to_csv()?.as_bytes())?;
    let names = (0..images.classes()).map(|class| class.to_string()).collect();
    let fold_of = predictions.folds().to_vec();
    let out_of_fold = Assessment::new(&images, names, predictions.into_probabilities())?;
    warnings.extend(warnings::of_answers("held out", images.labels(), &out_of_fold.evaluation)?);
    let results = Results::new(plan, recipe, folds, &out_of_fold, &fold_of, &warnings)?;
    write_json(folder, RunFile::Results, &results)?;
    write_pictures(&results, folder)?;
    folder.write(RunFile::Report, results.page(folder, environment, &out_of_fold)?.as_bytes())?;
    results.print(folder, output)?;
    // Last, where they are seen.
    warn_all(&warnings);
    Ok(Outcome::Done)
}

/// The paper's figure, as files of their own.
fn write_pictures(results: &Results<'_>, folder: &RunFolder) -> anyhow::Result<()> {
    /// Pixels of a PNG for one of an SVG.
    const SCALE: f32 = 2.0;
    let boxes = results.boxes();
    for (chart, svg, png) in [
        (&results.curves() as &dyn Chart, RunFile::Curves, RunFile::CurvesPicture),
        (&boxes, RunFile::Boxes, RunFile::BoxesPicture),
    ] {
        folder.write(svg, &chart.svg_file())?;
        folder.write(png, &raster::png(chart, SCALE)?)?;
    }
    Ok(())
}
