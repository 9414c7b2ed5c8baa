//! Two classifiers on the same images: is one better, and by how much?

use serde::Serialize;

use crate::{Error, Interval, McNemar, bootstrap::paired_bootstrap_95};

/// The level at which two classifiers are called different.
const LEVEL: f64 = 0.05;

/// What the same test images say about two classifiers. Differences are the first's accuracy minus the second's.
///
/// ```
/// use tenfold_evaluation::{Comparison, Verdict};
///
/// let labels = [7; 100];
/// let (mut first, mut second) = ([7; 100], [7; 100]);
/// first[..2].fill(1); // 2 errors
/// second[2..14].fill(1); // 12 errors, on other images
/// let comparison = Comparison::new(&labels, &first, &second, 1)?;
/// assert_eq!((comparison.first_only, comparison.second_only), (12, 2));
/// assert_eq!(comparison.verdict(), Verdict::FirstBetter);
/// # Ok::<(), tenfold_evaluation::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Images, at least 1.
    pub images: u64,
    /// Images that both classify correctly.
    pub both_right: u64,
    /// Images that only the first classifies correctly.
    pub first_only: u64,
    /// Images that only the second classifies correctly.
    pub second_only: u64,
    /// Images that both classify wrongly.
    pub both_wrong: u64,
    /// The first's accuracy, 0 to 1.
    pub first_accuracy: f64,
    /// The second's accuracy, 0 to 1.
    pub second_accuracy: f64,
    /// `first_accuracy − second_accuracy`, −1 to 1.
    pub difference: f64,
    /// The 95 % interval of the difference by the paired bootstrap: percentiles over 10,000 test sets drawn with
    /// replacement from this one. With few differing images it is too narrow, and with none it has no width.
    pub difference_95: Interval,
    /// An interval of the difference that holds it with a chance of at least 95 % whatever the truth and however few
    /// the images; as a rule wider than `difference_95`, and never without width. The difference is the rate of images
    /// on which the two differ, times twice the share of these that the first classifies correctly less one: it has the exact
    /// interval of the rate at 99.5 % and that of the share at 95.5 % (Clopper and Pearson), which miss together at
    /// most 5 %. Leaves out 0 exactly when McNemar's exact test gives p < 0.045.
    pub difference_95_exact: Interval,
    /// McNemar's test of whether the two are equally good.
    pub mcnemar: McNemar,
}

/// Which of two classifiers is better, as far as these images show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The first; in JSON `first_better`.
    FirstBetter,
    /// The second; in JSON `second_better`.
    SecondBetter,
    /// The images do not show a difference, which does not mean that the two are equal; in JSON `not_distinguishable`.
    NotDistinguishable,
}

impl Comparison {
    /// Compares the answers `first` and `second` of two classifiers.
    ///
    /// `labels`, `first`, `second`: `[N]`, one class per image in the same order, N at least 1. `seed` determines the
    /// bootstrap.
    ///
    /// # Errors
    /// `Length` when the slices differ in length, `Empty` when N = 0.
    pub fn new(labels: &[u16], first: &[u16], second: &[u16], seed: u64) -> Result<Self, Error> {
        for (what, found) in [("first predictions", first.len()), ("second predictions", second.len())] {
            if found != labels.len() {
                return Err(Error::Length { what, expected: labels.len(), found });
            }
        }
        if labels.is_empty() {
            return Err(Error::Empty { what: "prediction" });
        }
        let [mut both_right, mut first_only, mut second_only, mut both_wrong] = [0; 4];
        for ((label, first), second) in labels.iter().zip(first).zip(second) {
            *match (first == label, second == label) {
                (true, true) => &mut both_right,
                (true, false) => &mut first_only,
                (false, true) => &mut second_only,
                (false, false) => &mut both_wrong,
            } += 1;
        }
        let images = labels.len() as u64;
        let share = |count: u64| count as f64 / images as f64;
        Ok(Self {
            images,
            both_right,
            first_only,
            second_only,
            both_wrong,
            first_accuracy: share(both_right + first_only),
            second_accuracy: share(both_right + second_only),
            difference: (first_only as f64 - second_only as f64) / images as f64,
            difference_95: paired_bootstrap_95(first_only, second_only, images, seed),
            difference_95_exact: exact_95(first_only, second_only, images)?,
            mcnemar: McNemar::new(first_only, second_only),
        })
    }

