//! How far a run is.

use serde::{Deserialize, Serialize};

use crate::metrics::{EpochMetrics, Metrics};

/// How far a run is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// One entry per epoch that is done.
    pub history: Vec<EpochMetrics>,
    /// What the epoch under way has seen.
    pub partial: PartialEpoch,
}

impl Progress {
    /// Whether a run on `train` images in batches of `batch` can be there after so many steps, with what it has measured:
    /// a file may say anything.
    pub(crate) fn is_possible(&self, train: usize, batch: usize, steps: u32) -> bool {
        let Self { history, partial } = self;
        let numbered = (1..).zip(history).all(|(number, epoch): (u32, _)| epoch.epoch == number && epoch.is_possible());
        let whole = partial.images.is_multiple_of(batch) || partial.images == train;
        // Checked first, so that what follows is small.
        let within = partial.images <= train && partial.correct <= partial.images;
        let steps_of = |images: usize| images.div_ceil(batch) as u64;
        let done = || steps_of(train).checked_mul(history.len() as u64)?.checked_add(steps_of(partial.images));
        let measured = partial.loss.is_finite() && partial.seconds.is_finite();
        numbered && within && whole && measured && done() == Some(steps.into())
    }
}

/// The part of an epoch that is done; all 0 between epochs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartialEpoch {
    /// Images seen.
    pub images: usize,
    /// Their loss, added up.
    pub loss: f64,
    /// Those that were right.
    pub correct: usize,
    /// Wall time.
    pub seconds: f64,
}

impl PartialEpoch {
    pub(crate) fn metrics(&self) -> Metrics {
        let images = self.images as f64;
        Metrics { loss: self.loss / images, accuracy: self.correct as f64 / images }
    }
}
