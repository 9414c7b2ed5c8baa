//! The folds of scikit-learn's `GroupKFold` and `StratifiedGroupKFold` with `shuffle=True`, index for index.
//!
//! The rules are those of `sklearn/model_selection/_split.py` of version 1.9. What is chosen depends on sums of floats, which
//! are therefore added in numpy's order.

use super::mt19937::Mt19937;
use super::{class_counts, sklearn};
use crate::Error;

/// The fold of each of `groups` groups: they are shuffled and cut into folds, whatever their sizes, as images are by `KFold`.
pub(super) fn plain(groups: usize, folds: usize, seed: u32) -> Vec<usize> {
    sklearn::plain(groups as u32, folds, seed)
}

/// The fold of each group: those whose images are spread least evenly over the classes go first, each to the fold with which
/// the shares of each class in the folds differ least.
///
/// # Errors
/// [`Error::FoldsOfClasses`] if `folds` is more than any class has images.
pub(super) fn stratified(labels: &[u16], members: &[Vec<u32>], folds: usize, seed: u32) -> Result<Vec<usize>, Error> {
    let all = class_counts(labels, 0..labels.len() as u32);
    let present: Vec<usize> = (0..all.len()).filter(|&class| all[class] > 0.0).collect();
    let of_present = |counts: Vec<f64>| -> Vec<f64> { present.iter().map(|&class| counts[class]).collect() };
    let totals = of_present(all);
    let largest = totals.iter().copied().fold(0.0, f64::max) as usize;
    if folds > largest {
        return Err(Error::FoldsOfClasses { folds, largest });
    }
    let mut order: Vec<usize> = (0..members.len()).collect();
    Mt19937::new(seed).shuffle(&mut order);
    let count = |group: usize| (group, of_present(class_counts(labels, members[group].iter().copied())));
    let mut groups: Vec<(usize, Vec<f64>)> = order.into_iter().map(count).collect();
    groups.sort_by(|(_, one), (_, other)| standard_deviation(other).total_cmp(&standard_deviation(one)));

    let mut counts = vec![vec![0.0; totals.len()]; folds];
    let mut fold_of_group = vec![0; members.len()];
    for (group, own) in groups {
        let fold = best_fold(&mut counts, &own, &totals);
        add(&mut counts[fold], &own, 1.0);
        fold_of_group[group] = fold;
    }
    Ok(fold_of_group)
}

/// The first fold whose shares would differ least, or of about equal ones that with the fewest images.
fn best_fold(counts: &mut [Vec<f64>], own: &[f64], totals: &[f64]) -> usize {
    let mut best = (0, f64::INFINITY, f64::INFINITY);
    for fold in 0..counts.len() {
        add(&mut counts[fold], own, 1.0);
        let unevenness = unevenness(counts, totals);
        add(&mut counts[fold], own, -1.0);
        let images = sum(&counts[fold]);
        let (_, least, fewest) = best;
        if unevenness < least || is_close(unevenness, least) && images < fewest {
            best = (fold, unevenness, images);
        }
    }
    best.0
}

fn add(to: &mut [f64], counts: &[f64], factor: f64) {
    to.iter_mut().zip(counts).for_each(|(to, count)| *to += factor * count);
}

/// The standard deviation over folds of the share of each class, as the mean over classes. Folds are added one after another,
/// as numpy adds along the first axis.
fn unevenness(counts: &[Vec<f64>], totals: &[f64]) -> f64 {
    let folds = counts.len() as f64;
    let deviation = |(class, total): (usize, &f64)| {
        let shares = || counts.iter().map(|fold| fold[class] / total);
        let mean = shares().sum::<f64>() / folds;
        (shares().map(|share| (share - mean) * (share - mean)).sum::<f64>() / folds).sqrt()
    };
    let deviations: Vec<f64> = totals.iter().enumerate().map(deviation).collect();
    sum(&deviations) / deviations.len() as f64
}

/// `numpy.std` of a row.
fn standard_deviation(values: &[f64]) -> f64 {
    let mean = sum(values) / values.len() as f64;
    let squares: Vec<f64> = values.iter().map(|value| (value - mean) * (value - mean)).collect();
    (sum(&squares) / values.len() as f64).sqrt()
}

/// `numpy.sum` of a row: eight sums side by side, of halves where the row is long.
fn sum(values: &[f64]) -> f64 {
    const BLOCK: usize = 128;
    match values.len() {
        0..8 => values.iter().sum(),
        8..=BLOCK => {
            let (eights, rest) = values.as_chunks::<8>();
            let mut sums = eights[0];
            eights[1..].iter().for_each(|eight| (0..8).for_each(|lane| sums[lane] += eight[lane]));
            let [a, b, c, d, e, f, g, h] = sums;
            rest.iter().fold(((a + b) + (c + d)) + ((e + f) + (g + h)), |sum, value| sum + value)
        }
        len => {
            let half = len / 2 / 8 * 8;
            sum(&values[..half]) + sum(&values[half..])
        }
    }
}

/// `numpy.isclose`.
fn is_close(value: f64, to: f64) -> bool {
    to.is_finite() && (value - to).abs() <= 1e-8 + 1e-5 * to.abs()
}
