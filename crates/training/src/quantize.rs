//! A trained model on bytes, calibrated with images like those it was trained on.

use tenfold_dataset::{Dataset, hold_out};
use tenfold_network::{Engine, Model, quantize};

use crate::error::Error;
use crate::evaluate::check_fit;

/// Which images calibrate: a fixed choice, so that the same model gives the same bytes.
const SEED: u64 = 1;

/// Quantises `model` ([`tenfold_network::quantize()`]) by the activations that `images` of `dataset` bring about: chosen at
/// random within each class, always the same ones, or all if there are no more.
///
/// `dataset` should be images that the model was trained on, or others like them; never those it is judged by.
///
/// # Errors
/// [`Error::Mismatch`] if the images do not fit the network, [`Error::Setting`] for no images, [`Error::Network`] for a
/// network that cannot be quantised.
pub fn quantize_on(model: &Model, dataset: &Dataset, images: usize, engine: Engine) -> Result<Model, Error> {
    check_fit(model.architecture(), dataset)?;
    if images == 0 {
        return Err(Error::Setting { name: "calibration", expected: "at least 1 image", found: images.to_string() });
    }
    if images >= dataset.len() {
        return Ok(quantize(model, dataset.images(), engine)?);
    }
    let chosen = hold_out(dataset.labels(), images as f64 / dataset.len() as f64, SEED)?.validation;
    Ok(quantize(model, dataset.subset(&chosen)?.images(), engine)?)
}
