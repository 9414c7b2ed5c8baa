//! What a user should know of a run before its model is used: images that are not as they should be, and networks that
//! have learned nothing. Each is a sentence with a hint on a line of its own.

use tenfold_dataset::exploration::{Finding, findings};
use tenfold_dataset::{Dataset, Source};
use tenfold_evaluation::{Baseline, Evaluation};
use tenfold_report::page::Block;
use tenfold_training::EpochMetrics;

use super::output::{grouped, percent, warn};

/// What is wrong with the images of `source`; those inside the program are known to be sound.
pub(crate) fn image_findings(source: &Source, images: &Dataset) -> anyhow::Result<Vec<Finding>> {
    match source {
        Source::Embedded => Ok(Vec::new()),
        Source::Directory(_) => Ok(findings(images)?),
    }
}

/// The same in sentences, said at once: it is to be known before anything is trained.
pub(crate) fn of_images(source: &Source, images: &Dataset) -> anyhow::Result<Vec<String>> {
    let warnings: Vec<String> = image_findings(source, images)?.iter().map(ToString::to_string).collect();
    tell(&warnings);
    Ok(warnings)
}

/// That a model reads `kind` images, which have these labels, no better than without looking; none if it does not.
pub(crate) fn of_answers(kind: &str, labels: &[u8], evaluation: &Evaluation) -> anyhow::Result<Option<String>> {
    let baseline = Baseline::of_labels(labels)?;
    let sentence = || {
        format!(
            "{} of the {} {kind} images are read right, no better than by always answering the commonest class ({}): \
             the model has learned nothing of use on them\n\
             hint: look at the images with tenfold data show, and try another learning rate",
            percent(evaluation.accuracy),
            grouped(evaluation.images),
            percent(baseline.accuracy)
        )
    };
    Ok((!baseline.is_beaten_by(evaluation.correct, evaluation.images)?).then(sentence))
}

/// That the loss on training images with these labels was never below what it is without looking at them, nor is that of the
/// finished model; none if it was.
pub(crate) fn of_losses(
    history: &[EpochMetrics],
    labels: &[u8],
    evaluation: &Evaluation,
) -> anyhow::Result<Option<String>> {
    let baseline = Baseline::of_labels(labels)?;
    let mut losses = history.iter().map(|epoch| epoch.train.loss).chain([evaluation.loss]);
    let sentence = || {
        format!(
            "the training loss never fell below that of answers which know how common each class is and nothing of the \
             images ({:.3}): the network has learned nothing\n\
             hint: try another learning rate",
            baseline.loss
        )
    };
    Ok((!losses.any(|loss| baseline.is_beaten_by_loss(loss))).then(sentence))
}

/// Says each on standard error.
pub(crate) fn tell(warnings: &[String]) {
    warnings.iter().for_each(|warning| warn(warning));
}

/// The same for a page; nothing if there are none.
pub(crate) fn blocks(warnings: &[String]) -> Vec<Block> {
    warnings
        .iter()
        .map(|warning| Block::Text(format!("Warning: {}.", warning.replace("\nhint: ", ". Hint: "))))
        .collect()
}
