//! Agreement of prediction and truth beyond what chance gives: Cohen's kappa and Matthews' correlation.

use crate::ConfusionMatrix;

impl ConfusionMatrix {
    /// Cohen's kappa, `(p_o − p_e) / (1 − p_e)`: p_o is the accuracy, p_e the accuracy that row and column sums would
    /// give if they were independent. 1 is perfect, 0 is chance, below 0 is worse than chance. None when all images are
    /// of one class and are read as it, since chance is then perfect too.
    ///
    /// Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960)
    /// 37–46; scikit-learn's `cohen_kappa_score`.
    pub fn cohens_kappa(&self) -> Option<f64> {
        let sums = Sums::new(self);
        let by_chance = sums.images * sums.images - sums.matched;
        let found = sums.images * (sums.images - sums.correct);
        (by_chance > 0).then(|| 1.0 - found as f64 / by_chance as f64)
    }

    /// The Matthews correlation coefficient for any number of classes, R_K: 1 is perfect, 0 is chance. 0 when only one
    /// class occurs, or only one is predicted.
    ///
    /// `(s c − Σ t p) / √((s² − Σ p²)(s² − Σ t²))` with s images, c of them right, and for each class t images and p
    /// predictions. Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient",
    /// Computational Biology and Chemistry 28 (2004) 367–374; scikit-learn's `matthews_corrcoef`.
    pub fn matthews_correlation(&self) -> f64 {
        let sums = Sums::new(self);
        let square = sums.images * sums.images;
        let (predicted, truth) = (square - sums.predicted_squares, square - sums.truth_squares);
        if predicted == 0 || truth == 0 {
            return 0.0;
        }
        (sums.images * sums.correct - sums.matched) as f64 / (predicted as f64 * truth as f64).sqrt()
    }
}

/// Sums over the matrix, exact: in 128 bits a product of two counts of images cannot overflow.
struct Sums {
    images: i128,
    correct: i128,
    /// Σ over classes of images times predictions.
    matched: i128,
    truth_squares: i128,
    predicted_squares: i128,
}

impl Sums {
    fn new(matrix: &ConfusionMatrix) -> Self {
        let dot = |a: &[u64], b: &[u64]| a.iter().zip(b).map(|(&x, &y)| i128::from(x) * i128::from(y)).sum();
        let (truth, predicted) = (matrix.row_sums(), matrix.column_sums());
        Self {
            images: matrix.total().into(),
            correct: matrix.correct().into(),
            matched: dot(&truth, &predicted),
            truth_squares: dot(&truth, &truth),
            predicted_squares: dot(&predicted, &predicted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extremes() {
        for (labels, predicted, kappa, matthews) in [
            ([0, 1, 2, 2], [0, 1, 2, 2], Some(1.0), 1.0),
            ([0, 0, 1, 1], [1, 1, 0, 0], Some(-1.0), -1.0),
            ([0, 0, 1, 1], [0, 1, 0, 1], Some(0.0), 0.0),
            ([0, 1, 2, 2], [1, 1, 1, 1], Some(0.0), 0.0),
            ([1, 1, 1, 1], [1, 1, 1, 0], Some(0.0), 0.0),
            ([1, 1, 1, 1], [1, 1, 1, 1], None, 0.0),
        ] {
            let matrix = ConfusionMatrix::new(&labels, &predicted, 3).unwrap();
            assert_eq!(matrix.cohens_kappa(), kappa, "{labels:?} read as {predicted:?}");
            assert!((matrix.matthews_correlation() - matthews).abs() < 1e-15, "{labels:?} read as {predicted:?}");
        }
    }
}
