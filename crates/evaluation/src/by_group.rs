//! Accuracy where images come in groups, as those of a writer: how it differs between groups, and how far it may lie from the
//! accuracy on images of other groups.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::interval::wilson;
use crate::{Error, Interval, Summary, distribution::student_t_95};

/// Groups in [`ByGroup::hardest`].
const HARDEST: usize = 20;

/// The last place of [`ByGroup::errors`].
const MOST_ERRORS: usize = 20;

/// The accuracy on images that come in groups.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct GroupedAccuracy {
    /// Different groups, at least 1.
    pub groups: usize,
    /// Images, at least 1.
    pub images: u64,
    /// Images whose answer is right.
    pub correct: u64,
    /// `correct / images`, 0 to 1.
    pub accuracy: f64,
    /// The 95 % interval of the accuracy on images of other groups like these; none of a single group. Images of a group are
    /// alike, so that they say less than as many images of different groups, and Wilson's interval is too narrow. This is
    /// Wilson's with as many images as would have the variance of the accuracy over groups, never more than there are, and
    /// with Student's t in place of z: Korn and Graubard, "Confidence intervals for proportions with small expected number
    /// of positive counts estimated from survey data", Survey Methodology 24 (1998) 193–201, with Wilson's interval for
    /// theirs.
    pub accuracy_95: Option<Interval>,
}

/// One group of images.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct GroupAccuracy {
    /// The number of the group.
    pub group: u32,
    /// Its images, at least 1.
    pub images: u64,
    /// Those whose answer is right.
    pub correct: u64,
    /// `correct / images`, 0 to 1.
    pub accuracy: f64,
    /// Its 95 % interval by Wilson's method.
    pub accuracy_95: Interval,
}

/// How accuracy differs between groups of images.
///
/// ```
/// use tenfold_evaluation::ByGroup;
///
/// let writers = [7, 7, 7, 7, 9, 9];
/// let by_writer = ByGroup::new(&writers, &[true, true, true, true, false, true])?;
/// assert_eq!((by_writer.all.groups, by_writer.hardest[0].group, by_writer.hardest[0].accuracy), (2, 9, 0.5));
/// assert_eq!(by_writer.errors[..2], [1, 1]); // one writer without an error, one with a single one
/// assert_eq!(by_writer.of_a_group.mean, 0.75);
/// # Ok::<(), tenfold_evaluation::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ByGroup {
    /// Of all images.
    #[serde(flatten)]
    pub all: GroupedAccuracy,
    /// Over the groups' accuracies: each group counts alike, however many images it has.
    pub of_a_group: Summary,
    /// How many groups have 0, 1, 2 and so on images whose answer is wrong; at the end, how many have 20 or more.
    pub errors: Vec<u64>,
    /// At most 20 groups, most surely inaccurate first: by the upper end of their intervals.
    pub hardest: Vec<GroupAccuracy>,
}

impl GroupedAccuracy {
    /// Of answers that are `correct` or not, to images of these groups: both `[images]`.
    ///
    /// # Errors
    /// `Length` when the slices differ in length, `Empty` without images.
    pub fn new(groups: &[u32], correct: &[bool]) -> Result<Self, Error> {
        Ok(Self::of(&tallies(groups, correct)?))
    }

    fn of(tallies: &BTreeMap<u32, Tally>) -> Self {
        let (groups, images) = (tallies.len(), tallies.values().map(|it| it.images).sum::<u64>());
        let correct = tallies.values().map(|it| it.correct).sum::<u64>();
        let (n, k) = (images as f64, groups as f64);
        let p = correct as f64 / n;
        // Of the ratio of two sums over groups, linearised: Cochran, "Sampling techniques", 3rd edition (1977), section 9A.4.
        let squares: f64 = tallies.values().map(|it| (it.correct as f64 - p * it.images as f64).powi(2)).sum();
        let variance = k / (k - 1.0) * squares / (n * n);
        // Without a variance each group says as much as one image.
        let effective = if variance > 0.0 { (p * (1.0 - p) / variance).min(n) } else { k };
        let interval = || wilson(p, effective, student_t_95(groups - 1));
        Self { groups, images, correct, accuracy: p, accuracy_95: (groups > 1).then(interval) }
    }
}

impl ByGroup {
    /// Of answers that are `correct` or not, to images of these groups: both `[images]`.
    ///
    /// # Errors
    /// `Length` when the slices differ in length, `Empty` without images.
    pub fn new(groups: &[u32], correct: &[bool]) -> Result<Self, Error> {
        let tallies = tallies(groups, correct)?;
        let mut errors = vec![0; MOST_ERRORS + 1];
        tallies.values().for_each(|it| errors[((it.images - it.correct) as usize).min(MOST_ERRORS)] += 1);
        let mut each = tallies.iter().map(|(&group, tally)| tally.accuracy(group)).collect::<Result<Vec<_>, _>>()?;
        let of_a_group = Summary::of_rates(&each.iter().map(|group| group.accuracy).collect::<Vec<f64>>())?;
        each.sort_by(|one, other| one.accuracy_95.high.total_cmp(&other.accuracy_95.high));
        each.truncate(HARDEST);
        Ok(Self { all: GroupedAccuracy::of(&tallies), of_a_group, errors, hardest: each })
    }
}

