//! The classification report: precision, recall, F1 and support per class and on average, as scikit-learn prints it.

use std::fmt::{self, Write};

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::{ConfusionMatrix, Error, summation::pairwise_sum};

const ACCURACY: &str = "accuracy";
const MACRO: &str = "macro avg";
const WEIGHTED: &str = "weighted avg";

/// Precision, recall, F1 and support of every class, and their averages.
///
/// Covers one case of scikit-learn's `classification_report(labels, predicted, labels=range(classes),
/// zero_division=0)`: every class has its row, seen or not, and 0 / 0 is 0. Because the rows then cover every label and
/// every prediction, micro precision, micro recall and micro F1 are all the accuracy, and scikit-learn prints one
/// `accuracy` row. Its `micro avg` row appears only when `labels=` leaves out a class that occurs, which cannot be asked
/// for here. Called without `labels=`, scikit-learn leaves out classes that occur in neither list; where there is none,
/// the two calls agree.
///
/// `Display` writes the text with 2 digits. As JSON it is what `output_dict=True` returns, in the same order of keys.
///
/// ```
/// use tenfold_evaluation::{ClassificationReport, ConfusionMatrix};
///
/// let matrix = ConfusionMatrix::new(&[0, 1, 2, 2, 2], &[0, 0, 2, 2, 1], 3)?;
/// let report = ClassificationReport::new(&matrix);
/// let text = "
///               precision    recall  f1-score   support
///
///            0       0.50      1.00      0.67         1
///            1       0.00      0.00      0.00         1
///            2       1.00      0.67      0.80         3
///
///     accuracy                           0.60         5
///    macro avg       0.50      0.56      0.49         5
/// weighted avg       0.70      0.60      0.61         5
/// ";
/// assert_eq!(report.to_string(), text[1..]);
/// # Ok::<(), tenfold_evaluation::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ClassificationReport {
    /// One row per class, in order.
    pub classes: Vec<ClassScores>,
    /// The fraction of images classified correctly, 0 to 1.
    pub accuracy: f64,
    /// The plain mean over classes; classes without images count like any other, with scores of 0.
    pub macro_average: Scores,
    /// The mean over classes weighted by support; its recall is the accuracy, but for rounding.
    pub weighted_average: Scores,
}

/// One class's row of a [`ClassificationReport`].
#[derive(Clone, Debug, PartialEq)]
pub struct ClassScores {
    /// What its row is called: the class's number, unless [`ClassificationReport::with_names`] says otherwise.
    pub name: String,
    /// Its scores.
    pub scores: Scores,
}

/// How well one class, or the average class, is recognised. A score whose denominator is 0 is 0.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Scores {
    /// Of the images read as this class, the fraction that are: `tp / (tp + fp)`, 0 to 1.
    pub precision: f64,
    /// Of the images of this class, the fraction read as it: `tp / (tp + fn)`, 0 to 1.
    pub recall: f64,
    /// The harmonic mean of precision and recall: `2 tp / (2 tp + fp + fn)`, 0 to 1.
    #[serde(rename = "f1-score")]
    pub f1: f64,
    /// How many images there are of this class; for an average, of all classes. In JSON a float, as in scikit-learn.
    #[serde(serialize_with = "count_as_float")]
    pub support: u64,
}

impl ClassificationReport {
    /// The report of `matrix`.
    pub fn new(matrix: &ConfusionMatrix) -> Self {
        let classes: Vec<ClassScores> = (0..matrix.classes())
            .zip(matrix.row_sums().into_iter().zip(matrix.column_sums()))
            .map(|(class, (support, predicted))| {
                let hits = matrix.count(class, class) as f64;
                let (true_sum, predicted_sum) = (support as f64, predicted as f64);
                let scores = Scores {
                    precision: divide(hits, predicted_sum),
                    recall: divide(hits, true_sum),
                    f1: divide(2.0 * hits, true_sum + predicted_sum),
                    support,
                };
                ClassScores { name: class.to_string(), scores }
            })
            .collect();
        let macro_average = average(&classes, |_| 1.0);
        let weighted_average = average(&classes, |scores| scores.support as f64);
        Self { classes, accuracy: matrix.accuracy(), macro_average, weighted_average }
    }

