//! A run under way: the training loop, and the state from which another process can resume it.

use std::cell::OnceCell;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

use tenfold_dataset::{Dataset, Division, hold_out};
use tenfold_network::{Batch, Engine, Model, Predictor, StepSettings, Trainer, TrainerOptions};
use tenfold_random::{Purpose, Stream};

use crate::changed_batch::ChangedBatch;
use crate::checkpoint::{BEST, Checkpoint};
use crate::error::Error;
use crate::evaluate::{check_fit, evaluate_with};
use crate::event::{Ending, Event};
use crate::fingerprint::fingerprint;
use crate::metrics::{EpochMetrics, Metrics, best_epoch};
use crate::progress::{PartialEpoch, Progress};
use crate::recipe::Recipe;

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
    /// Room for a batch that is changed before it is seen.
    changed: ChangedBatch,
    progress: Progress,
    engine: Engine,
    /// Of the images, once it is needed.
    fingerprint: OnceCell<String>,
}

impl Run {
    /// Prepares to train `recipe` on the images that [`hold_out`] leaves of `dataset` for the recipe's share and seed.
    ///
    /// # Errors
    /// [`Error::Setting`], [`Error::Network`] or [`Error::Mismatch`] for a recipe that cannot be, alone or with these
    /// images.
    pub fn new(recipe: Recipe, dataset: impl Into<Arc<Dataset>>, engine: Engine) -> Result<Self, Error> {
        recipe.check()?;
        let dataset = dataset.into();
        let division = hold_out(dataset.labels(), recipe.validation, recipe.seed)?;
        Self::with_division(recipe, dataset, division, engine)
    }

