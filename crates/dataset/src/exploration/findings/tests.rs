//! MNIST in every placement and polarity is found out, and nothing is said of what is sound or shows something else.

use tenfold_random::{Purpose, Stream};

use super::{Finding, Placement, findings};
use crate::{Dataset, Images, Part, Source, hold_out};

fn mnist() -> Dataset {
    Source::Embedded.load(Part::Train).unwrap()
}

/// So many of MNIST's training images.
fn some(count: usize, seed: u64) -> Dataset {
    let all = mnist();
    all.subset(&hold_out(all.labels(), count as f64 / all.len() as f64, seed).unwrap().validation).unwrap()
}

/// The same labels on other images of MNIST's size.
fn with_pixels(of: &Dataset, pixels: Vec<u8>) -> Dataset {
    let images = Images { pixels: pixels.into(), height: of.height(), width: of.width() };
    Dataset::new(images, of.labels().to_vec(), of.classes()).unwrap()
}

fn placed(upright: &Dataset, placement: Placement) -> Dataset {
    let mut pixels = vec![0; upright.images().len()];
    for (from, to) in upright.images().chunks_exact(784).zip(pixels.chunks_exact_mut(784)) {
        for (at, &pixel) in from.iter().enumerate() {
            let [y, x] = placement.place([at / 28, at % 28], 28);
            to[y * 28 + x] = pixel;
        }
    }
    with_pixels(upright, pixels)
}

fn inverted(images: &Dataset) -> Dataset {
    with_pixels(images, images.images().iter().map(|pixel| 255 - pixel).collect())
}

/// What is found of the placement, and whether the ground is bright.
fn found(images: &Dataset) -> (Option<Placement>, bool) {
    let found = findings(images).unwrap();
    let placement = found.iter().find_map(|finding| match finding {
        Finding::NotUpright { placement, .. } => Some(*placement),
        Finding::BrightGround { .. } => None,
    });
    (placement, found.iter().any(|finding| matches!(finding, Finding::BrightGround { .. })))
}

#[test]
fn sound_sets_are_passed_over() {
    assert_eq!(findings(&mnist()).unwrap(), []);
    for (count, seed) in [(6_000, 1), (600, 1), (600, 2), (600, 3), (100, 1), (100, 2), (30, 1), (10, 1)] {
        assert_eq!(findings(&some(count, seed)).unwrap(), [], "{count}");
    }
}

#[test]
fn every_placement_is_found() {
    for images in [some(6_000, 1), some(600, 2), some(100, 3)] {
        for placement in Placement::ALL {
            let expected = (placement != Placement::Upright).then_some(placement);
            let turned = placed(&images, placement);
            assert_eq!(found(&turned), (expected, false), "{} images", images.len());
            assert_eq!(found(&inverted(&turned)), (expected, true), "{} images, inverted", images.len());
        }
    }
}

/// Two classes lie as clearly as ten, even zeros and ones.
#[test]
fn some_classes_are_enough() {
    let all = some(6_000, 1);
    for pair in [[4, 7], [0, 1], [2, 5]] {
        let chosen: Vec<u32> =
            (0..).zip(all.labels()).filter(|(_, label)| pair.contains(label)).map(|(at, _)| at).collect();
        let chosen = all.subset(&chosen).unwrap();
        assert_eq!(found(&chosen), (None, false), "{pair:?}");
        assert_eq!(found(&placed(&chosen, Placement::Transposed)), (Some(Placement::Transposed), false), "{pair:?}");
    }
}

#[test]
fn nothing_is_said_of_what_is_no_set_of_digits() {
    let digits = some(600, 1);
    let mut stream = Stream::new(1, Purpose::Sample, 0, 0);
    let mut noise = vec![0; digits.images().len()];
    noise.iter_mut().for_each(|pixel| *pixel = stream.below(256) as u8);
    assert_eq!(findings(&with_pixels(&digits, noise)).unwrap(), [], "noise");

    // Labels that have nothing to do with the images.
    let images = Images { pixels: digits.images().to_vec().into(), height: 28, width: 28 };
    let labels: Vec<u16> = (0..digits.len()).map(|_| stream.below(10) as u16).collect();
    assert_eq!(findings(&Dataset::new(images, labels, 10).unwrap()).unwrap(), [], "shuffled labels");

    // A bar in another place for each class, and the same blank image throughout.
    let bars = digits
        .labels()
        .iter()
        .flat_map(|&label| (0..784).map(move |at| if at / 78 == usize::from(label) { 255 } else { 0 }));
    assert_eq!(findings(&with_pixels(&digits, bars.collect())).unwrap(), [], "bars");
    assert_eq!(findings(&with_pixels(&digits, vec![0; digits.images().len()])).unwrap(), [], "blank");

    // Other sizes and numbers of classes, lying as they may.
    let turned = placed(&digits, Placement::Transposed);
    let halves = Images { pixels: turned.images().to_vec().into(), height: 14, width: 28 };
    let labels: Vec<u16> = turned.labels().iter().flat_map(|&label| [label; 2]).collect();
    assert_eq!(findings(&Dataset::new(halves, labels, 10).unwrap()).unwrap(), []);
    let images = Images { pixels: turned.images().to_vec().into(), height: 28, width: 28 };
    assert_eq!(findings(&Dataset::new(images, turned.labels().to_vec(), 26).unwrap()).unwrap(), []);
}

#[test]
fn a_bright_ground_is_found_at_any_size() {
    let paper = |side: usize, ground: u8, ink: u8| {
        let dark = move |at: usize| (side / 3..side / 2).contains(&(at % side));
        let pixels: Vec<u8> = (0..side * side).map(|at| if dark(at) { ink } else { ground }).collect();
        Dataset::new(Images { pixels: pixels.into(), height: side, width: side }, vec![1], 10).unwrap()
    };
    assert_eq!(found(&paper(32, 255, 0)), (None, true));
    assert_eq!(found(&paper(8, 200, 20)), (None, true), "grey paper");
    assert_eq!(found(&paper(32, 0, 255)), (None, false));
    assert_eq!(found(&paper(32, 100, 255)), (None, false), "grey ground");
}
