//! Whether a file holds the model that was written into it.

use serde::Serialize;
use tenfold_dataset::{Part, Source};
use tenfold_evaluation::predictions;
use tenfold_formats::SavedModel;
use tenfold_network::{Predictor, Shape};
use tenfold_training::Engine;

use crate::assessment::check_finite;
use crate::error::{Error, Result};

/// The largest difference of probabilities at which two files hold the same model: what the order of a sum in f32 can make.
const TOLERANCE: f32 = 1e-5;

/// What came of running a model and the one read back from its file on the same images: the same answers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Verification {
    /// Images on which both answered.
    pub images: usize,
    /// The largest difference between two probabilities, at most 0.00001.
    pub largest_difference: f32,
}

impl Verification {
    /// Reads `bytes` back and runs both models on the first `count` training images of `source`; those of another size than
    /// the network's input are repeated over it.
    ///
    /// ```
    /// use tenfold_dataset::Source;
    /// use tenfold_experiment::Verification;
    /// use tenfold_formats::{Format, Provenance, SavedModel, write};
    /// use tenfold_imaging::Preparation;
    /// use tenfold_network::{Architecture, Engine, Initializer, Model};
    ///
    /// let saved = SavedModel {
    ///     model: Model::random(Architecture::paper(), Initializer::HeNormal, 1)?,
    ///     preparation: Preparation::default(),
    ///     labels: (0..10).map(|digit| digit.to_string()).collect(),
    ///     min_confidence: 0.0,
    ///     thresholds: Vec::new(),
    ///     provenance: Provenance::default(),
    /// };
    /// let keras = write(&saved, Format::Keras)?;
    /// let verification = Verification::new(&saved, &keras, &Source::Embedded, 10, Engine::single())?;
    /// assert_eq!(verification.images, 10);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Format`] if the bytes cannot be read; [`Error::Unfaithful`] if they prepare pictures in another way, call
    /// classes by other names, or answer otherwise; [`Error::NotFinite`] if the model's arithmetic overflows.
    pub fn new(saved: &SavedModel, bytes: &[u8], source: &Source, count: usize, engine: Engine) -> Result<Self> {
        let again = tenfold_formats::read(bytes, None)?;
        ensure(again.preparation == saved.preparation, || "the new file prepares pictures in another way".to_owned())?;
        ensure(again.labels == saved.labels, || {
            format!("the new file's labels are {}, expected {}", again.labels.join(", "), saved.labels.join(", "))
        })?;
        let images = images(source, saved.model.architecture().input, count)?;
        let answer = |one: &SavedModel| Predictor::new(&one.model, engine).map(|it| it.probabilities(&images));
        let (ours, theirs) = (answer(saved)?, answer(&again)?);
        check_finite(&ours)?;
        let classes = saved.labels.len();
        let answers = [predictions(&ours, classes)?, predictions(&theirs, classes)?];
        let differing = answers[0].iter().zip(&answers[1]).filter(|(ours, theirs)| ours != theirs).count();
        let images = answers[0].len();
        ensure(differing == 0, || format!("the new file answers differently for {differing} of {images} images"))?;
        let differences = ours.iter().zip(&theirs).map(|(ours, theirs)| (ours - theirs).abs());
        // A comparison with what is not a number would be passed over by `f32::max`.
        let largest_difference = differences.fold(0.0, |largest: f32, one| if one <= largest { largest } else { one });
        ensure(largest_difference <= TOLERANCE, || {
            format!("the new file's probabilities differ by {largest_difference:.1e}, expected at most {TOLERANCE:.0e}")
        })?;
        Ok(Self { images, largest_difference })
    }
}

fn ensure(holds: bool, problem: impl FnOnce() -> String) -> Result<()> {
    if holds { Ok(()) } else { Err(Error::Unfaithful(problem())) }
}

/// The first `count` training images, as a network takes them. Images of another size than its input are repeated over it,
/// which gives a network of any size strokes to answer.
fn images(source: &Source, input: Shape, count: usize) -> Result<Vec<u8>> {
    let dataset = source.load(Part::Train)?;
    let (height, width) = (dataset.height(), dataset.width());
    let mut pixels = Vec::new();
    for index in 0..count.min(dataset.len()) {
        let image = dataset.image(index);
        for y in 0..input.height {
            let row = &image[y % height * width..][..width];
            pixels.extend(row.iter().cycle().take(input.width));
        }
    }
    Ok(pixels)
}

#[cfg(test)]
mod tests {
    use tenfold_formats::{Format, Provenance, write};
    use tenfold_imaging::Preparation;
    use tenfold_network::{Architecture, Initializer, Model};

    use super::*;

    fn saved(seed: u64) -> SavedModel {
        let architecture = Architecture::preset("linear").unwrap();
        SavedModel {
            model: Model::random(architecture, Initializer::GlorotNormal, seed).unwrap(),
            preparation: Preparation::default(),
            labels: (0..10).map(|digit| digit.to_string()).collect(),
            min_confidence: 0.0,
            thresholds: Vec::new(),
            provenance: Provenance::default(),
        }
    }

    /// The same model with one value changed by so much.
    fn changed(saved: &SavedModel, by: f32) -> SavedModel {
        let mut values = saved.model.values().to_vec();
        values[400 * 10] += by;
        let model = Model::with_values(saved.model.architecture().clone(), values).unwrap();
        SavedModel { model, ..saved.clone() }
    }

    fn verify(saved: &SavedModel, file: &SavedModel) -> Result<Verification> {
        let bytes = write(file, Format::Safetensors)?;
        Verification::new(saved, &bytes, &Source::Embedded, 100, Engine::single())
    }

    #[test]
    fn a_file_that_holds_another_model_is_found_out() {
        let ours = saved(1);
        let own = verify(&ours, &ours).unwrap();
        assert_eq!((own.images, own.largest_difference), (100, 0.0));
        let near = verify(&ours, &changed(&ours, 1e-6)).unwrap();
        assert!(near.largest_difference > 0.0, "{near:?}");
        for (file, expected) in [
            (saved(2), "the new file answers differently for "),
            (changed(&ours, 1e-3), "the new file's probabilities differ by "),
            (SavedModel { labels: vec!["x".to_owned(); 10], ..ours.clone() }, "the new file's labels are "),
            (
                SavedModel { preparation: Preparation::default().with_canvas(28, 24).unwrap(), ..ours.clone() },
                "the new file prepares pictures in another way",
            ),
        ] {
            let error = verify(&ours, &file).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        assert!(Verification::new(&ours, b"", &Source::Embedded, 1, Engine::single()).is_err());
    }

    #[test]
    fn a_network_of_any_size_has_images_to_answer() {
        let pixels = images(&Source::Embedded, Shape { height: 40, width: 40, channels: 1 }, 2).unwrap();
        let small = images(&Source::Embedded, Shape { height: 28, width: 28, channels: 1 }, 2).unwrap();
        assert_eq!((pixels.len(), small.len()), (2 * 1_600, 2 * 784));
        assert_eq!(pixels[1_600..][10 * 40 + 30], small[784..][10 * 28 + 2]);
        assert_eq!(pixels[1_600..][35 * 40 + 20], small[784..][7 * 28 + 20]);
    }
}
