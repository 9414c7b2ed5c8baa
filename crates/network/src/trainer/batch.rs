//! What a step takes, and what it finds.

use crate::soft_targets::SoftTargets;

/// Some images of a dataset with their labels.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// All images of the dataset, one after the other.
    pub images: &'a [u8],
    /// All labels of the dataset: classes of the network, or [`NO_CLASS`](crate::NO_CLASS) for what should be taken for none.
    pub labels: &'a [u16],
    /// The numbers of the images that make up the batch.
    pub order: &'a [u32],
    /// What they should be answered with beside their labels, if anything.
    pub soft: Option<SoftTargets<'a>>,
}

/// What a step found before it changed the model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepOutcome {
    /// Mean loss over the batch, in nats: cross-entropy, or what the batch's soft targets make of it; not finite if training
    /// has diverged.
    pub loss: f64,
    /// Images of the batch whose largest logit was their label's; of no class, those for which no class had a probability above
    /// one half.
    pub correct: usize,
}

/// The derivative of the mean loss of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Gradient {
    /// Mean loss over the batch, in nats.
    pub loss: f64,
    /// With respect to each trainable parameter, in the order of [`Model::values`](crate::Model::values).
    pub values: Vec<f32>,
}
