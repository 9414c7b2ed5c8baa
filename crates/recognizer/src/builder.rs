//! Where recognisers come from: a model, and the settings it is run with.

use tenfold_formats::SavedModel;
use tenfold_imaging::{Limits, Polarity};
use tenfold_network::{Engine, Predictor};

use crate::embedded::{EMBEDDED_MODELS, EmbeddedModel};
use crate::error::Error;
use crate::recognizer::Recognizer;
use crate::segmenter::Segmenter;

impl Recognizer {
    /// The recogniser with the first of [`EMBEDDED_MODELS`] and default settings.
    ///
    /// # Panics
    /// If there is no memory for it, some two megabytes.
    pub fn embedded() -> Self {
        Self::builder().build().expect("the model inside the program is a model, and its settings are the defaults")
    }

    /// A recogniser with one of [`EMBEDDED_MODELS`] and default settings.
    ///
    /// ```
    /// use tenfold_recognizer::Recognizer;
    ///
    /// let recognizer = Recognizer::named("paper")?;
    /// assert_eq!(recognizer.predict(&std::fs::read("testdata/seven.png")?)?.label, "7");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Builder::build_from_name`].
    pub fn named(name: &str) -> Result<Self, Error> {
        Self::builder().build_from_name(name)
    }

    /// A recogniser with the model in the bytes of a file, and default settings: safetensors, NPZ, Keras and ONNX files are
    /// read.
    ///
    /// # Errors
    /// As [`Builder::build_from_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        Self::builder().build_from_bytes(bytes)
    }

    /// A recogniser with a model that is in memory already, and default settings.
    ///
    /// # Errors
    /// As [`Builder::build_from_model`].
    pub fn new(model: SavedModel) -> Result<Self, Error> {
        Self::builder().build_from_model(model)
    }

    /// Settings to choose before there is a recogniser; all have defaults.
    pub fn builder() -> Builder {
        Builder {
            engine: Engine::single(),
            limits: Limits::default(),
            polarity: None,
            min_confidence: None,
            target_error_rate: None,
        }
    }
}

impl Default for Recognizer {
    /// As [`Recognizer::embedded`].
    fn default() -> Self {
        Self::embedded()
    }
}

/// Settings of a [`Recognizer`], made by [`Recognizer::builder`].
///
/// ```
/// use tenfold_recognizer::{ErrorKind, Limits, Recognizer};
///
/// let recognizer = Recognizer::builder().limits(Limits { bytes: 100, ..Limits::default() }).build()?;
/// let error = recognizer.predict(&std::fs::read("testdata/seven.png")?).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::TooLarge);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Builder {
    engine: Engine,
    limits: Limits,
    polarity: Option<Polarity>,
    min_confidence: Option<f32>,
    target_error_rate: Option<f64>,
}

impl Builder {
    /// How many threads share the work of [`Recognizer::predict_batch`], and of [`Recognizer::probabilities`] for many
    /// images: at least 1, which is the default. One picture keeps one thread busy.
    pub fn threads(self, threads: usize) -> Self {
        Self { engine: Engine { threads, ..self.engine }, ..self }
    }

    /// What to compute with: [threads](Self::threads), the CPU's instructions, and whether convolutions may go through
    /// transforms. The default is [`Engine::single`].
    pub fn engine(self, engine: Engine) -> Self {
        Self { engine, ..self }
    }

    /// How large pictures may be. The defaults, see [`Limits`], are for pictures from large cameras.
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Takes ink and paper to be as said, whatever a picture looks like. By default it is as the model says: those made by
    /// this program leave it to be decided from each picture.
    pub fn polarity(self, polarity: Polarity) -> Self {
        Self { polarity: Some(polarity), ..self }
    }

    /// How probable the first class must be for an answer, `0..=1`: with 0 any picture with ink of a digit's size gets one. By
    /// default it is as the [model](SavedModel::min_confidence) says.
    pub fn min_confidence(self, min_confidence: f32) -> Self {
        Self { min_confidence: Some(min_confidence), ..self }
    }

    /// The share of the answers that may be wrong, above 0 and below 1, for images like those that the model's
    /// [thresholds](SavedModel::thresholds) were found on. What is less confident than the threshold for it is refused, also where
    /// [`Self::min_confidence`] would let it pass.
    pub fn target_error_rate(self, target_error_rate: f64) -> Self {
        Self { target_error_rate: Some(target_error_rate), ..self }
    }

