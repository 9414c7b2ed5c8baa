//! Which pixels a model of another program wants: its file does not say, and it answers badly for others without a word.

use tenfold_dataset::Dataset;
use tenfold_evaluation::{Evaluation, predictions};
use tenfold_formats::SavedModel;
use tenfold_network::Predictor;
use tenfold_training::Engine;

use super::output::grouped;

/// What PyTorch's tutorials give `Normalize`: mean and deviation of MNIST's pixels, and 0.5, which makes them -1 to 1.
const USUAL: [(f64, f64); 2] = [(0.1307, 0.3081), (0.5, 0.5)];
/// Images on which pixels are tried out: the first ones.
const TRIED: usize = 1_000;
/// A normalisation is meant if it leaves less than this part of the loss, and has most images right.
const CLEARLY_LESS: f64 = 0.7;
/// From these on answers are as bad as those for the wrong pixels.
const BAD_CALIBRATION: f64 = 0.1;
const BAD_ACCURACY: f64 = 0.8;

/// Answers for the images that pixels are tried out on.
struct Answers {
    right: usize,
    /// Mean cross-entropy.
    loss: f64,
}

impl Answers {
    fn of(saved: &SavedModel, images: &Dataset, engine: Engine) -> Option<Self> {
        let classes = saved.labels.len();
        let probabilities = Predictor::new(&saved.model, engine).ok()?.probabilities(images.images()).to_vec();
        let answers = predictions(&probabilities, classes).ok()?;
        let right = answers.iter().zip(images.labels()).filter(|(answer, label)| answer == label).count();
        let of_truth =
            probabilities.chunks(classes).zip(images.labels()).map(|(row, &label)| row.get(usize::from(label)));
        // A probability that rounds to 0 counts as the smallest that does not.
        let losses = of_truth.map(|p| p.map(|&p| -f64::from(p.max(f32::MIN_POSITIVE)).ln()));
        Some(Self { right, loss: losses.sum::<Option<f64>>()? / answers.len() as f64 })
    }
}

/// Whether a model's file may have left out what was done to its pixels: it is another program's.
pub(crate) fn are_unknown(saved: &SavedModel) -> bool {
    saved.provenance.data.is_empty() && saved.provenance.recipe.is_empty()
}

/// What to do about a model of another program that answers much better for normalised pixels, tried out on the first of
/// some images; nothing for other models, and where the images are not those of its network.
pub(crate) fn advice(saved: &SavedModel, images: &Dataset, engine: Engine) -> Option<String> {
    let input = saved.model.architecture().input;
    if !are_unknown(saved) || input != [images.height(), images.width(), 1].into() || images.len() == 0 {
        return None;
    }
    let count = images.len().min(TRIED);
    let images = images.subset(&(0..count as u32).collect::<Vec<_>>()).ok()?;
    let plain = Answers::of(saved, &images, engine)?;
    let normalized = USUAL.iter().filter_map(|&(mean, deviation)| {
        let saved = saved.clone().with_normalized_pixels(mean, deviation).ok()?;
        Some((Answers::of(&saved, &images, engine)?, mean, deviation))
    });
    let (best, mean, deviation) = normalized.min_by(|(a, ..), (b, ..)| a.loss.total_cmp(&b.loss))?;
    if best.loss >= CLEARLY_LESS * plain.loss || best.right < plain.right || 2 * best.right < count {
        return None;
    }
    Some(format!(
        "the model was trained on normalised pixels: of the first {} images it has {} right with pixels from 0 to 1, and {} \
         after Normalize({mean}, {deviation})\n\
         hint: convert it with --mean {mean} --std {deviation}, and use the new file",
        grouped(count as u64),
        grouped(plain.right as u64),
        grouped(best.right as u64)
    ))
}

/// What may be wrong where a model of another program answers badly, and no usual normalisation helps.
pub(crate) fn doubt(saved: &SavedModel, evaluation: &Evaluation) -> Option<String> {
    let is_bad = evaluation.calibration_error > BAD_CALIBRATION || evaluation.accuracy < BAD_ACCURACY;
    (are_unknown(saved) && is_bad).then(|| {
        "the model's file does not say which pixels it was trained on, and its answers are those of one for others than 0 to 1\n\
         hint: if it was trained on normalised pixels, convert it with their --mean and --std"
            .to_owned()
    })
}
