//! A run under way, and the state from which another process can resume it.

mod average;
mod epochs;
mod trained;

use std::cell::OnceCell;
use std::ops::ControlFlow;
use std::sync::Arc;

use tenfold_dataset::{Dataset, Division, drawn, non_digits, rehearsal, touching};
use tenfold_network::{Engine, Model, Predictor, Trainer, TrainerOptions};

use crate::averaging::Averaging;
use crate::changed_batch::ChangedBatch;
use crate::checkpoint::{AVERAGE, BEST, Checkpoint};
use crate::distillation::Distillation;
use crate::error::Error;
use crate::evaluate::check_fit;
use crate::event::Event;
use crate::fingerprint::fingerprint;
use crate::progress::Progress;
use crate::recipe::Recipe;
use crate::teacher::Teacher;
pub use trained::{Trained, train};

/// Consumes a run's events; may end it there.
pub type Observer<'o> = dyn FnMut(&Run, Event<'_>) -> ControlFlow<()> + 'o;

/// A recipe being carried out on a data set. It owns what it needs, so that it can be kept anywhere and moved to a thread.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use tenfold_dataset::{Part, Source, hold_out};
/// use tenfold_training::{Ending, Engine, Recipe, Run};
///
/// let images = Source::Embedded.load(Part::Test)?;
/// let some = images.subset(&hold_out(images.labels(), 0.01, 1)?.validation)?;
/// let recipe = Recipe { epochs: 2, ..Recipe::preset("linear")? };
///
/// let mut run = Run::new(recipe, some, Engine::default())?;
/// let ending = std::thread::spawn(move || run.train(&mut |_, _| ControlFlow::Continue(()))).join().expect("no panic")?;
/// assert_eq!(ending, Ending::Finished);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Run {
    recipe: Recipe,
    dataset: Arc<Dataset>,
    division: Division,
    validation: Option<Dataset>,
    test: Option<Arc<Dataset>>,
    /// For both of these, once it is needed.
    predictor: Option<Predictor>,
    trainer: Trainer,
    /// With patience, the model after the best epoch so far.
    best: Option<Model>,
    /// With an augmentation, room for a batch that is changed before it is seen.
    changed: Option<ChangedBatch>,
    /// With a distillation, whom it is by.
    teacher: Option<Teacher>,
    /// With averaging, the values of the average so far.
    average: Option<Vec<f32>>,
    /// The model of the average; between epochs only.
    averaged: Option<Model>,
    progress: Progress,
    engine: Engine,
    /// Of the images, once it is needed.
    fingerprint: OnceCell<String>,
}

impl Run {
    /// Prepares to train `recipe` on the images that [`Dataset::hold_out`] leaves for the recipe's share and seed.
    ///
    /// # Errors
    /// [`Error::Setting`], [`Error::Network`] or [`Error::Mismatch`] for a recipe that cannot be, alone or with these
    /// images; [`Error::Data`] for groups to be held out of images that have none, or none so small.
    pub fn new(recipe: Recipe, dataset: impl Into<Arc<Dataset>>, engine: Engine) -> Result<Self, Error> {
        recipe.check()?;
        let dataset = dataset.into();
        let division = divide(&recipe, &dataset)?;
        Self::of_recipe(recipe, dataset, division, engine)
    }

    /// As [`Self::new`], going on from `model`, which is of the recipe's network, in place of initial values;
    /// [`Recipe::start`] says which it is.
    ///
    /// # Errors
    /// As [`Self::new`]; [`Error::Setting`] if the recipe starts from no model, or the model is of another network.
    pub fn from_model(
        recipe: Recipe,
        dataset: impl Into<Arc<Dataset>>,
        engine: Engine,
        model: &Model,
    ) -> Result<Self, Error> {
        recipe.check()?;
        if recipe.start.is_none() || *model.architecture() != recipe.architecture {
            let (name, expected) = ("the model to start from", "that of the recipe, with the recipe's network");
            return Err(Error::Setting { name, expected, found: "another".to_owned() });
        }
        let dataset = dataset.into();
        let division = divide(&recipe, &dataset)?;
        // Neither quantised nor of a temperature.
        let model = Model::with_values(recipe.architecture.clone(), model.values().to_vec())?;
        Self::of_model(recipe, dataset, division, engine, model)
    }

