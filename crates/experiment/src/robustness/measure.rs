//! The measurement: every set of changed images, read by both models.

use std::sync::mpsc::sync_channel;
use std::thread;

use tenfold_dataset::Dataset;
use tenfold_dataset::corruption::{Corruption, Distortion};
use tenfold_evaluation::{corruption_error, mean_corruption_error, predictions};
use tenfold_network::{Model, Predictor};
use tenfold_training::{Engine, check_fit, probabilities_with};

use super::{CorruptionErrors, DistortionErrors, Robustness};
use crate::assessment::check_finite;
use crate::error::Result;

/// What is done to the images.
#[derive(Clone, Copy)]
enum Change {
    Nothing,
    Corruption(Corruption, usize),
    Distortion(Distortion, f32),
}

impl Change {
    /// All changes, in the order in which [`Robustness::from_rates`] takes their rates.
    fn all() -> Vec<Self> {
        let severities = |it: Corruption| (1..=it.severities()).map(move |severity| Self::Corruption(it, severity));
        let amounts = |it: Distortion| it.amounts().iter().map(move |&amount| Self::Distortion(it, amount));
        let corruptions = Corruption::ALL.into_iter().flat_map(severities);
        [Self::Nothing].into_iter().chain(corruptions).chain(Distortion::ALL.into_iter().flat_map(amounts)).collect()
    }

    fn of(self, images: &Dataset, seed: u64) -> Result<Dataset> {
        match self {
            Self::Nothing => Ok(images.clone()),
            Self::Corruption(corruption, severity) => Ok(corruption.of(images, severity, seed)?),
            Self::Distortion(distortion, amount) => Ok(distortion.of(images, amount, seed)?),
        }
    }
}