    /// A recogniser with the first of [`EMBEDDED_MODELS`].
    ///
    /// # Errors
    /// [`Error::Setting`] for no threads, or a least confidence or a target error rate out of its range;
    /// [`Error::NoThreshold`] if the model promises no such rate; [`Error::Network`] if there is too little memory
    /// to run the model on all of them.
    ///
    /// # Panics
    /// If the system refuses a thread.
    pub fn build(self) -> Result<Recognizer, Error> {
        self.build_from_model(EMBEDDED_MODELS[0].read())
    }

    /// A recogniser with one of [`EMBEDDED_MODELS`].
    ///
    /// # Errors
    /// [`Error::UnknownModel`] for a name that none of them has; otherwise as [`Self::build`].
    ///
    /// # Panics
    /// As [`Self::build`].
    pub fn build_from_name(self, name: &str) -> Result<Recognizer, Error> {
        let unknown = || {
            let expected = EMBEDDED_MODELS.map(|model| model.name).join(", ");
            Error::UnknownModel { name: name.to_owned(), expected }
        };
        self.build_from_model(EmbeddedModel::named(name).ok_or_else(unknown)?.read())
    }

    /// A recogniser with the model in the bytes of a file, whose format they say themselves: safetensors, NPZ, Keras
    /// (`.keras`, `.h5`) or ONNX. The bytes may be anything: no size in them is believed before it is compared with a limit.
    ///
    /// # Errors
    /// [`Error::Model`] if the bytes are not a model, are damaged, hold what has no counterpart here, or hold values without
    /// their network; otherwise as [`Self::build`].
    ///
    /// # Panics
    /// As [`Self::build`].
    pub fn build_from_bytes(self, bytes: &[u8]) -> Result<Recognizer, Error> {
        self.build_from_model(tenfold_formats::read(bytes, None)?)
    }

    /// A recogniser with a model that is in memory already, just trained or read with the weights that lie beside it.
    ///
    /// # Errors
    /// [`Error::Model`] if the model's parts do not fit together; otherwise as [`Self::build`].
    ///
    /// # Panics
    /// As [`Self::build`].
    pub fn build_from_model(self, saved: SavedModel) -> Result<Recognizer, Error> {
        let Self { engine, limits, polarity, min_confidence, target_error_rate } = self;
        if engine.threads == 0 {
            return Err(Error::Setting { name: "threads", found: "0".to_owned(), expected: "at least 1" });
        }
        if let Some(found) = min_confidence.filter(|confidence| !(0.0..=1.0).contains(confidence)) {
            return Err(Error::Setting { name: "least confidence", found: found.to_string(), expected: "0 to 1" });
        }
        if let Some(found) = target_error_rate.filter(|&rate| !(rate > 0.0 && rate < 1.0)) {
            let expected = "above 0 and below 1";
            return Err(Error::Setting { name: "target error rate", found: found.to_string(), expected });
        }
        saved.check()?;
        let threshold = target_error_rate.map(|target| confidence_for(&saved, target)).transpose()?;
        let SavedModel { model, preparation, labels, min_confidence: of_model, .. } = saved;
        let preparation = match polarity {
            Some(_) => preparation.with_polarity(polarity),
            None => preparation,
        };
        let predictor = Predictor::new(&model, engine)?;
        let min_confidence = min_confidence.unwrap_or(of_model).max(threshold.unwrap_or(0.0));
        let segmenter = Segmenter::new(&labels, engine);
        Ok(Recognizer { predictor, segmenter, preparation, labels, min_confidence, limits, threads: engine.threads })
    }
}

/// The confidence for a target error rate of a model.
fn confidence_for(saved: &SavedModel, target: f64) -> Result<f32, Error> {
    saved.confidence_for(target).ok_or_else(|| {
        let promised = saved.thresholds.iter().filter(|threshold| threshold.threshold.is_some());
        let promised: Vec<String> = promised.map(|threshold| threshold.error_rate.to_string()).collect();
        Error::NoThreshold { target, promised: if promised.is_empty() { "none".into() } else { promised.join(", ") } }
    })
}
