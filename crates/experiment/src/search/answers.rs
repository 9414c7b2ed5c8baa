//! What a trial's model says of the images that judge it.

use tenfold_evaluation::predictions;
use tenfold_network::Predictor;
use tenfold_training::{Engine, Trained, probabilities_with};

use crate::assessment::check_finite;
use crate::error::{Error, Result};

/// The answers of a trial's model to the images held out, and what it took.
#[derive(Clone, Debug)]
pub(super) struct Answers {
    /// A class for each image, in their order.
    pub classes: Vec<u16>,
    /// Wall time of all steps.
    pub seconds: f64,
}

impl Answers {
    pub fn new(trained: &Trained, engine: Engine) -> Result<Self> {
        let held_out = trained.held_out.as_ref().ok_or(Error::NothingHeldOut)?;
        let probabilities = probabilities_with(&Predictor::new(&trained.model, engine)?, held_out, &mut |_| {});
        check_finite(&probabilities)?;
        let classes = predictions(&probabilities, held_out.classes())?;
        Ok(Self { classes, seconds: trained.history.iter().map(|epoch| epoch.seconds).sum() })
    }
}
