//! What can be measured, and how: each measurement by its name, with the check of its answers.

use std::time::{Duration, Instant};

use anyhow::ensure;
use tenfold_dataset::Dataset;
use tenfold_network::{
    Architecture, Batch, Error, Initializer, Model, Optimizer, Outline, Predictor, Trainer, TrainerOptions,
};
use tenfold_training::{Engine, quantize_on};

use super::Rate;
use crate::cli::output::percent;

/// Steps in a window, and batches in one of predictions.
const WINDOW: usize = 25;
/// Images in a window of predictions, at least.
const WINDOW_IMAGES: usize = 512;
/// Images from which the int8 model's scales are chosen.
const CALIBRATION_IMAGES: usize = 500;

/// Everything there is to measure, in the order in which it is measured and printed.
pub(super) const MEASUREMENTS: [Measurement; 8] = [
    Measurement { work: Work::Train, batch: 16 },
    Measurement { work: Work::Train, batch: 64 },
    Measurement { work: Work::Predict, batch: 1 },
    Measurement { work: Work::Predict, batch: 16 },
    Measurement { work: Work::Predict, batch: 256 },
    Measurement { work: Work::PredictInt8, batch: 1 },
    Measurement { work: Work::PredictInt8, batch: 16 },
    Measurement { work: Work::PredictInt8, batch: 256 },
];

/// One kind of work in batches of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Measurement {
    pub work: Work,
    pub batch: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// Steps of training from random values.
    Train,
    /// Predictions by a trained model.
    Predict,
    /// Predictions by the same model in int8.
    PredictInt8,
}

/// What the work is done with.
pub(super) struct Subject {
    /// What is trained.
    pub architecture: Architecture,
    /// What predicts.
    pub model: Model,
    pub images: Dataset,
}

impl Work {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Predict => "predict",
            Self::PredictInt8 => "predict_int8",
        }
    }
}

impl Measurement {
    /// The measurement that `--only` asks for.
    pub(super) fn named(name: &str) -> Result<Self, String> {
        let names = MEASUREMENTS.map(Self::name);
        let place = names.iter().position(|known| known == name);
        place.map(|place| MEASUREMENTS[place]).ok_or_else(|| format!("expected one of {}", names.join(", ")))
    }

    fn name(self) -> String {
        format!("{}.{}", self.work.name(), self.setting())
    }

    /// The part of the name after the work.
    pub(super) fn setting(self) -> String {
        format!("batch_{}", self.batch)
    }

    /// Whether this is the time that one image takes on one thread.
    pub(super) const fn is_single(self) -> bool {
        self.batch == 1
    }

    /// What this is measured with where the command is given `engine`.
    pub(super) fn engine(self, engine: Engine) -> Engine {
        if self.is_single() { Engine { threads: 1, ..engine } } else { engine }
    }

    pub(super) fn measure(self, subject: &Subject, engine: Engine, budget: Duration) -> anyhow::Result<Rate> {
        match self.work {
            Work::Train => train(subject, self.batch, engine, budget),
            Work::Predict => predict(&subject.model, &subject.images, self.batch, engine, budget),
            Work::PredictInt8 => {
                // Calibrated on the test images for want of others at hand: nothing is judged by it here but the speed.
                let quantized = quantize_on(&subject.model, &subject.images, CALIBRATION_IMAGES, engine)?;
                predict(&quantized, &subject.images, self.batch, engine, budget)
            }
        }
    }

    /// Floating-point operations for one image, a multiply-accumulate counted as two and every layer as if it were
    /// computed directly and whole.
    ///
    /// # Errors
    /// Those of [`Architecture::outline`].
    pub(super) fn operations(self, subject: &Subject) -> Result<u64, Error> {
        Ok(2 * match self.work {
            Work::Train => training_multiply_accumulates(&subject.architecture.outline()?),
            Work::Predict | Work::PredictInt8 => subject.model.outline().multiply_accumulates(),
        })
    }
}

