//! A model at work on pictures: the whole way, and each stage of it.

use tenfold_imaging::{
    ColourImage, Explanation, Facts, GreyImage, Limits, Preparation, Prepared, decode, decode_colour,
};
use tenfold_network::Predictor;

use crate::error::Error;
use crate::prediction::{Prediction, Ranked};
use crate::segmenter::Segmenter;
use crate::unsure::Unsure;

/// Reads one digit per picture with one model.
///
/// It may be shared by threads, which predict at once and get the same bits as one alone; each has its own buffers while
/// it computes.
///
/// ```
/// use tenfold_recognizer::Recognizer;
///
/// let recognizer = Recognizer::embedded();
/// let picture = std::fs::read("testdata/seven.png")?;
/// std::thread::scope(|scope| {
///     for _ in 0..2 {
///         scope.spawn(|| assert_eq!(recognizer.predict(&picture).unwrap().label, "7"));
///     }
/// });
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Recognizer {
    pub(crate) predictor: Predictor,
    pub(crate) segmenter: Option<Segmenter>,
    pub(crate) preparation: Preparation,
    pub(crate) labels: Vec<String>,
    pub(crate) min_confidence: f32,
    pub(crate) limits: Limits,
    /// Among which many pictures are divided.
    pub(crate) threads: usize,
}

impl Recognizer {
    /// What the classes are called, in the order of the network's outputs.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// How a picture becomes the network's input: [`Preparation::side`] is the width and height of prepared images.
    pub fn preparation(&self) -> &Preparation {
        &self.preparation
    }

    /// How probable the first class must be for an answer, `0..=1`.
    pub fn min_confidence(&self) -> f32 {
        self.min_confidence
    }

    /// Opens the bytes of a picture file and says which digit it shows.
    ///
    /// # Errors
    /// As [`Self::decode`] and [`Self::predict_image`].
    pub fn predict(&self, bytes: &[u8]) -> Result<Prediction, Error> {
        self.predict_colour(&self.decode_colour(bytes)?)
    }

    /// Says which digit a picture shows.
    ///
    /// ```
    /// use tenfold_recognizer::{GreyImage, Recognizer};
    ///
    /// // A white stroke on black, as it might be drawn on a screen.
    /// let pixels = (0..64 * 64).map(|at| if (30..34).contains(&(at % 64)) && at / 640 > 0 { 255 } else { 0 });
    /// let image = GreyImage::new(64, 64, pixels.collect())?;
    /// assert_eq!(Recognizer::embedded().predict_image(&image)?.label, "1");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Refused`] if it is blank or its marks are too small; [`Error::Unsure`] if no class is probable enough;
    /// [`Error::NotFinite`] if the model gives no numbers.
    pub fn predict_image(&self, image: &GreyImage) -> Result<Prediction, Error> {
        self.completed(self.answer(self.prepare(image)?), || Ok(image.clone().into()))
    }

    /// As [`Self::predict_image`] for a picture in colour.
    ///
    /// # Errors
    /// As [`Self::predict_image`].
    pub fn predict_colour(&self, image: &ColourImage) -> Result<Prediction, Error> {
        self.completed(self.answer(self.prepare_colour(image)?), || Ok(image.clone()))
    }

    /// The first stage: the bytes of a picture file become grey levels, upright, with nothing transparent left.
    ///
    /// # Errors
    /// [`Error::Picture`] if the bytes are not such a file, are damaged, or are larger than the recogniser's limits.
    pub fn decode(&self, bytes: &[u8]) -> Result<GreyImage, Error> {
        Ok(decode(bytes, &self.limits)?)
    }

    /// The first stage with the colours kept, as [`Self::predict`] takes it.
    ///
    /// # Errors
    /// As [`Self::decode`].
    pub fn decode_colour(&self, bytes: &[u8]) -> Result<ColourImage, Error> {
        Ok(decode_colour(bytes, &self.limits)?)
    }

    /// The second stage: finds ink and paper, cuts the digit out, and scales and centres it as the model's training images
    /// were.
    ///
    /// # Errors
    /// [`Error::Refused`] if the picture is blank or its marks are too small.
    pub fn prepare(&self, image: &GreyImage) -> Result<Prepared, Error> {
        Ok(self.preparation.prepare(image)?)
    }

