//! Calibration: of the answers given with 90 % confidence, are 90 % right?

use serde::Serialize;

use crate::{Error, Interval, confidence::check_answers, quantile::quantile};

/// The usual number of bins (Guo et al., see [`Calibration::equal_width`]).
pub const CALIBRATION_BINS: usize = 15;

/// Confidence held against accuracy, bin by bin: a reliability diagram in numbers.
///
/// ```
/// use tenfold_evaluation::Calibration;
///
/// // Four answers given with 75 % confidence, three of them right; one with 100 %, wrong.
/// let (confidences, correct) = ([0.75, 0.75, 0.75, 0.75, 1.0], [true, true, true, false, false]);
/// let calibration = Calibration::equal_width(&confidences, &correct, 10)?;
/// assert_eq!((calibration.expected_error, calibration.maximum_error), (0.2, 1.0));
/// # Ok::<(), tenfold_evaluation::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Calibration {
    /// The mean of |accuracy − mean confidence| over the bins, weighted by their images, 0 to 1. Over bins of equal
    /// width this is the expected calibration error (ECE), over bins of equal mass the adaptive one.
    ///
    /// Not 0 for a perfectly calibrated classifier on finitely many images: chance alone puts a bin of n images about
    /// `√(accuracy (1 − accuracy) / n)` off.
    pub expected_error: f64,
    /// The greatest |accuracy − mean confidence| of a bin (MCE), 0 to 1; often that of a bin of very few images.
    pub maximum_error: f64,
    /// The bins that hold images, by rising confidence.
    pub bins: Vec<ReliabilityBin>,
}

/// The answers whose confidence c satisfies `low < c <= high`; the first bin holds its lower end too.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ReliabilityBin {
    /// The lower end of the bin.
    pub low: f64,
    /// The upper end of the bin.
    pub high: f64,
    /// How many answers, at least 1.
    pub images: u64,
    /// The mean of their confidences.
    pub mean_confidence: f64,
    /// The fraction of them that are right.
    pub accuracy: f64,
    /// Wilson's 95 % interval of the accuracy.
    pub accuracy_95: Interval,
}

impl Calibration {
    /// Over `bins` bins of equal width; [`CALIBRATION_BINS`] is usual.
    ///
    /// `confidences`: `[N]`, the probability of each answer, 0 to 1; `correct`: `[N]`, whether it is right; N at least
    /// 1; both as [`Answers`](crate::Answers) has them.
    ///
    /// Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015; Guo,
    /// Pleiss, Sun and Weinberger, "On calibration of modern neural networks", ICML 2017, for confidences of the top
    /// class and 15 bins.
    ///
    /// # Errors
    /// `Length` or `Empty` when the slices do not fit; `Value` when a confidence is NaN or outside 0 to 1; `Setting`
    /// unless there are 1 to 10,000 bins.
    pub fn equal_width(confidences: &[f32], correct: &[bool], bins: usize) -> Result<Self, Error> {
        check_answers(confidences, correct)?;
        check_bins(bins)?;
        Self::between(&(0..=bins).map(|edge| edge as f64 / bins as f64).collect::<Vec<_>>(), confidences, correct)
    }

    /// Over `bins` bins of about equally many images each, from quantile to quantile of the confidences. Most answers
    /// of a good classifier lie in the uppermost bin of equal width, which hides how they are calibrated among
    /// themselves (Nixon et al., "Measuring calibration in deep learning", CVPR workshops 2019). Equal confidences are
    /// in one bin, so that there can be fewer bins than asked for.
    ///
    /// Takes and refuses what [`Calibration::equal_width`] does.
    ///
    /// # Errors
    /// As [`Calibration::equal_width`].
    pub fn equal_mass(confidences: &[f32], correct: &[bool], bins: usize) -> Result<Self, Error> {
        check_answers(confidences, correct)?;
        check_bins(bins)?;
        let mut sorted: Vec<f64> = confidences.iter().copied().map(f64::from).collect();
        sorted.sort_by(f64::total_cmp);
        let edges: Vec<f64> = (0..=bins).map(|edge| quantile(&sorted, edge as f64 / bins as f64)).collect();
        Self::between(&edges, confidences, correct)
    }

