//! Confidence intervals for a rate: how far the accuracy of one test set may lie from the accuracy on all images.

use serde::Serialize;

use crate::{Error, distribution::inverse_incomplete_beta};

/// The 97.5 % point of the standard normal distribution, which cuts off a two-sided 95 % interval.
///
/// The double nearest to √2 erf⁻¹(0.95) = 1.95996398454005423552…
pub const Z_95: f64 = 1.9599639845400543;

/// A confidence interval: `low <= high`; for a rate both are within 0 to 1.
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
        check_rate(successes, trials)?;
        let n = trials as f64;
        Ok(wilson(successes as f64 / n, n, Z_95))
    }

    /// The exact interval for `successes` out of `trials`: either end misses the rate with a chance of at most
    /// `(1 − level) / 2`, whatever the rate is. Wider than [`Interval::wilson_95`], whose promise holds on average over
    /// rates only.
    ///
    /// Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial",
    /// Biometrika 26 (1934) 404–413.
    ///
    /// # Errors
    /// `Empty` when `trials` is 0; `Rate` when `successes > trials`; `Setting` unless `level` lies between 0 and 1.
    pub fn clopper_pearson(successes: u64, trials: u64, level: f64) -> Result<Self, Error> {
        check_rate(successes, trials)?;
        check_level(level)?;
        let one_sided = 0.5 + 0.5 * level;
        let high = clopper_pearson_upper(successes, trials, one_sided)?;
        // Successes and failures change places, and with them the ends.
        let low = 1.0 - clopper_pearson_upper(trials - successes, trials, one_sided)?;
        Ok(Self { low, high })
    }
}

/// Wilson's interval for the rate p of n trials, with a point z of whatever distribution.
pub(crate) fn wilson(p: f64, n: f64, z: f64) -> Interval {
    let z2 = z * z;
    let centre = p + z2 / (2.0 * n);
    let half_width = z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z2 / n;
    // At p = 0 and p = 1 an end is 0 or 1 exactly, but rounding may miss it by 1e-17.
    let low = if p == 0.0 { 0.0 } else { (centre - half_width) / scale };
    let high = if p == 1.0 { 1.0 } else { (centre + half_width) / scale };
    Interval { low, high }
}

/// The exact upper bound of a rate: with a chance of at least `level` it is not below the true one, whatever that is.
/// One-sided, so `level` 0.95 is the upper end of a two-sided interval at 90 %.
///
/// It is the rate at which `successes` or fewer in `trials` have a chance of `1 − level`; 1 when all are successes.
///
/// ```
/// use tenfold_evaluation::clopper_pearson_upper;
///
/// // The rule of three: with no error in n trials, the rate is below 3 / n.
/// let bound = clopper_pearson_upper(0, 1000, 0.95)?;
/// assert_eq!(format!("{bound:.4}"), "0.0030");
/// # Ok::<(), tenfold_evaluation::Error>(())
/// ```
///
/// # Errors
/// `Empty` when `trials` is 0; `Rate` when `successes > trials`; `Setting` unless `level` lies between 0 and 1.
pub fn clopper_pearson_upper(successes: u64, trials: u64, level: f64) -> Result<f64, Error> {
    check_rate(successes, trials)?;
    check_level(level)?;
    match trials - successes {
        0 => Ok(1.0),
        failures => Ok(inverse_incomplete_beta(successes as f64 + 1.0, failures as f64, level)),
    }
}

/// A confidence level lies between 0 and 1, both excluded.
pub(crate) fn check_level(level: f64) -> Result<(), Error> {
    if level > 0.0 && level < 1.0 {
        return Ok(());
    }
    Err(Error::Setting { what: "confidence level", found: level, expected: "between 0 and 1, as 0.95" })
}

fn check_rate(successes: u64, trials: u64) -> Result<(), Error> {
    if trials == 0 {
        return Err(Error::Empty { what: "trial" });
    }
    if successes > trials {
        return Err(Error::Rate { successes, trials });
    }
    Ok(())
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
        for trials in [1, 7, 10_000] {
            assert_eq!(Interval::clopper_pearson(0, trials, 0.95).unwrap().low, 0.0);
            assert_eq!(Interval::clopper_pearson(trials, trials, 0.95).unwrap().high, 1.0);
        }
    }

    #[test]
    fn refuses_what_is_no_rate() {
        for interval in [Interval::wilson_95, |successes, trials| Interval::clopper_pearson(successes, trials, 0.95)] {
            assert_eq!(interval(0, 0), Err(Error::Empty { what: "trial" }));
            assert_eq!(interval(3, 2).unwrap_err().to_string(), "3 successes in 2 trials is not a rate");
        }
        for level in [0.0, 1.0, -0.5, f64::NAN] {
            assert!(matches!(clopper_pearson_upper(1, 2, level), Err(Error::Setting { .. })), "{level}");
            assert!(matches!(Interval::clopper_pearson(1, 2, level), Err(Error::Setting { .. })), "{level}");
        }
    }
}
