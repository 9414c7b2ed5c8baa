//! What a model file says beside its tensors, as one JSON object under the name `tenfold`, wherever a format has room.

use serde::{Deserialize, Serialize};
use tenfold_imaging::Preparation;
use tenfold_network::{Architecture, Model};

use crate::error::Error;
use crate::saved_model::{Provenance, SavedModel};
use crate::threshold::Threshold;

/// The name under which a file holds its description.
pub(crate) const KEY: &str = "tenfold";

/// The version of the description that is written, and the only one that is read.
const VERSION: u64 = 1;

/// The JSON object.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Description {
    version: u64,
    /// Left out where the format itself says what the network is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub architecture: Option<Architecture>,
    preparation: Preparation,
    labels: Vec<String>,
    /// `f32` written as `f64`; left out if it is 0.
    #[serde(default, skip_serializing_if = "is_zero")]
    min_confidence: f64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    thresholds: Vec<Threshold>,
    provenance: Provenance,
    /// `f32` written as `f64`; left out if it is 1, and where it is a layer of the network in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantization: Option<Scales>,
}

/// What a quantised model's file says beside its tensors.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scales {
    /// `f32` written as `f64`, which comes back exactly in every reader.
    pub input_scales: Vec<f64>,
}

/// The part of the description that all versions share.
#[derive(Deserialize)]
struct Version {
    version: u64,
}

impl Description {
    /// What a file says in whose format the whole network, its temperature included, has a place of its own.
    pub fn of_use(saved: &SavedModel) -> Self {
        Self {
            version: VERSION,
            architecture: None,
            preparation: saved.preparation.clone(),
            labels: saved.labels.clone(),
            min_confidence: f64::from(saved.min_confidence),
            thresholds: saved.thresholds.clone(),
            provenance: saved.provenance.clone(),
            temperature: None,
            quantization: None,
        }
    }

    /// What a file says in whose format only tensors have a place.
    pub fn of_model(saved: &SavedModel) -> Self {
        let model = &saved.model;
        Self {
            architecture: Some(model.architecture().clone()),
            temperature: (model.temperature() != 1.0).then(|| f64::from(model.temperature())),
            quantization: model.quantization().map(|quantization| Scales {
                input_scales: quantization.layers.iter().map(|scales| f64::from(scales.input)).collect(),
            }),
            ..Self::of_use(saved)
        }
    }

    /// The JSON text.
    pub fn to_json(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(damaged)
    }

    /// Reads the JSON text; its size is the caller's to limit.
    ///
    /// # Errors
    /// [`Error::Version`] for another version, [`Error::Description`] for anything else than such an object.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let Version { version } = serde_json::from_str(text).map_err(damaged)?;
        if version != VERSION {
            return Err(Error::Version { found: version, expected: VERSION });
        }
        serde_json::from_str(text).map_err(damaged)
    }

    /// A model with this description, checked.
    ///
    /// # Errors
    /// As [`SavedModel::check`].
    pub fn saved(self, model: Model) -> Result<SavedModel, Error> {
        let Self { preparation, labels, min_confidence, thresholds, provenance, .. } = self;
        let min_confidence = min_confidence as f32;
        let saved = SavedModel { model, preparation, labels, min_confidence, thresholds, provenance };
        saved.check()?;
        Ok(saved)
    }
}

fn is_zero(value: &f64) -> bool {
    *value == 0.0
}

fn damaged(error: serde_json::Error) -> Error {
    Error::Description { reason: error.to_string() }
}