    /// `edges`: `[bins + 1]`, ascending.
    fn between(edges: &[f64], confidences: &[f32], correct: &[bool]) -> Result<Self, Error> {
        let inner = &edges[1..edges.len() - 1];
        let mut sums = vec![(0u64, 0u64, 0.0); edges.len() - 1];
        for (&confidence, &right) in confidences.iter().zip(correct) {
            let confidence = f64::from(confidence);
            let (images, hits, sum) = &mut sums[inner.partition_point(|&edge| edge < confidence)];
            *images += 1;
            *hits += u64::from(right);
            *sum += confidence;
        }
        let bins = sums
            .into_iter()
            .zip(edges.windows(2))
            .filter(|((images, ..), _)| *images > 0)
            .map(|((images, hits, sum), ends)| {
                Ok(ReliabilityBin {
                    low: ends[0],
                    high: ends[1],
                    images,
                    mean_confidence: sum / images as f64,
                    accuracy: hits as f64 / images as f64,
                    accuracy_95: Interval::wilson_95(hits, images)?,
                })
            })
            .collect::<Result<Vec<_>, Error>>()?;
        let gap = |bin: &ReliabilityBin| (bin.accuracy - bin.mean_confidence).abs();
        let weighted: f64 = bins.iter().map(|bin| gap(bin) * bin.images as f64).sum();
        Ok(Self {
            expected_error: weighted / confidences.len() as f64,
            maximum_error: bins.iter().map(gap).fold(0.0, f64::max),
            bins,
        })
    }
}

fn check_bins(bins: usize) -> Result<(), Error> {
    if (1..=10_000).contains(&bins) {
        return Ok(());
    }
    Err(Error::Setting { what: "number of bins", found: bins as f64, expected: "1 to 10000" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_belongs_to_the_bin_below() {
        let confidences = [0.0, 0.25, 0.5, 0.500_001, 1.0];
        let bins = Calibration::equal_width(&confidences, &[true; 5], 4).unwrap().bins;
        let found: Vec<_> = bins.iter().map(|bin| (bin.low, bin.high, bin.images)).collect();
        assert_eq!(found, [(0.0, 0.25, 2), (0.25, 0.5, 1), (0.5, 0.75, 1), (0.75, 1.0, 1)]);
    }

    #[test]
    fn equal_mass_divides_what_equal_width_heaps_up() {
        let confidences: Vec<f32> = (0..100).map(|i| 0.99 + i as f32 * 1e-4).collect();
        let correct = [true; 100];
        assert_eq!(Calibration::equal_width(&confidences, &correct, 5).unwrap().bins.len(), 1);
        let bins = Calibration::equal_mass(&confidences, &correct, 5).unwrap().bins;
        assert_eq!(bins.iter().map(|bin| bin.images).collect::<Vec<_>>(), [20; 5]);
        // All answers alike: one bin, whatever was asked for.
        let bins = Calibration::equal_mass(&[1.0; 8], &[true; 8], 5).unwrap().bins;
        assert_eq!(bins.iter().map(|bin| bin.images).collect::<Vec<_>>(), [8]);
    }

    #[test]
    fn refuses_what_is_no_confidence() {
        let calibrate = Calibration::equal_width;
        assert!(matches!(calibrate(&[0.5, 1.5], &[true; 2], 5), Err(Error::Value { index: 1, .. })));
        assert!(matches!(calibrate(&[f32::NAN], &[true], 5), Err(Error::Value { index: 0, .. })));
        assert!(matches!(calibrate(&[0.5], &[true; 2], 5), Err(Error::Length { expected: 1, found: 2, .. })));
        assert!(matches!(calibrate(&[], &[], 5), Err(Error::Empty { .. })));
        let no_bins = Calibration::equal_mass(&[0.5], &[true], 0).unwrap_err();
        assert_eq!(no_bins.to_string(), "number of bins is 0, expected 1 to 10000");
    }
}
