//! Divisions that keep groups whole: all images of a writer, or whatever else their images share, are on one side.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tenfold_random::{Purpose, Stream};

use super::folds::{FoldKind, FoldRule, FoldsLike, divisions, sklearn_seed};
use super::{
    Division, HOLD_OUT_GROUPS_STREAM, PLAIN_GROUP_FOLDS_STREAM, STRATIFIED_GROUP_FOLDS_STREAM, check_fraction,
    checked_len, class_counts, divide, sklearn_groups,
};
use crate::Error;

/// What a division keeps whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DivideBy {
    /// Each image by itself: images of one group may be on both sides.
    #[default]
    Image,
    /// Each group of images: what is held out is by other writers. In files `writer` is another name for it.
    #[serde(alias = "writer")]
    Group,
}

impl DivideBy {
    /// Whether it is [`Self::Image`], which files leave out.
    pub fn is_image(&self) -> bool {
        *self == Self::Image
    }
}

/// Holds out whole groups of images for validation, chosen at random.
///
/// `groups`: the group of each image, `[len]`. Groups are taken in random order, each that does not bring what is held out
/// above `round(len * fraction)` images, of which at least one is left to train on. What is missing of that is less than the
/// smallest group left. Classes are not looked at. The same seed holds out the same images.
///
/// ```
/// let writers = [5, 5, 5, 8, 8, 9, 9, 9];
/// let division = tenfold_dataset::hold_out_groups(&writers, 0.25, 7)?;
/// assert_eq!(division.validation, [3, 4]);
/// # Ok::<(), tenfold_dataset::Error>(())
/// ```
///
/// # Errors
/// [`Error::Empty`] without images; [`Error::Fraction`] if `fraction` is not in `[0, 1)`; [`Error::LargeGroups`] if every group
/// is larger than the share, which is not 0.
pub fn hold_out_groups(groups: &[u32], fraction: f64, seed: u64) -> Result<Division, Error> {
    check_fraction(groups.len(), fraction)?;
    checked_len(groups.len())?;
    let mut members = members(groups);
    let most = ((groups.len() as f64 * fraction).round() as usize).min(groups.len() - 1);
    let smallest = members.iter().map(Vec::len).min().unwrap_or(0);
    if most > 0 && smallest > most {
        return Err(Error::LargeGroups { most, smallest });
    }
    Stream::new(seed, Purpose::Split, 0, HOLD_OUT_GROUPS_STREAM).shuffle(&mut members);
    let mut held_out = vec![false; groups.len()];
    let mut count = 0;
    for group in members {
        if count + group.len() <= most {
            count += group.len();
            group.iter().for_each(|&index| held_out[index as usize] = true);
        }
    }
    Ok(divide(groups.len(), |index| held_out[index]))
}

