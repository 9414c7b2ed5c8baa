//! One variant on one division of the images.

use serde_json::json;
use tenfold_dataset::{Dataset, Division};
use tenfold_training::{Ending, Engine, Event, Metrics, Recipe, Run, RunFolder, go_on_in, restore_from};

use crate::cli::begin::write_recipe;
use crate::cli::environment::Environment;
use crate::cli::interrupt::Interrupt;
use crate::cli::output::{Output, percent};

/// What all trials share.
pub(super) struct Circumstances<'a> {
    pub environment: &'a Environment,
    pub images: &'a Dataset,
    pub folder: &'a RunFolder,
    pub engine: Engine,
    pub interrupt: &'a Interrupt,
}

/// What came of one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trial {
    /// The variant's position.
    pub variant: usize,
    /// The division's position.
    pub number: usize,
    /// After the last epoch, on the images held out.
    pub validation: Metrics,
    /// Wall time of an epoch's steps, on average.
    pub seconds_per_epoch: f64,
}

/// Trains `recipe` to its end in the folder `own`, from where it is there. None if the user interrupts it.
pub(super) fn carry_out(
    circumstances: &Circumstances<'_>,
    own: &RunFolder,
    recipe: &Recipe,
    (variant, number): (usize, usize),
    division: &Division,
) -> anyhow::Result<Option<Trial>> {
    let Circumstances { environment, images, engine, interrupt, .. } = circumstances;
    own.tidy()?;
    environment.write(own)?;
    write_recipe(recipe, own)?;
    let mut run = Run::with_division(recipe, images, division.clone(), *engine)?;
    restore_from(own, &mut run)?;
    interrupt.heed(true);
    let ending = go_on_in(own, &mut run, None, &mut |_, event| match event {
        // Only in an epoch: a trial that is done is not lost by an interrupt.
        Event::Step { .. } => interrupt.flow(),
        _ => std::ops::ControlFlow::Continue(()),
    })?;
    if ending == Ending::Interrupted {
        return Ok(None);
    }
    let history = &run.progress().history;
    let last = history.last().and_then(|epoch| epoch.validation);
    let validation = last.ok_or_else(|| anyhow::anyhow!("no image is held out to judge by"))?;
    let seconds: f64 = history.iter().map(|epoch| epoch.seconds).sum();
    Ok(Some(Trial { variant, number, validation, seconds_per_epoch: seconds / history.len() as f64 }))
}

impl Trial {
    pub(super) fn tell(&self, name: &str, output: &mut Output) -> anyhow::Result<()> {
        let Self { number, validation: Metrics { loss, accuracy }, seconds_per_epoch, .. } = *self;
        let trial = number + 1;
        if output.json {
            return output.value(&json!({
                "event": "trial", "variant": name, "trial": trial, "accuracy": accuracy, "loss": loss,
                "seconds_per_epoch": seconds_per_epoch,
            }));
        }
        if output.quiet {
            return Ok(());
        }
        let accuracy = percent(accuracy);
        output.line(format!(
            "{name}, trial {trial}: accuracy {accuracy}, loss {loss:.4}, {seconds_per_epoch:.1} s an epoch"
        ))
    }
}
