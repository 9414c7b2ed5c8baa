//! What counts as a pair, in which order pairs are listed, and what is refused.

use super::{Duplicates, ImagePair, ImagePairs, distance_of, squared_limit};
use crate::{Dataset, Error, ErrorKind, Images};

/// Images of one pixel, each with its label.
fn dots(dots: &[(u8, u16)]) -> Dataset {
    let (pixels, labels): (Vec<u8>, Vec<u16>) = dots.iter().copied().unzip();
    Dataset::new(Images { pixels: pixels.into(), height: 1, width: 1 }, labels, 10).unwrap()
}

fn pairs(found: &ImagePairs) -> Vec<(u32, u32)> {
    found.listed.iter().map(|pair| (pair.first, pair.second)).collect()
}

#[test]
fn each_repeat_is_paired_with_the_earliest() {
    let dataset = dots(&[(7, 1), (200, 2), (7, 1), (7, 3), (200, 2)]);
    let Duplicates { exact, near, .. } = Duplicates::within(&dataset, 0.1, 10).unwrap();
    assert_eq!(pairs(&exact), [(0, 2), (0, 3), (1, 4)]);
    assert_eq!((exact.total, exact.conflicting), (3, 1));
    assert_eq!(exact.listed[1], ImagePair { first: 0, second: 3, labels: [1, 3], distance: 0.0 });
    assert_eq!(near, ImagePairs { total: 0, conflicting: 0, listed: vec![] });
}

#[test]
fn near_pairs_are_listed_nearest_first_and_all_are_counted() {
    let dataset = dots(&[(60, 1), (50, 1), (52, 2), (50, 1), (62, 1)]);
    // Distinct: 60, 50, 52, 62. Within 10 of each other: all but 50 and 62.
    let near = |listed| Duplicates::within(&dataset, 10.0 / 255.0, listed).unwrap().near;
    assert_eq!(pairs(&near(10)), [(0, 4), (1, 2), (0, 2), (0, 1), (2, 4)]);
    assert_eq!(pairs(&near(2)), [(0, 4), (1, 2)]);
    assert_eq!(pairs(&near(0)), []);
    assert_eq!(near(0), ImagePairs { total: 5, conflicting: 3, listed: vec![] });
    assert_eq!(near(1).listed[0].distance, 2.0 / 255.0);
}

#[test]
fn images_of_one_set_are_found_in_another() {
    let test = dots(&[(9, 4), (100, 5), (103, 6), (100, 7)]);
    let train = dots(&[(50, 0), (100, 5), (100, 5), (101, 1)]);
    let Duplicates { exact, near, .. } = Duplicates::between(&test, &train, 3.0 / 255.0, 10).unwrap();
    assert_eq!(pairs(&exact), [(1, 1), (3, 1)]);
    assert_eq!((exact.total, exact.conflicting), (2, 1));
    assert_eq!(pairs(&near), [(1, 3), (2, 3), (2, 1)]);
    assert_eq!((near.total, near.conflicting, near.listed[1].labels), (3, 3, [6, 1]));
}

#[test]
fn distance_is_a_share_of_full_ink() {
    let images = Images { pixels: vec![0, 255, 0, 0, 0, 0, 255, 0].into(), height: 2, width: 2 };
    let dataset = Dataset::new(images, vec![0, 0], 1).unwrap();
    let near = Duplicates::within(&dataset, 0.75, 1).unwrap().near;
    assert_eq!(near.listed[0].distance, 0.5_f64.sqrt());
    assert_eq!(Duplicates::within(&dots(&[(0, 0), (255, 0)]), 1.0, 1).unwrap().near.listed[0].distance, 1.0);
}

#[test]
fn a_pair_is_within_its_own_distance() {
    for pixels in [1, 784, 1000, crate::MAX_SIDE_PX * crate::MAX_SIDE_PX] {
        let largest = 255 * 255 * pixels as u64;
        for squared in (0..=1000).map(|step| step * step * largest / 1_000_000) {
            let limit = squared_limit(distance_of(squared, pixels as f64), pixels as f64).unwrap();
            assert_eq!(limit, squared, "{pixels} pixels");
        }
    }
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let dataset = dots(&[(1, 1)]);
    for distance in [-0.1, 1.0_f64.next_up(), f64::NAN, f64::INFINITY] {
        assert!(matches!(Duplicates::within(&dataset, distance, 1), Err(Error::Distance(_))), "{distance}");
        assert!(matches!(Duplicates::between(&dataset, &dataset, distance, 1), Err(Error::Distance(_))), "{distance}");
    }
    let wide = Dataset::new(Images { pixels: vec![0, 0].into(), height: 1, width: 2 }, vec![0], 1).unwrap();
    let error = Duplicates::between(&dataset, &wide, 0.1, 1).unwrap_err();
    assert_eq!(error.to_string(), "images of two sizes do not go together: expected 1x1 pixels in both, found 1x2");
    assert_eq!(error.kind(), ErrorKind::Contradiction);
}
