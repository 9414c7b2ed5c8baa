//! A single run: from a recipe and its images to a folder with the model and what it is worth.

use std::sync::Arc;

use serde::Serialize;
use tenfold_dataset::{Dataset, Part};
use tenfold_formats::safetensors;
use tenfold_network::Model;
use tenfold_training::{Ending, Engine, EpochMetrics, Recipe, Run, RunFile, RunFolder, Trained, check_fit};

use crate::assessment::Assessment;
use crate::chosen_epoch::chosen_epoch;
use crate::environment::Environment;
use crate::error::Result;
use crate::event::{Event, Observer, Outcome, Role};
use crate::images::both_parts_for;
use crate::model_file::{Origin, check_model_file, model_file};
use crate::pages::RunPage;
use crate::part_evaluation::PartEvaluation;
use crate::run_json::write_json;
use crate::setup::Setup;
use crate::single_run::{Ended, Files, SingleRun};
use crate::{PROGRAM, warnings};

/// A run that is over.
#[derive(Debug)]
pub struct TrainedRun {
    /// Where its files are.
    pub folder: RunFolder,
    /// What was trained.
    pub recipe: Recipe,
    /// One entry per epoch.
    pub history: Vec<EpochMetrics>,
    /// What came of it.
    pub results: RunResults,
}

/// A run's `evaluation.json`.
#[derive(Clone, Debug, Serialize)]
pub struct RunResults {
    /// The program with its version.
    pub program: String,
    /// The CPU level.
    pub cpu: String,
    /// Threads.
    pub threads: usize,
    /// Wall time of all steps, without validation and the evaluation below.
    pub train_seconds: f64,
    /// Whether the recipe's last epoch was not reached because the validation loss no longer fell.
    pub stopped_early: bool,
    /// The epoch whose model is judged, counted from 1: with patience the best, else the last.
    pub epoch: u32,
    /// Whether the test images were looked at before the end.
    pub peeked: bool,
    /// What to know before the model is used.
    pub warnings: Vec<String>,
    /// What the model does on the images.
    pub splits: Splits,
}

/// The two parts of a data set.
#[derive(Clone, Debug, Serialize)]
pub struct Splits {
    /// All training images, those held out too.
    pub train: PartEvaluation,
    /// The test images.
    pub test: PartEvaluation,
}

/// Carries out a run, from where it is to its end, and writes its models, evaluation and report.
///
/// Everything that can be wrong with the recipe and both parts of the data set is found before the folder is made or an
/// earlier run in it is replaced.
///
/// # Errors
/// Any [`Error`](crate::Error): of the images, the recipe, the folder or its files; or if training diverges.
pub fn train(mut setup: Setup, observe: &mut Observer<'_>) -> Result<Outcome<TrainedRun>> {
    let source = setup.environment.source();
    let (train_images, test_images, is_divided) = both_parts_for(&setup.recipe.architecture, &source)?;
    setup.recipe.architecture = setup.recipe.architecture.for_classes(train_images.classes());
    let (train_images, test_images) = (Arc::new(train_images), Arc::new(test_images));
    let start = setup.starting_model(&train_images)?;
    check_fit(&setup.recipe.architecture, &train_images)?;
    check_fit(&setup.recipe.architecture, &test_images)?;
    check_model_file(&setup.recipe, train_images.names())?;
    let engine = setup.environment.engine();
    let (recipe, images) = (setup.recipe.clone(), Arc::clone(&train_images));
    let mut run = match &start {
        Some(model) => Run::from_model(recipe, images, engine, model)?,
        None => Run::new(recipe, images, engine)?,
    };
    let teacher = setup.teaching_model(&train_images)?;
    if let Some(teacher) = teacher {
        run.learn_from(&teacher.model)?;
    }
    let taught = teacher.map(safetensors::write).transpose()?;
    if setup.environment.peek {
        run.peek_at(Arc::clone(&test_images))?;
    }
    let warnings = setup.warn(&train_images, observe)?;
    if is_divided {
        let (train, test) = (train_images.len(), test_images.len());
        let text = format!(
            "the images are not divided into training and test images: {test} are held out as test images, {train} are for training"
        );
        let _ = observe(Event::Warning(&text));
    }
    let (environment, recipe) = (setup.environment.clone(), setup.recipe.clone());
    let origin = Origin {
        source: &source,
        names: train_images.names(),
        images: train_images.len() - run.division().validation.len(),
        of: train_images.len(),
    };
    let kept = start.map(|model| model_file(&model, origin, &recipe)).transpose()?;
    let kept = kept.map(|file| (RunFile::Start, file)).into_iter();
    let kept: Vec<_> = kept.chain(taught.map(|file| (RunFile::Teacher, file))).collect();
    let folder = setup.into_folder(&kept)?;

    let files = Files { folder: &folder, environment: &environment, models: Some(origin) };
    let run = SingleRun { run, engine, role: Role::Alone, is_calibrated: true, files: Some(files) };
    let ended = match run.carry_out(observe)? {
        Outcome::Finished(ended) => ended,
        Outcome::Interrupted(interruption) => return Ok(Outcome::Interrupted(interruption)),
    };
    let end = End { ended, folder, recipe, environment, engine, warnings };
    end.evaluate([&train_images, &test_images], observe).map(Outcome::Finished)
}

