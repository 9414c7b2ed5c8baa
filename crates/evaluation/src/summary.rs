//! The summary of one number over seeds or folds: the mean, and how much it scatters.

use serde::Serialize;

use crate::{Error, Interval, check::check_finite, distribution::student_t_95, summation::pairwise_sum};

/// Mean and scatter of the same measurement repeated over seeds or folds.
///
/// ```
/// use tenfold_evaluation::Summary;
///
/// let accuracy = Summary::new(&[0.9900, 0.9910, 0.9905])?;
/// assert_eq!(format!("{:.4} ± {:.4}", accuracy.mean, accuracy.standard_error.unwrap()), "0.9905 ± 0.0003");
/// assert_eq!(Summary::new(&[0.99])?.standard_deviation, None); // one run says nothing about scatter
/// # Ok::<(), tenfold_evaluation::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// How many values, at least 1.
    pub n: usize,
    /// The arithmetic mean.
    pub mean: f64,
    /// The sample standard deviation, `√(Σ (x − mean)² / (n − 1))`: the scatter of a single run. None when n = 1.
    pub standard_deviation: Option<f64>,
    /// `standard_deviation / √n`: the scatter of the mean itself. None when n = 1. Folds share training images, so over
    /// folds it is too small, and no formula without assumptions repairs it (Bengio and Grandvalet, "No unbiased
    /// estimator of the variance of k-fold cross-validation", JMLR 5 (2004) 1089–1105).
    pub standard_error: Option<f64>,
    /// The 95 % interval of the mean, `mean ± t · standard_error` with the 97.5 % point t of Student's distribution
    /// with n − 1 degrees of freedom. None when n = 1. Right for independent, about normal values, as from seeds; over
    /// folds too narrow, like the standard error it is made of.
    pub mean_95: Option<Interval>,
    /// The least value.
    pub min: f64,
    /// The greatest value.
    pub max: f64,
}

impl Summary {
    /// Summarises `values`: `[n]`, finite, n at least 1. Two passes, because the one-pass formula cancels when the
    /// scatter is small beside the mean, as it is for accuracies.
    ///
    /// # Errors
    /// `Empty` when there is no value; `Value` when one is infinite or NaN.
    pub fn new(values: &[f64]) -> Result<Self, Error> {
        check_finite(values)?;
        let n = values.len();
        let mean = pairwise_sum(values) / n as f64;
        let squares: Vec<f64> = values.iter().map(|value| (value - mean) * (value - mean)).collect();
        let standard_deviation = (n > 1).then(|| (pairwise_sum(&squares) / (n - 1) as f64).sqrt());
        let standard_error = standard_deviation.map(|deviation| deviation / (n as f64).sqrt());
        let mean_95 = standard_error.map(|error| {
            let half_width = student_t_95(n - 1) * error;
            Interval { low: mean - half_width, high: mean + half_width }
        });
        Ok(Self {
            n,
            mean,
            standard_deviation,
            standard_error,
            mean_95,
            min: values.iter().copied().fold(f64::INFINITY, f64::min),
            max: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        })
    }

    /// The 95 % interval of the mean over trials that share training images, as folds do: [`Summary::mean_95`] widened by
    /// `√(1 + n · held_out / trained)`. None when n = 1.
    ///
    /// `held_out_per_trained`: images judged by in a trial for each image trained on, ¼ for five folds.
    ///
    /// Nadeau and Bengio, "Inference for the generalization error", Machine Learning 52 (2003) 239–281: trials are
    /// correlated by about `held_out / (held_out + trained)`, which the plain interval takes for 0.
    pub fn resampled_mean_95(&self, held_out_per_trained: f64) -> Option<Interval> {
        let widening = (1.0 + self.n as f64 * held_out_per_trained).sqrt();
        self.mean_95.map(|Interval { low, high }| Interval {
            low: self.mean - (self.mean - low) * widening,
            high: self.mean + (high - self.mean) * widening,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_by_hand() {
        let summary = Summary::new(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).unwrap();
        assert_eq!((summary.n, summary.mean, summary.min, summary.max), (8, 5.0, 2.0, 9.0));
        assert_eq!(summary.standard_deviation, Some((32.0f64 / 7.0).sqrt()));
        assert_eq!(summary.standard_error, Some((32.0f64 / 7.0).sqrt() / 8f64.sqrt()));
    }

    #[test]
    fn small_scatter_survives_a_large_mean() {
        let summary = Summary::new(&[1e9 + 1.0, 1e9 + 2.0, 1e9 + 3.0]).unwrap();
        assert_eq!(summary.standard_deviation, Some(1.0));
    }

    /// Five folds: the variance of the mean is taken to be 1/5 + 1/4 of a fold's, not 1/5.
    #[test]
    fn shared_images_widen_the_interval() {
        let summary = Summary::new(&[0.98, 0.99, 1.0, 0.99, 0.985]).unwrap();
        let (plain, wide) = (summary.mean_95.unwrap(), summary.resampled_mean_95(0.25).unwrap());
        let ratio = (wide.high - summary.mean) / (plain.high - summary.mean);
        assert!((ratio * ratio - 0.45 / 0.2).abs() < 1e-9, "{ratio}");
        assert!((wide.high + wide.low - 2.0 * summary.mean).abs() < 1e-12);
        assert_eq!(Summary::new(&[0.99]).unwrap().resampled_mean_95(0.25), None);
    }

    #[test]
    fn refuses_nothing_and_nan() {
        assert_eq!(Summary::new(&[]), Err(Error::Empty { what: "value" }));
        assert!(matches!(Summary::new(&[0.5, f64::NAN]), Err(Error::Value { index: 1, .. })));
        assert!(matches!(Summary::new(&[f64::INFINITY]), Err(Error::Value { index: 0, .. })));
    }
}
