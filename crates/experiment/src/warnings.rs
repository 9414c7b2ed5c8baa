//! What a user should know before a run's model is used: images that are not as they should be, and networks that have
//! learned nothing. Each is a sentence, with a hint on a line of its own.

use tenfold_dataset::exploration::{Finding, findings};
use tenfold_dataset::{Dataset, Source};
use tenfold_evaluation::{Baseline, Evaluation};
use tenfold_report::page::Block;
use tenfold_report::{grouped, percent};
use tenfold_training::EpochMetrics;

use crate::error::Result;

/// What is wrong with the images of `source`; those inside the program are known to be sound.
///
/// # Errors
/// [`Error::Data`](crate::Error::Data) if there are no images.
pub fn image_findings(source: &Source, images: &Dataset) -> Result<Vec<Finding>> {
    match source {
        Source::Embedded => Ok(Vec::new()),
        Source::Path(_) => Ok(findings(images)?),
    }
}

/// The same in sentences.
///
/// # Errors
/// As [`image_findings`].
pub fn of_images(source: &Source, images: &Dataset) -> Result<Vec<String>> {
    Ok(image_findings(source, images)?.iter().map(ToString::to_string).collect())
}

/// A warning that a model reads `kind` images, such as `training`, with these labels no better than without looking at them;
/// none if it does better.
///
/// ```
/// use tenfold_evaluation::Evaluation;
/// use tenfold_experiment::warnings;
///
/// // It always answers 0.
/// let (labels, probabilities) = ([0, 0, 1], [1.0, 0.0, 1.0, 0.0, 1.0, 0.0]);
/// let warning = warnings::of_answers("test", &labels, &Evaluation::new(&labels, &probabilities, 2)?)?;
/// assert!(warning.is_some_and(|text| text.contains("the model has learned nothing")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Evaluation`](crate::Error::Evaluation) without labels.
pub fn of_answers(kind: &str, labels: &[u16], evaluation: &Evaluation) -> Result<Option<String>> {
    of_counts(kind, labels, evaluation.correct, evaluation.images)
}

/// The same where so many of `images`, which are some of those with these labels, are read right.
pub(crate) fn of_counts(kind: &str, labels: &[u16], correct: u64, images: u64) -> Result<Option<String>> {
    let baseline = Baseline::of_labels(labels)?;
    let sentence = || {
        format!(
            "{} of the {} {kind} images are read right, no better than by always answering the commonest class ({}): \
             the model has learned nothing of use on them\n\
             hint: look at the images, and try another learning rate",
            percent(correct as f64 / images as f64),
            grouped(images),
            percent(baseline.accuracy)
        )
    };
    Ok((!baseline.is_beaten_by(correct, images)?).then(sentence))
}

/// A warning that the loss on training images with these labels was never below what it is without looking at them, neither
/// in an epoch nor for the finished model; none if it was.
///
/// # Errors
/// [`Error::Evaluation`](crate::Error::Evaluation) without labels.
pub fn of_losses(history: &[EpochMetrics], labels: &[u16], evaluation: &Evaluation) -> Result<Option<String>> {
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

/// Warnings as paragraphs of a page.
pub fn blocks(warnings: &[String]) -> Vec<Block> {
    warnings
        .iter()
        .map(|warning| Block::Text(format!("Warning: {}.", warning.replace("\nhint: ", ". Hint: "))))
        .collect()
}
