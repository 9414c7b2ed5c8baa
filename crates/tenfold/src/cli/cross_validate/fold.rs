//! One fold of a cross-validation: a run like any other, in a folder of its own.

use std::sync::Arc;

use serde::Serialize;
use tenfold_dataset::{Dataset, Division, Source};
use tenfold_evaluation::Evaluation;
use tenfold_experiment::{Environment, Origin, Predictions, check_finite, chosen_epoch, model_file};
use tenfold_network::{Model, Predictor};
use tenfold_training::{
    Ending, Engine, EpochMetrics, Keep, Recipe, Run, RunFolder, RunKind, fold_folder, probabilities_with,
};

use crate::cli::begin::write_recipe;
use crate::cli::interrupt::Interrupt;
use crate::cli::output::Output;
use crate::cli::train::{Watcher, save, tell_interrupted};

/// What all folds share.
pub(super) struct Circumstances<'a> {
    pub recipe: &'a Recipe,
    pub environment: &'a Environment,
    pub source: &'a Source,
    pub images: &'a Arc<Dataset>,
    pub folder: &'a RunFolder,
    pub engine: Engine,
}

/// What a fold has shown.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Fold {
    /// Counted from 1.
    pub fold: usize,
    pub train_images: usize,
    /// One entry per epoch, validated on the fold's images.
    pub history: Vec<EpochMetrics>,
    /// The epoch whose model is judged: with patience the best, else the last.
    pub epoch: u32,
    /// Of that model, on the fold's images.
    pub evaluation: Evaluation,
}

/// Trains fold `number` from where it is to its end, and enters what its model says of the images held out. None if the
/// user interrupts it.
pub(super) fn carry_out(
    circumstances: &Circumstances<'_>,
    number: usize,
    division: Division,
    interrupt: &Interrupt,
    predictions: &mut Predictions<'_>,
    output: &mut Output,
) -> anyhow::Result<Option<Fold>> {
    let Circumstances { recipe, environment, source, images, folder, engine } = circumstances;
    let recipe = Recipe { seed: recipe.seed.wrapping_add(number as u64 - 1), ..(*recipe).clone() };
    let own = folder.part(RunKind::CrossValidate, fold_folder(number))?;
    environment.write(&own)?;
    write_recipe(&recipe, &own)?;

    let origin = Origin { source, images: division.train.len(), of: images.len() };
    let mut run = Run::with_division(recipe.clone(), Arc::clone(images), division, *engine)?;
    run.restore_from(&own)?;
    let file = |model: &Model| model_file(model, origin, &recipe).map_err(Into::into);
    let keep = Keep { every: environment.keep_every, best: Some(&file) };
    let mut watcher = Watcher::new(&recipe, environment, &own, origin.images, interrupt, output)?.of_fold(number);
    interrupt.heed(true);
    let ending = run.train_in(&own, keep, &mut |_, event| watcher.observe(event))?;
    interrupt.heed(false);
    watcher.finish()?;
    if ending == Ending::Interrupted {
        tell_interrupted(&run, folder, RunKind::CrossValidate, output)?;
        return Ok(None);
    }
    let indices = run.division().validation.clone();
    let trained = run.into_trained();
    save(&trained, origin, &recipe, &own)?;

    let held_out = images.subset(&indices)?;
    let predictor = Predictor::new(&trained.model, *engine)?;
    let probabilities = probabilities_with(&predictor, &held_out, &mut |_| {});
    check_finite(&probabilities)?;
    predictions.enter(number, &indices, &probabilities);
    let evaluation = Evaluation::new(held_out.labels(), &probabilities, held_out.classes())?;
    let epoch = chosen_epoch(&recipe, &trained.history);
    Ok(Some(Fold { fold: number, train_images: trained.train_images, history: trained.history, epoch, evaluation }))
}
