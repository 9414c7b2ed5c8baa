//! How a fold is trained: by a run like any other.

use std::sync::Arc;

use tenfold_dataset::Division;
use tenfold_evaluation::Evaluation;
use tenfold_network::Predictor;
use tenfold_training::{Recipe, Run, RunKind, fold_folder, probabilities_with};

use super::CrossValidation;
use super::results::Fold;
use crate::assessment::check_finite;
use crate::chosen_epoch::chosen_epoch;
use crate::error::Result;
use crate::event::{Interruption, Observer, Outcome, Role};
use crate::model_file::Origin;
use crate::predictions::Predictions;
use crate::run_toml::write_recipe;
use crate::single_run::{Ended, Files, SingleRun};

impl CrossValidation {
    /// Trains fold `number` from where it is to its end, and enters what its model says of the images held out.
    pub(super) fn fold(
        &self,
        number: usize,
        division: &Division,
        predictions: &mut Predictions<'_>,
        observe: &mut Observer<'_>,
    ) -> Result<Outcome<Fold>> {
        let (images, engine) = (&self.images, self.engine);
        let recipe = Recipe { seed: self.recipe.seed.wrapping_add(number as u64 - 1), ..self.recipe.clone() };
        let own = match &self.files {
            Some(files) => Some(files.folder.part(RunKind::CrossValidate, fold_folder(number))?),
            None => None,
        };
        let files = self.files.as_ref().zip(own.as_ref()).map(|(all, folder)| {
            let origin =
                Origin { source: &all.source, names: images.names(), images: division.train.len(), of: images.len() };
            Files { folder, environment: &all.environment, models: Some(origin) }
        });
        if let Some(Files { folder, environment, .. }) = files {
            environment.write(folder)?;
            write_recipe(&recipe, folder)?;
        }
        let run = Run::with_division(recipe.clone(), Arc::clone(images), division.clone(), engine)?;
        let run = SingleRun { run, engine, role: Role::Fold(number), is_calibrated: false, files };
        let trained = match run.carry_out(observe)? {
            Outcome::Finished(Ended { trained, .. }) => trained,
            Outcome::Interrupted(interruption) => {
                // It is the whole that is resumed.
                let folder = self.folder().map(|folder| folder.path().to_owned());
                return Ok(Outcome::Interrupted(Interruption { folder, ..interruption }));
            }
        };
        let held_out = images.subset(&division.validation)?;
        let predictor = Predictor::new(&trained.model, engine)?;
        let probabilities = probabilities_with(&predictor, &held_out, &mut |_| {});
        check_finite(&probabilities)?;
        predictions.enter(number, &division.validation, &probabilities);
        let evaluation = Evaluation::new(held_out.labels(), &probabilities, held_out.classes())?;
        let epoch = chosen_epoch(&recipe, &trained.history);
        let (train_images, history) = (trained.train_images, trained.history);
        Ok(Outcome::Finished(Fold { fold: number, train_images, history, epoch, evaluation }))
    }
}
