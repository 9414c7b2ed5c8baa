//! What is said about a model of another program whose file does not say which pixels it takes.

use tenfold_dataset::Dataset;
use tenfold_evaluation::Evaluation;
use tenfold_experiment::{Normalization, pixels_may_be_wrong};
use tenfold_formats::SavedModel;
use tenfold_training::Engine;

use super::output::grouped;

/// What to do about a model that answers much better for normalised pixels, tried on the first of some images.
pub(crate) fn advice(saved: &SavedModel, images: &Dataset, engine: Engine) -> Option<String> {
    let found = Normalization::find(saved, images, engine)?;
    let (mean, deviation) = (found.mean, found.deviation);
    let [images, without, with] =
        [found.images, found.correct_without, found.correct_with].map(|count| grouped(count as u64));
    Some(format!(
        "the model was trained on normalised pixels: of the first {images} images it has {without} right with pixels from \
         0 to 1, and {with} after Normalize({mean}, {deviation})\n\
         hint: convert it with --mean {mean} --std {deviation}, and use the new file"
    ))
}

/// What may be wrong where a model answers badly, and no usual normalisation helps.
pub(crate) fn doubt(saved: &SavedModel, evaluation: &Evaluation) -> Option<String> {
    pixels_may_be_wrong(saved, evaluation).then(|| {
        "the model's file does not say which pixels it was trained on, and its answers suggest that they did not go from 0 to 1\n\
         hint: if it was trained on normalised pixels, convert it with their --mean and --std"
            .to_owned()
    })
}