    /// As [`Self::new`], on the images that `division` says, whatever share the recipe would hold out; learning from labels
    /// alone.
    ///
    /// # Errors
    /// As [`Self::new`]; [`Error::Setting`] for a recipe with a distillation.
    ///
    /// # Panics
    /// If `division` names images that `dataset` does not have.
    pub fn with_division(
        recipe: Recipe,
        dataset: impl Into<Arc<Dataset>>,
        division: Division,
        engine: Engine,
    ) -> Result<Self, Error> {
        recipe.check()?;
        if let Some(Distillation { teachers, .. }) = &recipe.distillation {
            // These may have seen the images that are to judge the run.
            let (name, expected) = ("the teacher", "none for this run");
            return Err(Error::Setting { name, expected, found: teachers.join(", ") });
        }
        Self::of_recipe(recipe, dataset.into(), division, engine)
    }

    /// A run that starts with initial values.
    fn of_recipe(recipe: Recipe, dataset: Arc<Dataset>, division: Division, engine: Engine) -> Result<Self, Error> {
        if let Some(start) = &recipe.start {
            let (name, expected) = ("the model to start from", "none for this run, or to be given with the recipe");
            return Err(Error::Setting { name, expected, found: start.name.clone() });
        }
        let model = Model::random(recipe.architecture.clone(), recipe.initializer, recipe.seed)?;
        Self::of_model(recipe, dataset, division, engine, model)
    }

    /// A run that starts with `model`.
    fn of_model(
        recipe: Recipe,
        dataset: Arc<Dataset>,
        division: Division,
        engine: Engine,
        model: Model,
    ) -> Result<Self, Error> {
        check_fit(&recipe.architecture, &dataset)?;
        let (dataset, division) = with_made(&recipe, dataset, division)?;
        recipe.check_patience(!division.validation.is_empty())?;
        let held_out = &division.validation;
        let validation = (!held_out.is_empty()).then(|| dataset.subset(held_out)).transpose()?;
        let average = matches!(recipe.averaging, Some(Averaging::Ema { .. })).then(|| model.values().to_vec());
        // No batch is larger than the set, whatever the recipe says, and neither are the buffers for one.
        let batch = recipe.batch.min(division.train.len()).max(1);
        let options = TrainerOptions { batch, seed: recipe.seed, engine };
        let trainer = Trainer::new(model, recipe.optimizer, options)?;
        let sides = [dataset.height(), dataset.width()];
        let changed = recipe.augmentation.map(|it| ChangedBatch::new(it, sides, trainer.threads()));
        Ok(Self {
            recipe,
            dataset,
            division,
            validation,
            test: None,
            predictor: None,
            trainer,
            best: None,
            changed,
            teacher: None,
            average,
            averaged: None,
            progress: Progress::default(),
            engine,
            fingerprint: OnceCell::new(),
        })
    }

    /// Also looks at the test images after every epoch, which makes their figures less than they should be: whoever sees
    /// them before the end can choose by them.
    ///
    /// # Errors
    /// [`Error::Mismatch`] if the images do not fit the network.
    pub fn peek_at(&mut self, test: impl Into<Arc<Dataset>>) -> Result<(), Error> {
        let test = test.into();
        check_fit(&self.recipe.architecture, &test)?;
        self.test = Some(test);
        Ok(())
    }

    /// Learns from `teacher`, too, which [`Recipe::distillation`] names: the [ensemble](Model::ensemble) of them, if it names several.
    /// A run with a distillation must be told before it trains.
    ///
    /// # Errors
    /// [`Error::Setting`] if the recipe has no distillation; [`Error::Mismatch`] if the images do not fit the teacher;
    /// [`Error::Network`] if there is no memory to run it, or its own temperature times the recipe's is above 100.
    pub fn learn_from(&mut self, teacher: &Model) -> Result<(), Error> {
        let Some(distillation) = &self.recipe.distillation else {
            let (name, expected) = ("the teacher", "none for a recipe without distillation");
            return Err(Error::Setting { name, expected, found: "a model".to_owned() });
        };
        check_fit(teacher.architecture(), &self.dataset)?;
        self.teacher = Some(Teacher::new(teacher, distillation, self.engine)?);
        Ok(())
    }

