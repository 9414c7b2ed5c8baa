//! Everything that one pass over a labelled set says about a classifier.

use serde::Serialize;

use crate::{
    Answers, CALIBRATION_BINS, Calibration, ClassIntervals, ClassificationReport, ConfusionMatrix, Error, Interval,
    Ranking, brier_score, macro_average, mean_log_loss, predictions, top_k_accuracy,
};

/// What a classifier's probabilities on a labelled set amount to. Its fields are its keys in JSON, where None is
/// `null`.
///
/// ```
/// use tenfold_evaluation::Evaluation;
///
/// let probabilities = [0.9, 0.1, 0.4, 0.6, 0.7, 0.3];
/// let evaluation = Evaluation::new(&[0, 1, 1], &probabilities, 2)?;
/// assert_eq!((evaluation.images, evaluation.correct), (3, 2));
/// # Ok::<(), tenfold_evaluation::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Images in the set.
    pub images: u64,
    /// Images whose most probable class is their label.
    pub correct: u64,
    /// `correct / images`.
    pub accuracy: f64,
    /// Wilson's 95 % interval of the accuracy.
    pub accuracy_95: Interval,
    /// Mean of `-ln p(label)`, in nats.
    pub loss: f64,
    /// Images whose label is among the two most probable classes, as a fraction. None with 2 classes or fewer.
    pub top_2_accuracy: Option<f64>,
    /// Images whose label is among the three most probable classes, as a fraction. None with 3 classes or fewer.
    pub top_3_accuracy: Option<f64>,
    /// [`brier_score`]: the mean squared distance of the probabilities from the truth, 0 to 2.
    pub brier_score: f64,
    /// [`ConfusionMatrix::cohens_kappa`]: accuracy beyond chance, at most 1. None when all images are of one class and
    /// are read as it.
    pub cohens_kappa: Option<f64>,
    /// [`ConfusionMatrix::matthews_correlation`] of labels and answers, -1 to 1.
    pub matthews_correlation: f64,
    /// The expected calibration error over [`CALIBRATION_BINS`] bins of equal width ([`Calibration::equal_width`]), 0
    /// to 1.
    pub calibration_error: f64,
    /// The area under the ROC curve, one class versus the rest ([`Ranking::roc_auc`]), as the mean over the classes
    /// that some images have and some have not. None when there is no such class.
    pub roc_auc_macro: Option<f64>,
    /// The average precision, one class versus the rest ([`Ranking::average_precision`]), as the mean over the same
    /// classes.
    pub average_precision_macro: Option<f64>,
    /// Precision, recall, F1 and support per class, and their averages.
    pub report: ClassificationReport,
    /// Wilson's 95 % intervals of precision and recall, per class.
    pub class_intervals: Vec<ClassIntervals>,
    /// How often each class was taken for each.
    pub confusion: ConfusionMatrix,
}

impl Evaluation {
    /// Evaluates `probabilities` (`[images, classes]`) against `labels` (`[images]`).
    ///
    /// # Errors
    /// Any [`Error`] of the parts: no images, lengths that do not fit, a label that is not a class, a value that is not
    /// a probability.
    pub fn new(labels: &[u16], probabilities: &[f32], classes: usize) -> Result<Self, Error> {
        let confusion = ConfusionMatrix::new(labels, &predictions(probabilities, classes)?, classes)?;
        let Answers { confidences, correct } = Answers::new(probabilities, classes, labels)?;
        // One class at a time: rankings are larger than what they are made of.
        let areas = |class| -> Result<Option<[f64; 2]>, Error> {
            let ranking = Ranking::of_class(probabilities, classes, labels, class)?;
            Ok(ranking.map(|ranking| [ranking.roc_auc(), ranking.average_precision()]))
        };
        let areas = (0..classes).map(areas).collect::<Result<Vec<_>, _>>()?;
        let average = |area: usize| macro_average(areas.iter().map(|class| class.map(|areas| areas[area])));
        // Among all the classes the label is found in any case.
        let top = |k| (k < classes).then(|| top_k_accuracy(probabilities, classes, labels, k)).transpose();
        Ok(Self {
            images: confusion.total(),
            correct: confusion.correct(),
            accuracy: confusion.accuracy(),
            accuracy_95: Interval::wilson_95(confusion.correct(), confusion.total())?,
            loss: mean_log_loss(probabilities, classes, labels)?,
            top_2_accuracy: top(2)?,
            top_3_accuracy: top(3)?,
            brier_score: brier_score(probabilities, classes, labels)?,
            cohens_kappa: confusion.cohens_kappa(),
            matthews_correlation: confusion.matthews_correlation(),
            calibration_error: Calibration::equal_width(&confidences, &correct, CALIBRATION_BINS)?.expected_error,
            roc_auc_macro: average(0),
            average_precision_macro: average(1),
            report: ClassificationReport::new(&confusion),
            class_intervals: confusion.class_intervals(),
            confusion,
        })
    }

    /// The same, with classes called so in the report: one name for each.
    ///
    /// # Errors
    /// [`Error::Length`] if there are not as many.
    pub fn with_names(self, names: &[String]) -> Result<Self, Error> {
        Ok(Self { report: self.report.with_names(names)?, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_undefined_is_null() {
        let one_class = Evaluation::new(&[1, 1], &[0.25, 0.75, 0.5, 0.5], 2).unwrap();
        assert_eq!((one_class.roc_auc_macro, one_class.average_precision_macro), (None, None));
        assert_eq!((one_class.top_2_accuracy, one_class.top_3_accuracy), (None, None));
        let json = serde_json::to_value(&one_class).unwrap();
        let keys: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
        assert!(json["roc_auc_macro"].is_null());
        let mut expected = [
            "images",
            "correct",
            "accuracy",
            "accuracy_95",
            "loss",
            "top_2_accuracy",
            "top_3_accuracy",
            "brier_score",
            "cohens_kappa",
            "matthews_correlation",
            "calibration_error",
            "roc_auc_macro",
            "average_precision_macro",
            "report",
            "class_intervals",
            "confusion",
        ];
        expected.sort_unstable();
        assert_eq!(keys, expected);
    }

    #[test]
    fn figures_are_those_of_the_parts() {
        let probabilities = [0.5, 0.25, 0.125, 0.125, 0.25, 0.25, 0.375, 0.125, 0.0, 0.5, 0.25, 0.25];
        let labels = [0, 1, 3];
        let found = Evaluation::new(&labels, &probabilities, 4).unwrap();
        assert_eq!((found.top_2_accuracy, found.top_3_accuracy), (Some(1.0 / 3.0), Some(1.0)));
        assert_eq!((found.cohens_kappa, found.matthews_correlation), (Some(1.0 - 6.0 / 7.0), 1.0 / 6.0));
        let rankings = Ranking::one_vs_rest(&probabilities, 4, &labels).unwrap();
        let areas = rankings.iter().flatten().map(Ranking::roc_auc);
        assert_eq!(found.roc_auc_macro, Some(areas.sum::<f64>() / 3.0));
    }
}
