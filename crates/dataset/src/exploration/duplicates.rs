//! Images that are the same, or nearly so: within a data set, or in two that should have nothing in common.

use std::collections::{BTreeMap, BinaryHeap};

use serde::Serialize;

use super::neighbours::{pairs_among, pairs_between};
use crate::{Dataset, Error};

/// A distance at which MNIST begins to have near images: 78 pairs among those that train, the nearest of ones, which are alike
/// by nature. A copy that was saved again or has some noise is nearer; see [`ImagePair::distance`].
pub const NEAR_DISTANCE: f64 = 0.04;

/// Images that are the same as others, and images that nearly are.
///
/// ```
/// use tenfold_dataset::{Dataset, Images, exploration::Duplicates};
///
/// let images = Images { pixels: vec![0, 255, 3, 255, 0, 255].into(), height: 1, width: 2 };
/// let duplicates = Duplicates::within(&Dataset::new(images, vec![1, 1, 7], 10)?, 0.01, 100)?;
/// assert_eq!((duplicates.exact.total, duplicates.near.total), (1, 1));
/// assert_eq!((duplicates.exact.listed[0].first, duplicates.exact.listed[0].second), (0, 2));
/// assert_eq!(duplicates.exact.conflicting, 1); // the same picture, once labelled 1 and once 7
/// # Ok::<(), tenfold_dataset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Duplicates {
    /// The largest distance of images that count as near; see [`ImagePair::distance`].
    pub distance: f64,
    /// Within a data set: each image that is the same as an earlier one (`second`), with the earliest such (`first`).
    /// Between two: each image of the first that is also in the second, with its earliest place there.
    pub exact: ImagePairs,
    /// Every two images within the distance that are not the same. An image that occurs more than once in a data set is
    /// looked at once, at its earliest place.
    pub near: ImagePairs,
}

/// Pairs of images: how many, and the nearest of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImagePairs {
    /// How many pairs there are.
    pub total: u64,
    /// How many of these are of two labels.
    pub conflicting: u64,
    /// The nearest pairs, as many as were asked for; by distance, then by `first`, then by `second`.
    pub listed: Vec<ImagePair>,
}

/// Two images, of one data set or of two.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ImagePair {
    /// Position of an image in the data set, or in the first of two.
    pub first: u32,
    /// Position of a later image in the data set, or of an image in the second of two.
    pub second: u32,
    /// Labels of the two images.
    pub labels: [u16; 2],
    /// Root of the mean squared difference of their pixels as a share of full ink, `√(Σ (a - b)² / pixels) / 255`: 0 if
    /// they are the same, 1 if one is the other's negative in black and white.
    pub distance: f64,
}

impl Duplicates {
    /// Searches a data set. `distance`: 0 to 1, see [`ImagePair::distance`]; with [`NEAR_DISTANCE`] the
    /// training images of MNIST take some two seconds of one core. Time grows with the square of the number of images,
    /// and steeply with the distance.
    /// `listed`: how many pairs of each kind to list at most.
    ///
    /// # Errors
    /// [`Error::Distance`] if `distance` is not in `[0, 1]`.
    pub fn within(dataset: &Dataset, distance: f64, listed: usize) -> Result<Self, Error> {
        let limit = squared_limit(distance, pixels(dataset))?;
        let [mut exact, mut near] = [(); 2].map(|()| Collector::new(dataset, dataset, listed));
        let places = earliest_places(dataset);
        for index in 0..dataset.len() as u32 {
            let place = places[dataset.image(index as usize)];
            if place != index {
                exact.add(place, index, 0);
            }
        }
        let distinct: Vec<u32> = places.into_values().collect();
        pairs_among(dataset, &distinct, limit, |one, other, squared| near.add(one.min(other), one.max(other), squared));
        Ok(Self { distance, exact: exact.finish(), near: near.finish() })
    }

