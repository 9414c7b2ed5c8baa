//! What is gained without looking at an image: the least that a model must beat.

use crate::{Error, clopper_pearson_upper};

/// The confidence level at which a model beats the baseline.
const LEVEL: f64 = 0.95;

/// Answers made from the class frequencies alone, without looking at the images.
///
/// ```
/// use tenfold_evaluation::Baseline;
///
/// let labels: Vec<u16> = (0..1000).map(|index| (index % 10) as u16).collect();
/// let baseline = Baseline::of_labels(&labels)?;
/// assert_eq!(baseline.accuracy, 0.1);
/// assert!(baseline.is_beaten_by(130, 1000)? && !baseline.is_beaten_by(105, 1000)?);
/// # Ok::<(), tenfold_evaluation::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Baseline {
    /// The share that is right when the commonest class is always answered.
    pub accuracy: f64,
    /// The mean cross-entropy, in nats, when each class always has the probability of its share: the entropy of the
    /// labels, `ln(classes)` where all classes are as common.
    pub loss: f64,
}

impl Baseline {
    /// For images with these labels.
    ///
    /// # Errors
    /// `Empty` without labels.
    pub fn of_labels(labels: &[u16]) -> Result<Self, Error> {
        if labels.is_empty() {
            return Err(Error::Empty { what: "label" });
        }
        let largest = labels.iter().copied().max().unwrap_or(0);
        let mut counts = vec![0_u64; usize::from(largest) + 1];
        labels.iter().for_each(|&label| counts[usize::from(label)] += 1);
        let shares = || counts.iter().filter(|&&count| count > 0).map(|&count| count as f64 / labels.len() as f64);
        Ok(Self { accuracy: shares().fold(0.0, f64::max), loss: shares().map(|share| -share * share.ln()).sum() })
    }

    /// Whether `correct` right answers of `images` are more than chance gives when always answering the commonest
    /// class: an exact one-sided binomial test at 5 %. Where all images are of one class there is nothing to beat, and it
    /// is beaten.
    ///
    /// # Errors
    /// `Empty` when `images` is 0; `Rate` when `correct > images`.
    pub fn is_beaten_by(&self, correct: u64, images: u64) -> Result<bool, Error> {
        let wrong = images.checked_sub(correct).ok_or(Error::Rate { successes: correct, trials: images })?;
        let least = 1.0 - clopper_pearson_upper(wrong, images, LEVEL)?;
        Ok(self.accuracy >= 1.0 || least > self.accuracy)
    }

    /// Whether a loss is below the baseline's, by 2 % at least. Where all images are of one class there is nothing to beat,
    /// and it is beaten.
    pub fn is_beaten_by_loss(&self, loss: f64) -> bool {
        self.accuracy >= 1.0 || loss < 0.98 * self.loss
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_baseline_by_hand() {
        let baseline = Baseline::of_labels(&[3, 3, 3, 8]).unwrap();
        assert_eq!(baseline.accuracy, 0.75);
        assert!((baseline.loss - (0.75 * (4.0_f64 / 3.0).ln() + 0.25 * 4.0_f64.ln())).abs() < 1e-12);
        let even: Vec<u16> = (0..10).collect();
        let even = Baseline::of_labels(&even).unwrap();
        assert!((even.loss - 10.0_f64.ln()).abs() < 1e-12);
        for (loss, beaten) in [(2.2, true), (2.3, false), (2.32, false), (14.0, false), (f64::NAN, false)] {
            assert_eq!(even.is_beaten_by_loss(loss), beaten, "{loss}");
        }
        assert!(Baseline::of_labels(&[4, 4]).unwrap().is_beaten_by_loss(0.1), "one class");
        assert!(matches!(Baseline::of_labels(&[]), Err(Error::Empty { .. })));
    }

    /// With a chance of 0.1 each, 16 or more of 100 have one of 0.0399 and 15 or more 0.0726; 1,051 or more of 10,000 have
    /// 0.0469 and 1,050 or more 0.0502.
    #[test]
    fn only_more_than_chance_beats_it() {
        let baseline = Baseline { accuracy: 0.1, loss: 1.0 };
        for (correct, images, beaten) in [
            (15, 100, false),
            (16, 100, true),
            (1_050, 10_000, false),
            (1_051, 10_000, true),
            (0, 10_000, false),
            (10_000, 10_000, true),
            (1, 1, false),
            (2, 2, true),
        ] {
            assert_eq!(baseline.is_beaten_by(correct, images).unwrap(), beaten, "{correct} of {images}");
        }
        assert!(Baseline { accuracy: 1.0, loss: 0.0 }.is_beaten_by(5, 5).unwrap());
        assert!(matches!(baseline.is_beaten_by(2, 1), Err(Error::Rate { .. })));
        assert!(matches!(baseline.is_beaten_by(0, 0), Err(Error::Empty { .. })));
    }
}
