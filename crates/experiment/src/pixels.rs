//! Which pixels a model of another program takes: its file does not say, and it answers badly for others.

use tenfold_dataset::Dataset;
use tenfold_evaluation::{Evaluation, predictions};
use tenfold_formats::SavedModel;
use tenfold_network::Predictor;
use tenfold_training::Engine;

/// What PyTorch's tutorials give `Normalize`: mean and deviation of MNIST's pixels, and 0.5, which makes them -1 to 1.
const USUAL: [(f64, f64); 2] = [(0.1307, 0.3081), (0.5, 0.5)];
/// Images on which normalisations are tried: the first ones.
const TRIED: usize = 1_000;
/// A normalisation is meant if it leaves less than this part of the loss, and has most images right.
const CLEARLY_LESS: f64 = 0.7;
/// From these on answers are as bad as those for the wrong pixels.
const BAD_CALIBRATION: f64 = 0.1;
const BAD_ACCURACY: f64 = 0.8;

/// A normalisation, `(pixel - mean) / deviation` of pixels from 0 to 1, for which a model answers much better than for
/// pixels as they are: it was trained on such.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Normalization {
    /// What is subtracted from pixels.
    pub mean: f64,
    /// What they are divided by then.
    pub deviation: f64,
    /// Images that the model was tried on.
    pub images: usize,
    /// Of these, how many it has right with pixels as they are.
    pub correct_without: usize,
    /// And how many with normalised pixels.
    pub correct_with: usize,
}

impl Normalization {
    /// Tries the usual normalisations on the first 1,000 of `images`; none for a model whose file says what it was trained
    /// on, where no normalisation is clearly better, and where the images are not those of the network.
    pub fn find(saved: &SavedModel, images: &Dataset, engine: Engine) -> Option<Self> {
        let input = saved.model.architecture().input;
        if !pixels_are_unknown(saved) || input != [images.height(), images.width(), 1].into() || images.len() == 0 {
            return None;
        }
        let count = images.len().min(TRIED);
        let images = images.subset(&(0..count as u32).collect::<Vec<_>>()).ok()?;
        let without = Fit::of(saved, &images, engine)?;
        let normalized = USUAL.iter().filter_map(|&(mean, deviation)| {
            let saved = saved.clone().with_normalized_pixels(mean, deviation).ok()?;
            Some((Fit::of(&saved, &images, engine)?, mean, deviation))
        });
        let (with, mean, deviation) = normalized.min_by(|(a, ..), (b, ..)| a.loss.total_cmp(&b.loss))?;
        let is_meant =
            with.loss < CLEARLY_LESS * without.loss && with.correct >= without.correct && 2 * with.correct >= count;
        let (correct_without, correct_with) = (without.correct, with.correct);
        is_meant.then_some(Self { mean, deviation, images: count, correct_without, correct_with })
    }
}

/// Whether a model's file may have left out what was done to its pixels: it is another program's.
pub fn pixels_are_unknown(saved: &SavedModel) -> bool {
    saved.provenance.data.is_empty()
}

/// Whether a model of another program answers as badly as one that is given other pixels than it was trained on.
pub fn pixels_may_be_wrong(saved: &SavedModel, evaluation: &Evaluation) -> bool {
    let is_bad = evaluation.calibration_error > BAD_CALIBRATION || evaluation.accuracy < BAD_ACCURACY;
    pixels_are_unknown(saved) && is_bad
}

/// How well a model's answers fit the images that normalisations are tried on.
struct Fit {
    correct: usize,
    /// Mean cross-entropy.
    loss: f64,
}

impl Fit {
    /// None for answers that are not numbers, or images of classes that the model does not have.
    fn of(saved: &SavedModel, images: &Dataset, engine: Engine) -> Option<Self> {
        let classes = saved.labels.len();
        let probabilities = Predictor::new(&saved.model, engine).ok()?.probabilities(images.images());
        let answers = predictions(&probabilities, classes).ok()?;
        let correct = answers.iter().zip(images.labels()).filter(|(answer, label)| answer == label).count();
        let of_truth =
            probabilities.chunks(classes).zip(images.labels()).map(|(row, &label)| row.get(usize::from(label)));
        // A probability that rounds to 0 counts as the smallest that does not.
        let losses = of_truth.map(|p| p.map(|&p| -f64::from(p.max(f32::MIN_POSITIVE)).ln()));
        Some(Self { correct, loss: losses.sum::<Option<f64>>()? / answers.len() as f64 })
    }
}
