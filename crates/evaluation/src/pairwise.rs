//! Several classifiers on the same images, each compared with each.

use serde::Serialize;

use crate::by_group::grouped_difference_95;
use crate::{Comparison, Error, Interval, Verdict, holm};

/// Two of several classifiers, by their positions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Pair {
    /// The position of the first.
    pub first: usize,
    /// The position of the second, greater than the first's.
    pub second: usize,
    /// What the images say about the two alone.
    #[serde(flatten)]
    pub comparison: Comparison,
    /// The 95 % interval of the difference on images of other groups like these, by its scatter between groups; none where no
    /// groups are known. Images of a group are alike, so that the other intervals and McNemar's test are a little too confident.
    pub difference_95_by_group: Option<Interval>,
    /// Of McNemar's exact test, corrected for the number of pairs by Holm's method.
    pub p_value: f64,
    /// By the corrected p-value, at 5 %.
    pub verdict: Verdict,
}

/// Compares each of some classifiers with each, in the order of their positions.
///
/// `labels` and each of `answers`: `[N]`, one class per image in the same order, N at least 1. `groups`: of each
/// image, as its writer, where known. `seed` determines the bootstraps.
///
/// ```
/// use tenfold_evaluation::{Verdict, pairs};
///
/// let labels = [7; 100];
/// let mut answers = [[7; 100]; 3];
/// answers[1][..2].fill(1); // 2 errors
/// answers[2][2..14].fill(1); // 12 errors, on other images
/// let pairs = pairs(&labels, &[&answers[0], &answers[1], &answers[2]], None, 1)?;
/// assert_eq!(pairs.iter().map(|pair| (pair.first, pair.second)).collect::<Vec<_>>(), [(0, 1), (0, 2), (1, 2)]);
/// assert_eq!((pairs[0].verdict, pairs[1].verdict), (Verdict::NotDistinguishable, Verdict::FirstBetter));
/// assert!(pairs[1].p_value > pairs[1].comparison.mcnemar.p_value);
/// # Ok::<(), tenfold_evaluation::Error>(())
/// ```
///
/// # Errors
/// Those of [`Comparison::new`]; `Length` when there are not as many groups as labels.
pub fn pairs(labels: &[u16], answers: &[&[u16]], groups: Option<&[u32]>, seed: u64) -> Result<Vec<Pair>, Error> {
    let mut pairs = Vec::new();
    for (first, one) in answers.iter().enumerate() {
        for (second, other) in answers.iter().enumerate().skip(first + 1) {
            let comparison = Comparison::new(labels, one, other, seed)?;
            let p_value = comparison.mcnemar.p_value;
            let by_group = groups.map(|groups| grouped_difference_95(groups, labels, one, other)).transpose()?;
            pairs.push(Pair {
                first,
                second,
                comparison,
                difference_95_by_group: by_group.flatten(),
                p_value,
                verdict: comparison.verdict(),
            });
        }
    }
    let p_values: Vec<f64> = pairs.iter().map(|pair| pair.p_value).collect();
    for (pair, p_value) in pairs.iter_mut().zip(holm(&p_values)?) {
        (pair.p_value, pair.verdict) = (p_value, pair.comparison.verdict_given(p_value));
    }
    Ok(pairs)
}
