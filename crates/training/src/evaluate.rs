//! A model's predictions on a data set.

use tenfold_dataset::Dataset;
use tenfold_evaluation::Evaluation;
use tenfold_network::{Architecture, Engine, Model, Predictor};

use crate::error::Error;

/// Images between two reports of progress.
const CHUNK: usize = 2_000;

/// Runs `model` on every image of `dataset`.
///
/// # Errors
/// [`Error::Mismatch`] if the images do not fit the network; [`Error::Evaluation`] if it gives no numbers.
pub fn evaluate(model: &Model, dataset: &Dataset, engine: Engine) -> Result<Evaluation, Error> {
    check_fit(model.architecture(), dataset)?;
    let predictor = Predictor::new(model, engine)?;
    evaluate_with(&predictor, dataset, &mut |_| {})
}

/// As [`evaluate`], with a predictor that may be used again; `progress` receives how many images are done.
///
/// # Errors
/// [`Error::Evaluation`] if the network gives no numbers or labels outside its classes.
///
/// # Panics
/// If the images are not of the predictor's size.
pub fn evaluate_with(
    predictor: &Predictor,
    dataset: &Dataset,
    progress: &mut dyn FnMut(usize),
) -> Result<Evaluation, Error> {
    let probabilities = probabilities_with(predictor, dataset, progress);
    Ok(Evaluation::new(dataset.labels(), &probabilities, predictor.classes())?)
}

/// The probability of each class for each image of `dataset`: `[N, classes]`; `progress` receives how many are done.
///
/// # Panics
/// If the images are not of the predictor's size.
pub fn probabilities_with(predictor: &Predictor, dataset: &Dataset, progress: &mut dyn FnMut(usize)) -> Vec<f32> {
    let image_len = dataset.height() * dataset.width();
    let mut probabilities = Vec::with_capacity(dataset.len() * dataset.classes());
    for (chunk, images) in dataset.images().chunks(CHUNK * image_len).enumerate() {
        probabilities.extend(predictor.probabilities(images));
        progress((chunk * CHUNK + images.len() / image_len).min(dataset.len()));
    }
    probabilities
}

/// Checks that the images and labels of `dataset` are what a network takes and gives.
///
/// # Errors
/// [`Error::Mismatch`] with both, if not; [`Error::Network`] if there is no such network.
pub fn check_fit(architecture: &Architecture, dataset: &Dataset) -> Result<(), Error> {
    let (input, classes) = (architecture.input, architecture.outline()?.classes);
    let images = [dataset.height(), dataset.width(), 1];
    if images == <[usize; 3]>::from(input) && dataset.classes() == classes {
        return Ok(());
    }
    Err(Error::Mismatch {
        expected: format!("{input} images in {classes} classes"),
        found: format!("{}x{}x1 images in {} classes", dataset.height(), dataset.width(), dataset.classes()),
    })
}
