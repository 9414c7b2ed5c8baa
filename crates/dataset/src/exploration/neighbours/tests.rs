//! The search finds exactly the pairs that comparing every two images finds.

use proptest::prelude::*;
use tenfold_random::{Purpose, Stream};

use super::{pairs_among, pairs_between, sketch_all, squared_distance};
use crate::{Dataset, Images};

fn dataset(pixels: Vec<u8>, [height, width]: [usize; 2]) -> Dataset {
    let labels = vec![0; pixels.len() / (height * width)];
    Dataset::new(Images { pixels: pixels.into(), height, width }, labels, 1).unwrap()
}

/// Images around a few centres, so that there are pairs at all distances.
fn clustered(count: usize, [height, width]: [usize; 2], spread: u32, seed: u64) -> Dataset {
    let mut stream = Stream::new(seed, Purpose::Test, 0, 0);
    let centres: Vec<u8> = (0..3 * height * width).map(|_| stream.next_u32() as u8).collect();
    let mut pixels = Vec::new();
    for _ in 0..count {
        let centre = stream.below(3) as usize * height * width;
        let noisy = |&pixel: &u8| pixel.saturating_add(stream.below(spread) as u8);
        pixels.extend(centres[centre..][..height * width].iter().map(noisy));
    }
    dataset(pixels, [height, width])
}

fn indices(dataset: &Dataset) -> Vec<u32> {
    (0..dataset.len() as u32).collect()
}

fn among(dataset: &Dataset, limit: u64) -> Vec<(u32, u32, u64)> {
    let mut pairs = Vec::new();
    pairs_among(dataset, &indices(dataset), limit, |a, b, squared| pairs.push((a.min(b), a.max(b), squared)));
    pairs.sort_unstable();
    pairs
}

fn between(first: &Dataset, second: &Dataset, limit: u64) -> Vec<(u32, u32, u64)> {
    let mut pairs = Vec::new();
    let [a, b] = [indices(first), indices(second)];
    pairs_between((first, &a), (second, &b), limit, |a, b, squared| pairs.push((a, b, squared)));
    pairs.sort_unstable();
    pairs
}

/// Every pair of the two data sets that `keep` keeps, with its squared distance.
fn every_pair(first: &Dataset, second: &Dataset, keep: impl Fn(u32, u32, u64) -> bool) -> Vec<(u32, u32, u64)> {
    let distance = |a: u32, b: u32| squared_distance(first.image(a as usize), second.image(b as usize));
    let pairs = indices(first).into_iter().flat_map(|a| indices(second).into_iter().map(move |b| (a, b)));
    pairs.map(|(a, b)| (a, b, distance(a, b))).filter(|&(a, b, squared)| keep(a, b, squared)).collect()
}

proptest! {
    #[test]
    fn finds_what_comparing_every_pair_finds(
        height in 1_usize..20, width in 1_usize..20, count in 1_usize..120, spread in 1_u32..30, seed: u64, share in 0.0..1.2,
    ) {
        let sides = [height, width];
        let [first, second] = [(count, spread), (30, 4)].map(|(count, spread)| clustered(count, sides, spread, seed));
        // The mean squared difference within a cluster is about spread² / 6.
        let limit = (f64::from(spread * spread) / 6.0 * (height * width) as f64 * share) as u64;
        prop_assert_eq!(among(&first, limit), every_pair(&first, &first, |a, b, squared| a < b && squared <= limit));
        prop_assert_eq!(between(&first, &second, limit), every_pair(&first, &second, |_, _, squared| squared <= limit));
    }

    /// The bound that the search rests on, at its tightest: images that are even within each cell.
    #[test]
    fn sketches_are_never_further_apart_than_images(levels: [[u8; 16]; 2], sides in (1_usize..40, 1_usize..40)) {
        let (height, width) = sides;
        let pixel = |image: &[u8; 16], y: usize, x: usize| image[y * 4 / height * 4 + x * 4 / width];
        let pixels = levels.iter().flat_map(|image| (0..height * width).map(|i| pixel(image, i / width, i % width)));
        let dataset = dataset(pixels.collect(), [height, width]);
        let [a, b] = sketch_all(&dataset, &[0, 1])[..] else { panic!("two sketches") };
        let [a, b] = [a.1, b.1].map(|sketch| sketch.concat());
        let apart = a.iter().zip(&b).map(|(a, b)| f64::from(a - b).powi(2)).sum::<f64>().sqrt();
        let exact = (squared_distance(dataset.image(0), dataset.image(1)) as f64).sqrt();
        prop_assert!(apart <= exact * 1.0001 + 0.3, "{apart} {exact}");
        if height.is_multiple_of(8) && width.is_multiple_of(8) {
            prop_assert!(apart >= exact * 0.9999 - 0.3, "{apart} {exact}");
        }
    }
}

#[test]
fn the_limit_itself_is_near() {
    let dataset = dataset(vec![0, 0, 3, 4, 9, 9], [1, 2]);
    assert_eq!(among(&dataset, 25), [(0, 1, 25)]);
    assert_eq!(among(&dataset, 24), []);
}

/// The largest images that exist: cells of a million pixels, whose sums are far over what f32 holds exactly.
#[test]
fn the_largest_images_are_compared_exactly() {
    let side = crate::MAX_SIDE_PX;
    let mut pixels = vec![254; 2 * side * side];
    pixels[side * side..].fill(255);
    let dataset = dataset(pixels, [side, side]);
    let squared = (side * side) as u64;
    assert_eq!(among(&dataset, squared), [(0, 1, squared)]);
    assert_eq!(among(&dataset, squared - 1), []);
}

#[test]
fn only_the_images_asked_for_are_compared() {
    let dataset = dataset(vec![5; 4], [1, 1]);
    let mut pairs = Vec::new();
    pairs_among(&dataset, &[1, 3], 0, |a, b, _| pairs.push((a.min(b), a.max(b))));
    assert_eq!(pairs, [(1, 3)]);
    pairs_between((&dataset, &[2]), (&dataset, &[0]), 0, |a, b, _| pairs.push((a, b)));
    assert_eq!(pairs, [(1, 3), (2, 0)]);
    pairs_among(&dataset, &[], 0, |_, _, _| panic!("there are no images"));
}
