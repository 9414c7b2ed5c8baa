//! A recipe in part: what options, a file or a variant of an exploration say of one.

mod augmentation;
mod averaging;
mod distillation;
mod optimizer;
mod regularization;
mod schedule;

use serde::Deserialize;
use tenfold_dataset::DivideBy;
use tenfold_network::{Architecture, Initializer};

use crate::error::Error;
use crate::recipe::Recipe;
use crate::start::Start;
pub use augmentation::AugmentationChanges;
pub use averaging::{AveragingChanges, AveragingKind};
pub use distillation::DistillationChanges;
pub use optimizer::OptimizerChanges;
pub use regularization::RegularizationChanges;
pub use schedule::ScheduleChanges;

/// What differs from another recipe. As TOML it has the fields of a run's `config.toml`, each of which may be left out.
///
/// ```
/// use tenfold_training::{Recipe, RecipeChanges};
///
/// let changes: RecipeChanges = toml::from_str("batch = 32\noptimizer = { learning_rate = 0.02 }")?;
/// let recipe = changes.apply(&Recipe::paper())?;
/// assert_eq!((recipe.batch, recipe.epochs), (32, 10));
/// assert_eq!(toml::to_string(&recipe.optimizer)?, "type = \"sgd\"\nlearning_rate = 0.02\nmomentum = 0.9\nnesterov = false\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RecipeChanges {
    /// See [`Recipe::seed`].
    pub seed: Option<u64>,
    /// See [`Recipe::epochs`].
    pub epochs: Option<u32>,
    /// See [`Recipe::batch`].
    pub batch: Option<usize>,
    /// See [`Recipe::validation`].
    pub validation: Option<f64>,
    /// See [`Recipe::validation_by`].
    pub validation_by: Option<DivideBy>,
    /// See [`Recipe::patience`].
    pub patience: Option<u32>,
    /// See [`Recipe::initializer`].
    pub initializer: Option<Initializer>,
    /// See [`Recipe::start`].
    pub start: Option<Start>,
    /// Of [`Recipe::optimizer`].
    pub optimizer: OptimizerChanges,
    /// Of [`Recipe::schedule`].
    pub schedule: ScheduleChanges,
    /// Of [`Recipe::regularization`].
    pub regularization: RegularizationChanges,
    /// Of [`Recipe::averaging`].
    pub averaging: AveragingChanges,
    /// Of [`Recipe::distillation`].
    pub distillation: DistillationChanges,
    /// Of [`Recipe::augmentation`].
    pub augmentation: AugmentationChanges,
    /// See [`Recipe::clean_epochs`].
    pub clean_epochs: Option<u32>,
    /// See [`Recipe::drawn`].
    pub drawn: Option<u32>,
    /// See [`Recipe::non_digits`].
    pub non_digits: Option<u32>,
    /// See [`Recipe::touching`].
    pub touching: Option<u32>,
    /// See [`Recipe::rehearse`].
    pub rehearse: Option<u32>,
    /// A [preset](Recipe::preset), network and recipe, in place of the other recipe; not together with `architecture`.
    pub preset: Option<String>,
    /// See [`Recipe::architecture`].
    pub architecture: Option<Architecture>,
}

impl RecipeChanges {
    /// `base` with these changes; ranges are for [`Recipe::check`] to judge.
    ///
    /// # Errors
    /// [`Error::OtherOptimizer`] or [`Error::OtherSchedule`] for a setting that the optimiser or the schedule does not have,
    /// [`Error::UnknownPreset`], and
    /// [`Error::Setting`] for a preset and an architecture at once.
    pub fn apply(&self, base: &Recipe) -> Result<Recipe, Error> {
        let preset = self.preset.as_deref().map(Recipe::preset).transpose()?;
        let base = preset.as_ref().unwrap_or(base);
        Ok(Recipe {
            seed: self.seed.unwrap_or(base.seed),
            epochs: self.epochs.unwrap_or(base.epochs),
            batch: self.batch.unwrap_or(base.batch),
            validation: self.validation.unwrap_or(base.validation),
            validation_by: self.validation_by.unwrap_or(base.validation_by),
            patience: self.patience.or(base.patience),
            initializer: self.initializer.unwrap_or(base.initializer),
            start: self.start.clone().or_else(|| base.start.clone()),
            optimizer: self.optimizer.apply(base.optimizer)?,
            schedule: self.schedule.apply(base.schedule)?,
            regularization: self.regularization.apply(base.regularization),
            averaging: self.averaging.apply(base.averaging)?,
            distillation: self.distillation.apply(base.distillation.as_ref()),
            augmentation: self.augmentation.apply(base.augmentation),
            clean_epochs: self.clean_epochs.unwrap_or_else(|| self.shortened_clean_epochs(base)),
            drawn: self.drawn.unwrap_or(base.drawn),
            non_digits: self.non_digits.unwrap_or(base.non_digits),
            touching: self.touching.unwrap_or(base.touching),
            rehearse: self.rehearse.unwrap_or(base.rehearse),
            architecture: self.network(base)?,
        })
    }

