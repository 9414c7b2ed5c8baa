//! What the folds of a cross-validation together say of a recipe.

use serde::Serialize;
use serde_json::json;
use tenfold_evaluation::{BoxPlot, Evaluation, Interval, Summary, Suspect, suspects};
use tenfold_experiment::charts::{curves, fold_boxes};
use tenfold_experiment::pages::CrossValidationPage;
use tenfold_experiment::{Assessment, Environment, FoldPlan, PROGRAM};
use tenfold_report::chart::{self, LineChart};
use tenfold_training::{EpochMetrics, Recipe, RunFolder};

use super::calibration::{OutOfFold, Threshold};
use super::fold::Fold;
use crate::cli::output::{Output, percent};

/// How many doubtful labels are listed.
const SUSPECTS: usize = 300;

/// The `results.json` of a cross-validation.
#[derive(Serialize)]
pub(super) struct Results<'a> {
    program: String,
    plan: FoldPlan,
    recipe: &'a Recipe,
    folds: Vec<Fold>,
    /// Over the folds' accuracies.
    accuracy: Summary,
    /// As `mean_95` of these, widened because folds share training images.
    mean_95_corrected: Option<Interval>,
    accuracy_box: BoxPlot,
    /// Over the folds' losses.
    loss: Summary,
    /// Every image, by the model that has not seen it.
    out_of_fold: Evaluation,
    /// Fitted to these answers; for models that the same recipe makes of all images.
    temperature: f64,
    /// Of the same answers, each at a temperature fitted to the other folds.
    calibration_error_with_it: f64,
    thresholds: Vec<Threshold>,
    /// Images whose labels are contradicted most confidently.
    suspects: Vec<Suspect>,
    /// What to know before the recipe is used.
    warnings: &'a [String],
}

impl<'a> Results<'a> {
    /// From the folds, every image's answer by the model that has not seen it, and which fold that was.
    pub(super) fn new(
        plan: FoldPlan,
        recipe: &'a Recipe,
        folds: Vec<Fold>,
        out_of_fold: &Assessment<'_>,
        fold_of: &[usize],
        warnings: &'a [String],
    ) -> anyhow::Result<Self> {
        let accuracies: Vec<f64> = folds.iter().map(|fold| fold.evaluation.accuracy).collect();
        let losses: Vec<f64> = folds.iter().map(|fold| fold.evaluation.loss).collect();
        let accuracy = Summary::of_rates(&accuracies)?;
        let labels = out_of_fold.images.labels();
        let OutOfFold { temperature, calibration_error, thresholds } = OutOfFold::new(out_of_fold, fold_of)?;
        Ok(Self {
            program: PROGRAM.to_owned(),
            plan,
            recipe,
            mean_95_corrected: accuracy.resampled_mean_95(1.0 / (folds.len() - 1) as f64),
            accuracy,
            accuracy_box: BoxPlot::new(&accuracies)?,
            loss: Summary::new(&losses)?,
            out_of_fold: out_of_fold.evaluation.clone(),
            temperature,
            calibration_error_with_it: calibration_error,
            thresholds,
            suspects: suspects(labels, &out_of_fold.probabilities, out_of_fold.images.classes(), SUSPECTS)?,
            folds,
            warnings,
        })
    }

    fn histories(&self) -> Vec<&[EpochMetrics]> {
        self.folds.iter().map(|fold| &fold.history[..]).collect()
    }

    pub(super) fn curves(&self) -> LineChart {
        curves(&self.histories())
    }

    pub(super) fn boxes(&self) -> chart::BoxPlot {
        let accuracies: Vec<f64> = self.folds.iter().map(|fold| fold.evaluation.accuracy).collect();
        fold_boxes(&accuracies, &self.accuracy_box)
    }

    pub(super) fn page(
        &self,
        folder: &RunFolder,
        environment: &Environment,
        out_of_fold: &Assessment<'_>,
    ) -> anyhow::Result<String> {
        let page = CrossValidationPage {
            folder,
            environment,
            recipe: self.recipe,
            histories: self.histories(),
            evaluations: self.folds.iter().map(|fold| &fold.evaluation).collect(),
            accuracy: &self.accuracy,
            accuracy_box: &self.accuracy_box,
            out_of_fold,
            suspects: &self.suspects,
            warnings: self.warnings,
        };
        Ok(page.to_html()?)
    }

    pub(super) fn print(&self, folder: &RunFolder, output: &mut Output) -> anyhow::Result<()> {
        if output.json {
            return output.finished(folder.path(), self);
        }
        let Summary { mean, standard_deviation, min, max, n, .. } = &self.accuracy;
        let spread = standard_deviation.map_or(String::new(), |it| format!(" +- {}", percent(it)));
        output.line(format!("accuracy  {}{spread} (mean and standard deviation of {n} folds)", percent(*mean)))?;
        if let Some(Interval { low, high }) = self.mean_95_corrected {
            let (low, high) = (percent(low), percent(high));
            output
                .line(format!("          95 % interval of the mean: {low} to {high}, corrected for shared images"))?;
        }
        let BoxPlot { lower_quartile, median, upper_quartile, .. } = self.accuracy_box;
        let five = [*min, lower_quartile, median, upper_quartile, *max].map(percent);
        output.line(format!(
            "          least {}, quarter {}, median {}, quarter {}, greatest {}",
            five[0], five[1], five[2], five[3], five[4]
        ))?;
        let Evaluation { images, correct, accuracy_95, calibration_error, .. } = &self.out_of_fold;
        let (low, high) = (percent(accuracy_95.low), percent(accuracy_95.high));
        output.line(format!("together  {correct} of {images} images right (95 % interval: {low} to {high})"))?;
        output.line(format!(
            "calibration error  {}, with temperature {:.4}: {}",
            percent(*calibration_error),
            self.temperature,
            percent(self.calibration_error_with_it)
        ))?;
        for threshold in &self.thresholds {
            output.line(threshold.text())?;
        }
        let (listed, folder) = (self.suspects.len(), folder.path().display());
        output
            .line(format!("the {listed} labels most in doubt, and everything else: {folder}/report.html, results.json"))
    }
}

/// Tells what a fold has shown.
pub(super) fn tell(fold: &Fold, output: &mut Output) -> anyhow::Result<()> {
    if output.json {
        let mut value = serde_json::to_value(fold)?;
        value["event"] = json!("fold");
        return output.value(&value);
    }
    let Fold { fold, evaluation, history, .. } = fold;
    let seconds: f64 = history.iter().map(|epoch| epoch.seconds).sum();
    output.line(format!(
        "fold {fold:>2}  accuracy {}  loss {:.4}  {seconds:.1} s",
        percent(evaluation.accuracy),
        evaluation.loss
    ))
}
