//! `tenfold report`: everything that is known of a run, as one page.

use std::path::{Path, PathBuf};

use anyhow::{bail, ensure};
use clap::Args;
use serde_json::json;
use tenfold_dataset::Part;
use tenfold_experiment::charts::curves;
use tenfold_experiment::pages::RunPage;
use tenfold_experiment::{Record, Setup, compare, comparison_text, letter};
use tenfold_report::chart::{Chart, Theme};
use tenfold_report::page::{Block, Column, Page, Table};
use tenfold_training::{Engine, RunFile, RunFolder, RunKind};

use super::interrupt::Interrupt;
use super::output::{Output, grouped, lossy, percent};
use super::{Outcome, cross_validate, files, progress};

/// Make a run's report.html again, or compare several runs in one page
///
/// A report is one file that needs no network. With --json: {"report"} with its path.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Folders of finished runs; of cross-validations one at a time
    #[arg(required = true, value_name = "RUN")]
    runs: Vec<PathBuf>,
    /// Where the page that compares several runs goes
    #[arg(long, value_name = "FILE", default_value = "comparison.html")]
    out: PathBuf,
    /// Replace that page if it is there
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let report = match &arguments.runs[..] {
        [single] => match rebuild(single, engine, output)? {
            Some(path) => path,
            None => return Ok(Outcome::Interrupted),
        },
        several => {
            files::check_target(&arguments.out, arguments.force)?;
            files::write(&arguments.out, comparison(several, engine, output)?.as_bytes(), arguments.force)?;
            arguments.out.clone()
        }
    };
    match output.json {
        true => output.value(&json!({ "report": lossy(&report) }))?,
        false => output.line(format!("report  {}", report.display()))?,
    }
    Ok(Outcome::Done)
}

/// The page of one run, from its files. None if the user interrupts what is still to be trained.
fn rebuild(path: &Path, engine: Engine, output: &mut Output) -> anyhow::Result<Option<PathBuf>> {
    let record = Record::read(RunFolder::open(path)?)?;
    ensure!(record.results.is_some(), "{}: the run is not finished", path.display());
    let report = record.folder.file(RunFile::Report);
    match record.environment.kind {
        RunKind::Train => {}
        RunKind::CrossValidate => {
            let setup = Setup::resume(path, RunKind::CrossValidate, engine)?;
            let outcome = cross_validate::carry_out(setup, anyhow::Error::from, &Interrupt::listen()?, output)?;
            return Ok((outcome == Outcome::Done).then_some(report));
        }
        RunKind::Explore => bail!("{}: expected a run or a cross-validation, found an exploration", path.display()),
    }
    let folder = &RunFolder::resume(path, RunKind::Train)?;
    let Record { environment, recipe, history, .. } = &record;
    let saved = files::model(Some(path))?;
    let (engine, _) = environment.engine(engine);
    let source = environment.source();
    let (train, test) = (source.load(Part::Train)?, source.load(Part::Test)?);
    let assess = |images, part| progress::assess(&saved.model, saved.labels.clone(), images, part, engine, output);
    let (train, test) = (&assess(&train, "train")?, &assess(&test, "test")?);
    let warnings = &record.warnings();
    let page = RunPage { folder, environment, recipe, history, model: &saved.model, train, test, warnings };
    folder.write(RunFile::Report, page.to_html()?.as_bytes())?;
    Ok(Some(report))
}

/// Several runs on the same test images.
fn comparison(paths: &[PathBuf], engine: Engine, output: &Output) -> anyhow::Result<String> {
    let records = paths
        .iter()
        .map(|path| Record::read(RunFolder::open(path)?))
        .collect::<tenfold_experiment::Result<Vec<_>>>()?;
    let data = &records[0].environment.data;
    let other = records.iter().find(|record| &record.environment.data != data);
    if let Some(other) = other {
        bail!("{}: expected a run on the same images as the first", other.folder.path().display());
    }
    let test = records[0].environment.source().load(Part::Test)?;
    let contestants = progress::assess_models(paths, &test, engine, output)?;

    let heads = ["accuracy", "95 % interval", "loss", "parameters", "training time"];
    let columns = [Column::text(""), Column::text("run")].into_iter().chain(heads.map(Column::number));
    let mut table = Table::new(format!("On {} test images", grouped(test.len() as u64)), columns);
    for (index, (record, contestant)) in records.iter().zip(&contestants).enumerate() {
        let (evaluation, interval) = (&contestant.assessment.evaluation, contestant.assessment.evaluation.accuracy_95);
        let seconds: f64 = record.history.iter().map(|epoch| epoch.seconds).sum();
        table = table.row([
            letter(index),
            lossy(&contestant.path),
            percent(evaluation.accuracy),
            format!("{} to {}", percent(interval.low), percent(interval.high)),
            format!("{:.4}", evaluation.loss),
            grouped(record.recipe.architecture.outline()?.parameters as u64),
            format!("{seconds:.1} s"),
        ]);
    }
    let verdicts = compare(&contestants, test.labels(), 1)?;
    let verdicts = verdicts.iter().map(|pair| Block::Code(comparison_text(pair))).collect();
    let charts = records.iter().map(|record| curves(&[&record.history]).svg(Theme::Page)).collect();
    let about = "Each pair is tested by McNemar's exact test, with Holm's correction for the number of pairs.";
    Ok(Page::new(format!("{} runs", records.len()))
        .lead(about)
        .section("table", "Accuracy and cost", vec![Block::Table(table)])
        .section("pairs", "Which is better", verdicts)
        .section("curves", "Learning curves, in the order of the table", vec![Block::Charts(charts)])
        .to_html())
}