    /// The clean epochs of `base`; in another number of epochs no more than leave one with augmentation.
    fn shortened_clean_epochs(&self, base: &Recipe) -> u32 {
        match self.epochs {
            Some(epochs) if epochs != base.epochs => base.clean_epochs.min(epochs.saturating_sub(1)),
            _ => base.clean_epochs,
        }
    }

    fn network(&self, base: &Recipe) -> Result<Architecture, Error> {
        match (&self.preset, &self.architecture) {
            (_, None) => Ok(base.architecture.clone()),
            (None, Some(architecture)) => Ok(architecture.clone()),
            (Some(_), Some(_)) => Err(Error::Setting {
                name: "the network",
                expected: "one of the two",
                found: "a preset and an architecture".to_owned(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use tenfold_dataset::{Augmentation, Strength};
    use tenfold_network::{Optimizer, OptimizerKind, Regularization, Schedule, ScheduleKind};

    use super::*;
    use crate::averaging::Averaging;
    use crate::distillation::Distillation;

    fn changed(changes: &str, base: &Recipe) -> Result<Recipe, String> {
        let changes: RecipeChanges = toml::from_str(changes).map_err(|error| error.to_string())?;
        changes.apply(base).map_err(|error| error.to_string())
    }

    /// A field that one of the two types has and the other has not would be refused or lost.
    #[test]
    fn a_whole_recipe_is_one_in_part() {
        let strong = Strength::Strong.augmentation().unwrap();
        let strong = Augmentation { elastic_sigma_px: 5.0, erase_probability: 0.25, ..strong };
        let augmentation = Some(Augmentation { erase_ink: 0.5, background: 0.4, lines: 0.3, specks: 0.1, ..strong });
        let sgd = Optimizer::Sgd { learning_rate: 0.5, momentum: 0.25, nesterov: true, weight_decay: 0.125 };
        let adamw = Optimizer::AdamW { learning_rate: 0.5, weight_decay: 0.25 };
        for optimizer in [sgd, adamw, Optimizer::Adam { learning_rate: 0.5 }] {
            let recipe = Recipe {
                seed: 7,
                epochs: 3,
                batch: 5,
                validation: 0.125,
                validation_by: DivideBy::Group,
                patience: Some(2),
                initializer: Initializer::GlorotUniform,
                start: Some(Start::new("mine.onnx", b"bytes")),
                optimizer,
                schedule: Schedule::Step { every: 1, factor: 0.5, warm_up: 0.25 },
                regularization: Regularization {
                    label_smoothing: 0.125,
                    clip_norm: Some(1.5),
                    decay_kernels_only: true,
                    l1: 0.25,
                    l2: 0.375,
                },
                averaging: Some(Averaging::Swa { epochs: 2 }),
                distillation: Some(Distillation {
                    temperature: 2.5,
                    ..Distillation::by(vec!["a".to_owned()], b"bytes")
                }),
                augmentation,
                clean_epochs: 1,
                drawn: 100,
                non_digits: 50,
                touching: 40,
                rehearse: 30,
                architecture: Architecture::preset("linear").unwrap(),
            };
            assert_eq!(changed(&toml::to_string(&recipe).unwrap(), &Recipe::paper()), Ok(recipe));
        }
        assert_eq!(changed("", &Recipe::paper()), Ok(Recipe::paper()));
    }

    #[test]
    fn the_recipe_in_the_documentation_is_a_whole_one() {
        let text = include_str!("../../../../docs/recipes.md");
        let toml = text.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        let recipe: Recipe = toml::from_str(toml).unwrap();
        recipe.check().unwrap();
        assert_eq!(changed(toml, &Recipe::paper()), Ok(recipe.clone()));
        assert!(recipe.patience.is_some() && recipe.augmentation.is_some(), "every field is shown");
        assert!(!recipe.schedule.is_constant() && recipe.averaging.is_some(), "every field is shown");
        let Regularization { label_smoothing, clip_norm, decay_kernels_only, l1, l2 } = recipe.regularization;
        assert!(l1 > 0.0 && l2 > 0.0, "every field is shown");
        assert!(label_smoothing > 0.0 && clip_norm.is_some() && decay_kernels_only, "every field is shown");
        assert!(recipe.clean_epochs > 0 && recipe.distillation.is_some(), "every field is shown");
        assert!(
            recipe.drawn > 0 && recipe.non_digits > 0 && recipe.touching > 0 && recipe.rehearse > 0,
            "every field is shown"
        );
        for kind in [OptimizerKind::Sgd, OptimizerKind::Adam, OptimizerKind::AdamW] {
            assert!(text.contains(&format!("{kind} (learning_rate")), "{kind}");
        }
        for kind in ScheduleKind::ALL {
            assert!(text.contains(&format!("| `{kind}` | ")), "{kind}");
        }
    }

    #[test]
    fn fewer_epochs_have_fewer_clean_ones_unless_these_are_said() {
        let base = Recipe { epochs: 60, clean_epochs: 2, ..Recipe::paper() };
        let all_clean = Recipe { epochs: 2, ..base.clone() };
        for (changes, base, epochs, clean) in [
            ("epochs = 30", &base, 30, 2),
            ("epochs = 3", &base, 3, 2),
            ("epochs = 2", &base, 2, 1),
            ("epochs = 1", &base, 1, 0),
            ("epochs = 2\nclean_epochs = 2", &base, 2, 2),
            ("epochs = 1\npreset = 'tiny'", &Recipe::paper(), 1, 0),
            ("epochs = 2", &all_clean, 2, 2),
            ("batch = 32", &all_clean, 2, 2),
        ] {
            let recipe = changed(changes, base).unwrap();
            assert_eq!((recipe.epochs, recipe.clean_epochs), (epochs, clean), "{changes}");
            recipe.check().unwrap();
        }
        let asked = changed("epochs = 1\nclean_epochs = 2", &base).unwrap().check().unwrap_err().to_string();
        assert!(asked.contains("epochs without augmentation is 2, expected at most"), "{asked}");
    }

    #[test]
    fn what_is_not_said_stays_but_another_rule_starts_from_its_defaults() {
        let adam = Recipe { optimizer: Optimizer::Adam { learning_rate: 0.5 }, ..Recipe::paper() };
        let optimizer = |changes: &str| changed(changes, &adam).map(|recipe| recipe.optimizer);
        assert_eq!(optimizer("batch = 3"), Ok(adam.optimizer));
        assert_eq!(optimizer("optimizer.learning_rate = 0.25"), Ok(Optimizer::Adam { learning_rate: 0.25 }));
        let decayed = Optimizer::AdamW { learning_rate: 0.001, weight_decay: 0.5 };
        assert_eq!(optimizer("optimizer = { type = 'adamw', weight_decay = 0.5 }"), Ok(decayed));
        let cosine = changed("schedule.type = 'cosine'", &Recipe::paper()).unwrap();
        assert_eq!(cosine.schedule, Schedule::Cosine { floor: 0.0, warm_up: 0.0 });
        let warmer = changed("schedule = { warm_up = 2.0, floor = 0.5 }", &cosine).unwrap();
        assert_eq!(warmer.schedule, Schedule::Cosine { floor: 0.5, warm_up: 2.0 });
        assert_eq!(changed("schedule.type = 'constant'", &warmer), Ok(Recipe::paper()));
        let averaging = |changes: &str, base: &Recipe| changed(changes, base).map(|recipe| recipe.averaging);
        let averaged = changed("averaging = { type = 'ema', decay = 0.5 }", &Recipe::paper()).unwrap();
        assert_eq!(averaged.averaging, Some(Averaging::Ema { decay: 0.5 }));
        assert_eq!(averaging("averaging.decay = 0.25", &averaged), Ok(Some(Averaging::Ema { decay: 0.25 })));
        assert_eq!(averaging("averaging.type = 'swa'", &averaged), Ok(Some(Averaging::Swa { epochs: 3 })));
        assert_eq!(averaging("averaging.type = 'none'", &averaged), Ok(None));
    }

    #[test]
    fn a_preset_is_a_recipe_and_what_is_beside_it_changes_it() {
        let other = Recipe { seed: 9, batch: 7, ..Recipe::paper() };
        let tiny = Recipe::preset("tiny").unwrap();
        assert_eq!(changed("preset = 'tiny'", &other), Ok(tiny.clone()));
        let beside = changed("preset = 'tiny'\nbatch = 5\naugmentation.scale = 0.25", &other).unwrap();
        let augmentation = Augmentation { scale: 0.25, ..tiny.augmentation.unwrap() };
        assert_eq!(beside, Recipe { batch: 5, augmentation: Some(augmentation), ..tiny });
    }

    #[test]
    fn changes_that_do_not_fit_are_refused() {
        for (changes, message) in [
            ("bach = 3", "unknown field `bach`"),
            ("optimizer.rate = 3.0", "unknown field `rate`"),
            ("optimizer.type = 'lion'", "unknown variant `lion`"),
            ("optimizer = { type = 'adam', momentum = 0.5 }", "momentum is a setting of sgd, found the optimizer adam"),
            (
                "optimizer = { type = 'adam', weight_decay = 0.5 }",
                "weight_decay is a setting of adamw, found the optimizer adam",
            ),
            ("schedule.floor = 0.1", "the schedule constant has no floor"),
            ("schedule = { type = 'one_cycle', warm_up = 1.0 }", "the schedule one_cycle has no warm_up"),
            ("averaging.decay = 0.5", "the averaging is a decay for another type, expected the type ema with a decay"),
            ("averaging = { type = 'ema', epochs = 2 }", "expected the type swa with a number of epochs"),
            ("regularization.clip = 1.0", "unknown field `clip`"),
            ("distillation.teacher = 'a'", "unknown field `teacher`"),
            ("preset = 'vgg'", "unknown preset 'vgg': expected one of linear, mlp, lenet5, paper"),
            (
                "preset = 'mlp'\narchitecture = { input = [28, 28, 1], layers = [] }",
                "the network is a preset and an architecture, expected one of the two",
            ),
        ] {
            let error = changed(changes, &Recipe::paper()).unwrap_err();
            assert!(error.contains(message), "{changes}: {error}");
        }
    }
}
