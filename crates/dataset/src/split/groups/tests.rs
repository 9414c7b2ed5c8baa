//! Groups stay whole, parts stay as equal as they allow, and scikit-learn's folds are its own.

use proptest::prelude::*;

use super::{group_k_fold, hold_out_groups};
use crate::split::tests::{assert_partition, count, fingerprint};
use crate::{Division, Error, ErrorKind, FoldKind, FoldRule, FoldsLike, Part, Source};

const RULES: [FoldRule; 4] = [
    FoldRule { kind: FoldKind::Stratified, like: FoldsLike::Tenfold },
    FoldRule { kind: FoldKind::Plain, like: FoldsLike::Tenfold },
    FoldRule { kind: FoldKind::Stratified, like: FoldsLike::Sklearn },
    FoldRule { kind: FoldKind::Plain, like: FoldsLike::Sklearn },
];

fn assert_whole(division: &Division, groups: &[u32]) {
    let of = |indices: &[u32]| indices.iter().map(|&index| groups[index as usize]).collect::<Vec<u32>>();
    let (train, validation) = (of(&division.train), of(&division.validation));
    assert!(train.iter().all(|group| !validation.contains(group)), "a group is on both sides");
}

fn spread(counts: impl Iterator<Item = usize> + Clone) -> usize {
    counts.clone().max().unwrap() - counts.min().unwrap()
}

fn largest(groups: &[u32]) -> usize {
    groups.iter().map(|group| groups.iter().filter(|other| *other == group).count()).max().unwrap()
}

/// A seed in someone's notes must mean the same division in every version.
#[test]
fn what_a_seed_means_does_not_change() {
    let groups: Vec<u32> = (0..40).map(|index| index * index % 11).collect();
    assert_eq!(hold_out_groups(&groups, 0.25, 42).unwrap().validation, [2, 9, 13, 20, 24, 31, 35]);
    let folds = RULES[..2].iter().map(|&rule| group_k_fold(&[0; 40], &groups, 5, rule, 42).unwrap().swap_remove(0));
    let first: Vec<Vec<u32>> = folds.map(|fold| fold.validation).collect();
    assert_eq!(first, [[5, 6, 16, 17, 27, 28, 38, 39]; 2]);
}

#[test]
fn the_seed_and_the_rule_decide() {
    let groups: Vec<u32> = (0..200).map(|index| index * index % 31).collect();
    let labels: Vec<u16> = (0..200).map(|index| index % 7).collect();
    let folds = |rule, seed| group_k_fold(&labels, &groups, 3, rule, seed).unwrap();
    let all: Vec<_> = RULES.iter().flat_map(|&rule| [1, 2].map(|seed| folds(rule, seed))).collect();
    for (index, one) in all.iter().enumerate() {
        assert!(all[..index].iter().all(|other| other != one), "{index}");
    }
    assert_eq!(all[0], folds(RULES[0], 1));
    assert_ne!(hold_out_groups(&groups, 0.2, 1).unwrap(), hold_out_groups(&groups, 0.2, 2).unwrap());
}

#[test]
fn what_cannot_be_is_refused() {
    let [stratified, .., sklearn_stratified, sklearn_plain] = RULES;
    for (result, message) in [
        (
            group_k_fold(&[0; 3], &[1; 3], 2, stratified, 1).map(drop),
            "number of folds is out of range: expected 2 to 1, the number of groups, found 2",
        ),
        (
            group_k_fold(&[0; 3], &[1, 2, 3], 1, stratified, 1).map(drop),
            "number of folds is out of range: expected 2 to 3, the number of groups, found 1",
        ),
        (
            group_k_fold(&[0, 1, 2], &[1, 2, 3], 2, sklearn_stratified, 1).map(drop),
            "number of folds is out of range: expected at most 1, the number of images of the largest class, found 2\n\
             hint: use plain folds, or Tenfold's own",
        ),
        (
            group_k_fold(&[0; 9], &[1, 2, 3, 1, 2, 3, 1, 2, 3], 3, sklearn_plain, 1 << 32).map(drop),
            "seed of scikit-learn's folds is out of range: expected 0 to 4294967295, found 4294967296",
        ),
        (
            hold_out_groups(&[1, 1, 2, 2], 0.25, 1).map(drop),
            "groups are too large to hold out: expected one of at most 1 images, found 2 or more in each\n\
             hint: hold out a larger share",
        ),
        (
            hold_out_groups(&[1], 1.0, 1).map(drop),
            "validation fraction is out of range: expected 0 or more and less than 1, found 1",
        ),
    ] {
        let error = result.expect_err(message);
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Setting, message));
    }
    assert!(matches!(
        group_k_fold(&[0; 3], &[1; 2], 2, stratified, 1),
        Err(Error::GroupCount { images: 3, groups: 2 })
    ));
    assert!(matches!(hold_out_groups(&[], 0.5, 1), Err(Error::Empty)));
}

