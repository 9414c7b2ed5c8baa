//! A model's temperature, from images it was not trained on.

use tenfold_dataset::Dataset;
use tenfold_evaluation::Temperature;
use tenfold_network::{Engine, Model, Predictor};

use crate::error::Error;
use crate::evaluate::check_fit;

/// `model` with the temperature at which its loss on `held_out` is least. What it reads stays the same; its confidence
/// becomes its accuracy.
///
/// `held_out` are images that the model was not trained on, but others like them; never those it is judged by.
///
/// # Errors
/// [`Error::Mismatch`] if the images do not fit the network; [`Error::Evaluation`] if it gives no numbers.
pub fn calibrate_on(model: &Model, held_out: &Dataset, engine: Engine) -> Result<Model, Error> {
    check_fit(model.architecture(), held_out)?;
    let logits = Predictor::new(model, engine)?.logits(held_out.images());
    let temperature = Temperature::fit(&logits, held_out.classes(), held_out.labels())?;
    Ok(model.clone().with_temperature(temperature.value() as f32)?)
}
