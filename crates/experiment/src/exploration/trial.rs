//! One variant on one division of the images.

use std::path::Path;
use std::sync::Arc;

use tenfold_training::{Error as TrainingError, ErrorKind, Recipe, Run, Trained, trial_folder};

use super::Exploration;
use super::results::{Judged, Trial, TrialEnd};
use crate::error::{Error, Result};
use crate::event::{Observer, Outcome, Role};
use crate::run_toml::write_recipe;
use crate::single_run::{Ended, Files, SingleRun};

impl Exploration {
    /// Trains a variant on the division `number` to its end, from where it is in its folder. None if it is interrupted.
    pub(super) fn trial<R>(
        &self,
        variant: usize,
        number: usize,
        extract: impl Fn(&Trained) -> Result<R>,
        observe: &mut Observer<'_>,
    ) -> Result<Option<(Trial, Option<R>)>> {
        let recipe = &self.variants[variant].recipe;
        let recipe = Recipe { seed: recipe.seed.wrapping_add(number as u64), ..recipe.clone() };
        let own = match &self.files {
            Some(files) => {
                let name = Path::new(&files.names[variant]).join(trial_folder(number + 1));
                Some(files.folder.part(files.environment.kind, name)?)
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
        let role = Role::Trial { variant: &self.variants[variant].name, number: number + 1 };
        let run = SingleRun { run, engine: self.engine, role, is_calibrated: false, files };
        let (end, extracted) = match run.carry_out(observe) {
            Ok(Outcome::Finished(Ended { trained, .. })) => {
                (TrialEnd::Judged(Judged::new(&recipe, &trained.history)?), Some(extract(&trained)?))
            }
            Ok(Outcome::Interrupted(_)) => return Ok(None),
            // A variant that cannot be trained is a result, not the end of the exploration.
            Err(Error::Training(error)) if error.kind() == ErrorKind::NotFinite => {
                (TrialEnd::Diverged(reason(&error)), None)
            }
            Err(error) => return Err(error),
        };
        Ok(Some((Trial { variant, number, end }, extracted)))
    }
}

/// An error without its hint, which is for who trains a single run.
fn reason(error: &TrainingError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}