#[test]
fn large_groups_go_first_and_small_ones_fill_up() {
    let groups: Vec<u32> = (0..60).map(|index| if index < 20 { 1 } else { index }).collect();
    for seed in 0..20 {
        for rule in &RULES[..2] {
            let folds = group_k_fold(&[0; 60], &groups, 3, *rule, seed).unwrap();
            assert!(folds.iter().all(|fold| fold.validation.len() == 20), "{rule:?} {seed}");
        }
    }
}

/// Folds of MNIST's training images by writer are almost as equal as folds by image.
#[test]
fn folds_of_mnist_are_nearly_equal() {
    let train = Source::Embedded.load(Part::Train).unwrap();
    let (labels, writers) = (train.labels(), train.known_groups().unwrap());
    for rule in &RULES[..2] {
        let folds = group_k_fold(labels, writers, 5, *rule, 1).unwrap();
        assert!(folds.iter().all(|fold| fold.validation.len().abs_diff(12_000) <= 131), "{rule:?}");
    }
    let folds = group_k_fold(labels, writers, 5, RULES[0], 1).unwrap();
    for class in 0..10 {
        let counts = folds.iter().map(|fold| count(&fold.validation, labels, class));
        assert!(spread(counts.clone()) <= 60, "class {class}: {:?}", counts.collect::<Vec<_>>());
    }
}

#[test]
fn folds_equal_those_of_scikit_learn() {
    const FOLDS: &str = include_str!("../../../../../testdata/dataset/group_folds.csv");
    let mut rows = 0;
    for row in FOLDS.lines().skip(1) {
        let [kind, numbers @ .., begins, hash] = &row.split(',').collect::<Vec<_>>()[..] else { panic!("{row}") };
        let [images, classes, count, folds, seed] = numbers else { panic!("{row}") };
        let [images, classes, count, seed] = [images, classes, count, seed].map(|it| it.parse::<u64>().unwrap());
        let labels: Vec<u16> = (0..images).map(|index| (index * index % 997 % classes) as u16).collect();
        let group = |index: u64| 7 * (index * index % 10_007 * (index % 13) % count) as u32;
        let groups: Vec<u32> = (0..images).map(group).collect();
        let rule = if *kind == "plain" { RULES[3] } else { RULES[2] };
        let folds = group_k_fold(&labels, &groups, folds.parse().unwrap(), rule, seed).unwrap();
        let first: Vec<String> = folds[0].validation.iter().take(10).map(u32::to_string).collect();
        assert_eq!((first.join(" ").as_str(), fingerprint(&folds).as_str()), (*begins, *hash), "{row}");
        rows += 1;
    }
    assert!(rows >= 60, "the fixture has only {rows} rows");
}

proptest! {
    #[test]
    fn groups_are_whole_and_folds_even(
        images in prop::collection::vec((0_u16..6, 0_u32..30), 7..120), folds in 2_usize..8, seed: u32,
    ) {
        let (labels, groups): (Vec<u16>, Vec<u32>) = images.into_iter().unzip();
        for rule in RULES {
            let divisions = match group_k_fold(&labels, &groups, folds, rule, seed.into()) {
                Err(Error::FoldsOfGroups { .. } | Error::FoldsOfClasses { .. }) => continue,
                divisions => divisions.unwrap(),
            };
            prop_assert_eq!(divisions.len(), folds);
            for division in &divisions {
                assert_partition(division, labels.len());
                assert_whole(division, &groups);
            }
            let mut validated: Vec<u32> = divisions.iter().flat_map(|division| division.validation.clone()).collect();
            validated.sort_unstable();
            prop_assert_eq!(validated, (0..labels.len() as u32).collect::<Vec<_>>());
            if rule.like == FoldsLike::Tenfold {
                let lengths = divisions.iter().map(|division| division.validation.len());
                prop_assert!(lengths.clone().all(|length| length > 0) && spread(lengths) <= largest(&groups));
            }
        }
    }

    #[test]
    fn groups_held_out_are_whole_and_as_many_as_fit(
        groups in prop::collection::vec(0_u32..30, 1..120), fraction in 0.0_f64..1.0, seed: u64,
    ) {
        let most = ((groups.len() as f64 * fraction).round() as usize).min(groups.len() - 1);
        match hold_out_groups(&groups, fraction, seed) {
            Err(Error::LargeGroups { smallest, .. }) => prop_assert!(smallest > most),
            division => {
                let division = division.unwrap();
                assert_partition(&division, groups.len());
                assert_whole(&division, &groups);
                let left = division.train.iter().map(|&index| groups[index as usize]);
                let size = |group: u32| groups.iter().filter(|&&other| other == group).count();
                let smallest = left.map(size).min().unwrap_or(0);
                let held_out = division.validation.len();
                prop_assert!(held_out <= most && (most == 0 || most - held_out < smallest), "{held_out} of {most}");
            }
        }
    }
}