impl Robustness {
    /// Measures a model beside a reference, the model itself if there is no other, on every corruption and distortion of
    /// `images`; `progress` is called with the number of images done and that of all. The result depends on the models, the
    /// images and `seed` alone.
    ///
    /// ```
    /// use tenfold_dataset::{Part, Source};
    /// use tenfold_experiment::Robustness;
    /// use tenfold_network::{Architecture, Engine, Initializer, Model};
    ///
    /// let architecture = Architecture::preset("linear").expect("a preset");
    /// let model = Model::random(architecture, Initializer::HeNormal, 1)?;
    /// let images = Source::Embedded.load(Part::Test)?.subset(&[0, 1, 2])?;
    /// let robustness = Robustness::measure(&model, None, &images, 1, Engine::default(), &mut |_, _| {})?;
    /// assert_eq!(robustness.mean_corruption_error, Some(100.0));
    /// assert_eq!(robustness.corruptions.len(), 15);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Training`](crate::Error::Training) if the images do not fit a network;
    /// [`Error::NotFinite`](crate::Error::NotFinite) if its arithmetic overflows.
    pub fn measure(
        model: &Model,
        reference: Option<&Model>,
        images: &Dataset,
        seed: u64,
        engine: Engine,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Self> {
        let predictor = |model: &Model| {
            check_fit(model.architecture(), images)?;
            Ok(Predictor::new(model, engine)?)
        };
        let predictors = [Some(model), reference].into_iter().flatten().map(predictor).collect::<Result<Vec<_>>>()?;
        let changes = Change::all();
        let all = changes.len() * predictors.len() * images.len();
        let mut done = 0;
        let mut rates = Vec::with_capacity(changes.len());
        // One thread changes images while the predictors' read those before.
        thread::scope(|scope| {
            let (sender, changed) = sync_channel(1);
            scope.spawn(move || changes.into_iter().all(|change| sender.send(change.of(images, seed)).is_ok()));
            for set in changed {
                let set = set?;
                let mut rate = |predictor: &Predictor| {
                    let rate = error_rate(predictor, &set, &mut |read| progress(done + read, all))?;
                    done += set.len();
                    Ok(rate)
                };
                rates.push(predictors.iter().map(&mut rate).collect::<Result<Vec<f64>>>()?);
            }
            Ok(Self::from_rates(seed, images.len(), &rates))
        })
    }

    /// `rates`: for each of [`Change::all`] the model's and, if it is another, the reference's.
    fn from_rates(seed: u64, images: usize, rates: &[Vec<f64>]) -> Self {
        let mut rates = rates.iter().map(|rates| (rates[0], *rates.last().expect("the model's")));
        let (error_rate, reference_error_rate) = rates.next().expect("those of the images as they are");
        let corruptions: Vec<_> = Corruption::ALL
            .into_iter()
            .map(|it| CorruptionErrors::new(it, rates.by_ref().take(it.severities()).unzip()))
            .collect();
        let distortions = Distortion::ALL
            .into_iter()
            .map(|it| DistortionErrors::new(it, rates.by_ref().take(it.amounts().len()).unzip()))
            .collect();
        let mean = |error: fn(&CorruptionErrors) -> Option<f64>| mean_corruption_error(corruptions.iter().map(error));
        Self {
            seed,
            images,
            error_rate,
            reference_error_rate,
            mean_corruption_error: mean(|it| it.corruption_error),
            mean_corruption_error_all_severities: mean(|it| it.corruption_error_all_severities),
            corruptions,
            distortions,
        }
    }
}

impl CorruptionErrors {
    fn new(corruption: Corruption, (error_rates, reference_error_rates): (Vec<f64>, Vec<f64>)) -> Self {
        let published_severity = corruption.published_severity();
        let published = published_severity - 1..published_severity;
        Self {
            corruption,
            published_severity,
            corruption_error: corruption_error(&error_rates[published.clone()], &reference_error_rates[published]),
            corruption_error_all_severities: corruption_error(&error_rates, &reference_error_rates),
            error_rates,
            reference_error_rates,
        }
    }
}

impl DistortionErrors {
    fn new(distortion: Distortion, (error_rates, reference_error_rates): (Vec<f64>, Vec<f64>)) -> Self {
        let (unit, amounts) = (distortion.unit(), distortion.amounts().to_vec());
        Self { distortion, unit, amounts, error_rates, reference_error_rates }
    }
}

/// The share of images that are read wrong.
fn error_rate(predictor: &Predictor, images: &Dataset, progress: &mut dyn FnMut(usize)) -> Result<f64> {
    let probabilities = probabilities_with(predictor, images, progress);
    check_finite(&probabilities)?;
    let answers = predictions(&probabilities, images.classes())?;
    let wrong = answers.iter().zip(images.labels()).filter(|(answer, label)| answer != label).count();
    Ok(wrong as f64 / images.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rates of a model that makes `share` of the errors of a reference, which errs the more the later.
    fn rates(share: f64) -> Vec<Vec<f64>> {
        (0..Change::all().len()).map(|index| index as f64 / 200.0).map(|rate| vec![share * rate, rate]).collect()
    }

    #[test]
    fn rates_come_to_their_families() {
        let robustness = Robustness::from_rates(1, 10, &rates(0.5));
        assert_eq!((robustness.error_rate, robustness.reference_error_rate), (0.0, 0.0));
        let shot = &robustness.corruptions[0];
        assert_eq!(shot.reference_error_rates, [1.0, 2.0, 3.0, 4.0, 5.0].map(|rate| rate / 200.0));
        assert_eq!((robustness.corruptions[9].error_rates.len(), robustness.distortions.len()), (1, 4));
        let last = robustness.distortions.last().unwrap();
        assert_eq!(last.reference_error_rates.last(), rates(1.0).last().map(|rates| &rates[1]));
        for error in [robustness.mean_corruption_error, robustness.mean_corruption_error_all_severities] {
            assert!((error.unwrap() - 50.0).abs() < 1e-9, "{error:?}");
        }
    }

    #[test]
    fn a_family_without_errors_of_the_reference_is_left_out() {
        let mut rates = rates(0.5);
        rates[1..6].iter_mut().for_each(|rates| *rates = vec![0.25, 0.0]);
        let robustness = Robustness::from_rates(1, 10, &rates);
        assert_eq!(robustness.corruptions[0].corruption_error, None);
        assert!((robustness.mean_corruption_error.unwrap() - 50.0).abs() < 1e-9);
    }
}
