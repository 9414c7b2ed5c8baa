//! Everything that decides what a run's model will be, apart from the images.

use serde::{Deserialize, Serialize};
use tenfold_network::{Architecture, Initializer, Optimizer};

use crate::error::Error;

/// A network and how to train it. As TOML this is a run's `config.toml`.
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
    /// How kernels start.
    pub initializer: Initializer,
    /// How gradients change parameters.
    pub optimizer: Optimizer,
    /// What is trained.
    pub architecture: Architecture,
}

impl Recipe {
    /// The paper's: its network, He initialisation, SGD with learning rate 0.01 and momentum 0.9, batches of 16, ten
    /// epochs; with seed 1, on all training images.
    pub fn paper() -> Self {
        Self {
            seed: 1,
            epochs: 10,
            batch: 16,
            validation: 0.0,
            initializer: Initializer::HeNormal,
            optimizer: Optimizer::PAPER,
            architecture: Architecture::paper(),
        }
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
        let batches = 1..=usize::from(u16::MAX) + 1;
        setting("the batch", batches.contains(&self.batch), "1 to 65536 images", self.batch.to_string())?;
        let fraction = (0.0..1.0).contains(&self.validation);
        let expected = "0 up to but not including 1";
        setting("the share held out for validation", fraction, expected, self.validation.to_string())?;
        self.optimizer.check()?;
        self.architecture.outline()?;
        Ok(())
    }
}
