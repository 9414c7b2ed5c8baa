//! Reports of runs that are finished, made again from the files in their folders.

use std::path::{Path, PathBuf};

use tenfold_dataset::Part;
use tenfold_training::{Engine, RunFile, RunFolder, RunKind};

use crate::assessment::Assessment;
use crate::comparison::{assess_models, compare};
use crate::error::{Error, Result};
use crate::event::{Event, Observer};
use crate::opened_model::open_model;
use crate::pages::{ComparisonPage, RunPage};
use crate::record::Record;

/// Makes the report of the finished single run in the folder `path` again, with so many threads, and returns where it is.
///
/// # Errors
/// [`Error::File`] if it is not a single run or not finished; any [`Error`] of its files and images.
pub fn remake_report(path: &Path, threads: usize, observe: &mut Observer<'_>) -> Result<PathBuf> {
    let record = Record::read(RunFolder::open(path)?)?;
    if record.environment.kind != RunKind::Train {
        return Err(Error::file(path, format!("expected a single run, found {}", record.environment.kind)));
    }
    if record.results.is_none() {
        return Err(Error::file(path, "the run is not finished"));
    }
    // Locked, so that nobody else writes in it.
    let folder = &RunFolder::resume(path, RunKind::Train)?;
    let Record { environment, recipe, history, .. } = &record;
    let (saved, _) = open_model(path, None)?;
    let engine = Engine { threads, ..environment.engine() };
    let source = environment.source();
    let (train, test) = source.contents(&saved.preparation)?.both()?;
    let mut assess = |images, part| {
        Assessment::of_model(&saved.model, saved.labels.clone(), images, engine, &mut |done| {
            let _ = observe(Event::Evaluating { what: part, done, of: images.len() });
        })
    };
    let (train, test) = (&assess(&train, "train")?, &assess(&test, "test")?);
    let warnings = &record.warnings();
    let page = RunPage { folder, environment, recipe, history, model: &saved.model, train, test, warnings };
    folder.write(RunFile::Report, page.to_html()?.as_bytes())?;
    Ok(folder.file(RunFile::Report))
}

/// Compares the runs in folders on their test images, as one page.
///
/// # Errors
/// [`Error::File`] if a run is on other images than the first; any [`Error`] of their files and images.
pub fn comparison_page(paths: &[PathBuf], engine: Engine, observe: &mut Observer<'_>) -> Result<String> {
    let records = paths.iter().map(|path| Record::read(RunFolder::open(path)?)).collect::<Result<Vec<_>>>()?;
    let Some(first) = records.first() else { return Err(tenfold_evaluation::Error::Empty { what: "run" }.into()) };
    if let Some(other) = records.iter().find(|record| record.environment.data != first.environment.data) {
        return Err(Error::file(other.folder.path(), "expected a run on the same images as the first"));
    }
    let opened = |path: &PathBuf| Ok((path.clone(), open_model(path, None)?.0));
    let models = paths.iter().map(opened).collect::<Result<Vec<_>>>()?;
    let source = first.environment.source();
    let preparation = models.first().map(|(_, saved)| saved.preparation.clone()).unwrap_or_default();
    let test = source.load_prepared(Part::Test, &preparation)?;
    let contestants = assess_models(models, &test, engine, observe)?;
    let pairs = compare(&contestants, test.labels(), 1)?;
    ComparisonPage { runs: &records, contestants: &contestants, pairs: &pairs }.to_html()
}
