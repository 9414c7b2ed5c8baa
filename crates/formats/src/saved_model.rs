//! What a model file holds, whatever its format.

use serde::{Deserialize, Serialize};
use tenfold_imaging::Preparation;
use tenfold_network::Model;

use crate::error::Error;

/// A model with everything needed to use it on pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedModel {
    /// The network and its values.
    pub model: Model,
    /// How a picture becomes the network's input.
    pub preparation: Preparation,
    /// What each class is called, in the order of the logits.
    pub labels: Vec<String>,
    /// Where the values come from.
    pub provenance: Provenance,
}

/// Where a model's values come from; text for people, and for telling models apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// The program that trained the model, with its version.
    pub program: String,
    /// The recipe it was trained with, as TOML; empty if it was not trained here.
    pub recipe: String,
    /// The images it was trained on: how many, and from where.
    pub data: String,
}

impl SavedModel {
    /// Checks that the parts fit together: a label for each class, and a preparation that makes the network's input.
    ///
    /// # Errors
    /// [`Error::Contradiction`] with the first part that does not fit.
    pub fn check(&self) -> Result<(), Error> {
        let contradiction =
            |what: &str, expected, found| Err(Error::Contradiction { what: what.to_owned(), expected, found });
        let classes = self.model.outline().classes;
        if self.labels.len() != classes {
            return contradiction("labels", classes.to_string(), self.labels.len().to_string());
        }
        let side = self.preparation.side();
        let input = self.model.architecture().input;
        if (input.height, input.width, input.channels) != (side as usize, side as usize, 1) {
            return contradiction("prepared image", input.to_string(), format!("{side}x{side}x1"));
        }
        Ok(())
    }
}