    /// Searches for images of the first data set in the second, such as test images among those that train. Arguments
    /// are those of [`within`](Self::within).
    ///
    /// # Errors
    /// [`Error::Distance`] if `distance` is not in `[0, 1]`; [`Error::SizesDiffer`] if images are not of one size.
    pub fn between(first: &Dataset, second: &Dataset, distance: f64, listed: usize) -> Result<Self, Error> {
        let [expected, found] = [first, second].map(|dataset| [dataset.height(), dataset.width()]);
        if expected != found {
            return Err(Error::SizesDiffer { expected, found });
        }
        let limit = squared_limit(distance, pixels(first))?;
        let [mut exact, mut near] = [(); 2].map(|()| Collector::new(first, second, listed));
        let places = earliest_places(second);
        for index in 0..first.len() as u32 {
            if let Some(&place) = places.get(first.image(index as usize)) {
                exact.add(index, place, 0);
            }
        }
        let [of_first, of_second] =
            [earliest_places(first), places].map(|places| places.into_values().collect::<Vec<_>>());
        pairs_between((first, &of_first), (second, &of_second), limit, |one, other, squared| {
            if squared > 0 {
                near.add(one, other, squared);
            }
        });
        Ok(Self { distance, exact: exact.finish(), near: near.finish() })
    }
}

/// Pixels of each image.
fn pixels(dataset: &Dataset) -> f64 {
    (dataset.height() * dataset.width()) as f64
}

/// The [`ImagePair::distance`] of two images whose pixels' squared differences have this sum.
fn distance_of(squared: u64, pixels: f64) -> f64 {
    (squared as f64 / pixels).sqrt() / 255.0
}

/// The largest sum of squared differences within a distance: whole, as these sums are. A few units of the last place are
/// added, far less than 1 for any image there is, so that a pair is within its own distance in spite of rounding.
fn squared_limit(distance: f64, pixels: f64) -> Result<u64, Error> {
    if !(0.0..=1.0).contains(&distance) {
        return Err(Error::Distance(distance));
    }
    let grey_levels = distance * 255.0;
    Ok((grey_levels * grey_levels * pixels * (1.0 + 8.0 * f64::EPSILON)) as u64)
}

/// Where each image occurs for the first time. A tree, not a hash map: nothing here depends on a random state.
fn earliest_places(dataset: &Dataset) -> BTreeMap<&[u8], u32> {
    let mut places = BTreeMap::new();
    for index in 0..dataset.len() as u32 {
        places.entry(dataset.image(index as usize)).or_insert(index);
    }
    places
}

/// Counts pairs and keeps the nearest, however many come.
struct Collector<'a> {
    first: &'a Dataset,
    second: &'a Dataset,
    listed: usize,
    total: u64,
    conflicting: u64,
    /// Squared distance, first, second: the furthest on top, at most `listed` of them.
    nearest: BinaryHeap<(u64, u32, u32)>,
}

impl<'a> Collector<'a> {
    fn new(first: &'a Dataset, second: &'a Dataset, listed: usize) -> Self {
        Self { first, second, listed, total: 0, conflicting: 0, nearest: BinaryHeap::new() }
    }

    fn labels(&self, first: u32, second: u32) -> [u16; 2] {
        [self.first.label(first as usize), self.second.label(second as usize)]
    }

    fn add(&mut self, first: u32, second: u32, squared: u64) {
        let [label, other_label] = self.labels(first, second);
        self.total += 1;
        self.conflicting += u64::from(label != other_label);
        self.nearest.push((squared, first, second));
        if self.nearest.len() > self.listed {
            self.nearest.pop();
        }
    }

    fn finish(mut self) -> ImagePairs {
        let pixels = pixels(self.first);
        let nearest = std::mem::take(&mut self.nearest).into_sorted_vec();
        let listed = nearest.into_iter().map(|(squared, first, second)| ImagePair {
            first,
            second,
            labels: self.labels(first, second),
            distance: distance_of(squared, pixels),
        });
        ImagePairs { total: self.total, conflicting: self.conflicting, listed: listed.collect() }
    }
}

#[cfg(test)]
mod tests;
