//! Confidence intervals for a rate: how far the accuracy of one test set may lie from the accuracy on all images.

use serde::Serialize;

use crate::Error;

/// The 97.5 % point of the standard normal distribution, which cuts off a two-sided 95 % interval.
///
/// The double nearest to √2 erf⁻¹(0.95) = 1.95996398454005423552…
pub const Z_95: f64 = 1.9599639845400543;

/// A confidence interval for a rate: `0 <= low <= high <= 1`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Interval {
    /// The Wilson score interval at 95 % for `successes` out of `trials`.
    ///
    /// With p = successes / trials, n = trials and z = [`Z_95`]:
    ///
    /// `(p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n)`
    ///
    /// Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927) 209–212. Unlike
    /// p ± z √(p(1 − p)/n) it stays inside 0 to 1 and keeps its coverage near 1, where digit recognisers live (Brown,
    /// Cai and DasGupta, "Interval estimation for a binomial proportion", Statistical Science 16 (2001) 101–133).
    ///
    /// ```
    /// use tenfold_evaluation::Interval;
    ///
    /// let interval = Interval::wilson_95(9905, 10000)?; // the paper's test accuracy, 99.05 %
    /// assert_eq!(format!("{:.4} to {:.4}", interval.low, interval.high), "0.9884 to 0.9922");
    /// # Ok::<(), tenfold_evaluation::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Empty` when `trials` is 0; `Rate` when `successes > trials`.
    pub fn wilson_95(successes: u64, trials: u64) -> Result<Self, Error> {
        if trials == 0 {
            return Err(Error::Empty { what: "trial" });
        }
        if successes > trials {
            return Err(Error::Rate { successes, trials });
        }
        let n = trials as f64;
        let p = successes as f64 / n;
        let z2 = Z_95 * Z_95;
        let centre = p + z2 / (2.0 * n);
        let half_width = Z_95 * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
        let scale = 1.0 + z2 / n;
        // At p = 0 and p = 1 an end is 0 or 1 exactly, but rounding may miss it by 1e-17.
        let low = if successes == 0 { 0.0 } else { (centre - half_width) / scale };
        let high = if successes == trials { 1.0 } else { (centre + half_width) / scale };
        Ok(Self { low, high })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Method 3 of table I in Newcombe, "Two-sided confidence intervals for the single proportion: comparison of
    /// seven methods", Statistics in Medicine 17 (1998) 857–872.
    #[test]
    fn equals_the_published_table() {
        for (successes, trials, low, high) in [
            (81, 263, "0.2553", "0.3662"),
            (15, 148, "0.0624", "0.1605"),
            (0, 20, "0.0000", "0.1611"),
            (1, 29, "0.0061", "0.1718"),
        ] {
            let interval = Interval::wilson_95(successes, trials).unwrap();
            assert_eq!(format!("{:.4}", interval.low), low, "{successes}/{trials}");
            assert_eq!(format!("{:.4}", interval.high), high, "{successes}/{trials}");
        }
    }

    #[test]
    fn ends_are_exact_at_none_and_all() {
        for trials in [1, 2, 3, 7, 20, 10_000, u64::MAX] {
            assert_eq!(Interval::wilson_95(0, trials).unwrap().low, 0.0);
            assert_eq!(Interval::wilson_95(trials, trials).unwrap().high, 1.0);
        }
    }

    #[test]
    fn refuses_what_is_no_rate() {
        assert_eq!(Interval::wilson_95(0, 0), Err(Error::Empty { what: "trial" }));
        assert_eq!(Interval::wilson_95(3, 2).unwrap_err().to_string(), "3 successes in 2 trials is not a rate");
    }
}
