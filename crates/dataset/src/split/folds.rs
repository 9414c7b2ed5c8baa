//! Folds for cross-validation: by class or not, drawn by Tenfold's streams or exactly as scikit-learn draws them.

use serde::{Deserialize, Serialize};
use tenfold_random::{Purpose, Stream};

use super::{Division, PLAIN_FOLDS_STREAM, STRATIFIED_FOLDS_STREAM, checked_len, divide, shuffled_by_class, sklearn};
use crate::Error;

/// How images are divided into folds. The default is stratified folds of Tenfold's own.
///
/// ```
/// use tenfold_dataset::{FoldKind, FoldRule, FoldsLike, k_fold};
///
/// // KFold(n_splits=2, shuffle=True, random_state=0).split(range(6))
/// let rule = FoldRule { kind: FoldKind::Plain, like: FoldsLike::Sklearn };
/// let folds = k_fold(&[0; 6], 2, rule, 0)?;
/// assert_eq!((&folds[0].train[..], &folds[0].validation[..]), (&[0, 3, 4][..], &[1, 2, 5][..]));
/// # Ok::<(), tenfold_dataset::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FoldRule {
    /// Whether classes matter.
    pub kind: FoldKind,
    /// What a seed means.
    pub like: FoldsLike,
}

/// Whether the folds of a division look at classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoldKind {
    /// Each class is spread evenly over the folds: the numbers of its images in two folds differ by at most one.
    #[default]
    Stratified,
    /// Classes are not looked at: every division into folds of these sizes is equally likely.
    Plain,
}

/// Whose folds a seed means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoldsLike {
    /// Tenfold's own random streams; any seed of 64 bits.
    #[default]
    Tenfold,
    /// scikit-learn's folds, index for index, to compare with results of other programs on the same folds:
    /// `KFold(folds, shuffle=True, random_state=seed)`, or `StratifiedKFold` likewise. Seeds of 32 bits, as there.
    Sklearn,
}

/// Divides the images into `folds` parts at random and returns for each part the division that validates on it and
/// trains on the others.
///
/// `labels`: the class of each image, `[len]`; plain folds only count them. Sizes of parts differ by at most one. The
/// same seed gives the same folds.
///
/// # Errors
/// [`Error::Folds`] if `folds` is less than 2 or more than there are images; [`Error::LimitExceeded`] for more than
/// `u32::MAX` images. As scikit-learn does: [`Error::SklearnSeed`] if `seed` is over `u32::MAX`, and
/// [`Error::FoldsOfClasses`] for stratified folds if `folds` is more than any class has images.
pub fn k_fold(labels: &[u16], folds: usize, rule: FoldRule, seed: u64) -> Result<Vec<Division>, Error> {
    if !(2..=labels.len()).contains(&folds) {
        return Err(Error::Folds { folds, images: labels.len() });
    }
    let len = checked_len(labels.len())?;
    let fold_of = match (rule.like, rule.kind) {
        (FoldsLike::Tenfold, FoldKind::Stratified) => stratified(labels, folds, seed)?,
        (FoldsLike::Tenfold, FoldKind::Plain) => plain(len, folds, seed),
        (FoldsLike::Sklearn, FoldKind::Stratified) => sklearn::stratified(labels, folds, sklearn_seed(seed)?)?,
        (FoldsLike::Sklearn, FoldKind::Plain) => sklearn::plain(len, folds, sklearn_seed(seed)?),
    };
    Ok(divisions(&fold_of, folds))
}

/// For each fold the division that validates on it. `fold_of`: the fold of each image, less than `folds`.
pub(super) fn divisions(fold_of: &[usize], folds: usize) -> Vec<Division> {
    (0..folds).map(|fold| divide(fold_of.len(), |index| fold_of[index] == fold)).collect()
}

/// The fold of each image, `[labels]`.
fn stratified(labels: &[u16], folds: usize, seed: u64) -> Result<Vec<usize>, Error> {
    let classes = shuffled_by_class(labels, Stream::new(seed, Purpose::Split, 0, STRATIFIED_FOLDS_STREAM))?;
    // Each class continues where the one before stopped: this keeps the parts equal.
    Ok(deal(classes.iter().flatten(), labels.len(), folds))
}

/// The fold of each image, `[len]`.
fn plain(len: u32, folds: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<u32> = (0..len).collect();
    Stream::new(seed, Purpose::Split, 0, PLAIN_FOLDS_STREAM).shuffle(&mut order);
    deal(&order, order.len(), folds)
}

/// Deals images to the folds like cards, in the order given. Returns the fold of each image, `[len]`.
fn deal<'a>(order: impl IntoIterator<Item = &'a u32>, len: usize, folds: usize) -> Vec<usize> {
    let mut fold_of = vec![0; len];
    for (dealt, &index) in order.into_iter().enumerate() {
        fold_of[index as usize] = dealt % folds;
    }
    fold_of
}

pub(super) fn sklearn_seed(seed: u64) -> Result<u32, Error> {
    u32::try_from(seed).map_err(|_| Error::SklearnSeed(seed))
}

#[cfg(test)]
mod tests;
