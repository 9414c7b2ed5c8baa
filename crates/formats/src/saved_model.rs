//! What a model file holds, whatever its format.

use serde::{Deserialize, Serialize};
use tenfold_imaging::Preparation;
use tenfold_network::{Model, Shape};

use crate::error::Error;
use crate::threshold::{self, Threshold};

/// A model with everything needed to use it on pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedModel {
    /// The network and its values.
    pub model: Model,
    /// How a picture becomes the network's input.
    pub preparation: Preparation,
    /// What each class is called, in the order of the logits.
    pub labels: Vec<String>,
    /// How probable the first class must be for the model to have an answer, `0..=1`; 0, and any picture gets one. For models
    /// that have learnt what shows none of the classes.
    pub min_confidence: f32,
    /// Which answers to accept for some target error rates; empty if none have been found.
    pub thresholds: Vec<Threshold>,
    /// Where the values come from.
    pub provenance: Provenance,
}

/// Where a model's values come from; text for people, and for telling models apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// The program that trained the model, with its version.
    pub program: String,
    /// The recipe it was trained with, as TOML: whole if it was trained here, else the part that another program's file
    /// tells, such as Keras' optimiser; or empty.
    pub recipe: String,
    /// The images it was trained on: how many, and from where.
    pub data: String,
}

impl SavedModel {
    /// As [`Self::check`], for a format that holds floats alone.
    ///
    /// # Errors
    /// Those of [`Self::check`]; [`Error::Inexpressible`] for a quantised model.
    pub(crate) fn check_floats(&self, format: &'static str) -> Result<(), Error> {
        if self.model.quantization().is_some() {
            let problem = "it is quantised\nhint: convert the float model that it was made from";
            return Err(Error::Inexpressible { format, problem: problem.to_owned() });
        }
        self.check()
    }

    /// As [`Self::check_floats`], for a format that holds one network.
    ///
    /// # Errors
    /// Those of [`Self::check_floats`]; [`Error::Inexpressible`] for an ensemble.
    pub(crate) fn check_network(&self, format: &'static str) -> Result<(), Error> {
        if self.model.outline().members().is_some() {
            let problem = "it is an ensemble, and the format has no place for the temperatures and the mean of several \
                           networks\nhint: write it as ONNX, or convert its members, each by itself";
            return Err(Error::Inexpressible { format, problem: problem.to_owned() });
        }
        self.check_floats(format)
    }

    /// A model from a file that says nothing of its use: pictures are prepared as MNIST's were, for the network's input,
    /// and classes are called by their numbers from 0.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for a network whose input is not a square of up to 512 grey pixels.
    pub(crate) fn undescribed(model: Model, program: String) -> Result<Self, Error> {
        let default = Preparation::default();
        let side = check_input(model.architecture().input)?;
        // MNIST's box of 20 pixels of 28, for squares of other sizes.
        let box_side = (u64::from(side) * u64::from(default.box_side()) / u64::from(default.side())).max(1);
        let preparation = default.with_canvas(side, box_side as u32).expect("a side and a box within its limits");
        let labels = (0..model.outline().classes).map(|class| class.to_string()).collect();
        let provenance = Provenance { program, ..Provenance::default() };
        let saved = Self { model, preparation, labels, min_confidence: 0.0, thresholds: Vec::new(), provenance };
        saved.check()?;
        Ok(saved)
    }

    /// The model that takes pixels from 0 to 1 and answers as this one does for `(pixel - mean) / deviation`: for models that
    /// were trained on such pixels, by PyTorch's `Normalize(mean, deviation)` for one. The first layer's weights take that
    /// in; where it pads, or has no bias, a layer before it does.
    ///
    /// # Errors
    /// [`Error::Setting`] unless the mean is -1,000 to 1,000 and the deviation 0.001 to 1,000; [`Error::Unsupported`] for a
    /// quantised model.
    ///
    /// # Examples
    /// ```
    /// # let saved = tenfold_formats::SavedModel {
    /// #     model: tenfold_network::Model::random(
    /// #         tenfold_network::Architecture::paper(), tenfold_network::Initializer::HeNormal, 1)?,
    /// #     preparation: Default::default(),
    /// #     labels: (0..10).map(|digit| digit.to_string()).collect(),
    /// #     min_confidence: 0.0,
    /// #     thresholds: Vec::new(),
    /// #     provenance: Default::default(),
    /// # };
    /// let normalized = saved.with_normalized_pixels(0.1307, 0.3081)?;
    /// assert_eq!(normalized.model.architecture(), &tenfold_network::Architecture::paper());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_normalized_pixels(self, mean: f64, deviation: f64) -> Result<Self, Error> {
        let wrong = |name, expected, found: f64| Err(Error::Setting { name, expected, found: found.to_string() });
        if !(-1_000.0..=1_000.0).contains(&mean) {
            return wrong("mean of pixels", "-1000 to 1000", mean);
        }
        if !(0.001..=1_000.0).contains(&deviation) {
            return wrong("deviation of pixels", "0.001 to 1000", deviation);
        }
        if self.model.quantization().is_some() {
            let problem = "is quantised\nhint: convert the float model that it was made from";
            return Err(Error::unsupported("the model", problem));
        }
        let model = self.model.with_scaled_pixels(1.0 / deviation, -mean / deviation)?;
        Ok(Self { model, ..self })
    }

    /// The confidence that an answer must have for at most this share of the answers to be wrong, by the
    /// [thresholds](Self::thresholds) of the model; not below its least confidence. None if there is no threshold for that rate
    /// or a lower one.
    pub fn confidence_for(&self, error_rate: f64) -> Option<f32> {
        let promised = self.thresholds.iter().filter(|threshold| threshold.error_rate <= error_rate);
        let lowest = promised.filter_map(|threshold| threshold.threshold).min_by(f32::total_cmp)?;
        Some(lowest.max(self.min_confidence))
    }

    /// Checks that the parts fit together: a label for each class, a preparation that makes the network's input, and a
    /// least confidence within its range.
    ///
    /// # Errors
    /// [`Error::Contradiction`] with the first part that does not fit.
    pub fn check(&self) -> Result<(), Error> {
        let classes = self.model.outline().classes;
        if self.labels.len() != classes {
            return Err(Error::contradiction("labels", classes, self.labels.len()));
        }
        if !(0.0..=1.0).contains(&self.min_confidence) {
            return Err(Error::contradiction("least confidence", "0 to 1", self.min_confidence));
        }
        threshold::check(&self.thresholds)?;
        let side = self.preparation.side();
        let input = self.model.architecture().input;
        if (input.height, input.width, input.channels) != (side as usize, side as usize, 1) {
            return Err(Error::contradiction("prepared image", input, format!("{side}x{side}x1")));
        }
        Ok(())
    }
}