/// Divides the images into `folds` parts at random, each group whole in one of them, and returns for each part the division
/// that validates on it and trains on the others.
///
/// `labels`, `groups`: the class and the group of each image, `[len]`. Sizes of Tenfold's parts differ by at most the largest
/// group; stratified parts have each class in proportion, as far as whole groups allow. The same seed gives the same folds.
/// scikit-learn's are those of `GroupKFold(folds, shuffle=True, random_state=seed)`, or of `StratifiedGroupKFold` likewise.
///
/// ```
/// use tenfold_dataset::{FoldRule, group_k_fold};
///
/// let writers = [5, 5, 8, 8, 9, 9];
/// let folds = group_k_fold(&[0, 1, 0, 1, 0, 1], &writers, 3, FoldRule::default(), 1)?;
/// assert!(folds.iter().all(|fold| writers[fold.validation[0] as usize] == writers[fold.validation[1] as usize]));
/// # Ok::<(), tenfold_dataset::Error>(())
/// ```
///
/// # Errors
/// [`Error::GroupCount`] if there are not as many groups as labels; [`Error::FoldsOfGroups`] if `folds` is less than 2 or more
/// than there are different groups; [`Error::LimitExceeded`] for more than `u32::MAX` images. As scikit-learn does:
/// [`Error::SklearnSeed`] if `seed` is over `u32::MAX`, and [`Error::FoldsOfClasses`] for stratified folds if `folds` is more
/// than any class has images.
pub fn group_k_fold(
    labels: &[u16],
    groups: &[u32],
    folds: usize,
    rule: FoldRule,
    seed: u64,
) -> Result<Vec<Division>, Error> {
    checked_len(labels.len())?;
    if groups.len() != labels.len() {
        return Err(Error::GroupCount { images: labels.len(), groups: groups.len() });
    }
    let members = members(groups);
    if !(2..=members.len()).contains(&folds) {
        return Err(Error::FoldsOfGroups { folds, groups: members.len() });
    }
    let fold_of_group = match rule.like {
        FoldsLike::Tenfold => return Ok(divisions(&deal(labels, members, folds, rule.kind, seed), folds)),
        FoldsLike::Sklearn => match rule.kind {
            FoldKind::Plain => sklearn_groups::plain(members.len(), folds, sklearn_seed(seed)?),
            FoldKind::Stratified => sklearn_groups::stratified(labels, &members, folds, sklearn_seed(seed)?)?,
        },
    };
    let mut fold_of = vec![0; labels.len()];
    for (group, fold) in members.iter().zip(fold_of_group) {
        group.iter().for_each(|&index| fold_of[index as usize] = fold);
    }
    Ok(divisions(&fold_of, folds))
}

/// The images of each group, groups in ascending order.
fn members(groups: &[u32]) -> Vec<Vec<u32>> {
    let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (index, &group) in (0..).zip(groups) {
        members.entry(group).or_default().push(index);
    }
    members.into_values().collect()
}

/// The fold of each image, `[labels]`. Groups are dealt in random order, but those of twice the size first, each to a fold
/// that then is at most the largest group longer than the shortest: to the one that is shortest, or if classes matter to the
/// one that has least of the group's classes.
fn deal(labels: &[u16], mut members: Vec<Vec<u32>>, folds: usize, kind: FoldKind, seed: u64) -> Vec<usize> {
    let stream = match kind {
        FoldKind::Stratified => STRATIFIED_GROUP_FOLDS_STREAM,
        FoldKind::Plain => PLAIN_GROUP_FOLDS_STREAM,
    };
    Stream::new(seed, Purpose::Split, 0, stream).shuffle(&mut members);
    members.sort_by_key(|group| Reverse(group.len().ilog2()));
    let largest = members.iter().map(Vec::len).max().unwrap_or(0);
    let all = class_counts(labels, 0..labels.len() as u32);
    let mut lengths = vec![0; folds];
    let mut classes = vec![vec![0.0; all.len()]; folds];
    let mut fold_of = vec![0; labels.len()];
    for group in members {
        let own = class_counts(labels, group.iter().copied());
        // Of the sum over folds and classes of squared shares, what depends on the fold that gets the group.
        let share = |fold: usize| -> f64 {
            let terms = own.iter().zip(&classes[fold]).zip(&all);
            terms.map(|((own, others), all)| if *all > 0.0 { own * others / all } else { 0.0 }).sum()
        };
        let cost = |fold| if kind == FoldKind::Stratified { share(fold) } else { 0.0 };
        let shortest = lengths.iter().min().copied().unwrap_or(0);
        let fits = (0..folds).filter(|&fold| lengths[fold] + group.len() <= shortest + largest);
        let costs = fits.map(|fold| (cost(fold), lengths[fold], fold));
        let cheapest = costs.min_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
        let (.., fold) = cheapest.expect("the shortest fold always fits");
        lengths[fold] += group.len();
        classes[fold].iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
        group.iter().for_each(|&index| fold_of[index as usize] = fold);
    }
    fold_of
}

#[cfg(test)]
mod tests;
