//! Which images train and which validate.
//!
//! Indices are positions in the data set, in ascending order; the order of training is another decision.

mod folds;
mod groups;
mod mt19937;
mod sklearn;
mod sklearn_groups;

pub use folds::{FoldKind, FoldRule, FoldsLike, k_fold};
pub use groups::{DivideBy, group_k_fold, hold_out_groups};

use tenfold_random::{Purpose, Stream};

use crate::Error;

/// Stream indices of [`Purpose::Split`], one per decision, so that no two decisions share random numbers.
const HOLD_OUT_STREAM: u32 = 0;
const STRATIFIED_FOLDS_STREAM: u32 = 1;
const PLAIN_FOLDS_STREAM: u32 = 2;
const HOLD_OUT_GROUPS_STREAM: u32 = 3;
const STRATIFIED_GROUP_FOLDS_STREAM: u32 = 4;
const PLAIN_GROUP_FOLDS_STREAM: u32 = 5;

/// The images of a data set divided in two: every index is in exactly one part, in ascending order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
    /// Images to train on.
    pub train: Vec<u32>,
    /// Images to validate on.
    pub validation: Vec<u32>,
}

/// Holds out `fraction` of the images for validation, chosen at random within each class.
///
/// `labels`: the class of each image, `[len]`. `round(len * fraction)` images are held out, but at least one remains to
/// train on. A class with `n` images gives `n * fraction` of them, rounded down or up. The same seed holds out the same
/// images.
///
/// ```
/// let labels = [0, 0, 0, 0, 1, 1, 1, 1];
/// let division = tenfold_dataset::hold_out(&labels, 0.25, 7)?;
/// assert_eq!(division.validation.iter().map(|&i| labels[i as usize]).collect::<Vec<_>>(), [0, 1]);
/// # Ok::<(), tenfold_dataset::Error>(())
/// ```
///
/// # Errors
/// [`Error::Empty`] without labels; [`Error::Fraction`] if `fraction` is not in `[0, 1)`.
pub fn hold_out(labels: &[u16], fraction: f64, seed: u64) -> Result<Division, Error> {
    check_fraction(labels.len(), fraction)?;
    let classes = shuffled_by_class(labels, Stream::new(seed, Purpose::Split, 0, HOLD_OUT_STREAM))?;
    let mut held_out = vec![false; labels.len()];
    for (class, quota) in classes.iter().zip(quotas(&classes, labels.len(), fraction)) {
        class[..quota].iter().for_each(|&index| held_out[index as usize] = true);
    }
    Ok(divide(labels.len(), |index| held_out[index]))
}

/// The indices of each label from 0 to the largest, in random order.
pub(crate) fn shuffled_by_class(labels: &[u16], mut stream: Stream) -> Result<Vec<Vec<u32>>, Error> {
    let len = checked_len(labels.len())?;
    let mut classes = vec![Vec::new(); label_count(labels)];
    for (index, &label) in (0..len).zip(labels) {
        classes[usize::from(label)].push(index);
    }
    classes.iter_mut().for_each(|class| stream.shuffle(class));
    Ok(classes)
}

fn check_fraction(images: usize, fraction: f64) -> Result<(), Error> {
    match fraction {
        _ if images == 0 => Err(Error::Empty),
        fraction if (0.0..1.0).contains(&fraction) => Ok(()),
        fraction => Err(Error::Fraction(fraction)),
    }
}

/// The number of images, which must fit in 32 bits as their indices do.
fn checked_len(images: usize) -> Result<u32, Error> {
    let limit = u32::MAX;
    u32::try_from(images).map_err(|_| Error::LimitExceeded { what: "number of images", limit: limit.into() })
}

/// How many images each class gives: its share rounded down, and one more where most was lost by rounding, until the
/// whole is the share of the whole (the method of largest remainders). Of equal remainders the lower label goes first.
fn quotas(classes: &[Vec<u32>], len: usize, fraction: f64) -> Vec<usize> {
    let share = |count: usize| count as f64 * fraction;
    let total = (share(len).round() as usize).min(len - 1);
    let mut quotas: Vec<usize> = classes.iter().map(|class| share(class.len()) as usize).collect();
    let mut by_remainder: Vec<usize> =
        (0..classes.len()).filter(|&class| quotas[class] < classes[class].len()).collect();
    by_remainder.sort_by(|&a, &b| share(classes[b].len()).fract().total_cmp(&share(classes[a].len()).fract()));
    let missing = total.saturating_sub(quotas.iter().sum());
    by_remainder.iter().take(missing).for_each(|&class| quotas[class] += 1);
    quotas
}

/// How many labels there are from 0 to the largest.
pub(crate) fn label_count(labels: &[u16]) -> usize {
    labels.iter().max().map_or(0, |&largest| usize::from(largest) + 1)
}

/// How many of these images are of each class, from 0 to the largest label.
fn class_counts(labels: &[u16], images: impl IntoIterator<Item = u32>) -> Vec<f64> {
    let mut counts = vec![0.0; label_count(labels)];
    images.into_iter().for_each(|index| counts[usize::from(labels[index as usize])] += 1.0);
    counts
}

fn divide(len: usize, validates: impl Fn(usize) -> bool) -> Division {
    let (validation, train) = (0..len as u32).partition(|&index| validates(index as usize));
    Division { train, validation }
}

#[cfg(test)]
mod tests;
