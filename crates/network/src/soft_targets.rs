//! What a model learns beside labels.

use std::ops::Range;

/// What another model says of a batch, for one that learns from it (distillation; Hinton, Vinyals and Dean, 2015).
///
/// With a temperature T, and q the probabilities, the loss of an image is then `(1 - weight)` times the cross-entropy with its
/// label and `weight T^2` times the Kullback-Leibler divergence of `softmax(logits / T)` from q.
#[derive(Clone, Copy, Debug)]
pub struct SoftTargets<'a> {
    /// A row for each image of the batch, in the order of the batch: `[N, classes]`, made at the temperature.
    pub probabilities: &'a [f32],
    /// What logits are divided by, above 0.
    pub temperature: f32,
    /// The share of the loss, 0 to 1.
    pub weight: f32,
}

impl<'a> SoftTargets<'a> {
    /// Those of some images of the batch.
    pub(crate) fn part(self, images: Range<usize>, classes: usize) -> Self {
        Self { probabilities: &self.probabilities[images.start * classes..images.end * classes], ..self }
    }
}
