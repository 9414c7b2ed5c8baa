//! A distillation in part.

use serde::Deserialize;

use crate::distillation::Distillation;

/// What differs from another distillation, or from the usual one.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DistillationChanges {
    /// See [`Distillation::temperature`].
    pub temperature: Option<f32>,
    /// See [`Distillation::weight`].
    pub weight: Option<f32>,
    /// See [`Distillation::teachers`].
    pub teachers: Option<Vec<String>>,
    /// See [`Distillation::sha256`].
    pub sha256: Option<String>,
}

impl DistillationChanges {
    pub(super) fn apply(&self, base: Option<&Distillation>) -> Option<Distillation> {
        if *self == Self::default() {
            return base.cloned();
        }
        let Self { temperature, weight, teachers, sha256 } = self.clone();
        let base = base.cloned().unwrap_or_else(|| Distillation::by(Vec::new(), &[]));
        Some(Distillation {
            temperature: temperature.unwrap_or(base.temperature),
            weight: weight.unwrap_or(base.weight),
            teachers: teachers.unwrap_or(base.teachers),
            sha256: sha256.unwrap_or(base.sha256),
        })
    }
}
