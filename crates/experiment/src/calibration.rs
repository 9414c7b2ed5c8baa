//! A model whose confidence is its accuracy.

use std::path::Path;

use serde::Deserialize;
use tenfold_formats::{SavedModel, Threshold};
use tenfold_training::{Recipe, RunFile, RunFolder};

use crate::error::{Error, Result};
use crate::run_json::read_json;

/// What a cross-validation has found for the models of its recipe.
#[derive(Clone, Debug, Deserialize)]
pub struct FoundCalibration {
    /// What was cross-validated.
    pub recipe: Recipe,
    /// What the logits are to be divided by.
    pub temperature: f64,
    /// Which answers to accept for some target error rates, at this temperature.
    pub thresholds: Vec<Threshold>,
    /// The confidence that all but a few answers have, at this temperature; 0 in results of earlier versions.
    #[serde(default)]
    pub min_confidence: f32,
}

impl FoundCalibration {
    /// That of the cross-validation in the folder `run`.
    ///
    /// # Errors
    /// [`Error::Training`] if there is no run; [`Error::Data`] or [`Error::File`] if it has no results of a cross-validation.
    pub fn read(run: &Path) -> Result<Self> {
        let folder = RunFolder::open(run)?;
        read_json(&folder, RunFile::Results).map_err(|error| match error {
            Error::File { path, problem } => {
                Error::file(path, format!("expected the results of a cross-validation: {problem}"))
            }
            error => error,
        })
    }

    /// Whether the model was trained by the recipe that was cross-validated, whatever its seed: a model of another recipe may
    /// need another temperature.
    pub fn is_of_recipe(&self, saved: &SavedModel) -> bool {
        let own: Option<Recipe> = toml::from_str(&saved.provenance.recipe).ok();
        own.is_some_and(|own| own == Recipe { seed: own.seed, ..self.recipe.clone() })
    }

    /// The model with the temperature, which changes only its probabilities, and the thresholds; and with a least confidence, if
    /// it has learnt what is not a digit: without, that has the same confidence as a digit.
    ///
    /// # Errors
    /// [`Error::OtherNetwork`] if another network was cross-validated, [`Error::Network`] for a temperature that cannot be.
    pub fn apply(&self, saved: SavedModel) -> Result<SavedModel> {
        if self.recipe.architecture != *saved.model.architecture() {
            return Err(Error::OtherNetwork);
        }
        let model = saved.model.with_temperature(self.temperature as f32)?;
        let min_confidence = if self.recipe.non_digits > 0 { self.min_confidence } else { saved.min_confidence };
        Ok(SavedModel { model, min_confidence, thresholds: self.thresholds.clone(), ..saved })
    }
}
