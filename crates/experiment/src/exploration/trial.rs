//! One variant on one division of the images.

use std::path::Path;
use std::sync::Arc;

use tenfold_training::{EpochMetrics, Error as TrainingError, ErrorKind, Metrics, Recipe, Run, RunKind, trial_folder};

use super::Exploration;
use crate::chosen_epoch::chosen_epoch;
use crate::error::{Error, Result};
use crate::event::{Observer, Outcome};
use crate::run_toml::write_recipe;
use crate::single_run::{Files, SingleRun};

/// What came of a trial.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The variant's position in the list.
    pub variant: usize,
    /// The trial's position among the variant's, from 0.
    pub number: usize,
    /// How it ended.
    pub end: TrialEnd,
}

/// How a trial ended.
#[derive(Clone, Debug)]
pub enum TrialEnd {
    /// Its model was judged.
    Judged(Judged),
    /// It did not get that far: where, in a sentence.
    Diverged(String),
}

/// What a trial's model is worth.
#[derive(Clone, Copy, Debug)]
pub struct Judged {
    /// Of the model that the run hands out, on the images held out.
    pub validation: Metrics,
    /// Wall time of an epoch's steps, on average.
    pub seconds_per_epoch: f64,
}

impl Exploration {
    /// Trains a variant on the division `number` to its end, from where it is in its folder. None if it is interrupted.
    pub(super) fn trial(&self, variant: usize, number: usize, observe: &mut Observer<'_>) -> Result<Option<Trial>> {
        let recipe = &self.variants[variant].recipe;
        let recipe = Recipe { seed: recipe.seed.wrapping_add(number as u64), ..recipe.clone() };
        let own = match &self.files {
            Some(files) => {
                let name = Path::new(&files.names[variant]).join(trial_folder(number + 1));
                Some(files.folder.part(RunKind::Explore, name)?)
            }
            None => None,
        };
        let files = self.files.as_ref().zip(own.as_ref());
        let files = files.map(|(all, folder)| Files { folder, environment: &all.environment, models: None });
        if let Some(Files { folder, environment, .. }) = files {
            environment.write(folder)?;
            write_recipe(&recipe, folder)?;
        }
        let division = self.divisions[number].clone();
        let run = Run::with_division(recipe.clone(), Arc::clone(&self.images), division, self.engine)?;
        let run = SingleRun { run, engine: self.engine, fold: None, is_calibrated: false, files };
        let end = match run.carry_out(observe) {
            Ok(Outcome::Finished((trained, _))) => TrialEnd::Judged(Judged::new(&recipe, &trained.history)?),
            Ok(Outcome::Interrupted(_)) => return Ok(None),
            // A variant that cannot be trained is a result, not the end of the exploration.
            Err(Error::Training(error)) if error.kind() == ErrorKind::NotFinite => TrialEnd::Diverged(reason(&error)),
            Err(error) => return Err(error),
        };
        Ok(Some(Trial { variant, number, end }))
    }
}

/// An error without its hint, which is for who trains a single run.
fn reason(error: &TrainingError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

impl Judged {
    fn new(recipe: &Recipe, history: &[EpochMetrics]) -> Result<Self> {
        let chosen = history.get(chosen_epoch(recipe, history) as usize - 1).and_then(|epoch| epoch.validation);
        let validation = chosen.ok_or(Error::NothingHeldOut)?;
        let seconds: f64 = history.iter().map(|epoch| epoch.seconds).sum();
        Ok(Self { validation, seconds_per_epoch: seconds / history.len() as f64 })
    }
}

impl Trial {
    /// What it is worth; none if it diverged.
    pub fn judged(&self) -> Option<Judged> {
        match self.end {
            TrialEnd::Judged(judged) => Some(judged),
            TrialEnd::Diverged(_) => None,
        }
    }
}