/// The side of the images that a network takes.
fn check_input(input: Shape) -> Result<u32, Error> {
    let refuse = |expected: &str, hint: &str| {
        Err(Error::unsupported("the network's input", format!("is {input}, expected {expected}\nhint: {hint}")))
    };
    let Shape { height, width, channels } = input;
    match u32::try_from(height).ok().filter(|side| (1..=Preparation::MAX_SIDE).contains(side)) {
        _ if channels != 1 => refuse("one channel", "digits are read in grey: train the network on grey images"),
        _ if height != width => refuse("a square", "train the network on square images"),
        None => refuse("a side of at most 512", "train the network on smaller images"),
        Some(side) => Ok(side),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn pixels_are_normalised_by_numbers_in_a_range() {
        for (mean, deviation, expected) in [
            (f64::NAN, 1.0, "mean of pixels: is NaN, expected -1000 to 1000"),
            (1e4, 1.0, "mean of pixels: is 10000"),
            (0.0, 0.0, "deviation of pixels: is 0, expected 0.001 to 1000"),
            (0.0, -1.0, "deviation of pixels: is -1"),
            (0.0, f64::INFINITY, "deviation of pixels: is inf"),
        ] {
            let error = samples::saved().with_normalized_pixels(mean, deviation).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
        let error = samples::quantized().with_normalized_pixels(0.1, 0.3).unwrap_err().to_string();
        assert!(error.contains("quantised"), "{error}");
        // An image of the mean is a blank one.
        let (plain, normalized) = (samples::saved(), samples::saved().with_normalized_pixels(0.2, 3.0).unwrap());
        let [plain, normalized] = [(plain, 0), (normalized, 51)].map(|(saved, pixel)| {
            let engine = tenfold_network::Engine::single();
            tenfold_network::Predictor::new(&saved.model, engine).unwrap().probabilities(&[pixel; 784]).to_vec()
        });
        assert!(plain.iter().zip(normalized).all(|(a, b)| (a - b).abs() < 1e-6));
    }

    fn threshold(error_rate: f64, threshold: Option<f32>) -> Threshold {
        Threshold { error_rate, threshold, coverage: 0.9, error_rate_bound: error_rate }
    }

    #[test]
    fn a_target_is_kept_by_the_lowest_threshold_that_promises_it() {
        let thresholds = vec![threshold(0.005, Some(0.3)), threshold(0.001, Some(0.9)), threshold(0.0001, None)];
        let saved = SavedModel { thresholds, min_confidence: 0.5, ..samples::saved() };
        saved.check().unwrap();
        assert_eq!(
            [0.01, 0.002, 0.001, 0.0005].map(|rate| saved.confidence_for(rate)),
            [Some(0.5), Some(0.9), Some(0.9), None]
        );
        let again = crate::safetensors::read(&crate::safetensors::write(&saved).unwrap()).unwrap();
        assert_eq!(again, saved);
    }

    #[test]
    fn thresholds_are_shares() {
        for wrong in [threshold(1.5, None), threshold(0.1, Some(f32::NAN)), threshold(f64::INFINITY, None)] {
            let saved = SavedModel { thresholds: vec![wrong], ..samples::saved() };
            assert!(saved.check().unwrap_err().to_string().contains("thresholds: expected shares from 0 to 1"));
        }
        let many = SavedModel { thresholds: vec![threshold(0.1, None); 65], ..samples::saved() };
        assert!(many.check().unwrap_err().to_string().contains("at most 64"));
    }
}