    /// The verdict at 5 % of McNemar's exact test: a difference is called so by mistake at most one time in twenty.
    pub fn verdict(&self) -> Verdict {
        self.verdict_given(self.mcnemar.p_value)
    }

    /// The verdict at 5 % of another p-value, as one that [`holm`](crate::holm) has corrected for several comparisons.
    pub fn verdict_given(&self, p_value: f64) -> Verdict {
        if p_value < LEVEL && self.first_only > self.second_only {
            Verdict::FirstBetter
        } else if p_value < LEVEL && self.first_only < self.second_only {
            Verdict::SecondBetter
        } else {
            Verdict::NotDistinguishable
        }
    }
}

/// All differences `rate · (2 share − 1)` with both factors in their intervals; see
/// [`Comparison::difference_95_exact`].
fn exact_95(first_only: u64, second_only: u64, images: u64) -> Result<Interval, Error> {
    let discordant = first_only + second_only;
    let rate = Interval::clopper_pearson(discordant, images, 0.995)?;
    let share = match discordant {
        0 => Interval { low: 0.0, high: 1.0 },
        _ => Interval::clopper_pearson(first_only, discordant, 0.955)?,
    };
    let (low, high) = (2.0 * share.low - 1.0, 2.0 * share.high - 1.0);
    Ok(Interval { low: (rate.low * low).min(rate.high * low), high: (rate.low * high).max(rate.high * high) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comparison(first_only: usize, second_only: usize, images: usize) -> Comparison {
        let (mut first, mut second) = (vec![0; images], vec![0; images]);
        second[..first_only].fill(1);
        first[first_only..first_only + second_only].fill(1);
        Comparison::new(&vec![0; images], &first, &second, 3).unwrap()
    }

    #[test]
    fn counts_and_accuracies() {
        let labels = [0, 1, 2, 3, 4, 5, 6, 7];
        let found = Comparison::new(&labels, &[0, 1, 2, 3, 4, 5, 0, 0], &[0, 1, 2, 0, 0, 0, 6, 0], 3).unwrap();
        assert_eq!((found.both_right, found.first_only, found.second_only, found.both_wrong), (3, 3, 1, 1));
        assert_eq!((found.first_accuracy, found.second_accuracy, found.difference), (0.75, 0.5, 0.25));
    }

    #[test]
    fn verdict_and_exact_interval_say_the_same() {
        for (first_only, second_only, verdict) in [
            (0, 0, Verdict::NotDistinguishable),
            (5, 0, Verdict::NotDistinguishable),
            (6, 0, Verdict::FirstBetter),
            (0, 6, Verdict::SecondBetter),
            (15, 6, Verdict::NotDistinguishable),
            (17, 6, Verdict::FirstBetter),
            (400, 460, Verdict::SecondBetter),
            (999, 1, Verdict::FirstBetter),
        ] {
            let found = comparison(first_only, second_only, 1_000);
            assert_eq!(found.verdict(), verdict, "{first_only}:{second_only}");
            let Interval { low, high } = found.difference_95_exact;
            assert_eq!(low > 0.0, verdict == Verdict::FirstBetter, "{low} for {first_only}:{second_only}");
            assert_eq!(high < 0.0, verdict == Verdict::SecondBetter, "{high} for {first_only}:{second_only}");
            assert!(low <= found.difference && found.difference <= high && low < high);
        }
    }

    #[test]
    fn a_corrected_p_value_takes_a_verdict_back() {
        let found = comparison(6, 0, 100);
        let corrected = crate::holm(&[found.mcnemar.p_value, 0.5]).unwrap();
        assert_eq!(found.verdict_given(corrected[0]), Verdict::NotDistinguishable);
    }

    #[test]
    fn refuses_what_does_not_fit() {
        assert!(matches!(Comparison::new(&[1, 2], &[1], &[1, 2], 1), Err(Error::Length { expected: 2, found: 1, .. })));
        assert!(matches!(Comparison::new(&[1], &[1], &[1, 2], 1), Err(Error::Length { expected: 1, found: 2, .. })));
        assert!(matches!(Comparison::new(&[], &[], &[], 1), Err(Error::Empty { .. })));
    }
}
