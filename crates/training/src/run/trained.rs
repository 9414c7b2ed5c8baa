//! A run from beginning to end, and its result.

use std::ops::ControlFlow;
use std::sync::Arc;

use tenfold_dataset::Dataset;
use tenfold_network::{Engine, Model};

use super::Run;
use crate::error::Error;
use crate::event::Event;
use crate::metrics::EpochMetrics;
use crate::recipe::Recipe;

/// A run's result.
#[derive(Clone, Debug)]
pub struct Trained {
    /// With patience, the model after the epoch with the lowest validation loss, see [`best_epoch`](crate::best_epoch); else after the last. With
    /// [averaging](Recipe::averaging), the average there, if it has begun.
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

impl Run {
    /// Ends the run.
    pub fn into_trained(self) -> Trained {
        let last = self.averaged.unwrap_or_else(|| self.trainer.into_model());
        let (model, last) = match self.best {
            Some(best) => (best, Some(last)),
            None => (last, None),
        };
        let (train_images, held_out) = (self.division.train.len(), self.validation);
        Trained { model, last, train_images, held_out, history: self.progress.history }
    }
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
