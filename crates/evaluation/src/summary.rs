//! The summary of one number over seeds or folds: the mean, and how much it scatters.

use serde::Serialize;

use crate::{Error, Interval, check::check_finite, distribution::student_t_95, summation::pairwise_sum};

/// The scale on which the interval of a mean is symmetric.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Scale {
    /// That of the values.
    Identity,
    /// `ln(p / (1 − p))`, for rates.
    Logit,
}

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
    /// with n − 1 degrees of freedom; of rates ([`Summary::of_rates`]) the same on the logit scale. None when n = 1.
    /// Right for independent, about normal values, as from seeds; over folds too narrow, like the standard error it is
    /// made of.
    pub mean_95: Option<Interval>,
    /// The least value.
    pub min: f64,
    /// The greatest value.
    pub max: f64,
    #[serde(skip)]
    scale: Scale,
}

impl Summary {
    /// Summarises `values`: `[n]`, finite, n at least 1. Two passes, because the one-pass formula cancels when the
    /// scatter is small beside the mean, as it is for accuracies.
    ///
    /// # Errors
    /// `Empty` when there is no value; `Value` when one is infinite or NaN.
    pub fn new(values: &[f64]) -> Result<Self, Error> {
        Self::on(values, Scale::Identity)
    }

    /// Summarises rates, such as accuracies: as [`Summary::new`], with intervals of the mean that stay within 0 to 1.
    ///
    /// They are symmetric on the logit scale, `logit(mean) ± t · standard_error / (mean (1 − mean))` taken back to rates:
    /// the logit interval of Brown, Cai and DasGupta, "Interval estimation for a binomial proportion", Statistical Science
    /// 16 (2001) 101–133, section 4.1.1, with a standard error estimated from the scatter of the rates, and so with
    /// Student's t in place of z. Where the scatter is small beside the distance to 0 and 1 it is the plain interval to
    /// within the square of that ratio; near 1 it reaches farther down than up. Rates that are all alike do not
    /// scatter, and their interval has no width.
    ///
    /// ```
    /// use tenfold_evaluation::Summary;
    ///
    /// let accuracy = Summary::of_rates(&[1.0, 0.9, 0.99, 0.92, 0.96])?;
    /// let interval = accuracy.mean_95.unwrap();
    /// assert!(interval.low < accuracy.mean && accuracy.mean < interval.high && interval.high < 1.0);
    /// # Ok::<(), tenfold_evaluation::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Empty` when there is no value; `Value` when one is not from 0 to 1.
    pub fn of_rates(values: &[f64]) -> Result<Self, Error> {
        if let Some(index) = values.iter().position(|value| !(0.0..=1.0).contains(value)) {
            return Err(Error::Value { what: "rate", index, found: values[index], expected: "0 to 1" });
        }
        Self::on(values, Scale::Logit)
    }