    /// The second stage for a picture in colour.
    ///
    /// # Errors
    /// As [`Self::prepare`].
    pub fn prepare_colour(&self, image: &ColourImage) -> Result<Prepared, Error> {
        Ok(self.preparation.prepare_colour(image)?)
    }

    /// What each part of the second stage finds in a picture, for a person to look at.
    ///
    /// ```
    /// use tenfold_recognizer::Recognizer;
    ///
    /// let recognizer = Recognizer::embedded();
    /// let picture = recognizer.decode_colour(&std::fs::read("testdata/seven.png")?)?;
    /// for stage in recognizer.explain(&picture).stages {
    ///     println!("{}: {}", stage.name, stage.sentence);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explain(&self, picture: &ColourImage) -> Explanation {
        self.preparation.explain(picture)
    }

    /// The third stage: the network's outputs for prepared images, `[N, classes]`, as they are before a temperature and
    /// softmax make probabilities of them.
    ///
    /// `pixels`: N images, `[N, side, side]`, 0 paper .. 255 ink; those of MNIST are such already.
    ///
    /// # Errors
    /// [`Error::Length`] if `pixels` is not whole images.
    pub fn logits(&self, pixels: &[u8]) -> Result<Vec<f32>, Error> {
        self.check_images(pixels)?;
        Ok(self.predictor.logits(pixels))
    }

    /// The third stage again: the probability of each class for prepared images, `[N, classes]`, each row adding up to 1,
    /// calibrated by the model's temperature where it has one; not finite where the model's arithmetic overflows.
    ///
    /// `pixels`: as [`Self::logits`] takes them.
    ///
    /// # Errors
    /// [`Error::Length`] if `pixels` is not whole images.
    pub fn probabilities(&self, pixels: &[u8]) -> Result<Vec<f32>, Error> {
        self.check_images(pixels)?;
        Ok(self.predictor.probabilities(pixels))
    }

    /// The last stage: the classes with their names, most probable first; of equals the one that the model has first.
    ///
    /// `probabilities`: one image's, a row of [`Self::probabilities`].
    ///
    /// # Errors
    /// [`Error::NotFinite`] if one of them is not a number or infinite; [`Error::Length`] if there is not one for each class.
    pub fn rank(&self, probabilities: &[f32]) -> Result<Vec<Ranked>, Error> {
        let (found, expected) = (probabilities.len(), self.labels.len());
        if found != expected {
            return Err(Error::Length { what: "probabilities", found, expected: expected.to_string() });
        }
        check_finite(probabilities)?;
        let pairs = self.labels.iter().zip(probabilities);
        let mut ranking: Vec<Ranked> =
            pairs.map(|(label, &probability)| Ranked { label: label.clone(), probability }).collect();
        // A stable sort: the first of equals stays first.
        ranking.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        Ok(ranking)
    }

    /// All stages after the second.
    fn answer(&self, prepared: Prepared) -> Result<Prediction, Error> {
        self.conclude(&self.probabilities(&prepared.pixels)?, prepared.facts)
    }

    /// The answer that a row of probabilities is, if one of them is enough.
    pub(crate) fn conclude(&self, probabilities: &[f32], facts: Facts) -> Result<Prediction, Error> {
        let ranking = self.rank(probabilities)?;
        match ranking[0].probability < self.min_confidence {
            true => {
                let unsure = Unsure { ranking, min_confidence: self.min_confidence, facts, cause: None };
                Err(Error::Unsure(unsure.into()))
            }
            false => Ok(Prediction::new(ranking, facts)),
        }
    }

    /// Pixels of a prepared image.
    pub(crate) fn image_len(&self) -> usize {
        (self.preparation.side() as usize).pow(2)
    }

    fn check_images(&self, pixels: &[u8]) -> Result<(), Error> {
        let (found, image) = (pixels.len(), self.image_len());
        match found.is_multiple_of(image) {
            true => Ok(()),
            false => Err(Error::Length { what: "pixels", found, expected: format!("whole images of {image}") }),
        }
    }
}

/// Checks that a model's arithmetic has not left the range of numbers.
pub(crate) fn check_finite(probabilities: &[f32]) -> Result<(), Error> {
    match probabilities.iter().all(|probability| probability.is_finite()) {
        true => Ok(()),
        false => Err(Error::NotFinite),
    }
}
