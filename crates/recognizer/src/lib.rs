//! The product in one type: a picture in, a digit out, or a reason why not.
//!
//! ```no_run
//! use tenfold_recognizer::Recognizer;
//!
//! let prediction = Recognizer::default().predict(&std::fs::read("photo.jpg")?)?;
//! println!("{} with probability {:.3}", prediction.label, prediction.probability);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

use serde::Serialize;
use tenfold_formats::{SavedModel, safetensors};
use tenfold_imaging::{Facts, GreyImage, Limits, Polarity, Preparation, Refusal, decode};
use tenfold_network::{Engine, Predictor};

/// The model inside the program: the paper's network trained by the paper's recipe; see `models/README.md`.
pub const EMBEDDED_MODEL: &[u8] = include_bytes!("../models/paper.safetensors");

/// Reads one digit per picture with one model.
#[derive(Debug)]
pub struct Recognizer {
    predictor: Predictor,
    preparation: Preparation,
    labels: Vec<String>,
    limits: Limits,
}

/// What a picture shows, as far as the model can tell.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Prediction {
    /// What the most probable class is called; the first of equals.
    pub label: String,
    /// Its probability, `0..=1`: the softmax of the network's logits, divided by the model's temperature where it has one.
    pub probability: f32,
    /// Every class with its probability, most probable first.
    pub ranking: Vec<Ranked>,
    /// How the picture was understood.
    pub facts: Facts,
}

/// One class and its probability.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ranked {
    /// What the class is called.
    pub label: String,
    /// Its probability, `0..=1`.
    pub probability: f32,
}

/// Why there is no prediction.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are no picture this program can open.
    #[error(transparent)]
    Picture(#[from] tenfold_imaging::Error),
    /// The picture was opened, and shows no digit.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The model's arithmetic left the range of numbers, so there is no answer.
    #[error(
        "the model gives no numbers for this picture: its arithmetic overflows\n\
         hint: train the model again, with a lower learning rate"
    )]
    NotFinite,
}

impl Recognizer {
    /// A recogniser for any model whose preparation makes its network's input (as [`SavedModel::check`] ensures for
    /// every model that was read from a file).
    ///
    /// # Errors
    /// [`tenfold_formats::Error::Contradiction`] if the model's parts do not fit together;
    /// [`tenfold_formats::Error::Network`] if there is no memory to run it.
    pub fn new(saved: SavedModel) -> Result<Self, tenfold_formats::Error> {
        Self::with_engine(saved, Engine::single())
    }

    /// As [`Self::new`], computing with `engine`; one digit at a time keeps one thread busy.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_engine(saved: SavedModel, engine: Engine) -> Result<Self, tenfold_formats::Error> {
        saved.check()?;
        Ok(Self {
            predictor: Predictor::new(&saved.model, engine)?,
            preparation: saved.preparation,
            labels: saved.labels,
            limits: Limits::default(),
        })
    }

    /// Takes ink and paper to be as said, whatever a picture looks like; `None` decides from each picture.
    pub fn with_polarity(self, polarity: Option<Polarity>) -> Self {
        Self { preparation: self.preparation.with_polarity(polarity), ..self }
    }

    /// Opens the bytes of a PNG or JPEG file and says which digit it shows.
    ///
    /// # Errors
    /// [`Error::Picture`] if the bytes are no such file or too large a picture; otherwise as [`Self::predict_image`].
    pub fn predict(&mut self, bytes: &[u8]) -> Result<Prediction, Error> {
        let image = decode(bytes, &self.limits)?;
        self.predict_image(&image)
    }

    /// Says which digit a picture shows.
    ///
    /// # Errors
    /// [`Error::Refused`] if there is none; [`Error::NotFinite`] if the model gives no numbers.
    pub fn predict_image(&mut self, image: &GreyImage) -> Result<Prediction, Error> {
        let prepared = self.preparation.prepare(image)?;
        let probabilities = self.predictor.probabilities(&prepared.pixels);
        if probabilities.iter().any(|probability| !probability.is_finite()) {
            return Err(Error::NotFinite);
        }
        let mut ranking: Vec<Ranked> = self
            .labels
            .iter()
            .zip(probabilities)
            .map(|(label, probability)| Ranked { label: label.clone(), probability })
            .collect();
        // A stable sort: the first of equals stays first.
        ranking.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        let Ranked { label, probability } = ranking[0].clone();
        Ok(Prediction { label, probability, ranking, facts: prepared.facts })
    }
}

impl Default for Recognizer {
    /// The recogniser with the [`EMBEDDED_MODEL`].
    fn default() -> Self {
        let saved = safetensors::read(EMBEDDED_MODEL).expect("the model inside the program is a model");
        Self::new(saved).expect("a model that was read fits together")
    }
}
