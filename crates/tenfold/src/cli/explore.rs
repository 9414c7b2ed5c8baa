//! `tenfold explore`: many variants of a recipe with the same budget, in one table.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use tenfold_dataset::DivideBy;
use tenfold_experiment::{
    BUILT_IN_VARIANTS, Environment, Event, Exploration, FoldPlan, Judged, MAX_TOML_BYTES, Outcome as Ended, Place,
    Trial, TrialEnd, Variant, read_variants, saved_variants,
};
use tenfold_training::{Engine, Metrics, Recipe, RunKind};

use super::begin::BeginArguments;
use super::cross_validate::FOLDS_BY;
use super::interrupt::Interrupt;
use super::output::{Output, percent, warn, warn_all};
use super::recipe::named;
use super::watcher::print_interrupted;
use super::{Outcome, files};

/// Train variants of a recipe on the same images for as many epochs, and compare them
///
/// Without a list, the variants are the improvements that the paper suggests, and more: batch size, depth, dense width, batch
/// normalisation, dropout, kinds of pooling, initial values, optimizers, learning rates and augmentation. A list is a TOML file of
/// `variant` tables with "name" and what differs: "batch", "optimizer", "initializer", "augmentation", "architecture" and others, as in
/// a run's config.toml, or "preset", a network with its recipe. A variant's folder has its name, with a hyphen for all but letters, digits and dots.
///
/// Each variant is trained once per fold, and judged on the fold it was not trained on; or with --seeds once per seed, always on
/// the same images. The test images are not looked at. What was interrupted is resumed with --resume.
///
/// With --json: {"event":"trial","variant","trial","accuracy","loss","seconds_per_epoch"} for each, and at the end
/// {"event":"finished","folder"} with the keys of results.json: "program", "variants", each with "name", "parameters",
/// "seconds_per_epoch", "accuracy", "loss", "gain" over the first variant with its 95 % interval "gain_95", and "diverged":
/// "trial" and "reason" of each trial whose loss became infinite or NaN; such a variant has null for all figures; and "warnings". The event of
/// such a trial has "diverged", the reason, in place of its figures. What was interrupted ends with
/// {"event":"interrupted","folder","trials","of"}: how many trials are done, of how many.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The list of variants, a TOML file [default: the list inside the program]
    #[arg(conflicts_with = "resume")]
    variants: Option<PathBuf>,
    #[command(flatten)]
    begin: BeginArguments,
    /// Number of folds
    #[arg(long, value_name = "K", default_value_t = 5, conflicts_with = "resume")]
    folds: usize,
    #[arg(long, value_name = "NAME", value_parser = named::<DivideBy>, help = FOLDS_BY, conflicts_with_all = ["seeds", "resume"])]
    folds_by: Option<DivideBy>,
    /// Instead of folds: this many seeds, judged on a sixth of the training images, drawn as --validation-by says
    #[arg(long, value_name = "N", conflicts_with_all = ["folds", "resume"])]
    seeds: Option<u16>,
    /// Only the first variant and those whose name contains this text
    #[arg(long, value_name = "TEXT", conflicts_with = "resume")]
    only: Option<String>,
    /// How many trials run at the same time; they share the threads
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: u16,
}

impl Arguments {
    /// The list that is asked for, as changes of `base`.
    fn variants(&self, base: &Recipe) -> anyhow::Result<Vec<Variant>> {
        let list = match &self.variants {
            Some(path) => files::read(path, MAX_TOML_BYTES)?,
            None => BUILT_IN_VARIANTS.as_bytes().to_vec(),
        };
        Ok(read_variants(&list, base, self.only.as_deref())?)
    }
}

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let begin = &arguments.begin;
    let interrupt = Interrupt::listen()?;
    let plan = FoldPlan { folds: arguments.folds, by: arguments.folds_by.unwrap_or_default(), ..FoldPlan::default() };
    let (folds, seeds) = (arguments.seeds.is_none().then_some(plan), arguments.seeds);
    let setup = begin.setup(RunKind::Explore, engine, |it| Environment { folds, seeds, ..it })?;
    let variants = match &setup.place {
        Place::Resumed(folder) => saved_variants(folder)?,
        _ => arguments.variants(&setup.recipe)?,
    };
    let mut failure = Ok(());
    let mut observe = |event: Event<'_>| {
        match event {
            Event::Warning(text) => warn(text),
            Event::Trial { variant, trial } if failure.is_ok() => failure = print_trial(trial, variant, output),
            _ => {}
        }
        interrupt.flow()
    };
    let exploration = Exploration::in_folder(setup, variants, arguments.jobs.into(), &mut observe);
    let exploration = exploration.map_err(|error| begin.hinted(error))?;
    interrupt.heed(true);
    let ended = exploration.carry_out(&mut observe)?;
    interrupt.heed(false);
    failure?;
    match ended {
        Ended::Finished(results) => {
            let folder = exploration.folder().map(|folder| folder.path());
            if output.json {
                output.finished(folder, &results)?;
            } else {
                output.line(format!("\n{}", results.to_text()))?;
                output.line(format!(
                    "results  {}",
                    folder.map_or(String::new(), |folder| folder.display().to_string())
                ))?;
            }
            // Last, where they are seen.
            warn_all(&results.warnings);
            Ok(Outcome::Done)
        }
        Ended::Interrupted(interruption) => {
            print_interrupted(&interruption, RunKind::Explore, output)?;
            Ok(Outcome::Interrupted)
        }
    }
}

/// Prints what came of a trial.
pub(super) fn print_trial(trial: &Trial, variant: &str, output: &mut Output) -> anyhow::Result<()> {
    let number = trial.number + 1;
    if output.json {
        let mut event = json!({ "event": "trial", "variant": variant, "trial": number });
        match &trial.end {
            TrialEnd::Judged(Judged { validation: Metrics { loss, accuracy }, seconds_per_epoch }) => {
                event["accuracy"] = json!(accuracy);
                event["loss"] = json!(loss);
                event["seconds_per_epoch"] = json!(seconds_per_epoch);
            }
            TrialEnd::Diverged(reason) => event["diverged"] = json!(reason),
        }
        return output.value(&event);
    }
    if output.quiet {
        return Ok(());
    }
    output.line(match &trial.end {
        TrialEnd::Judged(Judged { validation: Metrics { loss, accuracy }, seconds_per_epoch }) => {
            let accuracy = percent(*accuracy);
            format!("{variant}, trial {number}: accuracy {accuracy}, loss {loss:.4}, {seconds_per_epoch:.1} s an epoch")
        }
        TrialEnd::Diverged(reason) => format!("{variant}, trial {number}: {reason}"),
    })
}
