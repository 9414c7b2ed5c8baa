//! `tenfold search`: the best recipe of a space.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use tenfold_experiment::{
    Environment, Event, MAX_TOML_BYTES, Outcome as Ended, Place, RungResults, Search, SearchResults, SearchedVariant,
    Setup, Space,
};
use tenfold_training::{Engine, RunFile, RunKind};

use super::begin::BeginArguments;
use super::explore::print_trial;
use super::interrupt::Interrupt;
use super::output::{Output, warn, warn_all};
use super::watcher::print_interrupted;
use super::{Outcome, files};

/// Find the best recipe in a search space: judge many on little, and the best of them on more and more
///
/// The space is a TOML file: "recipe", the settings that all variants share, as in a run's config.toml; an "axis" table for each setting
/// that varies, with "choice", "named", "uniform", "log_uniform" or "integer" values; how many "variants" are drawn (left out: all
/// combinations); and "rungs", each of which trains more "folds", or more of the epochs, than the one before. One variant in "eta"
/// advances to the next rung. docs/search.md has an example.
///
/// Each variant is judged on folds by writer that it was not trained on; where no groups of the images are known, on folds drawn image
/// by image. The test images are not looked at. In the last rung the leader is compared with the others after each fold, and the search
/// ends once it is told apart from all of them. Leaves the log as search.md, results.json, report.html, and the best recipe as
/// best.toml, which `train --recipe` takes. What was interrupted is resumed with --resume.
///
/// With --json: the "trial" events of `explore`, {"event":"rung"} with the keys of a rung after each, and at the end
/// {"event":"finished","folder"} with the keys of results.json: "program", "plan", "variants", each with "name", "settings" and
/// "parameters", "rungs", "best", the name of a variant, "told_apart", "verdict", a sentence, and "warnings". A rung has "rung", "folds", "images",
/// "share_of_epochs", "looks" and "variants", each with "variant", "epochs", "figures" ("accuracy", "errors", "loss", "seconds", "behind" the
/// leader), "diverged" and "decision". What was interrupted ends with {"event":"interrupted","folder","trials","of"}: how many trials are
/// done, of at most how many.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The space, a TOML file
    #[arg(conflicts_with = "resume", required_unless_present = "resume")]
    space: Option<PathBuf>,
    #[command(flatten)]
    begin: BeginArguments,
    /// How many trials run at the same time; they share the threads
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: u16,
}

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let begin = &arguments.begin;
    let interrupt = Interrupt::listen()?;
    let setup = begin.setup(RunKind::Search, engine, |it: Environment| it)?;
    let space = match (&arguments.space, &setup.place) {
        (Some(path), _) => Space::parse(path, &files::read(path, MAX_TOML_BYTES)?)?,
        (None, Place::Resumed(folder)) => Space::saved(folder)?,
        (None, _) => unreachable!("clap asks for a space unless a search is resumed"),
    };
    carry_out(setup, space, arguments.jobs.into(), |error| begin.hinted(error), &interrupt, output)
}

/// Trains what is still to be trained, and prints what is found.
pub(super) fn carry_out(
    setup: Setup,
    space: Space,
    jobs: usize,
    hinted: impl Fn(tenfold_experiment::Error) -> anyhow::Error,
    interrupt: &Interrupt,
    output: &mut Output,
) -> anyhow::Result<Outcome> {
    let search = Search::in_folder(setup, space, jobs, &mut |event| {
        if let Event::Warning(text) = event {
            warn(text);
        }
        interrupt.flow()
    });
    let search = search.map_err(hinted)?;
    let mut failure = Ok(());
    let mut observe = |event: Event<'_>| {
        match event {
            Event::Warning(text) => warn(text),
            Event::Trial { variant, trial } if failure.is_ok() => failure = print_trial(trial, variant, output),
            Event::Rung(rung) if failure.is_ok() => failure = print_rung(rung, search.variants(), output),
            _ => {}
        }
        interrupt.flow()
    };
    interrupt.heed(true);
    let ended = search.carry_out(&mut observe);
    interrupt.heed(false);
    let ended = ended?;
    failure?;
    match ended {
        Ended::Finished(results) => {
            print(&results, &search, output)?;
            // Last, where they are seen.
            warn_all(&results.warnings);
            Ok(Outcome::Done)
        }
        Ended::Interrupted(interruption) => {
            print_interrupted(&interruption, RunKind::Search, output)?;
            Ok(Outcome::Interrupted)
        }
    }
}

fn print_rung(rung: &RungResults, variants: &[SearchedVariant], output: &mut Output) -> anyhow::Result<()> {
    if output.json {
        let mut event = serde_json::to_value(rung)?;
        event["event"] = json!("rung");
        return output.value(&event);
    }
    output.line(format!("\n{}\n\n{}", rung.heading(), rung.to_text(variants)))
}

fn print(results: &SearchResults, search: &Search, output: &mut Output) -> anyhow::Result<()> {
    let folder = search.folder();
    if output.json {
        return output.finished(folder.map(|folder| folder.path()), results);
    }
    output.line(&results.verdict)?;
    if let Some(best) = results.best() {
        output.line(format!("best     {}", best.to_text()))?;
    }
    let Some(folder) = folder else { return Ok(()) };
    for (name, file) in [("recipe ", RunFile::BestRecipe), ("log    ", RunFile::Log), ("report ", RunFile::Report)] {
        if results.best.is_some() || file != RunFile::BestRecipe {
            output.line(format!("{name}  {}", folder.file(file).display()))?;
        }
    }
    Ok(())
}