/// Forward, the gradient of the parameters and the gradient of the input each take as many; nothing needs the gradient
/// of the images.
fn training_multiply_accumulates(outline: &Outline) -> u64 {
    let first = outline.layers.iter().map(|layer| layer.multiply_accumulates).find(|&count| count > 0);
    3 * outline.multiply_accumulates() - first.unwrap_or(0)
}

/// Steps of the paper's training; each epoch goes through the images in order.
fn train(subject: &Subject, batch: usize, engine: Engine, budget: Duration) -> anyhow::Result<Rate> {
    let images = &subject.images;
    let model = Model::random(subject.architecture.clone(), Initializer::HeNormal, 1)?;
    let options = TrainerOptions { batch, seed: 1, engine };
    let mut trainer = Trainer::new(model, Optimizer::PAPER, options)?;
    let order: Vec<u32> = (0..images.len() as u32).collect();
    let mut batches = order.chunks_exact(batch).cycle();
    let mut losses = Vec::new();
    let rate = windows(WINDOW * batch, budget, || {
        let mut loss = 0.0;
        for order in batches.by_ref().take(WINDOW) {
            loss += trainer
                .step(Batch { images: images.images(), labels: images.labels(), order }, Optimizer::PAPER.settings())
                .loss;
        }
        losses.push(loss / WINDOW as f64);
        Ok(())
    })?;
    let (first, last) = (losses[0], losses[losses.len() - 1]);
    ensure!(last < first, "training in batches of {batch} did not learn: loss {first} at first, {last} at last");
    Ok(rate)
}

/// Predictions in batches of `batch` images.
fn predict(model: &Model, images: &Dataset, batch: usize, engine: Engine, budget: Duration) -> anyhow::Result<Rate> {
    let predictor = Predictor::new(model, engine)?;
    let image_len = images.height() * images.width();
    let batches = WINDOW.max(WINDOW_IMAGES / batch);
    let mut position = 0;
    let (mut right, mut seen) = (0, 0);
    let rate = windows(batches * batch, budget, || {
        for _ in 0..batches {
            position = if position + batch > images.len() { 0 } else { position };
            let pixels = &images.images()[position * image_len..][..batch * image_len];
            let probabilities = predictor.probabilities(pixels);
            let predicted = tenfold_evaluation::predictions(&probabilities, predictor.classes())?;
            right += predicted.iter().zip(&images.labels()[position..]).filter(|(p, l)| p == l).count();
            seen += batch;
            position += batch;
        }
        Ok(())
    })?;
    let accuracy = right as f64 / seen as f64;
    ensure!(accuracy > 0.97, "predictions in batches of {batch} are wrong: {} right", percent(accuracy));
    Ok(rate)
}

/// Runs `window`, which handles `images` images, until the time is up, the first time without measuring.
pub(super) fn windows(
    images: usize,
    budget: Duration,
    mut window: impl FnMut() -> anyhow::Result<()>,
) -> anyhow::Result<Rate> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measurement_is_found_by_its_name() {
        for measurement in MEASUREMENTS {
            assert_eq!(Measurement::named(&measurement.name()), Ok(measurement));
        }
        let error = Measurement::named("train.batch_17").unwrap_err();
        assert!(error.contains("train.batch_16, train.batch_64, predict.batch_1"), "{error}");
    }

    /// The paper's network by hand: 9 x 26 x 26 x 32, 9 x 32 x 11 x 11 x 64, 9 x 64 x 9 x 9 x 64, 1,024 x 100 and 100 x 10.
    #[test]
    fn training_costs_three_times_the_forward_pass_but_for_the_first_layer() {
        let outline = Architecture::paper().outline().unwrap();
        let (first, others) = (194_688, 2_230_272 + 2_985_984 + 102_400 + 1_000);
        assert_eq!(outline.multiply_accumulates(), first + others);
        assert_eq!(training_multiply_accumulates(&outline), 2 * first + 3 * others);
    }
}