    fn on(values: &[f64], scale: Scale) -> Result<Self, Error> {
        check_finite(values)?;
        let n = values.len();
        let mean = pairwise_sum(values) / n as f64;
        let squares: Vec<f64> = values.iter().map(|value| (value - mean) * (value - mean)).collect();
        let standard_deviation = (n > 1).then(|| (pairwise_sum(&squares) / (n - 1) as f64).sqrt());
        let standard_error = standard_deviation.map(|deviation| deviation / (n as f64).sqrt());
        let mean_95 = standard_error.map(|error| scale.around(mean, student_t_95(n - 1) * error));
        Ok(Self {
            n,
            mean,
            standard_deviation,
            standard_error,
            mean_95,
            min: values.iter().copied().fold(f64::INFINITY, f64::min),
            max: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            scale,
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
        let error = self.standard_error?;
        Some(self.scale.around(self.mean, student_t_95(self.n - 1) * error * widening))
    }
}

impl Scale {
    /// The interval around `mean` whose half width, on the scale of the values, is `half_width` where the scale is as
    /// steep as at `mean`.
    fn around(self, mean: f64, half_width: f64) -> Interval {
        match self {
            Self::Identity => Interval { low: mean - half_width, high: mean + half_width },
            // At 0 and at 1 all rates are alike.
            Self::Logit if half_width == 0.0 => Interval { low: mean, high: mean },
            Self::Logit => {
                // logit⁻¹(logit(p) + h) = p e^h / (1 − p + p e^h), written so that no step overflows.
                let shift = half_width / (mean * (1.0 - mean));
                let moved = |odds: f64| mean / (mean + (1.0 - mean) * odds);
                Interval { low: moved(shift.exp()), high: moved((-shift).exp()) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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

    /// Accuracies of folds whose plain interval is 88.76 % to 101.97 %.
    #[test]
    fn an_interval_of_rates_stays_among_rates() {
        let rates = [0.98, 0.88, 0.99, 0.92, 0.99825];
        let (plain, rates) = (Summary::new(&rates).unwrap(), Summary::of_rates(&rates).unwrap());
        assert!(plain.mean_95.unwrap().high > 1.0 && plain.resampled_mean_95(0.25).unwrap().high > 1.0, "{plain:?}");
        let (own, wide) = (rates.mean_95.unwrap(), rates.resampled_mean_95(0.25).unwrap());
        assert!(0.0 < wide.low && wide.low < own.low && own.low < rates.mean, "{own:?} {wide:?}");
        assert!(rates.mean < own.high && own.high < wide.high && wide.high < 1.0, "{own:?} {wide:?}");
        assert_eq!((rates.mean, rates.standard_error), (plain.mean, plain.standard_error));
    }

    /// By hand: mean 0.5, standard error 0.1, t(1) = 12.706, so ±1.2706 / 0.25 on the logit scale.
    #[test]
    fn an_interval_of_rates_by_hand() {
        let Interval { low, high } = Summary::of_rates(&[0.4, 0.6]).unwrap().mean_95.unwrap();
        let expected = 1.0 / (1.0 + (12.706204736432095_f64 * 0.1 / 0.25).exp());
        assert!((low - expected).abs() < 1e-9 && (high - (1.0 - expected)).abs() < 1e-9, "{low} {high} {expected}");
    }

    #[test]
    fn rates_near_one_another_have_nearly_the_plain_interval() {
        let rates = [0.9905, 0.9906, 0.9904];
        let [plain, logit] = [Summary::new(&rates), Summary::of_rates(&rates)].map(|it| it.unwrap().mean_95.unwrap());
        let width = plain.high - plain.low;
        assert!((plain.low - logit.low).abs() < 0.02 * width && (plain.high - logit.high).abs() < 0.02 * width);
    }

    proptest! {
        #[test]
        fn intervals_of_rates_hold_their_mean(rates in prop::collection::vec(0.0..=1.0_f64, 2..20), overlap in 0.0..5.0_f64) {
            let summary = Summary::of_rates(&rates).unwrap();
            for Interval { low, high } in [summary.mean_95, summary.resampled_mean_95(overlap)].into_iter().flatten() {
                prop_assert!((0.0..=1.0).contains(&low) && (0.0..=1.0).contains(&high), "{} {}", low, high);
                prop_assert!(low <= summary.mean && summary.mean <= high, "{} {} {}", low, summary.mean, high);
            }
        }
    }

    #[test]
    fn rates_that_are_all_alike_have_no_width() {
        for rate in [0.0, 0.5, 1.0] {
            let interval = Summary::of_rates(&[rate; 3]).unwrap().mean_95;
            assert_eq!(interval, Some(Interval { low: rate, high: rate }));
        }
        assert_eq!(Summary::of_rates(&[0.5]).unwrap().mean_95, None);
    }

    #[test]
    fn refuses_nothing_and_nan() {
        assert!(matches!(Summary::of_rates(&[0.5, 1.5]), Err(Error::Value { index: 1, .. })));
        assert!(matches!(Summary::of_rates(&[f64::NAN]), Err(Error::Value { index: 0, .. })));
        assert_eq!(Summary::new(&[]), Err(Error::Empty { what: "value" }));
        assert!(matches!(Summary::new(&[0.5, f64::NAN]), Err(Error::Value { index: 1, .. })));
        assert!(matches!(Summary::new(&[f64::INFINITY]), Err(Error::Value { index: 0, .. })));
    }
}