    /// Takes over where `checkpoint` was made: the model, the optimiser's memory and the place in the epoch. With the same
    /// CPU level and `exact`, what follows is what would have followed there, to the last bit.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] if it is of another recipe (the number of epochs may differ) or other images, or says what
    /// cannot be; nothing has changed then.
    pub fn restore(&mut self, checkpoint: &Checkpoint) -> Result<(), Error> {
        checkpoint.check(&self.recipe, self.fingerprint(), self.division.train.len())?;
        let model = |name: &str| {
            let values = checkpoint.models.get(name).cloned();
            values.map(|values| Model::with_values(self.recipe.architecture.clone(), values)).transpose()
        };
        let (best, average) = (model(BEST)?, model(AVERAGE)?);
        self.trainer.restore(&checkpoint.state)?;
        self.best = best;
        self.progress = checkpoint.progress.clone();
        self.average = average.map(|average| average.values().to_vec());
        let is_between_epochs = self.progress.partial.images == 0 && !self.progress.history.is_empty();
        let average = self.average.clone().filter(|_| is_between_epochs);
        self.averaged = average.map(|average| self.averaged_model(&average)).transpose()?;
        Ok(())
    }

    /// All that is needed to resume from here.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            recipe: self.recipe.clone(),
            data: self.fingerprint().to_owned(),
            progress: self.progress.clone(),
            state: self.trainer.state(),
            models: [(BEST, self.best.as_ref().map(Model::values)), (AVERAGE, self.average.as_deref())]
                .into_iter()
                .filter_map(|(name, values)| Some((name.to_owned(), values?.to_vec())))
                .collect(),
        }
    }

    /// A SHA-256, in hexadecimal digits, of the data set and of which of its images train.
    pub fn fingerprint(&self) -> &str {
        self.fingerprint.get_or_init(|| fingerprint(&self.dataset, &self.division.train))
    }

    /// What is carried out.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// The model as it is now; with [averaging](Recipe::averaging), between epochs, the average.
    pub fn model(&self) -> &Model {
        self.averaged.as_ref().unwrap_or(self.trainer.model())
    }

    /// How far it is.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Which images train and which validate; what is made
    /// for the run, as [drawn](Recipe::drawn) digits, is numbered after all others.
    pub fn division(&self) -> &Division {
        &self.division
    }
}

/// The images that a recipe holds out, and those it leaves.
fn divide(recipe: &Recipe, dataset: &Dataset) -> Result<Division, Error> {
    Ok(dataset.hold_out(recipe.validation_by, recipe.validation, recipe.seed)?)
}

// What the data set gives, the network takes.
const _: () = assert!(tenfold_dataset::NO_CLASS == tenfold_network::NO_CLASS);

/// The images with those that a recipe has made for it, all of which train.
fn with_made(
    recipe: &Recipe,
    dataset: Arc<Dataset>,
    mut division: Division,
) -> Result<(Arc<Dataset>, Division), Error> {
    let made = [
        ("the number of drawn digits", recipe.drawn),
        ("the number of images without a digit", recipe.non_digits),
        ("the number of images cut out of numbers", recipe.touching),
        ("the number of images that are rehearsed", recipe.rehearse),
    ];
    let Some((name, count)) = made.into_iter().find(|(_, count)| *count > 0) else { return Ok((dataset, division)) };
    if !dataset.is_of_digits() {
        let expected = "0 for images that are not of the ten digits";
        return Err(Error::Setting { name, expected, found: count.to_string() });
    }
    let mut all = dataset.clone();
    if recipe.drawn > 0 {
        all = Arc::new(all.joined(drawn(recipe.drawn, recipe.seed, all.height())?)?);
    }
    if recipe.non_digits + recipe.touching > 0 {
        let digits = dataset.subset(&division.train)?;
        if recipe.non_digits > 0 {
            all = Arc::new(all.with_images_of_no_class(non_digits(&digits, recipe.non_digits, recipe.seed)?)?);
        }
        if recipe.touching > 0 {
            all = Arc::new(all.joined(touching(&digits, recipe.touching, recipe.seed)?)?);
        }
    }
    if recipe.rehearse > 0 {
        all = Arc::new(all.joined(rehearsal(recipe.rehearse, recipe.seed)?)?);
    }
    division.train.extend(dataset.len() as u32..all.len() as u32);
    Ok((all, division))
}