/// The 95 % interval of the difference of two accuracies, the first's less the second's, on images of other groups like
/// these: by the linearised variance of [`GroupedAccuracy`] and Student's t; none of a single group.
pub(crate) fn grouped_difference_95(
    groups: &[u32],
    labels: &[u16],
    first: &[u16],
    second: &[u16],
) -> Result<Option<Interval>, Error> {
    let right =
        |answers: &[u16]| -> Vec<bool> { answers.iter().zip(labels).map(|(one, other)| one == other).collect() };
    let (first, second) = (tallies(groups, &right(first))?, tallies(groups, &right(second))?);
    let pairs = || first.values().zip(second.values());
    let gain = |(one, other): (&Tally, &Tally)| one.correct as f64 - other.correct as f64;
    let (n, k) = (pairs().map(|(one, _)| one.images as f64).sum::<f64>(), first.len() as f64);
    let mean = pairs().map(gain).sum::<f64>() / n;
    let squares: f64 = pairs().map(|pair| (gain(pair) - mean * pair.0.images as f64).powi(2)).sum();
    let interval = || {
        let half = student_t_95(first.len() - 1) * (k / (k - 1.0) * squares).sqrt() / n;
        Interval { low: mean - half, high: mean + half }
    };
    Ok((first.len() > 1).then(interval))
}

#[derive(Default)]
struct Tally {
    images: u64,
    correct: u64,
}

impl Tally {
    fn accuracy(&self, group: u32) -> Result<GroupAccuracy, Error> {
        let Self { images, correct } = *self;
        let accuracy_95 = Interval::wilson_95(correct, images)?;
        Ok(GroupAccuracy { group, images, correct, accuracy: correct as f64 / images as f64, accuracy_95 })
    }
}

fn tallies(groups: &[u32], correct: &[bool]) -> Result<BTreeMap<u32, Tally>, Error> {
    if groups.len() != correct.len() {
        return Err(Error::Length { what: "groups", expected: correct.len(), found: groups.len() });
    }
    if groups.is_empty() {
        return Err(Error::Empty { what: "image" });
    }
    let mut tallies: BTreeMap<u32, Tally> = BTreeMap::new();
    for (&group, &correct) in groups.iter().zip(correct) {
        let tally = tallies.entry(group).or_default();
        tally.images += 1;
        tally.correct += u64::from(correct);
    }
    Ok(tallies)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_by_hand() {
        let groups = [3, 1, 1, 3, 3, 3, 8, 8];
        let correct = [true, true, false, true, true, false, true, true];
        let found = ByGroup::new(&groups, &correct).unwrap();
        assert_eq!((found.all.groups, found.all.images, found.all.correct, found.all.accuracy), (3, 8, 6, 0.75));
        assert_eq!((found.errors[0], found.errors[1], found.errors.iter().sum::<u64>()), (1, 2, 3));
        assert_eq!(
            found.hardest.iter().map(|it| (it.group, it.images, it.correct)).collect::<Vec<_>>(),
            [(1, 2, 1), (3, 4, 3), (8, 2, 2)]
        );
        assert_eq!((found.of_a_group.mean, found.of_a_group.min), (0.75, 0.5));
        // Variance: 3/2 (0.5² + 0 + 0.5²) / 64 = 3/256, so that p (1 − p) / variance is 16 and the images are 8.
        let interval = found.all.accuracy_95.unwrap();
        let expected = wilson(0.75, 8.0, student_t_95(2));
        assert_eq!(interval, expected);
    }

    #[test]
    fn images_that_are_all_alike_in_a_group_say_as_much_as_one() {
        let groups: Vec<u32> = (0..1000).map(|index| index / 10).collect();
        let correct: Vec<bool> = groups.iter().map(|group| group % 10 > 0).collect();
        let grouped = GroupedAccuracy::new(&groups, &correct).unwrap().accuracy_95.unwrap();
        // As many images as groups, less one for the mean that was estimated.
        let expected = wilson(0.9, 99.0, student_t_95(99));
        assert!((grouped.low - expected.low).abs() < 1e-12 && (grouped.high - expected.high).abs() < 1e-12);
        let single: Vec<u32> = (0..1000).collect();
        let single = GroupedAccuracy::new(&single, &correct).unwrap().accuracy_95.unwrap();
        assert!(single.high - single.low < 0.4 * (grouped.high - grouped.low));
    }

    #[test]
    fn a_difference_scatters_between_groups() {
        let (groups, labels) = ([1, 1, 2, 2, 3, 3], [0; 6]);
        let interval = |second: &[u16]| grouped_difference_95(&groups, &labels, &[0; 6], second).unwrap().unwrap();
        // Gains of 2, 1 and 0 of two images each: mean 1/2, deviations 1, 0 and -1 of 6 images, variance 3/2 2 / 36 = 1/12.
        let half = student_t_95(2) / 12.0_f64.sqrt();
        let found = interval(&[1, 1, 1, 0, 0, 0]);
        assert!((found.low - (0.5 - half)).abs() < 1e-12 && (found.high - (0.5 + half)).abs() < 1e-12, "{found:?}");
        assert_eq!(interval(&[0; 6]), Interval { low: 0.0, high: 0.0 });
        assert_eq!(grouped_difference_95(&[4; 6], &labels, &[0; 6], &[1; 6]).unwrap(), None);
    }

    #[test]
    fn extremes_have_intervals_too() {
        let all_right = GroupedAccuracy::new(&[1, 1, 2, 2], &[true; 4]).unwrap();
        assert_eq!((all_right.accuracy, all_right.accuracy_95.unwrap().high), (1.0, 1.0));
        assert!(all_right.accuracy_95.unwrap().low < 0.5);
        assert_eq!(GroupedAccuracy::new(&[1, 1], &[true, false]).unwrap().accuracy_95, None);
        assert!(matches!(ByGroup::new(&[], &[]), Err(Error::Empty { .. })));
        assert!(matches!(ByGroup::new(&[1], &[]), Err(Error::Length { what: "groups", expected: 0, found: 1 })));
    }
}
