//! McNemar's test: do two classifiers make equally many errors on the same images?

use serde::Serialize;

use crate::distribution::binomial_cdf;

/// McNemar's test of the images that one of two classifiers classifies correctly and the other does not. Were both equally good,
/// such an image would fall to either with a chance of one half.
///
/// McNemar, "Note on the sampling error of the difference between correlated proportions or percentages", Psychometrika
/// 12 (1947) 153–157; recommended for two classifiers and one test set by Dietterich, "Approximate statistical tests
/// for comparing supervised classification learning algorithms", Neural Computation 10 (1998) 1895–1923.
///
/// ```
/// use tenfold_evaluation::McNemar;
///
/// let p_value = McNemar::new(1, 5).p_value;
/// assert!((p_value - 14.0 / 64.0).abs() < 1e-12); // 0, 1, 5 or 6 heads in six throws of a coin
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct McNemar {
    /// The exact two-sided p-value, from the binomial distribution with chance 1/2: the one to use.
    pub p_value: f64,
    /// `(|b − c| − 1)² / (b + c)`, with Edwards' continuity correction; 0 when the two never differ.
    pub chi_squared: f64,
    /// The p-value by the chi-squared distribution with one degree of freedom, for comparison with other reports: an
    /// approximation that is poor below some 25 images.
    pub chi_squared_p_value: f64,
}

impl McNemar {
    /// The test for `first_only` images (b) that only the first classifier classifies correctly, and `second_only` (c) that only
    /// the second does. Both p-values are 1 when there is no such image.
    pub fn new(first_only: u64, second_only: u64) -> Self {
        let (fewer, discordant) = (first_only.min(second_only), first_only + second_only);
        if discordant == 0 {
            return Self { p_value: 1.0, chi_squared: 0.0, chi_squared_p_value: 1.0 };
        }
        let corrected = first_only.abs_diff(second_only) as f64 - 1.0;
        let chi_squared = corrected * corrected / discordant as f64;
        Self {
            // The two tails are equal; with b = c they share their middle, and the sum is over 1.
            p_value: (2.0 * binomial_cdf(fewer, discordant, 0.5)).min(1.0),
            chi_squared,
            // A chi-squared variable of one degree of freedom is the square of a normal one.
            chi_squared_p_value: libm::erfc((0.5 * chi_squared).sqrt()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direction_does_not_matter() {
        for (b, c) in [(0, 0), (0, 1), (3, 3), (2, 9), (100, 160)] {
            assert_eq!(McNemar::new(b, c), McNemar::new(c, b));
        }
        assert_eq!(McNemar::new(0, 0).p_value, 1.0);
        assert_eq!(McNemar::new(4, 4).p_value, 1.0);
    }

    #[test]
    fn five_to_none_is_not_enough_and_six_is() {
        assert!((McNemar::new(5, 0).p_value - 2.0 / 32.0).abs() < 1e-14);
        assert!((McNemar::new(6, 0).p_value - 2.0 / 64.0).abs() < 1e-14);
    }
}
