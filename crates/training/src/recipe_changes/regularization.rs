//! A regularization in part.

use serde::Deserialize;
use tenfold_network::Regularization;

/// What differs from another regularization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RegularizationChanges {
    /// See [`Regularization::label_smoothing`].
    pub label_smoothing: Option<f32>,
    /// See [`Regularization::clip_norm`].
    pub clip_norm: Option<f32>,
    /// See [`Regularization::decay_kernels_only`].
    pub decay_kernels_only: Option<bool>,
    /// See [`Regularization::l1`].
    pub l1: Option<f32>,
    /// See [`Regularization::l2`].
    pub l2: Option<f32>,
}

impl RegularizationChanges {
    pub(super) fn apply(self, base: Regularization) -> Regularization {
        let Self { label_smoothing, clip_norm, decay_kernels_only, l1, l2 } = self;
        Regularization {
            label_smoothing: label_smoothing.unwrap_or(base.label_smoothing),
            clip_norm: clip_norm.or(base.clip_norm),
            decay_kernels_only: decay_kernels_only.unwrap_or(base.decay_kernels_only),
            l1: l1.unwrap_or(base.l1),
            l2: l2.unwrap_or(base.l2),
        }
    }
}