    /// The same, with rows called so: one name for each class, as `target_names` of scikit-learn.
    ///
    /// # Errors
    /// [`Error::Length`] if there are not as many.
    pub fn with_names(mut self, names: &[String]) -> Result<Self, Error> {
        let (expected, found) = (self.classes.len(), names.len());
        if expected != found {
            return Err(Error::Length { what: "class names", expected, found });
        }
        self.classes.iter_mut().zip(names).for_each(|(class, name)| class.name.clone_from(name));
        Ok(self)
    }

    /// The report as scikit-learn prints it with `digits` decimals; it ends with a line feed.
    pub fn to_text(&self, digits: usize) -> String {
        let widest = self.classes.iter().map(|class| class.name.chars().count()).max().unwrap_or(0);
        let width = WEIGHTED.len().max(digits).max(widest);
        // Where no image is classified correctly, scikit-learn counts in floats (`multilabel_confusion_matrix` starts from
        // `np.zeros`) and prints 2 as 2.0, and so does this.
        let support = |scores: &Scores| match self.accuracy {
            0.0 => format!("{}.0", scores.support),
            _ => scores.support.to_string(),
        };
        let push_row = |text: &mut String, name: &str, scores: &Scores| {
            let Scores { precision, recall, f1, .. } = scores;
            let _ = writeln!(
                text,
                "{name:>width$}  {precision:>9.digits$} {recall:>9.digits$} {f1:>9.digits$} {:>9}",
                support(scores)
            );
        };

        let mut text =
            format!("{:>width$}  {:>9} {:>9} {:>9} {:>9}\n\n", "", "precision", "recall", "f1-score", "support");
        for class in &self.classes {
            push_row(&mut text, &class.name, &class.scores);
        }
        let total = support(&self.weighted_average);
        let _ = writeln!(text, "\n{ACCURACY:>width$}  {:>9} {:>9} {:>9.digits$} {total:>9}", "", "", self.accuracy);
        push_row(&mut text, MACRO, &self.macro_average);
        push_row(&mut text, WEIGHTED, &self.weighted_average);
        text
    }
}

impl fmt::Display for ClassificationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text(2))
    }
}

impl Serialize for ClassificationReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.classes.len() + 3))?;
        for class in &self.classes {
            map.serialize_entry(&class.name, &class.scores)?;
        }
        map.serialize_entry(ACCURACY, &self.accuracy)?;
        map.serialize_entry(MACRO, &self.macro_average)?;
        map.serialize_entry(WEIGHTED, &self.weighted_average)?;
        map.end()
    }
}

/// The weighted mean of each score, `Σ wx / Σ w`, summed as numpy sums.
fn average(classes: &[ClassScores], weight: impl Fn(&Scores) -> f64) -> Scores {
    let weights: Vec<f64> = classes.iter().map(|class| weight(&class.scores)).collect();
    let mean = |score: fn(&Scores) -> f64| {
        let weighted: Vec<f64> = classes.iter().zip(&weights).map(|(class, w)| score(&class.scores) * w).collect();
        pairwise_sum(&weighted) / pairwise_sum(&weights)
    };
    Scores {
        precision: mean(|scores| scores.precision),
        recall: mean(|scores| scores.recall),
        f1: mean(|scores| scores.f1),
        support: classes.iter().map(|class| class.scores.support).sum(),
    }
}

/// `zero_division=0`.
fn divide(numerator: f64, denominator: f64) -> f64 {
    if denominator == 0.0 { 0.0 } else { numerator / denominator }
}

fn count_as_float<S: Serializer>(count: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(*count as f64)
}
