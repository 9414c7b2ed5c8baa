//! Everything that decides what a run's model will be, apart from the images.

use serde::{Deserialize, Serialize};
use tenfold_dataset::{Augmentation, DivideBy};
use tenfold_network::{
    Architecture, Initializer, Optimizer, PRESETS, Preset, Regularization, Schedule, TrainerOptions,
};

use crate::averaging::Averaging;
use crate::distillation::Distillation;
use crate::error::Error;
use crate::metrics::{EpochMetrics, best_epoch};
use crate::start::Start;

/// A network and how to train it. As TOML this is a run's `config.toml`; [`RecipeChanges`](crate::RecipeChanges) is one in part.
///
/// ```
/// use tenfold_training::Recipe;
///
/// let recipe = Recipe { epochs: 3, ..Recipe::preset("mlp")? };
/// recipe.check()?;
/// assert_eq!(recipe.architecture.outline()?.parameters, 79_510);
/// assert_eq!(recipe.optimizer, Recipe::paper().optimizer);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Decides everything random: initial values, order of images, dropout, which images are held out.
    pub seed: u64,
    /// Passes over the training images, at least 1.
    pub epochs: u32,
    /// Images per step, 1 to 65,536.
    pub batch: usize,
    /// Share of the training images held out to validate on after each epoch, `0..1`.
    pub validation: f64,
    /// Whether the images held out are drawn one by one, or whole groups of them, as those of a writer.
    #[serde(default, skip_serializing_if = "DivideBy::is_image")]
    pub validation_by: DivideBy,
    /// Stop after this many epochs in a row without a lower validation loss than before, and hand out the model of the epoch
    /// with the lowest; none: train to the last epoch, and hand out its model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patience: Option<u32>,
    /// How kernels start.
    pub initializer: Initializer,
    /// Which model is gone on from in place of initial values; only a last layer for other classes is drawn anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Start>,
    /// How gradients change parameters.
    pub optimizer: Optimizer,
    /// How the optimiser's learning rate varies over the run; not in files where it does not.
    #[serde(default, skip_serializing_if = "Schedule::is_constant")]
    pub schedule: Schedule,
    /// What keeps steps small and answers modest; not in files where there is none.
    #[serde(default, skip_serializing_if = "Regularization::is_none")]
    pub regularization: Regularization,
    /// Which average of models is validated and handed out; none: the model as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub averaging: Option<Averaging>,
    /// What is learnt from other models beside the labels; none: the labels alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distillation: Option<Distillation>,
    /// How training images are changed each time they are seen; none: not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub augmentation: Option<Augmentation>,
    /// How many epochs at the end have training images as they are, 0 or more; not in files where there are none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub clean_epochs: u32,
    /// How many digits that are [drawn](tenfold_dataset::drawn) for the run are trained on beside the training images, 0 or more;
    /// not in files where there are none. None of them is held out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub drawn: u32,
    /// How many [images without a digit](tenfold_dataset::non_digits) are made for the run and trained on, to be answered with the same
    /// probability for each class, 0 or more; not in files where there are none. None of them is held out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub non_digits: u32,
    /// How many images are [cut out of numbers](tenfold_dataset::touching) in which digits touch for the run and trained on, 0 or
    /// more; not in files where there are none. None of them is held out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub touching: u32,
    /// How many of [MNIST's training images](tenfold_dataset::rehearsal) are trained on too, so that a model that begins with another's
    /// values does not forget them, 0 or more; not in files where there are none. None of them is held out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rehearse: u32,
    /// What is trained.
    pub architecture: Architecture,
}

impl Recipe {
    /// The names that [`Self::preset`] knows, with a line about each.
    pub fn presets() -> impl Iterator<Item = (&'static str, &'static str)> {
        PRESETS.into_iter().map(|preset| (preset.name, preset.about()))
    }

    /// A network with a name, and how it is trained; with seed 1, on all training images.
    ///
    /// # Errors
    /// [`Error::UnknownPreset`] for a name that is not one of [`Self::presets`].
    pub fn preset(name: &str) -> Result<Self, Error> {
        let unknown = || {
            let expected = Self::presets().map(|(name, _)| name).collect::<Vec<_>>().join(", ");
            Error::UnknownPreset { name: name.to_owned(), expected }
        };
        let preset = Preset::named(name).ok_or_else(unknown)?;
        Ok(toml::from_str(preset.toml).expect("the files of presets are recipes"))
    }

    /// The paper's: its network, He initialisation, SGD with learning rate 0.01 and momentum 0.9, batches of 16, ten
    /// epochs; with seed 1, on all training images.
    pub fn paper() -> Self {
        Self::preset("paper").expect("the paper's recipe is a preset")
    }

