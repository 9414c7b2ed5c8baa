//! The training loop.

use std::time::Instant;

use serde::Serialize;
use tenfold_dataset::{Dataset, hold_out};
use tenfold_network::{Batch, Engine, Model, Predictor, Trainer, TrainerOptions};
use tenfold_random::{Purpose, Stream};

use crate::error::Error;
use crate::evaluate::{check_fit, evaluate_with};
use crate::recipe::Recipe;

/// Loss and accuracy over some images.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Metrics {
    /// Mean cross-entropy, in nats.
    pub loss: f64,
    /// Share of images whose most probable class is their label, `0..=1`.
    pub accuracy: f64,
}

/// What is known after an epoch: one line of a run's `metrics.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EpochMetrics {
    /// Counted from 1.
    pub epoch: u32,
    /// Over the epoch's batches, each before its own step and with dropout on, as Keras reports it.
    pub train: Metrics,
    /// Over the images held out, after the epoch; none without such images.
    pub validation: Option<Metrics>,
    /// Wall time of the epoch's steps, without validation.
    pub seconds: f64,
}

/// Something that happened in a run.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Training is about to start.
    Started {
        /// Images to train on.
        train_images: usize,
        /// Images held out.
        validation_images: usize,
        /// Passes to come.
        epochs: u32,
    },
    /// A step is done.
    Step {
        /// The epoch under way, counted from 1.
        epoch: u32,
        /// Images of this epoch seen so far.
        images: usize,
        /// Mean loss and accuracy of the epoch so far.
        so_far: Metrics,
    },
    /// An epoch is done.
    Epoch(&'a EpochMetrics),
}

/// A run's result.
#[derive(Clone, Debug)]
pub struct Trained {
    /// The model after the last epoch.
    pub model: Model,
    /// Images it was trained on, those held out not counted.
    pub train_images: usize,
    /// One entry per epoch.
    pub history: Vec<EpochMetrics>,
}

/// Trains `recipe` on `dataset` and returns the model after the last epoch, whatever the epochs before it were like.
///
/// # Errors
/// [`Error::Setting`], [`Error::Network`] or [`Error::Mismatch`] for a recipe that cannot be, alone or with these
/// images; [`Error::Diverged`] when the loss stops being a finite number.
pub fn train(
    recipe: &Recipe,
    dataset: &Dataset,
    engine: Engine,
    observe: &mut dyn FnMut(Event<'_>),
) -> Result<Trained, Error> {
    recipe.check()?;
    check_fit(&recipe.architecture, dataset)?;
    let model = Model::random(recipe.architecture.clone(), recipe.initializer, recipe.seed)?;
    let division = hold_out(dataset.labels(), recipe.validation, recipe.seed)?;
    let validation = (!division.validation.is_empty()).then(|| dataset.subset(&division.validation)).transpose()?;
    observe(Event::Started {
        train_images: division.train.len(),
        validation_images: division.validation.len(),
        epochs: recipe.epochs,
    });

    let mut predictor = validation.as_ref().map(|_| Predictor::new(&model, engine));
    let options = TrainerOptions { batch: recipe.batch, seed: recipe.seed, engine };
    let mut trainer = Trainer::new(model, recipe.optimizer, options)?;
    let mut history = Vec::new();
    for epoch in 1..=recipe.epochs {
        let start = Instant::now();
        let train = train_epoch(recipe, dataset, &division.train, epoch, &mut trainer, observe)?;
        let seconds = start.elapsed().as_secs_f64();
        let validation = match (&validation, &mut predictor) {
            (Some(validation), Some(predictor)) => {
                predictor.set_values(trainer.model());
                let evaluation = evaluate_with(predictor, validation, &mut |_| {})?;
                Some(Metrics { loss: evaluation.loss, accuracy: evaluation.accuracy })
            }
            _ => None,
        };
        let metrics = EpochMetrics { epoch, train, validation, seconds };
        observe(Event::Epoch(&metrics));
        history.push(metrics);
    }
    Ok(Trained { model: trainer.into_model(), train_images: division.train.len(), history })
}

/// One pass over the images `numbers`, in an order that only the seed and the epoch decide.
fn train_epoch(
    recipe: &Recipe,
    dataset: &Dataset,
    numbers: &[u32],
    epoch: u32,
    trainer: &mut Trainer,
    observe: &mut dyn FnMut(Event<'_>),
) -> Result<Metrics, Error> {
    let mut order = numbers.to_vec();
    Stream::new(recipe.seed, Purpose::Shuffle, epoch, 0).shuffle(&mut order);
    let (mut images, mut loss, mut correct) = (0, 0.0, 0);
    let mut so_far = Metrics { loss: 0.0, accuracy: 0.0 };
    for (step, order) in order.chunks(recipe.batch).enumerate() {
        let outcome = trainer.step(Batch { images: dataset.images(), labels: dataset.labels(), order });
        if !outcome.loss.is_finite() {
            let learning_rate = recipe.optimizer.learning_rate();
            return Err(Error::Diverged { epoch, step: step + 1, loss: outcome.loss, learning_rate });
        }
        images += order.len();
        loss += outcome.loss * order.len() as f64;
        correct += outcome.correct;
        so_far = Metrics { loss: loss / images as f64, accuracy: correct as f64 / images as f64 };
        observe(Event::Step { epoch, images, so_far });
    }
    Ok(so_far)
}
