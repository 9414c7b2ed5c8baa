//! The network that tells one whole digit, or a sign, from a part of one and from several, by what is beside it.

use std::sync::OnceLock;

use tenfold_formats::safetensors;
use tenfold_network::{Engine, Predictor};

use crate::error::Error;

/// The model's file; `models/README.md` has a card for it.
const FILE: &[u8] = include_bytes!("../models/segmenter.safetensors");

/// The network, which is made ready for the first page: who reads single digits does not wait for it.
#[derive(Debug)]
pub(crate) struct Segmenter {
    engine: Engine,
    predictor: OnceLock<Predictor>,
}

impl Segmenter {
    /// The one for a model whose classes have these names; none unless they are all digits, which is what it knows.
    pub(crate) fn new(labels: &[String], engine: Engine) -> Option<Self> {
        let is_digit = |label: &String| label.len() == 1 && label.bytes().all(|byte| byte.is_ascii_digit());
        labels.iter().all(is_digit).then(|| Self { engine, predictor: OnceLock::new() })
    }

    /// The probabilities of the digits, of the signs and of none for [contexts](tenfold_reading::Page::contexts), as [`tenfold_reading::Page::judged`] takes them.
    ///
    /// # Errors
    /// [`Error::Network`] if there is too little memory.
    pub(crate) fn judgements(&self, contexts: &[u8]) -> Result<Vec<f32>, Error> {
        if let Some(predictor) = self.predictor.get() {
            return Ok(predictor.probabilities(contexts));
        }
        let saved = safetensors::read(FILE).expect("the model inside the program is a model");
        let predictor = Predictor::new(&saved.model, self.engine)?;
        Ok(self.predictor.get_or_init(|| predictor).probabilities(contexts))
    }
}