/// A run that is no longer trained, and not yet evaluated.
struct End {
    ended: Ended,
    folder: RunFolder,
    recipe: Recipe,
    environment: Environment,
    engine: Engine,
    /// Of the images.
    warnings: Vec<String>,
}

impl End {
    /// Evaluates the model, and writes what it is worth.
    fn evaluate(self, [train_images, test_images]: [&Dataset; 2], observe: &mut Observer<'_>) -> Result<TrainedRun> {
        let Self { ended, folder, recipe, environment, engine, mut warnings } = self;
        let Ended { trained: Trained { model, history, .. }, ending } = ended;
        let train = assess(&model, train_images, "train", engine, observe)?;
        let test = assess(&model, test_images, "test", engine, observe)?;
        for (kind, assessment) in [("training", &train), ("test", &test)] {
            warnings.extend(warnings::of_answers(kind, assessment.images.labels(), &assessment.evaluation)?);
        }
        warnings.extend(warnings::of_losses(&history, train_images.labels(), &train.evaluation)?);
        let source = environment.source();
        let evaluation = |assessment: &_, part| PartEvaluation::new(assessment, &source, Some(part), None);
        let results = RunResults {
            program: PROGRAM.to_owned(),
            cpu: engine.cpu.level().name().to_owned(),
            threads: engine.threads,
            train_seconds: history.iter().map(|epoch| epoch.seconds).sum(),
            stopped_early: ending == Ending::StoppedEarly,
            epoch: chosen_epoch(&recipe, &history),
            peeked: environment.peek,
            warnings,
            splits: Splits { train: evaluation(&train, Part::Train)?, test: evaluation(&test, Part::Test)? },
        };
        write_json(&folder, RunFile::Evaluation, &results)?;
        let page = RunPage {
            folder: &folder,
            environment: &environment,
            recipe: &recipe,
            history: &history,
            model: &model,
            train: &train,
            test: &test,
            warnings: &results.warnings,
        };
        folder.write(RunFile::Report, page.to_html()?.as_bytes())?;
        Ok(TrainedRun { folder, recipe, history, results })
    }
}

fn assess<'a>(
    model: &Model,
    images: &'a Dataset,
    part: &'static str,
    engine: Engine,
    observe: &mut Observer<'_>,
) -> Result<Assessment<'a>> {
    Assessment::of_model(model, images.names().to_vec(), images, engine, &mut |done| {
        let _ = observe(Event::Evaluating { what: part, done, of: images.len() });
    })
}
