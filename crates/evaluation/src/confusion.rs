//! The confusion matrix: how often each class was read as each other; everything else about classes is derived from it.

use std::fmt::{self, Write};

use serde::ser::{Serialize, Serializer};

use crate::{
    Error, Interval,
    check::{check_class_count, check_classes},
};

/// Counts of (true class, predicted class): `[classes, classes]`, rows are the truth, columns the prediction.
///
/// Holds at least one sample, so every rate over all samples is defined. As JSON it is an array of rows.
///
/// ```
/// use tenfold_evaluation::ConfusionMatrix;
///
/// let matrix = ConfusionMatrix::new(&[0, 0, 1, 1, 2], &[0, 1, 1, 1, 2], 3)?;
/// assert_eq!(matrix.count(0, 1), 1);
/// assert_eq!((matrix.correct(), matrix.total()), (4, 5));
/// assert_eq!(
///     matrix.to_string(),
///     "truth    0    1    2  total\n    \
///          0    1    1    .      2\n    \
///          1    .    2    .      2\n    \
///          2    .    .    1      1\n\
///      total    1    3    1      5\n"
/// );
/// # Ok::<(), tenfold_evaluation::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfusionMatrix {
    classes: usize,
    /// `[classes, classes]`, row by row.
    counts: Vec<u64>,
}

/// One kind of mistake: images of class `truth` that were read as `predicted`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Confusion {
    /// What the images show.
    pub truth: u16,
    /// What was read; never equal to `truth`.
    pub predicted: u16,
    /// How many images; at least 1.
    pub count: u64,
}

/// How far the precision and the recall of one class may lie from those on all images.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct ClassIntervals {
    /// Of the precision; None if no image was read as this class.
    pub precision_95: Option<Interval>,
    /// Of the recall; None if no image is of this class.
    pub recall_95: Option<Interval>,
}

impl ConfusionMatrix {
    /// Counts every (label, prediction) pair.
    ///
    /// `labels`, `predicted`: `[N]`, values `0..classes`, N at least 1; `classes`: 1 to [`MAX_CLASSES`](crate::MAX_CLASSES).
    ///
    /// # Errors
    /// `Classes`, `Length` (the slices differ), `Empty` (N = 0) or `Class` (a value outside `0..classes`).
    pub fn new(labels: &[u16], predicted: &[u16], classes: usize) -> Result<Self, Error> {
        check_class_count(classes)?;
        if labels.len() != predicted.len() {
            return Err(Error::Length { what: "predictions", expected: labels.len(), found: predicted.len() });
        }
        if labels.is_empty() {
            return Err(Error::Empty { what: "prediction" });
        }
        check_classes("label", labels, classes)?;
        check_classes("prediction", predicted, classes)?;

        let mut counts = vec![0; classes * classes];
        for (&truth, &read) in labels.iter().zip(predicted) {
            counts[usize::from(truth) * classes + usize::from(read)] += 1;
        }
        Ok(Self { classes, counts })
    }

    /// The number of classes, 1 to [`MAX_CLASSES`](crate::MAX_CLASSES).
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// How many images of class `truth` were read as `predicted`.
    ///
    /// # Panics
    /// If either is not in `0..classes`.
    pub fn count(&self, truth: usize, predicted: usize) -> u64 {
        let classes = self.classes;
        assert!(truth < classes && predicted < classes, "({truth}, {predicted}) is outside 0..{classes}");
        self.counts[truth * classes + predicted]
    }

    /// The counts row by row: one slice of `classes` counts per true class.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[u64]> {
        self.counts.chunks_exact(self.classes)
    }

    /// How many images each class has (its support): `[classes]`.
    pub fn row_sums(&self) -> Vec<u64> {
        self.rows().map(|row| row.iter().sum()).collect()
    }

    /// How often each class was predicted: `[classes]`.
    pub fn column_sums(&self) -> Vec<u64> {
        (0..self.classes).map(|predicted| self.rows().map(|row| row[predicted]).sum()).collect()
    }

    /// The number of images, at least 1.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The number of images classified correctly: the sum of the diagonal.
    pub fn correct(&self) -> u64 {
        (0..self.classes).map(|class| self.count(class, class)).sum()
    }

    /// `correct / total`, 0 to 1.
    pub fn accuracy(&self) -> f64 {
        self.correct() as f64 / self.total() as f64
    }

    /// Wilson's 95 % intervals of each class's precision and recall: `[classes]`.
    pub fn class_intervals(&self) -> Vec<ClassIntervals> {
        let interval = |hits, of| Interval::wilson_95(hits, of).ok();
        let sums = self.row_sums().into_iter().zip(self.column_sums());
        let of = |(class, (images, answers)): (usize, (u64, u64))| {
            let hits = self.count(class, class);
            ClassIntervals { precision_95: interval(hits, answers), recall_95: interval(hits, images) }
        };
        sums.enumerate().map(of).collect()
    }

    /// The `limit` most frequent kinds of mistake, most frequent first; equal counts in order of truth, then
    /// prediction. 4 read as 9 and 9 read as 4 are two kinds. Mistakes that never happened are left out.
    pub fn most_confused(&self, limit: usize) -> Vec<Confusion> {
        let mut pairs: Vec<Confusion> = (0..self.classes)
            .flat_map(|truth| (0..self.classes).map(move |predicted| (truth, predicted)))
            .filter(|&(truth, predicted)| truth != predicted && self.count(truth, predicted) > 0)
            .map(|(truth, predicted)| Confusion {
                truth: truth as u16,
                predicted: predicted as u16,
                count: self.count(truth, predicted),
            })
            .collect();
        // A stable sort: pairs are made in the order that ties are promised in.
        pairs.sort_by_key(|pair| std::cmp::Reverse(pair.count));
        pairs.truncate(limit);
        pairs
    }

    /// The matrix as an aligned table with row and column sums, for a terminal. A zero is a dot, so that the mistakes
    /// stand out. Columns are headed by the predicted class; `Display` writes the same table with class numbers.
    ///
    /// # Errors
    /// `Length` unless there is one name per class.
    pub fn to_text(&self, names: &[&str]) -> Result<String, Error> {
        if names.len() != self.classes {
            return Err(Error::Length { what: "class names", expected: self.classes, found: names.len() });
        }
        let (heads, sums) = (names.iter().copied().chain(["total"]), self.column_sums());
        let total = self.total();
        let head_width = heads.clone().map(|name| name.chars().count()).max().unwrap_or(0);
        // Column sums bound every cell above them, and the total bounds the column sums.
        let widths: Vec<usize> = heads
            .clone()
            .zip(sums.iter().chain([&total]))
            .map(|(name, sum)| name.chars().count().max(sum.to_string().len()).max(3))
            .collect();

        let mut text = String::new();
        push_row(&mut text, "truth", head_width, heads.map(str::to_owned), &widths);
        for ((name, row), support) in names.iter().zip(self.rows()).zip(self.row_sums()) {
            push_row(&mut text, name, head_width, row.iter().map(cell).chain([support.to_string()]), &widths);
        }
        push_row(&mut text, "total", head_width, sums.iter().chain([&total]).map(u64::to_string), &widths);
        Ok(text)
    }
}

