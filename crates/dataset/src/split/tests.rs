//! Divisions keep every image, every proportion, and their word about seeds.

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::{Division, hold_out};
use crate::Error;

/// 100 images of class 0, 50 of class 1, 10 of class 7, in mixed order.
pub(super) fn mixed() -> Vec<u16> {
    (0..160).map(|index| [0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 7][index % 16]).collect()
}

pub(super) fn count(indices: &[u32], labels: &[u16], class: u16) -> usize {
    indices.iter().filter(|&&index| labels[index as usize] == class).count()
}

pub(super) fn assert_partition(division: &Division, len: usize) {
    assert!(division.train.is_sorted() && division.validation.is_sorted());
    let mut all = [division.train.as_slice(), &division.validation].concat();
    all.sort_unstable();
    assert_eq!(all, (0..len as u32).collect::<Vec<_>>());
}

/// Every list of every fold, each after its length, as numbers of 32 bits, lowest byte first.
pub(super) fn fingerprint(folds: &[Division]) -> String {
    let lists = folds.iter().flat_map(|fold| [&fold.train, &fold.validation]);
    let words = lists.flat_map(|list| std::iter::once(list.len() as u32).chain(list.iter().copied()));
    let bytes: Vec<u8> = words.flat_map(u32::to_le_bytes).collect();
    Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn every_class_is_held_out_in_proportion() {
    let labels = mixed();
    let division = hold_out(&labels, 0.2, 1).unwrap();
    for class in [0, 1, 7] {
        assert_eq!(count(&division.validation, &labels, class) * 5, labels.iter().filter(|&&l| l == class).count());
    }
}

#[test]
fn the_seed_decides() {
    let labels = mixed();
    assert_eq!(hold_out(&labels, 0.2, 1).unwrap(), hold_out(&labels, 0.2, 1).unwrap());
    assert_ne!(hold_out(&labels, 0.2, 1).unwrap(), hold_out(&labels, 0.2, 2).unwrap());
}

/// A seed in someone's notes must mean the same images in every version.
#[test]
fn what_a_seed_means_does_not_change() {
    assert_eq!(hold_out(&[0; 20], 0.25, 42).unwrap().validation, [7, 11, 12, 13, 15]);
}

#[test]
fn something_always_remains_to_train_on() {
    assert_eq!(hold_out(&[3], 0.9, 1).unwrap(), Division { train: vec![0], validation: vec![] });
    assert_eq!(hold_out(&[3, 3], 0.999, 1).unwrap().train.len(), 1);
    assert_eq!(hold_out(&mixed(), 1.0_f64.next_down(), 1).unwrap().train.len(), 1);
}

#[test]
fn what_is_no_share_is_refused() {
    for fraction in [-0.1, 1.0, 2.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(hold_out(&[0, 1], fraction, 1), Err(Error::Fraction(_))), "{fraction}");
    }
    assert!(matches!(hold_out(&[], 0.1, 1), Err(Error::Empty)));
}

proptest! {
    #[test]
    fn hold_out_is_a_partition_in_proportion(
        labels in prop::collection::vec(0_u16..6, 1..120), fraction in 0.0..1.0, seed: u64,
    ) {
        let division = hold_out(&labels, fraction, seed).unwrap();
        assert_partition(&division, labels.len());
        let total = (labels.len() as f64 * fraction).round() as usize;
        prop_assert_eq!(division.validation.len(), total.min(labels.len() - 1));
        for class in 0..6 {
            let share = labels.iter().filter(|&&label| label == class).count() as f64 * fraction;
            let held_out = count(&division.validation, &labels, class) as f64;
            prop_assert!((held_out - share).abs() < 1.0, "class {class}: {held_out} of {share}");
        }
    }
}
