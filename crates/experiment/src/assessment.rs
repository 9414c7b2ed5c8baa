//! What a model says of every image of a labelled set, and which of its answers are worth looking at.

use tenfold_dataset::Dataset;
use tenfold_evaluation::{Answers, Confusion, Evaluation, predictions};
use tenfold_network::{Model, Predictor};
use tenfold_training::{Engine, check_fit, probabilities_with};

use crate::error::{Error, Result};

/// Checks that probabilities are finite: those of a model whose arithmetic overflows are not, and say nothing.
///
/// # Errors
/// [`Error::NotFinite`] if one of them is infinite or not a number.
pub(crate) fn check_finite(probabilities: &[f32]) -> Result<()> {
    match probabilities.iter().all(|probability| probability.is_finite()) {
        true => Ok(()),
        false => Err(Error::NotFinite),
    }
}

/// A model's answers on a labelled set, image by image and as a whole.
///
/// ```
/// use tenfold_dataset::{Part, Source};
/// use tenfold_experiment::Assessment;
///
/// let test = Source::Embedded.load(Part::Test)?.subset(&[0, 1])?;
/// // Two images, of a 7 and a 2, and ten probabilities for each.
/// let mut probabilities = vec![0.0; 20];
/// (probabilities[7], probabilities[10 + 3], probabilities[10 + 2]) = (1.0, 0.75, 0.25);
/// let names = (0..10).map(|digit| digit.to_string()).collect();
///
/// let assessment = Assessment::new(&test, names, probabilities)?;
/// assert_eq!(assessment.evaluation.accuracy, 0.5);
/// assert_eq!(assessment.wrong(10), [1]);
/// # Ok::<(), tenfold_experiment::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Assessment<'a> {
    /// The set.
    pub images: &'a Dataset,
    /// What the classes are called, one name for each.
    pub names: Vec<String>,
    /// `[images, classes]`, each `0..=1`.
    pub probabilities: Vec<f32>,
    /// `[images]`: the most probable class of each image.
    pub predicted: Vec<u16>,
    /// How confident each answer is, and whether it is right.
    pub answers: Answers,
    /// Of all answers together.
    pub evaluation: Evaluation,
}

impl<'a> Assessment<'a> {
    /// Of given probabilities, `[images, classes]`, with a name for each class.
    ///
    /// # Errors
    /// [`Error::Evaluation`] if there are not as many names or probabilities, or one of these is not within `0..=1`.
    pub fn new(images: &'a Dataset, names: Vec<String>, probabilities: Vec<f32>) -> Result<Self> {
        let (labels, classes) = (images.labels(), images.classes());
        if names.len() != classes {
            let (what, found) = ("names of classes", names.len());
            return Err(tenfold_evaluation::Error::Length { what, expected: classes, found }.into());
        }
        Ok(Self {
            predicted: predictions(&probabilities, classes)?,
            answers: Answers::new(&probabilities, classes, labels)?,
            evaluation: Evaluation::new(labels, &probabilities, classes)?.with_names(&names)?,
            images,
            names,
            probabilities,
        })
    }

    /// Of a model whose classes have these names; `progress` is called with the number of images done.
    ///
    /// # Errors
    /// [`Error::Training`] if the images do not fit the network; [`Error::NotFinite`] if its arithmetic overflows.
    pub fn of_model(
        model: &Model,
        names: Vec<String>,
        images: &'a Dataset,
        engine: Engine,
        progress: &mut dyn FnMut(usize),
    ) -> Result<Self> {
        check_fit(model.architecture(), images)?;
        let predictor = Predictor::new(model, engine)?;
        let probabilities = probabilities_with(&predictor, images, progress);
        check_finite(&probabilities)?;
        Self::new(images, names, probabilities)
    }

    /// What the classes are called.
    pub fn names(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }

    /// What a class is called.
    pub fn name(&self, class: u16) -> &str {
        &self.names[usize::from(class)]
    }

    /// Those of one image: `[classes]`.
    pub fn probabilities_of(&self, index: usize) -> &[f32] {
        let classes = self.images.classes();
        &self.probabilities[index * classes..][..classes]
    }

    /// The probability of an image's answer, `0..=1`.
    pub fn confidence(&self, index: usize) -> f32 {
        self.answers.confidences[index]
    }

