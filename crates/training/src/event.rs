//! What a run reports while it trains, and how it ends.

use crate::metrics::{EpochMetrics, Metrics};

/// Something that happened in a run.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Training is about to start, or to resume.
    Started {
        /// Images to train on.
        train_images: usize,
        /// Images held out.
        validation_images: usize,
        /// Epochs of the whole run.
        epochs: u32,
        /// Epochs done before.
        done: u32,
    },
    /// A step is done.
    Step {
        /// The epoch under way, counted from 1.
        epoch: u32,
        /// Images of this epoch seen so far.
        images: usize,
        /// Mean loss and accuracy of the epoch so far.
        so_far: Metrics,
    },
    /// An epoch is done.
    Epoch(&'a EpochMetrics),
}

/// How [`Run::train`](crate::Run::train) ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// After the recipe's last epoch.
    Finished,
    /// After an epoch that was the last of too many without a lower validation loss; see [`Recipe::patience`](crate::Recipe::patience).
    StoppedEarly,
    /// By the observer.
    Interrupted,
}