    /// As [`Self::new`], on the images that `division` says, whatever share the recipe would hold out.
    ///
    /// # Errors
    /// As [`Self::new`].
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
        let dataset = dataset.into();
        check_fit(&recipe.architecture, &dataset)?;
        recipe.check_patience(!division.validation.is_empty())?;
        let model = Model::random(recipe.architecture.clone(), recipe.initializer, recipe.seed)?;
        let held_out = &division.validation;
        let validation = (!held_out.is_empty()).then(|| dataset.subset(held_out)).transpose()?;
        // No batch is larger than the set, whatever the recipe says, and neither are the buffers for one.
        let batch = recipe.batch.min(division.train.len()).max(1);
        let options = TrainerOptions { batch, seed: recipe.seed, engine };
        let trainer = Trainer::new(model, recipe.optimizer, options)?;
        Ok(Self {
            recipe,
            dataset,
            division,
            validation,
            test: None,
            predictor: None,
            trainer,
            best: None,
            changed: ChangedBatch::default(),
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

    /// Takes over where `checkpoint` was made: the model, the optimiser's memory and the place in the epoch. With the same
    /// CPU level and `exact`, what follows is what would have followed there, to the last bit.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] if it is of another recipe (the number of epochs may differ) or other images, or says what
    /// cannot be; nothing has changed then.
    pub fn restore(&mut self, checkpoint: &Checkpoint) -> Result<(), Error> {
        checkpoint.check(&self.recipe, self.fingerprint(), self.division.train.len())?;
        let best = checkpoint.models.get(BEST).cloned();
        let best = best.map(|values| Model::with_values(self.recipe.architecture.clone(), values)).transpose()?;
        self.trainer.restore(&checkpoint.state)?;
        self.best = best;
        self.progress = checkpoint.progress.clone();
        Ok(())
    }

    /// All that is needed to resume from here.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            recipe: self.recipe.clone(),
            data: self.fingerprint().to_owned(),
            progress: self.progress.clone(),
            state: self.trainer.state(),
            models: self.best.iter().map(|model| (BEST.to_owned(), model.values().to_vec())).collect(),
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

    /// The model as it is now.
    pub fn model(&self) -> &Model {
        self.trainer.model()
    }

    /// How far it is.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Which images train and which validate.
    pub fn division(&self) -> &Division {
        &self.division
    }

    /// Ends the run.
    pub fn into_trained(self) -> Trained {
        let last = self.trainer.into_model();
        let (model, last) = match self.best {
            Some(best) => (best, Some(last)),
            None => (last, None),
        };
        let (train_images, held_out) = (self.division.train.len(), self.validation);
        Trained { model, last, train_images, held_out, history: self.progress.history }
    }

    /// Trains from where the run is to its end, or until `observe` breaks off: then it can be resumed, here by another call
    /// or from a [`Checkpoint`].
    ///
    /// # Errors
    /// [`Error::Diverged`] when the loss stops being a finite number.
    pub fn train(&mut self, observe: &mut Observer<'_>) -> Result<Ending, Error> {
        let started = Event::Started {
            train_images: self.division.train.len(),
            validation_images: self.division.validation.len(),
            epochs: self.recipe.epochs,
            done: self.progress.history.len() as u32,
        };
        let mut flow = observe(self, started);
        while flow.is_continue() {
            let history = &self.progress.history;
            if history.len() >= self.recipe.epochs as usize {
                return Ok(Ending::Finished);
            }
            if self.recipe.has_stalled(history) {
                return Ok(Ending::StoppedEarly);
            }
            flow = self.train_epoch(observe)?;
            if flow.is_continue() {
                self.finish_epoch()?;
                flow = match self.progress.history.last() {
                    Some(metrics) => observe(self, Event::Epoch(metrics)),
                    None => flow,
                };
            }
        }
        Ok(Ending::Interrupted)
    }

    /// The rest of the epoch under way, in an order of images that only the seed and the epoch decide.
    fn train_epoch(&mut self, observe: &mut Observer<'_>) -> Result<ControlFlow<()>, Error> {
        let epoch = self.progress.history.len() as u32 + 1;
        let mut order = self.division.train.clone();
        Stream::new(self.recipe.seed, Purpose::Shuffle, epoch, 0).shuffle(&mut order);
        let (start, before) = (Instant::now(), self.progress.partial.seconds);
        for order in order[self.progress.partial.images..].chunks(self.recipe.batch) {
            let settings = self.settings();
            let outcome = match self.recipe.augmentation {
                None => {
                    let (images, labels) = (self.dataset.images(), self.dataset.labels());
                    self.trainer.step(Batch { images, labels, order }, settings)
                }
                Some(augmentation) => {
                    self.changed.fill(&self.dataset, order, augmentation, self.recipe.seed, epoch);
                    self.trainer.step(self.changed.batch(), settings)
                }
            };
            if !outcome.loss.is_finite() {
                let step = self.progress.partial.images / self.recipe.batch + 1;
                let learning_rate = settings.learning_rate;
                return Err(Error::Diverged { epoch, step, loss: outcome.loss, learning_rate });
            }
            let partial = &mut self.progress.partial;
            partial.images += order.len();
            partial.loss += outcome.loss * order.len() as f64;
            partial.correct += outcome.correct;
            partial.seconds = before + start.elapsed().as_secs_f64();
            let (images, so_far) = (partial.images, partial.metrics());
            if observe(self, Event::Step { epoch, images, so_far }).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Those of the next step: what varies over a run is worked out here, from the recipe and the progress.
    fn settings(&self) -> StepSettings {
        self.recipe.optimizer.settings()
    }

    /// Validates, and enters the epoch in the history.
    fn finish_epoch(&mut self) -> Result<(), Error> {
        let (validation, test) = (self.validation.take(), self.test.clone());
        let validated = validation.as_ref().map(|images| self.measure(images)).transpose();
        self.validation = validation;
        let partial = &self.progress.partial;
        let (train, seconds) = (partial.metrics(), partial.seconds);
        let metrics = EpochMetrics {
            epoch: self.progress.history.len() as u32 + 1,
            train,
            validation: validated?,
            test: test.map(|images| self.measure(&images)).transpose()?,
            seconds,
        };
        // Nothing has changed if the model could not be measured.
        self.progress.partial = PartialEpoch::default();
        self.progress.history.push(metrics);
        let history = &self.progress.history;
        if self.recipe.patience.is_some() && best_epoch(history) == Some(history.len() as u32) {
            self.best = Some(self.trainer.model().clone());
        }
        Ok(())
    }

    /// What the model does on other images than it is trained on.
    fn measure(&mut self, images: &Dataset) -> Result<Metrics, Error> {
        let model = self.trainer.model();
        let predictor = match &mut self.predictor {
            Some(predictor) => {
                predictor.set_values(model);
                predictor
            }
            none => none.insert(Predictor::new(model, self.engine)?),
        };
        let epoch = self.progress.history.len() as u32 + 1;
        let evaluation = evaluate_with(predictor, images, &mut |_| {}).map_err(|error| match error {
            Error::Evaluation(error) => Error::DivergedInValidation { epoch, error },
            error => error,
        })?;
        Ok(Metrics { loss: evaluation.loss, accuracy: evaluation.accuracy })
    }
}

/// A run's result.
#[derive(Clone, Debug)]
pub struct Trained {
    /// With patience, the model after the epoch with the lowest validation loss, see [`best_epoch`]; else after the last.
    pub model: Model,
    /// With patience, the model after the last epoch.
    pub last: Option<Model>,
    /// Images it was trained on, those held out not counted.
    pub train_images: usize,
    /// The images held out, if any were.
    pub held_out: Option<Dataset>,
    /// One entry per epoch.
    pub history: Vec<EpochMetrics>,
}

/// Trains `recipe` on `dataset` from beginning to end and returns the model after the last epoch, whatever the epochs
/// before it were like; or, for a recipe with patience, the best.
///
/// # Errors
/// Those of [`Run::new`] and [`Run::train`].
pub fn train(
    recipe: Recipe,
    dataset: impl Into<Arc<Dataset>>,
    engine: Engine,
    observe: &mut dyn FnMut(Event<'_>),
) -> Result<Trained, Error> {
    let mut run = Run::new(recipe, dataset, engine)?;
    run.train(&mut |_, event| {
        observe(event);
        ControlFlow::Continue(())
    })?;
    Ok(run.into_trained())
}
