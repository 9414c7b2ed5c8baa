//! A teacher at work: what it says of the images of a batch, before the step that learns it.

use tenfold_network::{Batch, Engine, Model, Predictor, SoftTargets, Trainer};

use crate::distillation::Distillation;
use crate::error::Error;

/// A model that another one learns from.
#[derive(Debug)]
pub(crate) struct Teacher {
    /// Of the model as soft as its answers are to be.
    predictor: Predictor,
    temperature: f32,
    weight: f32,
    /// The length of one.
    image: usize,
    /// Those of a batch, one after the other, and what is said of them.
    images: Vec<u8>,
    probabilities: Vec<f32>,
}

impl Teacher {
    pub(crate) fn new(model: &Model, distillation: &Distillation, engine: Engine) -> Result<Self, Error> {
        let &Distillation { temperature, weight, .. } = distillation;
        let softened = model.clone().with_temperature(model.temperature() * temperature)?;
        // The trainer's threads call it, each for a part of a batch.
        let predictor = Predictor::new(&softened, Engine { threads: 1, ..engine })?;
        let image = model.architecture().input.len();
        Ok(Self { predictor, temperature, weight, image, images: Vec::new(), probabilities: Vec::new() })
    }

    /// What the teacher says of a batch, on the threads of `trainer`, which have nothing else to do between two steps. An
    /// answer depends on its image alone.
    pub(crate) fn answers(&mut self, trainer: &mut Trainer, batch: Batch<'_>) -> SoftTargets<'_> {
        let Self { predictor, temperature, weight, image, images, probabilities } = self;
        let (length, classes, count) = (*image, predictor.classes(), batch.order.len());
        images.clear();
        for &number in batch.order {
            images.extend_from_slice(&batch.images[number as usize * length..][..length]);
        }
        probabilities.resize(count * classes, 0.0);
        let share = count.div_ceil(trainer.threads());
        let parts = images.chunks(share * length).zip(probabilities.chunks_mut(share * classes));
        let mut threads = vec![(); trainer.threads()];
        trainer.for_each_with(&mut parts.collect::<Vec<_>>(), &mut threads, |_, (images, answers), ()| {
            answers.copy_from_slice(&predictor.probabilities(images));
        });
        SoftTargets { probabilities, temperature: *temperature, weight: *weight }
    }
}
