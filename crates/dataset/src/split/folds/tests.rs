//! Folds keep every image, their proportions, their word about seeds, and scikit-learn's.

use proptest::prelude::*;

use super::{FoldKind, FoldRule, FoldsLike, k_fold};
use crate::split::tests::{assert_partition, count, fingerprint, mixed};
use crate::{Error, ErrorKind};

const STRATIFIED: FoldRule = FoldRule { kind: FoldKind::Stratified, like: FoldsLike::Tenfold };
const PLAIN: FoldRule = FoldRule { kind: FoldKind::Plain, like: FoldsLike::Tenfold };
const SKLEARN_STRATIFIED: FoldRule = FoldRule { kind: FoldKind::Stratified, like: FoldsLike::Sklearn };
const SKLEARN_PLAIN: FoldRule = FoldRule { kind: FoldKind::Plain, like: FoldsLike::Sklearn };
const RULES: [FoldRule; 4] = [STRATIFIED, PLAIN, SKLEARN_STRATIFIED, SKLEARN_PLAIN];

fn spread(counts: impl Iterator<Item = usize> + Clone) -> usize {
    counts.clone().max().unwrap() - counts.min().unwrap()
}

#[test]
fn the_seed_and_the_rule_decide() {
    let labels = mixed();
    let divisions: Vec<_> =
        RULES.iter().flat_map(|&rule| [1, 2].map(|seed| k_fold(&labels, 5, rule, seed).unwrap())).collect();
    for (i, division) in divisions.iter().enumerate() {
        assert!(divisions[..i].iter().all(|other| other != division), "{i}");
    }
    assert_eq!(divisions[0], k_fold(&labels, 5, FoldRule::default(), 1).unwrap());
}

/// A seed in someone's notes must mean the same folds in every version.
#[test]
fn what_a_seed_means_does_not_change() {
    assert_eq!(k_fold(&[0; 20], 5, STRATIFIED, 42).unwrap()[0].validation, [8, 14, 17, 18]);
    assert_eq!(k_fold(&[0; 20], 5, PLAIN, 42).unwrap()[0].validation, [8, 13, 18, 19]);
}

#[test]
fn impossible_folds_are_refused() {
    for (folds, rule) in [0, 1, 4].into_iter().flat_map(|folds| RULES.map(|rule| (folds, rule))) {
        assert!(matches!(k_fold(&[1; 3], folds, rule, 1), Err(Error::Folds { images: 3, .. })), "{folds} {rule:?}");
    }
    for (result, message) in [
        (
            k_fold(&[0, 1, 0, 1, 2], 3, SKLEARN_STRATIFIED, 1),
            "number of folds is out of range: expected at most 2, the number of images of the largest class, found 3\n\
             hint: use plain folds, or Tenfold's own",
        ),
        (
            k_fold(&[0; 9], 3, SKLEARN_PLAIN, 1 << 32),
            "seed of scikit-learn's folds is out of range: expected 0 to 4294967295, found 4294967296",
        ),
    ] {
        let error = result.expect_err(message);
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Setting, message));
    }
}

#[test]
fn stratified_folds_have_every_class_in_proportion() {
    let labels = mixed();
    for rule in [STRATIFIED, SKLEARN_STRATIFIED] {
        for fold in &k_fold(&labels, 5, rule, 9).unwrap() {
            assert_eq!([0, 1, 7].map(|class| count(&fold.validation, &labels, class)), [20, 10, 2], "{rule:?}");
        }
    }
}

#[test]
fn plain_folds_do_not_look_at_classes() {
    for rule in [PLAIN, SKLEARN_PLAIN] {
        assert_eq!(k_fold(&mixed(), 5, rule, 9).unwrap(), k_fold(&[0; 160], 5, rule, 9).unwrap(), "{rule:?}");
    }
}

/// The fixture's labels: ten classes of unequal size, first seen in the order 0, 1, 4, 9, 6, 5, ...
fn fixture_labels(len: usize) -> Vec<u16> {
    (0..len).map(|index| (index * index % 97 % 10) as u16).collect()
}

#[test]
fn folds_equal_those_of_scikit_learn() {
    const FOLDS: &str = include_str!("../../../../../testdata/dataset/folds.csv");
    let mut rows = 0;
    for row in FOLDS.lines().skip(1) {
        let [kind, images, folds, seed, begins, hash] = row.split(',').collect::<Vec<_>>()[..] else { panic!("{row}") };
        let rule = if kind == "plain" { SKLEARN_PLAIN } else { SKLEARN_STRATIFIED };
        let labels = fixture_labels(images.parse().unwrap());
        let folds = k_fold(&labels, folds.parse().unwrap(), rule, seed.parse().unwrap()).unwrap();
        let first: Vec<String> = folds[0].validation.iter().take(10).map(u32::to_string).collect();
        assert_eq!((first.join(" ").as_str(), fingerprint(&folds).as_str()), (begins, hash), "{row}");
        rows += 1;
    }
    assert!(rows >= 40, "the fixture has only {rows} rows");
}

proptest! {
    #[test]
    fn folds_are_equal_to_within_one(labels in prop::collection::vec(0_u16..6, 7..120), folds in 2_usize..8, seed: u32) {
        for rule in RULES {
            let divisions = match k_fold(&labels, folds, rule, seed.into()) {
                Err(Error::FoldsOfClasses { .. }) if rule == SKLEARN_STRATIFIED => continue,
                divisions => divisions.unwrap(),
            };
            for division in &divisions {
                assert_partition(division, labels.len());
            }
            let mut validated: Vec<u32> = divisions.iter().flat_map(|division| division.validation.clone()).collect();
            validated.sort_unstable();
            prop_assert_eq!(validated, (0..labels.len() as u32).collect::<Vec<_>>());
            prop_assert!(spread(divisions.iter().map(|division| division.validation.len())) <= 1);
            for class in (0..6).filter(|_| rule.kind == FoldKind::Stratified) {
                prop_assert!(spread(divisions.iter().map(|d| count(&d.validation, &labels, class))) <= 1);
            }
        }
    }
}
