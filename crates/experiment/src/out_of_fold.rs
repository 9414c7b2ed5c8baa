//! Answers of cross-validations, read from their folders: every training image by the model that was not trained on it.

use std::path::{Path, PathBuf};

use tenfold_dataset::Dataset;
use tenfold_training::{RunFile, RunFolder, RunKind};

use crate::assessment::Assessment;
use crate::comparison::Contestant;
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::predictions::Predictions;

/// With what the cross-validation in the folder `path` was started; none if that is anything else.
pub fn cross_validation_at(path: &Path) -> Option<Environment> {
    let folder = RunFolder::open(path).ok()?;
    let environment = Environment::read(&folder).ok()?;
    // A fold has the environment of the whole, and a model.
    let is_whole = environment.kind == RunKind::CrossValidate && !folder.file(RunFile::Model).is_file();
    is_whole.then_some(environment)
}

/// The answers of finished cross-validations to the same images, each with where it comes from.
///
/// # Errors
/// [`Error::File`] for one that is not finished, or of other images.
pub fn assess_cross_validations(paths: Vec<PathBuf>, images: &Dataset) -> Result<Vec<Contestant<'_>>> {
    let assessed = |path: PathBuf| {
        let folder = RunFolder::open(&path)?;
        let unfinished = || Error::file(&path, "the cross-validation is not finished");
        let bytes = folder.read(RunFile::Predictions)?.ok_or_else(unfinished)?;
        let predictions = Predictions::from_csv(images, &bytes);
        let predictions = predictions.map_err(|problem| Error::file(folder.file(RunFile::Predictions), problem))?;
        let names = (0..images.classes()).map(|class| class.to_string()).collect();
        let assessment = Assessment::new(images, names, predictions.into_probabilities());
        let assessment = assessment.map_err(|error| Error::of_model(&path, error))?;
        Ok(Contestant { path, assessment })
    };
    paths.into_iter().map(assessed).collect()
}
