//! A box plot in numbers: quartiles, whiskers and outliers.

use serde::Serialize;

use crate::{Error, check::check_finite, quantile::quantile};

/// How far a whisker may reach beyond its quartile, in interquartile ranges (Tukey, "Exploratory data analysis", 1977).
const WHISKER: f64 = 1.5;

/// The five numbers of a set of measurements, and what a box plot draws of them.
///
/// ```
/// use tenfold_evaluation::BoxPlot;
///
/// let plot = BoxPlot::new(&[1.0, 2.0, 3.0, 4.0, 5.0, 100.0])?;
/// assert_eq!((plot.lower_quartile, plot.median, plot.upper_quartile), (2.25, 3.5, 4.75));
/// assert_eq!((plot.whisker_low, plot.whisker_high), (1.0, 5.0));
/// assert_eq!(plot.outliers, [100.0]);
/// # Ok::<(), tenfold_evaluation::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BoxPlot {
    /// The least value.
    pub min: f64,
    /// A quarter of the values lie below: the lower edge of the box. Between two values, on the line that joins them,
    /// as `numpy.quantile` has it.
    pub lower_quartile: f64,
    /// Half of the values lie below: the line in the box.
    pub median: f64,
    /// A quarter of the values lie above: the upper edge of the box.
    pub upper_quartile: f64,
    /// The greatest value.
    pub max: f64,
    /// The least value not more than 1.5 interquartile ranges below the box: the end of the lower whisker.
    pub whisker_low: f64,
    /// The greatest value not more than 1.5 interquartile ranges above the box: the end of the upper whisker.
    pub whisker_high: f64,
    /// The values outside the whiskers, ascending.
    pub outliers: Vec<f64>,
}

impl BoxPlot {
    /// The box plot of `values`: `[n]`, finite, n at least 1; the numbers are those of matplotlib's `boxplot_stats`.
    ///
    /// # Errors
    /// `Empty` when there is no value; `Value` when one is infinite or NaN.
    pub fn new(values: &[f64]) -> Result<Self, Error> {
        check_finite(values)?;
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let [lower_quartile, median, upper_quartile] = [0.25, 0.5, 0.75].map(|share| quantile(&sorted, share));

        let reach = WHISKER * (upper_quartile - lower_quartile);
        let low_outliers = sorted.iter().take_while(|&&value| value < lower_quartile - reach).count();
        let high_outliers = sorted.iter().rev().take_while(|&&value| value > upper_quartile + reach).count();
        let inner = low_outliers..sorted.len() - high_outliers;
        // A quartile lies between two values, so the nearest one may be on its inner side; a whisker never goes there.
        let whisker_low = sorted[inner.start].min(lower_quartile);
        let whisker_high = sorted[inner.end - 1].max(upper_quartile);
        let outliers = [&sorted[..inner.start], &sorted[inner.end..]].concat();
        let (min, max) = (sorted[0], sorted[sorted.len() - 1]);
        Ok(Self { min, lower_quartile, median, upper_quartile, max, whisker_low, whisker_high, outliers })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values() {
        let one = BoxPlot::new(&[0.5]).unwrap();
        assert_eq!((one.min, one.lower_quartile, one.median, one.whisker_high, one.max), (0.5, 0.5, 0.5, 0.5, 0.5));
        let two = BoxPlot::new(&[2.0, 1.0]).unwrap();
        assert_eq!((two.lower_quartile, two.median, two.upper_quartile), (1.25, 1.5, 1.75));
        assert_eq!((two.whisker_low, two.whisker_high), (1.0, 2.0));
    }

    #[test]
    fn refuses_nothing_and_nan() {
        assert_eq!(BoxPlot::new(&[]), Err(Error::Empty { what: "value" }));
        assert!(matches!(BoxPlot::new(&[0.5, f64::NAN]), Err(Error::Value { index: 1, .. })));
    }
}