impl fmt::Display for ConfusionMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = (0..self.classes).map(|class| class.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        f.write_str(&self.to_text(&names).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for ConfusionMatrix {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.rows())
    }
}

fn cell(count: &u64) -> String {
    if *count == 0 { ".".to_owned() } else { count.to_string() }
}

fn push_row(text: &mut String, head: &str, head_width: usize, cells: impl Iterator<Item = String>, widths: &[usize]) {
    let _ = write!(text, "{head:>head_width$}");
    for (cell, width) in cells.zip(widths) {
        let _ = write!(text, "  {cell:>width$}");
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MAX_CLASSES;

    #[test]
    fn sums_and_pairs() {
        let labels = [0, 0, 0, 1, 1, 2, 2, 2, 2];
        let predicted = [0, 1, 1, 1, 0, 0, 0, 2, 1];
        let matrix = ConfusionMatrix::new(&labels, &predicted, 4).unwrap();
        assert_eq!(matrix.row_sums(), [3, 2, 4, 0]);
        assert_eq!(matrix.column_sums(), [4, 4, 1, 0]);
        assert_eq!((matrix.correct(), matrix.total()), (3, 9));
        let pairs: Vec<_> =
            matrix.most_confused(9).iter().map(|pair| (pair.truth, pair.predicted, pair.count)).collect();
        assert_eq!(pairs, [(0, 1, 2), (2, 0, 2), (1, 0, 1), (2, 1, 1)]);
        assert_eq!(matrix.most_confused(2).len(), 2);
    }

    #[test]
    fn classes_have_intervals_where_they_have_rates() {
        let matrix = ConfusionMatrix::new(&[0, 0, 0, 1], &[0, 0, 2, 0], 3).unwrap();
        let intervals = matrix.class_intervals();
        let wilson = |hits, of| Some(Interval::wilson_95(hits, of).unwrap());
        assert_eq!((intervals[0].precision_95, intervals[0].recall_95), (wilson(2, 3), wilson(2, 3)));
        assert_eq!((intervals[1].precision_95, intervals[1].recall_95), (None, wilson(0, 1)));
        assert_eq!((intervals[2].precision_95, intervals[2].recall_95), (wilson(0, 1), None));
    }

    #[test]
    fn table_is_aligned_with_wide_counts_and_names() {
        let labels: Vec<u16> = (0..2345).map(|i| u16::from(i >= 1200)).collect();
        let mut predicted = labels.clone();
        predicted[0] = 1;
        let matrix = ConfusionMatrix::new(&labels, &predicted, 2).unwrap();
        let expected = "
   truth  zéro  fourteen  total
    zéro  1199         1   1200
fourteen     .      1145   1145
   total  1199      1146   2345
";
        assert_eq!(matrix.to_text(&["zéro", "fourteen"]).unwrap(), expected[1..]);
    }

    #[test]
    fn refuses_what_it_cannot_count() {
        let new = ConfusionMatrix::new;
        assert_eq!(new(&[], &[], 10), Err(Error::Empty { what: "prediction" }));
        assert_eq!(new(&[1], &[1], 0), Err(Error::Classes { found: 0 }));
        assert_eq!(new(&[1], &[1], 1_001), Err(Error::Classes { found: 1_001 }));
        assert_eq!(new(&[1, 2], &[1], 10), Err(Error::Length { what: "predictions", expected: 2, found: 1 }));
        let outside = new(&[1, 9], &[1, 10], 10).unwrap_err();
        assert_eq!(outside.to_string(), "prediction 1 is class 10, expected 0 to 9");
        assert!(matches!(new(&[3], &[0], 3), Err(Error::Class { what: "label", index: 0, found: 3, classes: 3 })));
        assert!(matches!(new(&[0], &[0], 2).unwrap().to_text(&["0"]), Err(Error::Length { .. })));
    }

    #[test]
    fn as_many_classes_as_may_be_fit() {
        let all: Vec<u16> = (0..1_000).collect();
        let matrix = ConfusionMatrix::new(&all, &all, MAX_CLASSES).unwrap();
        assert_eq!((matrix.accuracy(), matrix.row_sums()), (1.0, vec![1; 1_000]));
    }
}