    /// Checks everything that can be wrong before images are loaded.
    ///
    /// # Errors
    /// [`Error::Setting`] or [`Error::Network`] for the first thing that is.
    pub fn check(&self) -> Result<(), Error> {
        let setting = |name, ok: bool, expected, found: String| {
            if ok { Ok(()) } else { Err(Error::Setting { name, expected, found }) }
        };
        setting("the number of epochs", self.epochs > 0, "at least 1", self.epochs.to_string())?;
        let batches = 1..=TrainerOptions::MAX_BATCH;
        setting("the batch", batches.contains(&self.batch), "1 to 65536 images", self.batch.to_string())?;
        let fraction = (0.0..1.0).contains(&self.validation);
        let expected = "0 up to but not including 1";
        setting("the share held out for validation", fraction, expected, self.validation.to_string())?;
        setting("the patience", self.patience != Some(0), "at least 1 epoch", "0".to_owned())?;
        self.optimizer.check()?;
        self.schedule.check(self.epochs)?;
        self.regularization.check()?;
        self.averaging.map_or(Ok(()), |averaging| averaging.check(self.epochs))?;
        self.distillation.as_ref().map_or(Ok(()), Distillation::check)?;
        let (name, clean) = ("the number of epochs without augmentation", self.clean_epochs);
        setting(name, clean <= self.epochs, "at most the run's", clean.to_string())?;
        self.augmentation.map_or(Ok(()), Augmentation::check)?;
        self.architecture.outline()?;
        Ok(())
    }

    /// Checks that there is something to be impatient about.
    pub(crate) fn check_patience(&self, validates: bool) -> Result<(), Error> {
        match self.patience {
            Some(_) if !validates => Err(Error::Setting {
                name: "the share held out for validation",
                expected: "more than 0, to stop early by",
                found: self.validation.to_string(),
            }),
            _ => Ok(()),
        }
    }

    /// Whether a step depends on how many epochs follow, so that a run that was made for fewer cannot go on.
    pub(crate) fn looks_ahead(&self) -> bool {
        let averages_last = matches!(self.averaging, Some(Averaging::Swa { .. }));
        self.schedule.depends_on_epochs() || averages_last || self.clean_epochs > 0
    }

    /// Whether the epoch numbered `epoch` has images as they are, whatever the augmentation.
    pub(crate) fn is_clean(&self, epoch: u32) -> bool {
        epoch > self.epochs - self.clean_epochs
    }

    /// Whether the last `patience` epochs did not bring the validation loss below what it was before them.
    pub(crate) fn has_stalled(&self, history: &[EpochMetrics]) -> bool {
        match (self.patience, best_epoch(history)) {
            (Some(patience), Some(best)) => history.len() as u32 - best >= patience,
            _ => false,
        }
    }
}

/// Whether a setting has the value that it has where none is given.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Metrics;

    #[test]
    fn presets_are_recipes_for_all_training_images() {
        for (name, _) in Recipe::presets() {
            let recipe = Recipe::preset(name).unwrap();
            recipe.check().unwrap_or_else(|error| panic!("{name}: {error}"));
            let Recipe { seed, validation, patience, start, .. } = &recipe;
            assert_eq!((*seed, *validation, *patience, start), (1, 0.0, None, &None), "{name}");
            let Recipe { architecture, .. } = &recipe;
            assert_eq!(Architecture::preset(name).as_ref(), Some(architecture), "{name}");
        }
    }

    /// The paper's settings, and two simpler networks by them: what these names have always stood for.
    #[test]
    fn the_first_presets_are_the_papers_recipe() {
        let paper = Recipe::paper();
        for name in ["linear", "mlp", "paper"] {
            let architecture = Architecture::preset(name).unwrap();
            assert_eq!(Recipe::preset(name).unwrap(), Recipe { architecture, ..paper.clone() }, "{name}");
        }
        let architecture = paper.architecture.clone();
        let expected = Recipe {
            seed: 1,
            epochs: 10,
            batch: 16,
            validation: 0.0,
            validation_by: DivideBy::Image,
            patience: None,
            initializer: Initializer::HeNormal,
            start: None,
            optimizer: Optimizer::PAPER,
            schedule: Schedule::default(),
            regularization: Regularization::NONE,
            averaging: None,
            distillation: None,
            augmentation: None,
            clean_epochs: 0,
            drawn: 0,
            non_digits: 0,
            touching: 0,
            rehearse: 0,
            architecture,
        };
        assert_eq!(paper, expected);
    }

    #[test]
    fn patience_counts_epochs_since_the_best() {
        let history = |losses: &[f64]| -> Vec<EpochMetrics> {
            let train = Metrics { loss: 0.0, accuracy: 0.0 };
            let validation = |&loss| Some(Metrics { loss, accuracy: 0.0 });
            let epoch = |(epoch, loss)| {
                let validation = validation(loss);
                EpochMetrics {
                    epoch,
                    train,
                    validation,
                    test: None,
                    seconds: 0.0,
                    learning_rate: None,
                    averaged: false,
                }
            };
            (1..).zip(losses).map(epoch).collect()
        };
        let recipe = Recipe { patience: Some(2), ..Recipe::paper() };
        for (losses, stalled) in [
            (&[][..], false),
            (&[1.0], false),
            (&[1.0, 1.0], false),
            (&[1.0, 1.0, 1.0], true),
            (&[1.0, 2.0, 0.9], false),
            (&[1.0, 0.5, 0.6, 0.5], true),
        ] {
            assert_eq!(recipe.has_stalled(&history(losses)), stalled, "{losses:?}");
            assert!(!Recipe::paper().has_stalled(&history(losses)), "without patience there is no end");
        }
    }
}
