//! What is measured: a model, its network, and what it must say.

use tenfold_dataset::Dataset;
use tenfold_network::{Architecture, Initializer, Model, Predictor};
use tenfold_training::Engine;

use crate::error::Result;

/// Images that an untrained model is shown.
const ANSWERED_IMAGES: usize = 1_000;

/// What the work is done with.
#[derive(Clone, Debug)]
pub struct Subject {
    /// What predicts, and whose network is trained from random values.
    pub model: Model,
    /// On what.
    pub images: Dataset,
    /// What the model must say of the first of the images, which are those that it is shown.
    pub(super) answers: Vec<u16>,
}

impl Subject {
    /// A model that reads 97 % of the images.
    pub fn trained(model: Model, images: Dataset) -> Self {
        Self { model, answers: images.labels().to_vec(), images }
    }

    /// A network with random values, whose answers are those that it gives when every product is computed directly.
    ///
    /// # Errors
    /// [`Error::Network`](crate::Error::Network) for a network that cannot be.
    pub fn untrained(architecture: Architecture, images: Dataset, engine: Engine) -> Result<Self> {
        let model = Model::random(architecture, Initializer::HeNormal, 1)?;
        let predictor = Predictor::new(&model, Engine { exact: true, ..engine })?;
        let length = images.height() * images.width() * ANSWERED_IMAGES.min(images.len());
        let answers =
            tenfold_evaluation::predictions(&predictor.probabilities(&images.images()[..length]), predictor.classes())?;
        Ok(Self { model, images, answers })
    }
}
