//! Duplicates, blank images and findings, in sentences.

use tenfold_dataset::exploration::{Duplicates, ImagePairs};
use tenfold_report::grouped;

/// What occurs twice within one part: exactly, and nearly.
pub(super) fn within(Duplicates { distance, exact, near }: &Duplicates) -> [String; 2] {
    let same = match exact.total {
        0 => "No image occurs twice".to_owned(),
        1 => "1 image is the same as an earlier one".to_owned(),
        n => format!("{} images are the same as an earlier one", grouped(n)),
    };
    let alike = match near.total {
        0 => "No two images are nearly the same".to_owned(),
        1 => "1 pair of images is nearly the same".to_owned(),
        n => format!("{} pairs of images are nearly the same", grouped(n)),
    };
    [format!("{same}{}.", labels(exact)), format!("{alike} (within a distance of {distance}){}.", labels(near))]
}

/// Which test images are among those that train: exactly, and nearly.
pub(super) fn between(Duplicates { distance, exact, near }: &Duplicates) -> [String; 2] {
    let same = match exact.total {
        0 => "No test image is also a training image".to_owned(),
        1 => "1 test image is also a training image".to_owned(),
        n => format!("{} test images are also training images", grouped(n)),
    };
    let alike = match near.total {
        0 => "No test image is nearly the same as a training image".to_owned(),
        1 => "1 pair of a test and a training image is nearly the same".to_owned(),
        n => format!("{} pairs of a test and a training image are nearly the same", grouped(n)),
    };
    [format!("{same}{}.", labels(exact)), format!("{alike} (within a distance of {distance}){}.", labels(near))]
}

/// How many images have no ink; none if all have some.
pub(super) fn blank(blank: usize) -> Option<String> {
    match blank {
        0 => None,
        1 => Some("1 image has no ink at all.".to_owned()),
        n => Some(format!("{} images have no ink at all.", grouped(n as u64))),
    }
}

/// Whether the labels of pairs agree; nothing without pairs.
fn labels(pairs: &ImagePairs) -> String {
    match (pairs.total, pairs.conflicting) {
        (0, _) => String::new(),
        (_, 0) => "; labels agree".to_owned(),
        (_, n) => format!("; labels disagree in {}", grouped(n)),
    }
}
