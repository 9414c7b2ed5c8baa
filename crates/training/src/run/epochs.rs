//! The training loop: epochs, their steps, and what is measured after each.

use std::ops::ControlFlow;
use std::time::Instant;

use tenfold_dataset::Dataset;
use tenfold_network::{Batch, Model, Predictor, RunPosition, StepSettings};
use tenfold_random::{Purpose, Stream};

use super::{Observer, Run};
use crate::error::Error;
use crate::evaluate::evaluate_with;
use crate::event::{Ending, Event};
use crate::metrics::{EpochMetrics, Metrics, best_epoch};
use crate::progress::{PartialEpoch, Progress};
use crate::recipe::Recipe;

impl Run {
    /// Trains from where the run is to its end, or until `observe` breaks off: then it can be resumed, here by another call
    /// or from a [`Checkpoint`](crate::Checkpoint).
    ///
    /// # Errors
    /// [`Error::Diverged`] when the loss stops being a finite number; [`Error::Setting`] for a recipe with a distillation whose
    /// teacher is not there yet: see [`Self::learn_from`].
    pub fn train(&mut self, observe: &mut Observer<'_>) -> Result<Ending, Error> {
        if self.recipe.distillation.is_some() && self.teacher.is_none() {
            let (name, expected) = ("the teacher", "the model that the recipe's distillation is by");
            return Err(Error::Setting { name, expected, found: "none".to_owned() });
        }
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
        let is_clean = self.recipe.is_clean(epoch);
        let (start, before) = (Instant::now(), self.progress.partial.seconds);
        for order in order[self.progress.partial.images..].chunks(self.recipe.batch) {
            let settings = self.settings();
            let batch = match self.changed.as_mut().filter(|_| !is_clean) {
                None => {
                    let (images, labels) = (self.dataset.images(), self.dataset.labels());
                    Batch { images, labels, order, soft: None }
                }
                Some(changed) => {
                    changed.fill(&mut self.trainer, &self.dataset, order, self.recipe.seed, epoch);
                    changed.batch()
                }
            };
            let soft = self.teacher.as_mut().map(|teacher| teacher.answers(&mut self.trainer, batch));
            let outcome = self.trainer.step(Batch { soft, ..batch }, settings);
            if !outcome.loss.is_finite() {
                let step = self.progress.partial.images / self.recipe.batch + 1;
                let learning_rate = self.recipe.optimizer.learning_rate();
                return Err(Error::Diverged { epoch, step, loss: outcome.loss, learning_rate });
            }
            let partial = &mut self.progress.partial;
            partial.images += order.len();
            partial.loss += outcome.loss * order.len() as f64;
            partial.correct += outcome.correct;
            partial.seconds = before + start.elapsed().as_secs_f64();
            self.follow_step();
            let partial = &self.progress.partial;
            let (images, so_far) = (partial.images, partial.metrics());
            if observe(self, Event::Step { epoch, images, so_far }).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Those of the next step: what varies over a run is worked out here, from the recipe and the progress.
    fn settings(&self) -> StepSettings {
        let (learning_rate, regularization) = (self.learning_rate(self.steps()), self.recipe.regularization);
        StepSettings { learning_rate, regularization, ..self.recipe.optimizer.settings() }
    }

    /// Steps made.
    pub(super) fn steps(&self) -> usize {
        let Progress { history, partial } = &self.progress;
        history.len() * self.epoch_steps() + partial.images.div_ceil(self.recipe.batch)
    }

    /// That of the run's step number `step`, counted from 0, of the epoch under way.
    fn learning_rate(&self, step: usize) -> f32 {
        let Recipe { schedule, optimizer, epochs, .. } = &self.recipe;
        let loss = |epoch: &EpochMetrics| epoch.validation.unwrap_or(epoch.train).loss;
        let losses: Vec<f64> = self.progress.history.iter().map(loss).collect();
        let (step, epoch_steps) = (step as u32, self.epoch_steps() as u32);
        schedule.rate(optimizer.learning_rate(), RunPosition { step, epoch_steps, epochs: *epochs, losses: &losses })
    }

    fn epoch_steps(&self) -> usize {
        self.division.train.len().div_ceil(self.recipe.batch)
    }

    /// Validates, and enters the epoch in the history.
    fn finish_epoch(&mut self) -> Result<(), Error> {
        let epoch = self.progress.history.len() as u32 + 1;
        let (average, averaged) = self.average_after(epoch)?.unzip();
        let (validation, test) = (self.validation.take(), self.test.clone());
        let validated = validation.as_ref().map(|images| self.measure(averaged.as_ref(), images)).transpose();
        self.validation = validation;
        let partial = &self.progress.partial;
        let (train, seconds) = (partial.metrics(), partial.seconds);
        let varies = !self.recipe.schedule.is_constant();
        let metrics = EpochMetrics {
            epoch,
            train,
            validation: validated?,
            test: test.map(|images| self.measure(averaged.as_ref(), &images)).transpose()?,
            seconds,
            learning_rate: varies.then(|| self.learning_rate(self.steps() - 1)),
            averaged: averaged.is_some(),
        };
        // Nothing has changed if the model could not be measured.
        (self.average, self.averaged) = (average, averaged);
        self.progress.partial = PartialEpoch::default();
        self.progress.history.push(metrics);
        let history = &self.progress.history;
        if self.recipe.patience.is_some() && best_epoch(history) == Some(history.len() as u32) {
            self.best = Some(self.model().clone());
        }
        Ok(())
    }

    /// What the model, or an average of it, does on other images than it is trained on.
    fn measure(&mut self, averaged: Option<&Model>, images: &Dataset) -> Result<Metrics, Error> {
        let model = averaged.unwrap_or(self.trainer.model());
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
