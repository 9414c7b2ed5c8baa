//! The folds of scikit-learn's `KFold` and `StratifiedKFold` with `shuffle=True`, index for index.
//!
//! The rules are those of `sklearn/model_selection/_split.py`, stratified folds as they are since version 0.22; the
//! generator is numpy's `RandomState`, whose numbers numpy promises never to change (NEP 19).

use std::iter::repeat_n;

use super::label_count;
use super::mt19937::Mt19937;
use crate::Error;

/// The fold of each image, `[len]`: the images are shuffled, and the folds are cut from them in order, the first
/// `len % folds` of them one image longer. `folds`: 1 or more.
pub(super) fn plain(len: u32, folds: usize, seed: u32) -> Vec<usize> {
    let mut order: Vec<u32> = (0..len).collect();
    Mt19937::new(seed).shuffle(&mut order);
    let (shortest, longer) = (order.len() / folds, order.len() % folds);
    let fold_of_position = (0..folds).flat_map(|fold| repeat_n(fold, shortest + usize::from(fold < longer)));
    let mut fold_of = vec![0; order.len()];
    for (&index, fold) in order.iter().zip(fold_of_position) {
        fold_of[index as usize] = fold;
    }
    fold_of
}

/// The fold of each image, `[labels]`. Classes take turns in the order in which they first appear: a class has as many
/// images in each fold as cards dealt after those of the classes before would give it, and these folds, in ascending
/// order and then shuffled, are handed to its images. `folds`: 1 or more.
///
/// # Errors
/// [`Error::FoldsOfClasses`] if `folds` is more than any class has images.
pub(super) fn stratified(labels: &[u16], folds: usize, seed: u32) -> Result<Vec<usize>, Error> {
    let mut classes = vec![Vec::new(); label_count(labels)];
    for (index, &label) in labels.iter().enumerate() {
        classes[usize::from(label)].push(index);
    }
    classes.retain(|class| !class.is_empty());
    classes.sort_by_key(|class| class[0]);
    let largest = classes.iter().map(Vec::len).max().unwrap_or(0);
    if folds > largest {
        return Err(Error::FoldsOfClasses { folds, largest });
    }

    let mut random = Mt19937::new(seed);
    let mut fold_of = vec![0; labels.len()];
    let mut dealt = 0;
    for class in classes {
        let mut folds_of_class: Vec<usize> = (dealt..dealt + class.len()).map(|card| card % folds).collect();
        folds_of_class.sort_unstable();
        random.shuffle(&mut folds_of_class);
        dealt += class.len();
        for (index, fold) in class.into_iter().zip(folds_of_class) {
            fold_of[index] = fold;
        }
    }
    Ok(fold_of)
}