    /// Whether an image's answer is its label.
    pub fn is_right(&self, index: usize) -> bool {
        self.answers.correct[index]
    }

    /// At most `limit` images that were read wrong, most confident first.
    pub fn wrong(&self, limit: usize) -> Vec<usize> {
        let mut wrong: Vec<usize> = (0..self.images.len()).filter(|&index| !self.is_right(index)).collect();
        wrong.sort_by(|&one, &other| self.confidence(other).total_cmp(&self.confidence(one)));
        wrong.truncate(limit);
        wrong
    }

    /// At most `limit` images that were read right, evenly from all over the set.
    pub fn right(&self, limit: usize) -> Vec<usize> {
        let right: Vec<usize> = (0..self.images.len()).filter(|&index| self.is_right(index)).collect();
        let shown = limit.min(right.len());
        (0..shown).map(|place| right[place * right.len() / shown]).collect()
    }

    /// At most `limit` images, right or wrong, least confident first.
    pub fn least_confident(&self, limit: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..self.images.len()).collect();
        all.sort_by(|&one, &other| self.confidence(one).total_cmp(&self.confidence(other)));
        all.truncate(limit);
        all
    }

    /// At most `kinds` of the most frequent mistakes, each with its images.
    pub fn confused(&self, kinds: usize) -> Vec<(Confusion, Vec<usize>)> {
        let images = |kind: &Confusion| {
            let labels = self.images.labels().iter().zip(&self.predicted);
            let is_such = |&(_, (&label, &read)): &(usize, (&u16, &u16))| label == kind.truth && read == kind.predicted;
            labels.enumerate().filter(is_such).map(|(index, _)| index).collect()
        };
        self.evaluation.confusion.most_confused(kinds).into_iter().map(|kind| (kind, images(&kind))).collect()
    }
}

#[cfg(test)]
mod tests {
    use tenfold_dataset::{Part, Source};

    use super::*;

    /// Answers to four images of a 7, 2, 1 and 0: two right, the 2 read as 3 with more confidence than the 0 as 6.
    fn assessment(images: &Dataset) -> Assessment<'_> {
        let mut probabilities = vec![0.0; 40];
        for (image, answer, confidence) in [(0, 7, 0.75), (1, 3, 0.875), (2, 1, 1.0), (3, 6, 0.625)] {
            probabilities[10 * image + answer] = confidence;
            probabilities[10 * image + 9] += 1.0 - confidence;
        }
        Assessment::new(images, (0..10).map(|digit| digit.to_string()).collect(), probabilities).unwrap()
    }

    #[test]
    fn answers_are_ranked_by_confidence() {
        let images = Source::Embedded.load(Part::Test).unwrap().subset(&[0, 1, 2, 3]).unwrap();
        let assessment = assessment(&images);
        assert_eq!((assessment.wrong(10), assessment.wrong(1)), (vec![1, 3], vec![1]));
        assert_eq!((assessment.right(10), assessment.right(1)), (vec![0, 2], vec![0]));
        assert_eq!(assessment.least_confident(3), [3, 0, 1]);
        let confused: Vec<_> =
            assessment.confused(10).into_iter().map(|(kind, images)| (kind.truth, kind.predicted, images)).collect();
        assert_eq!(confused, [(0, 6, vec![3]), (2, 3, vec![1])]);
        assert_eq!((assessment.name(7), assessment.confidence(0), assessment.is_right(3)), ("7", 0.75, false));
        assert_eq!(assessment.probabilities_of(1)[3], 0.875);
    }

    #[test]
    fn names_and_images_are_counted() {
        let images = Source::Embedded.load(Part::Test).unwrap().subset(&[0, 1, 2, 3]).unwrap();
        let error = Assessment::new(&images, vec!["0".to_owned()], vec![0.1; 40]).unwrap_err().to_string();
        assert_eq!(error, "expected 10 names of classes, found 1");
        let error = crate::WithoutLabelErrors::of_mnist(&assessment(&images)).unwrap_err().to_string();
        assert_eq!(error, "expected 10000 images, found 4");
    }

    #[test]
    fn answers_that_are_not_finite_are_refused() {
        assert!(check_finite(&[0.0, 1.0]).is_ok());
        for value in [f32::NAN, f32::INFINITY] {
            assert!(matches!(check_finite(&[0.0, value]), Err(Error::NotFinite)), "{value}");
        }
    }
}
