//! One variant on one division of the images.

use std::sync::Arc;

use serde_json::json;
use tenfold_dataset::{Dataset, Division};
use tenfold_experiment::{Environment, chosen_epoch};
use tenfold_training::{Ending, Engine, Error, Event, Keep, Metrics, Recipe, Run, RunFolder};

use crate::cli::begin::write_recipe;
use crate::cli::interrupt::Interrupt;
use crate::cli::output::{Output, percent};

/// What all trials share.
pub(super) struct Circumstances<'a> {
    pub environment: &'a Environment,
    pub images: &'a Arc<Dataset>,
    pub folder: &'a RunFolder,
    pub engine: Engine,
    pub interrupt: &'a Interrupt,
}

/// What came of one.
#[derive(Clone, Debug)]
pub(super) struct Trial {
    /// The variant's position.
    pub variant: usize,
    /// The division's position.
    pub number: usize,
    pub end: End,
}

/// How a trial ended.
#[derive(Clone, Debug)]
pub(super) enum End {
    /// Its model gives numbers.
    Judged(Judged),
    /// It did not get that far: where, in a sentence.
    Diverged(String),
}

/// What a trial's model is worth.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judged {
    /// Of the model that the run hands out, on the images held out.
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
    environment.write(own)?;
    write_recipe(recipe, own)?;
    let mut run = Run::with_division(recipe.clone(), Arc::clone(images), division.clone(), *engine)?;
    run.restore_from(own)?;
    interrupt.heed(true);
    let ending = run.train_in(own, Keep::default(), &mut |_, event| match event {
        // Only in an epoch: a trial that is done is not lost by an interrupt.
        Event::Step { .. } => interrupt.flow(),
        _ => std::ops::ControlFlow::Continue(()),
    });
    let end = match ending {
        Ok(Ending::Interrupted) => return Ok(None),
        Ok(_) => End::Judged(Judged::of(&run, recipe)?),
        // A variant that cannot be trained is a result, not the end of the exploration.
        Err(error @ Error::Diverged { .. }) => End::Diverged(first_line(&error)),
        Err(Error::Evaluation(error)) => {
            let epoch = run.progress().history.len() + 1;
            End::Diverged(format!("training diverged in epoch {epoch}: {}", first_line(&error)))
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Some(Trial { variant, number, end }))
}

/// An error without its hint, which is for who trains a single run.
fn first_line(error: &impl std::fmt::Display) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

impl Judged {
    fn of(run: &Run, recipe: &Recipe) -> anyhow::Result<Self> {
        let history = &run.progress().history;
        let chosen = history.get(chosen_epoch(recipe, history) as usize - 1).and_then(|epoch| epoch.validation);
        let validation = chosen.ok_or_else(|| anyhow::anyhow!("no image is held out to judge by"))?;
        let seconds: f64 = history.iter().map(|epoch| epoch.seconds).sum();
        Ok(Self { validation, seconds_per_epoch: seconds / history.len() as f64 })
    }
}

impl Trial {
    /// What it is worth; none if it diverged.
    pub(super) fn judged(&self) -> Option<Judged> {
        match self.end {
            End::Judged(judged) => Some(judged),
            End::Diverged(_) => None,
        }
    }

    pub(super) fn tell(&self, name: &str, output: &mut Output) -> anyhow::Result<()> {
        let trial = self.number + 1;
        if output.json {
            let mut event = json!({ "event": "trial", "variant": name, "trial": trial });
            match &self.end {
                End::Judged(Judged { validation: Metrics { loss, accuracy }, seconds_per_epoch }) => {
                    event["accuracy"] = json!(accuracy);
                    event["loss"] = json!(loss);
                    event["seconds_per_epoch"] = json!(seconds_per_epoch);
                }
                End::Diverged(why) => event["diverged"] = json!(why),
            }
            return output.value(&event);
        }
        if output.quiet {
            return Ok(());
        }
        output.line(match &self.end {
            End::Judged(Judged { validation: Metrics { loss, accuracy }, seconds_per_epoch }) => {
                let accuracy = percent(*accuracy);
                format!("{name}, trial {trial}: accuracy {accuracy}, loss {loss:.4}, {seconds_per_epoch:.1} s an epoch")
            }
            End::Diverged(why) => format!("{name}, trial {trial}: {why}"),
        })
    }
}
