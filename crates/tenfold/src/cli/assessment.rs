//! What a model says of every image of a labelled set, and which of its answers are worth looking at.

use anyhow::ensure;
use tenfold_dataset::Dataset;
use tenfold_evaluation::{Answers, Confusion, Evaluation, predictions};
use tenfold_network::{Model, Predictor};
use tenfold_training::{Engine, check_fit, probabilities_with};

use super::output::Output;
use super::progress;

/// Checks that probabilities are numbers: those of a model whose arithmetic overflows are not, and say nothing.
pub(crate) fn check_numbers(mut probabilities: impl Iterator<Item = f32>) -> anyhow::Result<()> {
    let are_numbers = probabilities.all(f32::is_finite);
    let hint = "hint: train the model again, with a lower learning rate";
    ensure!(are_numbers, "the model gives no numbers: its arithmetic overflows\n{hint}");
    Ok(())
}

/// The answers on a labelled set.
pub(crate) struct Assessment<'a> {
    pub images: &'a Dataset,
    /// What the classes are called.
    pub names: Vec<String>,
    /// `[images, classes]`.
    pub probabilities: Vec<f32>,
    pub predicted: Vec<u8>,
    /// How sure each answer is, and whether it is right.
    pub answers: Answers,
    pub evaluation: Evaluation,
}

impl<'a> Assessment<'a> {
    /// Of given probabilities, `[images, classes]`.
    pub(crate) fn new(images: &'a Dataset, names: Vec<String>, probabilities: Vec<f32>) -> anyhow::Result<Self> {
        let (labels, classes) = (images.labels(), images.classes());
        Ok(Self {
            predicted: predictions(&probabilities, classes)?,
            answers: Answers::new(&probabilities, classes, labels)?,
            evaluation: Evaluation::new(labels, &probabilities, classes)?,
            images,
            names,
            probabilities,
        })
    }

    /// Of a model, with a progress bar that says what is being evaluated.
    pub(crate) fn of_model(
        model: &Model,
        names: Vec<String>,
        images: &'a Dataset,
        what: &str,
        engine: Engine,
        output: &Output,
    ) -> anyhow::Result<Self> {
        check_fit(model.architecture(), images)?;
        let bar = progress::images(images.len(), output).with_message(format!("evaluating {what}"));
        let mut predictor = Predictor::new(model, engine)?;
        let probabilities = probabilities_with(&mut predictor, images, &mut |done| bar.set_position(done as u64));
        bar.finish_and_clear();
        check_numbers(probabilities.iter().copied())?;
        Self::new(images, names, probabilities)
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }

    pub(crate) fn name(&self, class: u8) -> &str {
        &self.names[usize::from(class)]
    }

    /// `[classes]`.
    pub(crate) fn probabilities_of(&self, index: usize) -> &[f32] {
        let classes = self.images.classes();
        &self.probabilities[index * classes..][..classes]
    }

    pub(crate) fn confidence(&self, index: usize) -> f32 {
        self.answers.confidences[index]
    }

    pub(crate) fn is_right(&self, index: usize) -> bool {
        self.answers.correct[index]
    }

    /// The images that were read wrong, the surest first.
    pub(crate) fn wrong(&self, limit: usize) -> Vec<usize> {
        let mut wrong: Vec<usize> = (0..self.images.len()).filter(|&index| !self.is_right(index)).collect();
        wrong.sort_by(|&one, &other| self.confidence(other).total_cmp(&self.confidence(one)));
        wrong.truncate(limit);
        wrong
    }

    /// Images that were read right, evenly from all over the set.
    pub(crate) fn right(&self, limit: usize) -> Vec<usize> {
        let right: Vec<usize> = (0..self.images.len()).filter(|&index| self.is_right(index)).collect();
        let shown = limit.min(right.len());
        (0..shown).map(|place| right[place * right.len() / shown]).collect()
    }

    /// The least sure answers, right or wrong, the least sure first.
    pub(crate) fn least_sure(&self, limit: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..self.images.len()).collect();
        all.sort_by(|&one, &other| self.confidence(one).total_cmp(&self.confidence(other)));
        all.truncate(limit);
        all
    }

    /// The most frequent kinds of mistake with their images.
    pub(crate) fn confused(&self, kinds: usize) -> Vec<(Confusion, Vec<usize>)> {
        let images = |kind: &Confusion| {
            let labels = self.images.labels().iter().zip(&self.predicted);
            let is_such = |&(_, (&label, &read)): &(usize, (&u8, &u8))| label == kind.truth && read == kind.predicted;
            labels.enumerate().filter(is_such).map(|(index, _)| index).collect()
        };
        self.evaluation.confusion.most_confused(kinds).into_iter().map(|kind| (kind, images(&kind))).collect()
    }
}
