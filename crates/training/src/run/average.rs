//! The average of a run's models, and the model that it is.

use tenfold_network::{Batch, Model};
use tenfold_random::{Purpose, Stream};

use super::Run;
use crate::error::Error;

/// Training images that statistics of batch normalisations are worked out on, at most: with as many the error of a mean is a
/// hundredth of the deviation at worst, far less than what moving statistics have.
const STATISTICS_IMAGES: usize = 10_000;

impl Run {
    /// Moves the average after a step.
    pub(super) fn follow_step(&mut self) {
        // The model after the last epoch is no longer the run's.
        self.averaged = None;
        let steps = self.steps();
        if let (Some(averaging), Some(average)) = (self.recipe.averaging, &mut self.average) {
            averaging.follow_step(average, self.trainer.model().values(), steps);
        }
    }

    /// The average after the epoch numbered `epoch`, if there is one, and the model that it is.
    pub(super) fn average_after(&mut self, epoch: u32) -> Result<Option<(Vec<f32>, Model)>, Error> {
        let Some(averaging) = self.recipe.averaging else { return Ok(None) };
        let (values, epochs) = (self.trainer.model().values(), self.recipe.epochs);
        let average = averaging.after_epoch(self.average.as_ref(), values, [epoch, epochs]);
        let Some(average) = average else { return Ok(None) };
        let model = self.averaged_model(&average)?;
        Ok(Some((average, model)))
    }

    /// The model with these values, and with statistics of its own.
    pub(super) fn averaged_model(&mut self, average: &[f32]) -> Result<Model, Error> {
        let mut order = self.division.train.clone();
        // Epoch 0 is no epoch's, and classes may lie one after the other.
        Stream::new(self.recipe.seed, Purpose::Shuffle, 0, 0).shuffle(&mut order);
        order.truncate(STATISTICS_IMAGES);
        let (images, labels) = (self.dataset.images(), self.dataset.labels());
        let batches = order.chunks(self.recipe.batch).map(|order| Batch { images, labels, order, soft: None });
        let values = self.trainer.with_statistics(average, batches);
        Ok(Model::with_values(self.recipe.architecture.clone(), values)?)
    }
}
