//! The network that tells one whole digit from a part of one and from several, by what is beside it.

use tenfold_formats::safetensors;
use tenfold_network::{Engine, Predictor};

use crate::error::Error;

/// The model's file; `models/README.md` has a card for it.
const FILE: &[u8] = include_bytes!("../models/segmenter.safetensors");

/// The network, ready to run.
#[derive(Debug)]
pub(crate) struct Segmenter(Predictor);

impl Segmenter {
    /// The one for a model whose classes have these names; none unless they are all digits, which is what it knows.
    ///
    /// # Errors
    /// [`Error::Network`] if there is too little memory.
    pub(crate) fn new(labels: &[String], engine: Engine) -> Result<Option<Self>, Error> {
        let is_digit = |label: &String| label.len() == 1 && label.bytes().all(|byte| byte.is_ascii_digit());
        if !labels.iter().all(is_digit) {
            return Ok(None);
        }
        let saved = safetensors::read(FILE).expect("the model inside the program is a model");
        Ok(Some(Self(Predictor::new(&saved.model, engine)?)))
    }

    /// The probabilities of the digits and of none for [contexts](tenfold_reading::Page::contexts), as [`tenfold_reading::Page::judged`] takes them.
    pub(crate) fn judgements(&self, contexts: &[u8]) -> Vec<f32> {
        self.0.probabilities(contexts)
    }
}
