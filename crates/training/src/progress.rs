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
