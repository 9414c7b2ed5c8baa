//! What the folds of a cross-validation together say of a recipe.

use serde::Serialize;
use tenfold_evaluation::{BoxPlot, Evaluation, Interval, Summary, Suspect, suspects};
use tenfold_formats::Threshold;
use tenfold_report::chart::{self, LineChart};
use tenfold_training::{EpochMetrics, Recipe, RunFolder};

use super::calibration::OutOfFold;
use crate::PROGRAM;
use crate::assessment::Assessment;
use crate::charts::{curves, fold_boxes};
use crate::environment::{Environment, FoldPlan};
use crate::error::Result;
use crate::group_results::GroupResults;
use crate::pages::CrossValidationPage;

/// How many labels in doubt are listed.
const SUSPECTS: usize = 300;

/// What a fold has shown.
#[derive(Clone, Debug, Serialize)]
pub struct Fold {
    /// Counted from 1.
    pub fold: usize,
    /// Images trained on.
    pub train_images: usize,
    /// One entry per epoch, validated on the fold's images.
    pub history: Vec<EpochMetrics>,
    /// The epoch whose model is judged: with patience the best, else the last.
    pub epoch: u32,
    /// Of that model, on the fold's images.
    pub evaluation: Evaluation,
}

/// The `results.json` of a cross-validation.
#[derive(Clone, Debug, Serialize)]
pub struct CrossValidationResults {
    /// The program with its version.
    pub program: String,
    /// How the images were divided.
    pub plan: FoldPlan,
    /// What was cross-validated.
    pub recipe: Recipe,
    /// Each fold by itself.
    pub folds: Vec<Fold>,
    /// Over the folds' accuracies.
    pub accuracy: Summary,
    /// The 95 % interval of the mean accuracy, as `mean_95` of [`Self::accuracy`] but widened because folds share training
    /// images.
    pub mean_95_corrected: Option<Interval>,
    /// The folds' accuracies as a box.
    pub accuracy_box: BoxPlot,
    /// Over the folds' losses.
    pub loss: Summary,
    /// Every image, by the model that was not trained on it.
    pub out_of_fold: Evaluation,
    /// The same by groups, where these are known: of MNIST's images by their writers.
    pub by_group: Option<GroupResults>,
    /// Fitted to these answers; for models that the same recipe makes of all images.
    pub temperature: f64,
    /// Of the same answers, each at a temperature fitted to the other folds.
    pub calibration_error_with_it: f64,
    /// Which answers to accept for some target error rates.
    pub thresholds: Vec<Threshold>,
    /// The confidence that 98.7 % of these answers have at least, at a temperature fitted to the other folds.
    pub min_confidence: f32,
    /// Images whose labels are contradicted most confidently.
    pub suspects: Vec<Suspect>,
    /// What to know before the recipe is used.
    pub warnings: Vec<String>,
}

impl CrossValidationResults {
    /// From the folds, every image's answer by the model that was not trained on it, and which fold that was.
    pub(super) fn new(
        plan: FoldPlan,
        recipe: Recipe,
        folds: Vec<Fold>,
        out_of_fold: &Assessment<'_>,
        fold_of: &[usize],
        by_group: Option<GroupResults>,
        warnings: Vec<String>,
    ) -> Result<Self> {
        let accuracies: Vec<f64> = folds.iter().map(|fold| fold.evaluation.accuracy).collect();
        let losses: Vec<f64> = folds.iter().map(|fold| fold.evaluation.loss).collect();
        let accuracy = Summary::of_rates(&accuracies)?;
        let labels = out_of_fold.images.labels();
        let OutOfFold { temperature, calibration_error, thresholds, min_confidence } =
            OutOfFold::new(out_of_fold, fold_of)?;
        Ok(Self {
            program: PROGRAM.to_owned(),
            plan,
            recipe,
            mean_95_corrected: accuracy.resampled_mean_95(1.0 / (folds.len() - 1) as f64),
            accuracy,
            accuracy_box: BoxPlot::new(&accuracies)?,
            loss: Summary::new(&losses)?,
            out_of_fold: out_of_fold.evaluation.clone(),
            by_group,
            temperature,
            calibration_error_with_it: calibration_error,
            thresholds,
            min_confidence,
            suspects: suspects(labels, &out_of_fold.probabilities, out_of_fold.images.classes(), SUSPECTS)?,
            folds,
            warnings,
        })
    }

    fn histories(&self) -> Vec<&[EpochMetrics]> {
        self.folds.iter().map(|fold| &fold.history[..]).collect()
    }

    /// The learning curves of all folds.
    pub fn curves(&self) -> LineChart {
        curves(&self.histories())
    }

    /// The folds' accuracies as a box plot.
    pub fn boxes(&self) -> chart::BoxPlot {
        let accuracies: Vec<f64> = self.folds.iter().map(|fold| fold.evaluation.accuracy).collect();
        fold_boxes(&accuracies, &self.accuracy_box)
    }

    /// The page about all of it.
    pub(super) fn page<'a>(
        &'a self,
        folder: &'a RunFolder,
        environment: &'a Environment,
        out_of_fold: &'a Assessment<'a>,
    ) -> CrossValidationPage<'a> {
        CrossValidationPage {
            folder,
            environment,
            recipe: &self.recipe,
            histories: self.histories(),
            evaluations: self.folds.iter().map(|fold| &fold.evaluation).collect(),
            accuracy: &self.accuracy,
            accuracy_box: &self.accuracy_box,
            out_of_fold,
            suspects: &self.suspects,
            warnings: &self.warnings,
        }
    }
}
