//! How good a recipe is, judged on images its models were not trained on.

mod calibration;
mod fold;
mod results;

use std::sync::Arc;

use tenfold_dataset::{Dataset, Division, Source};
use tenfold_report::chart::Chart;
use tenfold_report::raster;
use tenfold_training::{Engine, Error as TrainingError, Recipe, Run, RunFile, RunFolder, check_fit};

use crate::assessment::Assessment;
use crate::environment::{Environment, FoldPlan};
use crate::error::{Error, Result};
use crate::event::{Event, Observer, Outcome};
use crate::group_results::GroupResults;
use crate::images::training_images_for;
use crate::model_file::check_model_file;
use crate::predictions::Predictions;
use crate::run_json::write_json;
use crate::setup::Setup;
use crate::warnings;

pub use results::{CrossValidationResults, Fold};

/// A recipe that is to be trained once per fold of some images, and judged each time on the fold it was not trained on. Fold
/// K starts from the recipe's seed plus K - 1.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use tenfold_experiment::dataset::{Part, Source, hold_out};
/// use tenfold_experiment::{CrossValidation, Engine, FoldPlan, Recipe};
/// use tenfold_experiment::network::Architecture;
///
/// let images = Source::Embedded.load(Part::Test)?;
/// let some = images.subset(&hold_out(images.labels(), 0.05, 1)?.validation)?;
/// let architecture = Architecture::preset("linear").expect("a preset");
/// let recipe = Recipe { architecture, epochs: 2, ..Recipe::paper() };
///
/// let plan = FoldPlan { folds: 3, ..FoldPlan::default() };
/// let validation = CrossValidation::new(recipe, some, plan, Engine::default())?;
/// let results = validation.carry_out(&mut |_| ControlFlow::Continue(()))?.finished().expect("nobody interrupts");
/// assert_eq!(results.folds.len(), 3);
/// assert!(results.accuracy.mean > 0.5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct CrossValidation {
    recipe: Recipe,
    images: Arc<Dataset>,
    plan: FoldPlan,
    divisions: Vec<Division>,
    engine: Engine,
    /// What it leaves, if anything.
    files: Option<Files>,
    /// Of the images.
    warnings: Vec<String>,
}

/// Where a cross-validation leaves its files.
#[derive(Debug)]
struct Files {
    folder: RunFolder,
    environment: Environment,
    source: Source,
}

impl CrossValidation {
    /// Of a recipe on these images, in memory: no file is written.
    ///
    /// # Errors
    /// [`Error::Training`] for a recipe that cannot be, alone or with these images; what
    /// [`FoldPlan::divisions`] says.
    pub fn new(recipe: Recipe, images: impl Into<Arc<Dataset>>, plan: FoldPlan, engine: Engine) -> Result<Self> {
        let images = images.into();
        recipe.check()?;
        check_held_out(&recipe)?;
        check_fit(&recipe.architecture, &images)?;
        let divisions = plan.divisions(&images)?;
        // What fails at once does so before anything is written.
        if let Some(division) = divisions.first() {
            Run::with_division(recipe.clone(), Arc::clone(&images), division.clone(), engine)?;
        }
        Ok(Self { recipe, images, plan, divisions, engine, files: None, warnings: Vec::new() })
    }

    /// Of what a setup says, in its folder: what is there is resumed. The folder is made, or an earlier run in it replaced,
    /// once all that can be wrong with the recipe and the images is checked.
    ///
    /// # Errors
    /// As [`Self::new`], and [`Error::Training`] if the folder cannot be used; [`Error::File`] for an environment without folds.
    pub fn in_folder(mut setup: Setup, observe: &mut Observer<'_>) -> Result<Self> {
        let environment = setup.environment.clone();
        let plan = environment.folds.ok_or_else(|| {
            Error::file(RunFile::Environment.name().as_ref(), "expected the folds of a cross-validation")
        })?;
        let source = environment.source();
        let images = training_images_for(&setup.recipe.architecture, &source)?;
        setup.recipe.architecture = setup.recipe.architecture.for_classes(images.classes());
        check_model_file(&setup.recipe, images.names())?;
        let all = Self::new(setup.recipe.clone(), images, plan, environment.engine())?;
        let warnings = setup.warn(&all.images, observe)?;
        let folder = setup.into_folder(&[])?;
        Ok(Self { files: Some(Files { folder, environment, source }), warnings, ..all })
    }

    /// Where it leaves its files, if anywhere.
    pub fn folder(&self) -> Option<&RunFolder> {
        self.files.as_ref().map(|files| &files.folder)
    }

    /// Trains what is still to be trained, and judges all folds together. With a folder, that gets a run per fold, every
    /// image's prediction, the curves and a box plot, `results.json` and a report.
    ///
    /// # Errors
    /// [`Error::Training`] if training diverges, [`Error::NotFinite`] if a model does; or if a file cannot be written.
    pub fn carry_out(&self, observe: &mut Observer<'_>) -> Result<Outcome<CrossValidationResults>> {
        let images = &*self.images;
        let mut predictions = Predictions::new(images);
        let mut folds = Vec::new();
        for (number, division) in (1..).zip(&self.divisions) {
            match self.fold(number, division, &mut predictions, observe)? {
                Outcome::Finished(fold) => folds.push(fold),
                Outcome::Interrupted(interruption) => return Ok(Outcome::Interrupted(interruption)),
            }
            let _ = observe(Event::Fold(&folds[number - 1]));
        }
        if let Some(Files { folder, .. }) = &self.files {
            folder.write(RunFile::Predictions, predictions.to_csv()?.as_bytes())?;
        }
        let names = images.names().to_vec();
        let fold_of = predictions.folds().to_vec();
        let out_of_fold = Assessment::new(images, names, predictions.into_probabilities())?;
        let mut warnings = self.warnings.clone();
        warnings.extend(warnings::of_answers("held out", images.labels(), &out_of_fold.evaluation)?);
        let by_group = GroupResults::new(&out_of_fold, self.files.as_ref().map(|files| &files.source))?;
        let (plan, recipe) = (self.plan, self.recipe.clone());
        let results = CrossValidationResults::new(plan, recipe, folds, &out_of_fold, &fold_of, by_group, warnings)?;
        if let Some(files) = &self.files {
            files.write(&results, &out_of_fold)?;
        }
        Ok(Outcome::Finished(results))
    }
}

/// Checks that a recipe leaves it to the folds which images are held out.
pub(crate) fn check_held_out(recipe: &Recipe) -> Result<()> {
    match recipe.validation {
        0.0 => Ok(()),
        share => Err(Error::Training(TrainingError::Setting {
            name: "the share held out for validation",
            expected: "0, as the images of a fold are its validation",
            found: share.to_string(),
        })),
    }
}

impl Files {
    fn write(&self, results: &CrossValidationResults, out_of_fold: &Assessment<'_>) -> Result<()> {
        /// Pixels of a PNG for one of an SVG.
        const SCALE: f32 = 2.0;
        let Self { folder, environment, .. } = self;
        write_json(folder, RunFile::Results, results)?;
        for (chart, svg, png) in [
            (&results.curves() as &dyn Chart, RunFile::Curves, RunFile::CurvesPicture),
            (&results.boxes(), RunFile::Boxes, RunFile::BoxesPicture),
        ] {
            folder.write(svg, &chart.svg_file())?;
            folder.write(png, &raster::png(chart, SCALE)?)?;
        }
        let page = results.page(folder, environment, out_of_fold).to_html()?;
        Ok(folder.write(RunFile::Report, page.as_bytes())?)
    }
}
