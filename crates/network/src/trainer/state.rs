//! What a trainer carries from one step to the next.

use std::collections::BTreeMap;

/// What a [`Trainer`](crate::Trainer) carries from one step to the next; with the same options and optimiser, all that the next depends on
/// but its batch and settings.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainerState {
    /// All values of the model, in the order of [`Model::values`](crate::Model::values).
    pub values: Vec<f32>,
    /// The optimiser's memory, by [name](crate::Optimizer::memory): a number for each trainable parameter.
    pub memory: BTreeMap<String, Vec<f32>>,
    /// Steps made.
    pub steps: u32,
}
