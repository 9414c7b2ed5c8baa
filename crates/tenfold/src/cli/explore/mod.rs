//! `tenfold explore`: many variants of a recipe with the same budget, in one table.

mod results;
mod trial;
mod variants;

use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context;
use clap::Args;
use tenfold_dataset::{Division, FoldRule, Part, hold_out, k_fold};
use tenfold_experiment::{Environment, FoldPlan, check_model_file, warnings, write_json};
use tenfold_training::{Engine, Recipe, RunFile, RunKind, check_fit, trial_folder};

use super::begin::{BeginArguments, Beginning, Place};
use super::interrupt::Interrupt;
use super::output::{Output, warn_all, warn_of_patience};
use super::{Outcome, files};
use results::Results;
use trial::{Circumstances, Trial};
use variants::{List, Variant};

/// Explore improvements: train variants of a recipe, all on the same images for as many epochs, and compare them
///
/// Without a list, the variants are those of the paper's own outlook and some more: batch size, depth, dense width, batch
/// normalisation, dropout, kinds of pooling, initial values, optimizers, learning rates and augmentation. A list is a TOML file of
/// `variant` tables with "name" and what differs: "batch", "optimizer", "initializer", "augmentation", "preset" or "architecture", as in
/// a run's config.toml. A name becomes a folder's, in which all but letters, digits and dots is a hyphen.
///
/// Each variant is trained once per fold, and judged on the fold it has not seen; or with --seeds once per seed, always on
/// the same images. The test images are not looked at. What was interrupted goes on with --resume.
///
/// With --json: {"event":"trial","variant","trial","accuracy","loss","seconds"} for each, and at the end
/// {"event":"finished","folder"} with the keys of results.json: "variants", each with "name", "parameters",
/// "seconds_per_epoch", "accuracy", "loss", "gain" over the first variant with its 95 % interval "gain_95", and "diverged":
/// "trial" and "reason" of each trial whose loss left the numbers; such a variant has null for all figures; and "warnings". The event of
/// such a trial has "diverged", the reason, in place of its figures.
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
    /// Instead of folds: this many seeds, judged on a sixth of the training images
    #[arg(long, value_name = "N", conflicts_with_all = ["folds", "resume"])]
    seeds: Option<u16>,
    /// Only variants whose name holds this text, and the first
    #[arg(long, value_name = "TEXT", conflicts_with = "resume")]
    only: Option<String>,
    /// Trials at the same time, which share the threads
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: u16,
}

/// Which folds are drawn.
const FOLDS_SEED: u64 = 1;

/// With seeds instead of folds, the share of images that judge: as many as one of six folds.
const JUDGING_SHARE: f64 = 1.0 / 6.0;

impl Arguments {
    /// The list that is asked for, as changes of `base`.
    fn variants(&self, base: &Recipe) -> anyhow::Result<Vec<Variant>> {
        let list = match &self.variants {
            Some(path) => files::read(path, files::MAX_TOML_BYTES)?,
            None => variants::BUILT_IN.as_bytes().to_vec(),
        };
        variants::read(&list, base, self.only.as_deref())
    }
}

pub(crate) fn run(arguments: &Arguments, engine: Engine, output: &mut Output) -> anyhow::Result<Outcome> {
    let interrupt = Interrupt::listen()?;
    let mut beginning = arguments.begin.settle(RunKind::Explore, engine)?;
    let list = match &beginning.place {
        Place::Resumed(folder) => files::toml::<List>(&folder.file(RunFile::Variants))?,
        Place::New(_) => {
            let plan = FoldPlan { folds: arguments.folds, rule: FoldRule::default(), seed: FOLDS_SEED };
            let (folds, seeds) = (arguments.seeds.is_none().then_some(plan), arguments.seeds);
            beginning.environment = Environment { folds, seeds, ..beginning.environment };
            List { variant: arguments.variants(&beginning.recipe)? }
        }
    };
    let folders = list.folders()?;
    let Beginning { recipe, environment, engine, place } = beginning;
    let (environment, variants) = (&environment, &list.variant);
    let images = Arc::new(environment.source().load(Part::Train)?);
    for Variant { name, recipe } in variants {
        recipe.check()?;
        check_fit(&recipe.architecture, &images)?;
        check_model_file(recipe).with_context(|| format!("variant '{name}'"))?;
    }
    let divisions: Vec<Division> = match (environment.folds, environment.seeds) {
        (Some(plan), _) => k_fold(images.labels(), plan.folds, plan.rule, plan.seed)?,
        (None, seeds) => {
            vec![hold_out(images.labels(), JUDGING_SHARE, FOLDS_SEED)?; usize::from(seeds.unwrap_or(1))]
        }
    };
    warn_of_patience(&recipe);
    let image_warnings = warnings::of_images(&environment.source(), &images)?;
    warn_all(&image_warnings);
    let text = toml::to_string(&list).context("variants.toml")?;
    let folder = place.folder(&recipe, environment, &[(RunFile::Variants, text.into_bytes())])?;
    let engine = Engine { threads: (engine.threads / usize::from(arguments.jobs)).max(1), ..engine };
    let circumstances = Circumstances { environment, images: &images, folder: &folder, engine, interrupt: &interrupt };
    let placed: Vec<_> = variants.iter().zip(&folders).collect();
    let trials = carry_out(&circumstances, &placed, &divisions, arguments.jobs, output)?;
    if trials.len() < variants.len() * divisions.len() {
        output.line(format!("go on with  tenfold explore --resume {}", folder.path().display()))?;
        return Ok(Outcome::Interrupted);
    }
    let results = Results::new(variants, &divisions, &trials)?.warned(
        image_warnings,
        images.labels(),
        divisions[0].validation.len(),
    )?;
    write_json(&folder, RunFile::Results, &results)?;
    results.print(&folder, output)?;
    // Last, where they are seen.
    warn_all(results.warnings());
    Ok(Outcome::Done)
}

/// Trains each variant, in a folder of this name, on each division, `jobs` at a time. Fewer results than that if the user
/// interrupts.
fn carry_out(
    circumstances: &Circumstances<'_>,
    variants: &[(&Variant, &String)],
    divisions: &[Division],
    jobs: u16,
    output: &mut Output,
) -> anyhow::Result<Vec<Trial>> {
    let all = (0..divisions.len()).flat_map(|trial| (0..variants.len()).map(move |variant| (variant, trial)));
    let (queue, done, output) = (Mutex::new(all), Mutex::new(Vec::new()), Mutex::new(output));
    let work = || -> anyhow::Result<()> {
        while let Some((variant, number)) = lock(&queue).next() {
            let (Variant { name, recipe }, own) = variants[variant];
            // Trial K starts from the recipe's seed plus K.
            let recipe = Recipe { seed: recipe.seed.wrapping_add(number as u64), ..recipe.clone() };
            let own = Path::new(own).join(trial_folder(number + 1));
            let own = circumstances.folder.part(RunKind::Explore, own)?;
            let Some(trial) = trial::carry_out(circumstances, &own, &recipe, (variant, number), &divisions[number])?
            else {
                return Ok(());
            };
            trial.tell(name, &mut lock(&output))?;
            lock(&done).push(trial);
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..jobs).map(|_| scope.spawn(work)).collect();
        let own = work();
        let joined = others.into_iter().map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)));
        joined.fold(own, |all, one| all.and(one))
    })?;
    Ok(done.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// A worker that panicked has taken the whole exploration with it already.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
