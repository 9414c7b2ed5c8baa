//! The work, window by window, with the check of its answers.

use std::time::{Duration, Instant};

use serde::Serialize;
use tenfold_dataset::Dataset;
use tenfold_network::{Architecture, Batch, Initializer, Model, Optimizer, Predictor, Trainer, TrainerOptions};
use tenfold_report::percent;
use tenfold_training::Engine;

use super::subject::Subject;
use crate::error::{Error, Result};

/// Steps in a window, and batches in one of predictions.
const WINDOW: usize = 25;
/// Images in a window of predictions, at least.
const WINDOW_IMAGES: usize = 512;
/// The least share of the answers that predictions must have right.
const MIN_ACCURACY: f64 = 0.97;

/// Images per second over the windows of one measurement.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Rate {
    /// The median of all windows.
    #[serde(rename = "images_per_s")]
    pub median: f64,
    /// In the best window.
    pub best: f64,
}

/// Steps of the paper's training; each epoch goes through the images in order.
pub(super) fn train(
    architecture: &Architecture,
    images: &Dataset,
    batch: usize,
    engine: Engine,
    budget: Duration,
) -> Result<Rate> {
    let model = Model::random(architecture.clone(), Initializer::HeNormal, 1)?;
    let options = TrainerOptions { batch, seed: 1, engine };
    let mut trainer = Trainer::new(model, Optimizer::PAPER, options)?;
    let order: Vec<u32> = (0..images.len() as u32).collect();
    let mut batches = order.chunks_exact(batch).cycle();
    let mut losses = Vec::new();
    let rate = windows(WINDOW * batch, budget, || {
        let mut loss = 0.0;
        for order in batches.by_ref().take(WINDOW) {
            loss += trainer
                .step(
                    Batch { images: images.images(), labels: images.labels(), order, soft: None },
                    Optimizer::PAPER.settings(),
                )
                .loss;
        }
        losses.push(loss / WINDOW as f64);
        Ok(())
    })?;
    let (first, last) = (losses[0], losses[losses.len() - 1]);
    match last < first {
        true => Ok(rate),
        false => Err(Error::WrongAnswers(format!(
            "training in batches of {batch} did not learn: loss {first} at first, {last} at last"
        ))),
    }
}

/// Predictions in batches of `batch` images by the subject's model, or the same in int8.
pub(super) fn predict(
    model: &Model,
    subject: &Subject,
    batch: usize,
    engine: Engine,
    budget: Duration,
) -> Result<Rate> {
    let Subject { images, answers, .. } = subject;
    let predictor = Predictor::new(model, engine)?;
    let image_len = images.height() * images.width();
    let batches = WINDOW.max(WINDOW_IMAGES / batch);
    let mut position = 0;
    let (mut right, mut seen) = (0, 0);
    let rate = windows(batches * batch, budget, || {
        for _ in 0..batches {
            position = if position + batch > answers.len() { 0 } else { position };
            let pixels = &images.images()[position * image_len..][..batch * image_len];
            let probabilities = predictor.probabilities(pixels);
            let predicted = tenfold_evaluation::predictions(&probabilities, predictor.classes())?;
            right += predicted.iter().zip(&answers[position..]).filter(|(p, l)| p == l).count();
            seen += batch;
            position += batch;
        }
        Ok(())
    })?;
    let accuracy = right as f64 / seen as f64;
    match accuracy > MIN_ACCURACY {
        true => Ok(rate),
        false => {
            let right = percent(accuracy);
            Err(Error::WrongAnswers(format!("predictions in batches of {batch} are wrong: {right} right")))
        }
    }
}

/// Runs `window`, which handles `images` images, until the time is up, the first time without measuring.
pub(super) fn windows(images: usize, budget: Duration, mut window: impl FnMut() -> Result<()>) -> Result<Rate> {
    window()?;
    let start = Instant::now();
    let mut rates = Vec::new();
    while rates.is_empty() || start.elapsed() < budget {
        let begin = Instant::now();
        window()?;
        rates.push(images as f64 / begin.elapsed().as_secs_f64());
    }
    rates.sort_by(f64::total_cmp);
    Ok(Rate { median: rates[rates.len() / 2], best: rates[rates.len() - 1] })
}
