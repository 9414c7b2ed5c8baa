//! When two programs answer the same.

use anyhow::{Result, ensure};

/// The most that a probability may differ.
const TOLERANCE: f32 = 1e-5;

/// The largest difference between two programs' probabilities, `[N, classes]` each.
///
/// # Errors
/// If there are more or fewer than expected, one differs by more than the tolerance or is not a number, or an image has
/// another most probable class; the first image that does is named.
pub(super) fn largest_difference(expected: &[f32], found: &[f32], classes: usize) -> Result<f32> {
    ensure!(expected.len() == found.len(), "expected {} probabilities, found {}", expected.len(), found.len());
    let mut largest = 0.0f32;
    for (image, (expected, found)) in expected.chunks(classes).zip(found.chunks(classes)).enumerate() {
        for (class, (&expected, &found)) in expected.iter().zip(found).enumerate() {
            let difference = (expected - found).abs();
            // NaN is not within anything.
            let agrees = difference <= TOLERANCE;
            ensure!(agrees, "image {image}, class {class}: expected {expected} within {TOLERANCE}, found {found}");
            largest = largest.max(difference);
        }
        let (expected, found) = (most_probable(expected), most_probable(found));
        ensure!(expected == found, "image {image}: expected class {expected}, found {found}");
    }
    Ok(largest)
}

/// The first of the largest.
fn most_probable(probabilities: &[f32]) -> usize {
    (1..probabilities.len())
        .fold(0, |best, class| if probabilities[class] > probabilities[best] { class } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_agree_within_the_tolerance_and_in_their_classes() {
        let expected = [0.25, 0.75, 0.5, 0.5];
        for (found, outcome) in [
            (vec![0.25, 0.75, 0.5, 0.5], Ok(0.0)),
            (vec![0.25, 0.750_008, 0.5, 0.5], Ok(8e-6)),
            (vec![0.25, 0.750_02, 0.5, 0.5], Err("image 0, class 1: expected 0.75 within 0.00001, found 0.75002")),
            (vec![0.25, 0.75, 0.5, f32::NAN], Err("image 1, class 1: expected 0.5 within 0.00001, found NaN")),
            (vec![0.25, 0.75, 0.5, 0.500_001], Err("image 1: expected class 0, found 1")),
            (vec![0.25, 0.75], Err("expected 4 probabilities, found 2")),
        ] {
            match (largest_difference(&expected, &found, 2), outcome) {
                (Ok(largest), Ok(expected)) => assert!((largest - expected).abs() < 1e-7, "{largest}"),
                (Err(error), Err(expected)) => assert_eq!(error.to_string(), expected),
                (result, _) => panic!("{found:?}: {result:?}"),
            }
        }
    }
}
