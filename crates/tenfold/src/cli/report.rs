//! `tenfold report`: everything that is known of a run, as one page.

use std::path::{Path, PathBuf};

use anyhow::{bail, ensure};
use clap::Args;
use serde_json::json;
use tenfold_experiment::{Record, Setup, Space, comparison_page, remake_report};
use tenfold_training::{Engine, RunFile, RunFolder, RunKind};

use super::interrupt::Interrupt;
use super::output::{Output, lossy};
use super::progress::EvaluationBar;
use super::{Outcome, cross_validate, files, search};

/// Make a run's report.html again, or one page that compares several runs
///
/// A report is one file that needs no network. With --json: {"report"} with its path.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Folders of finished runs; of cross-validations and searches one at a time
    #[arg(required = true, value_name = "RUN")]
    runs: Vec<PathBuf>,
    /// Where the page that compares several runs goes
    #[arg(long, value_name = "FILE", default_value = "comparison.html")]
    out: PathBuf,
    /// Replace the page if it exists
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let report = match &arguments.runs[..] {
        [single] => match remake(single, engine, output)? {
            Some(path) => path,
            None => return Ok(Outcome::Interrupted),
        },
        several => {
            files::check_target(&arguments.out, arguments.force)?;
            let mut bar = EvaluationBar::new();
            let page = comparison_page(several, engine, &mut |event| bar.observe(event, output))?;
            files::write(&arguments.out, page.as_bytes(), arguments.force)?;
            arguments.out.clone()
        }
    };
    match output.json {
        true => output.value(&json!({ "report": lossy(&report) }))?,
        false => output.line(format!("report  {}", report.display()))?,
    }
    Ok(Outcome::Done)
}

/// Makes the report of one run again. None if the user interrupts what is still to be trained.
fn remake(path: &Path, engine: Engine, output: &mut Output) -> anyhow::Result<Option<PathBuf>> {
    let record = Record::read(RunFolder::open(path)?)?;
    ensure!(record.results.is_some(), "{}: the run is not finished", path.display());
    match record.environment.kind {
        RunKind::Train => {
            let mut bar = EvaluationBar::new();
            Ok(Some(remake_report(path, engine.threads, &mut |event| bar.observe(event, output))?))
        }
        RunKind::CrossValidate => {
            let setup = Setup::resume(path, RunKind::CrossValidate, engine.threads)?;
            let outcome = cross_validate::carry_out(setup, anyhow::Error::from, &Interrupt::listen()?, output)?;
            Ok((outcome == Outcome::Done).then(|| record.folder.file(RunFile::Report)))
        }
        RunKind::Search => {
            let setup = Setup::resume(path, RunKind::Search, engine.threads)?;
            let space = Space::saved(&record.folder)?;
            let outcome = search::carry_out(setup, space, 1, anyhow::Error::from, &Interrupt::listen()?, output)?;
            Ok((outcome == Outcome::Done).then(|| record.folder.file(RunFile::Report)))
        }
        RunKind::Explore => {
            bail!("{}: expected a run, a cross-validation or a search, found an exploration", path.display())
        }
    }
}
