//! Several models as one, with all that they need to be used on pictures.

use tenfold_network::{Error as NetworkError, Model};

use crate::error::Error;
use crate::excerpt::listed;
use crate::saved_model::{Provenance, SavedModel};

impl SavedModel {
    /// The ensemble of some models: see [`Model::ensemble`]. Its least confidence is the lowest of theirs; it has no thresholds. Of where their values come from it keeps each program and each
    /// data set once, and no recipe.
    ///
    /// # Errors
    /// [`Error::Contradiction`] with the first model whose classes have other names than those of the first one, or which
    /// prepares pictures in another way; [`Error::Unsupported`] with what [`Model::ensemble`] refuses, and [`Error::Network`] if there
    /// is no memory for it.
    ///
    /// # Examples
    /// ```
    /// use tenfold_formats::{SavedModel, safetensors};
    /// # use tenfold_network::{Architecture, Initializer, Model};
    /// # let saved = |seed| Ok::<_, tenfold_network::Error>(SavedModel {
    /// #     model: Model::random(Architecture::paper(), Initializer::HeNormal, seed)?,
    /// #     preparation: Default::default(),
    /// #     labels: (0..10).map(|digit| digit.to_string()).collect(),
    /// #     min_confidence: 0.0,
    /// #     thresholds: Vec::new(),
    /// #     provenance: Default::default(),
    /// # });
    /// # let (a, b) = (safetensors::write(&saved(1)?)?, safetensors::write(&saved(2)?)?);
    /// let models = [safetensors::read(&a)?, safetensors::read(&b)?];
    /// let ensemble = SavedModel::ensemble(&models)?;
    /// assert_eq!(safetensors::read(&safetensors::write(&ensemble)?)?, ensemble);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn ensemble(models: &[Self]) -> Result<Self, Error> {
        let networks: Vec<Model> = models.iter().map(|saved| saved.model.clone()).collect();
        let model = Model::ensemble(&networks).map_err(|error| match error {
            NetworkError::Allocation { .. } => error.into(),
            error => Error::unsupported("the ensemble", error),
        })?;
        let first = &models[0];
        for (number, saved) in (1..).zip(models) {
            if saved.labels != first.labels {
                let [expected, found] = [first, saved].map(|saved| listed(&saved.labels));
                return Err(Error::contradiction(format!("classes of model {number}"), expected, found));
            }
            if saved.preparation != first.preparation {
                let [expected, found] = [first, saved].map(|saved| serde_json::json!(saved.preparation));
                return Err(Error::contradiction(
                    format!("preparation of pictures by model {number}"),
                    expected,
                    found,
                ));
            }
        }
        let each_once = |of: fn(&Provenance) -> &str| {
            let mut all: Vec<&str> = models.iter().map(|saved| of(&saved.provenance)).collect();
            all.dedup();
            all.retain(|text| !text.is_empty());
            all.join("; ")
        };
        let (program, data) = (each_once(|from| &from.program), each_once(|from| &from.data));
        let provenance = Provenance { program, data, recipe: String::new() };
        let min_confidence = models.iter().map(|saved| saved.min_confidence).fold(1.0, f32::min);
        let saved = Self { model, min_confidence, thresholds: Vec::new(), provenance, ..first.clone() };
        saved.check()?;
        Ok(saved)
    }
}
