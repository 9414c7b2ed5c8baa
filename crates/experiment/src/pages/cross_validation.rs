//! The page of a cross-validation.

use tenfold_evaluation::{BoxPlot, Evaluation, Summary, Suspect};
use tenfold_report::chart::{Chart, Theme};
use tenfold_report::page::{Block, Column, Table};
use tenfold_report::{grouped, percent};
use tenfold_training::{EpochMetrics, Recipe, RunFolder};

use super::calibration::with_calibration;
use super::groups::{caution, with_groups};
use super::sections;
use crate::assessment::Assessment;
use crate::chosen_epoch::PATIENCE;
use crate::environment::Environment;
use crate::error::Result;
use crate::galleries::suspected_labels;
use crate::{charts, data_set};

/// What the page of a cross-validation is made of.
#[derive(Clone, Debug)]
pub struct CrossValidationPage<'a> {
    /// Its folder, after which the page is called.
    pub folder: &'a RunFolder,
    /// What it was started with.
    pub environment: &'a Environment,
    /// What was cross-validated.
    pub recipe: &'a Recipe,
    /// Of each fold, an entry per epoch.
    pub histories: Vec<&'a [EpochMetrics]>,
    /// Of each fold, on the images held out.
    pub evaluations: Vec<&'a Evaluation>,
    /// Over the folds' accuracies.
    pub accuracy: &'a Summary,
    /// The same as a box.
    pub accuracy_box: &'a BoxPlot,
    /// Every image by the model that was not trained on it.
    pub out_of_fold: &'a Assessment<'a>,
    /// Images whose labels are in doubt, most doubtful first.
    pub suspects: &'a [Suspect],
    /// What to know before the recipe is used.
    pub warnings: &'a [String],
}

impl CrossValidationPage<'_> {
    /// The page as one HTML file, which loads nothing: curves and accuracy of the folds, the answers to all images together and
    /// by groups where these are known, labels in doubt, calibration, the images, and how to reproduce it.
    ///
    /// # Errors
    /// [`Error::Report`](crate::Error::Report) if a gallery is too large for a page, [`Error::Data`](crate::Error::Data) and
    /// [`Error::Evaluation`](crate::Error::Evaluation) without images.
    pub fn to_html(&self) -> Result<String> {
        let Self { folder, environment, recipe, out_of_fold, suspects, warnings, .. } = self;
        let data = data_set::sections_of(out_of_fold.images, &out_of_fold.names(), "training")?;
        let together = sections::answers(out_of_fold, "training")?;
        let page = sections::opened("Cross-validation", folder, self.lead(), warnings)
            .section("folds", "Folds", self.folds())
            .section("together", "All images, each by the model that was not trained on it", together)
            .section("suspects", "Labels in doubt", suspected_labels(suspects, out_of_fold)?);
        let page = with_groups(page, out_of_fold, &environment.source(), "training")?;
        let page = with_calibration(page, out_of_fold, 1.0, "held out")?.section("data", "The images", data);
        sections::closed(page, environment, recipe)
    }

    fn lead(&self) -> String {
        let Summary { mean, standard_deviation, n, .. } = self.accuracy;
        let deviation = standard_deviation.map_or("0".to_owned(), percent);
        format!(
            "{} ± {deviation}: mean and standard deviation of the accuracy over {n} folds, each judged by a model that was not \
             trained on it.",
            percent(*mean)
        )
    }

    fn folds(&self) -> Vec<Block> {
        let columns =
            [Column::text("fold"), Column::number("images"), Column::number("accuracy"), Column::number("loss")];
        let mut table = Table::new("Folds", columns);
        for (fold, evaluation) in (1..).zip(&self.evaluations) {
            let Evaluation { images, accuracy, loss, .. } = evaluation;
            table = table.row([fold.to_string(), grouped(*images), percent(*accuracy), format!("{loss:.4}")]);
        }
        let accuracies: Vec<f64> = self.evaluations.iter().map(|evaluation| evaluation.accuracy).collect();
        let curves = charts::curves(&self.histories).svg(Theme::Page);
        let boxes = charts::fold_boxes(&accuracies, self.accuracy_box).svg(Theme::Page);
        let mut blocks = vec![Block::Charts(vec![curves, boxes]), Block::Table(table)];
        let plan = self.environment.folds;
        blocks.extend(plan.map(|plan| Block::Text(sections::capitalised(&plan.to_string()))));
        blocks.extend(caution(plan, self.out_of_fold));
        blocks.extend(self.recipe.patience.map(|_| Block::Text(sections::capitalised(PATIENCE))));
        blocks
    }
}
