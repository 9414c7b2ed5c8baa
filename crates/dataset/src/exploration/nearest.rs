//! The images of a data set that look most like one.

use serde::Serialize;

use crate::{Dataset, Error};

/// The blur along each axis, a binomial of one pixel's standard deviation: strokes that lie a pixel apart still overlap, without
/// it they are as unlike as any two.
const BLUR: [i64; 5] = [1, 4, 6, 4, 1];

/// What [`BLUR`] adds up to.
const BLUR_SUM: i64 = 16;

/// An image of a data set that looks like another one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Neighbour {
    /// Its position in the data set.
    pub index: u32,
    /// Its label.
    pub label: u16,
    /// Root of the mean squared difference of the blurred pixels as a share of full ink, 0 to 1: 0 if they are the same.
    pub distance: f64,
}

/// The images that look most like one, the most alike first, of equals the first: by their pixels, after a blur of one pixel. No network is
/// asked, so what a network takes for alike may differ.
///
/// `image`: its pixels, as those of an image of the data set. `count`: how many to find at most. On MNIST's training images it takes
/// some tenths of a second.
///
/// ```
/// use tenfold_dataset::{Dataset, Images, exploration::nearest};
///
/// let images = Images { pixels: vec![0, 255, 0, 0, 0, 255].into(), height: 1, width: 3 };
/// let dataset = Dataset::new(images, vec![1, 7], 10)?;
/// let found = nearest(&dataset, &[0, 250, 0], 1)?;
/// assert_eq!((found.len(), found[0].index, found[0].label), (1, 0, 1));
/// # Ok::<(), tenfold_dataset::Error>(())
/// ```
///
/// # Errors
/// [`Error::PixelCount`] if it has not as many pixels as those.
pub fn nearest(dataset: &Dataset, image: &[u8], count: usize) -> Result<Vec<Neighbour>, Error> {
    let per_image = dataset.height() * dataset.width();
    if image.len() != per_image {
        return Err(Error::PixelCount { per_image, found: image.len() });
    }
    let [mut once, mut twice] = [vec![0; per_image], vec![0; per_image]];
    let mut squared = |index: u32| {
        let pairs = dataset.image(index as usize).iter().zip(image);
        once.iter_mut().zip(pairs).for_each(|(difference, (&a, &b))| *difference = i64::from(a) - i64::from(b));
        blur(&once, &mut twice, 1, dataset.width());
        blur(&twice, &mut once, dataset.width(), per_image);
        once.iter().map(|difference| difference * difference).sum::<i64>()
    };
    let mut found: Vec<(i64, u32)> = (0..dataset.len() as u32).map(|index| (squared(index), index)).collect();
    found.sort_unstable();
    let full = (255 * BLUR_SUM * BLUR_SUM) as f64;
    let neighbour = |(squared, index)| Neighbour {
        index,
        label: dataset.label(index as usize),
        distance: (squared as f64 / per_image as f64).sqrt() / full,
    };
    Ok(found.into_iter().take(count).map(neighbour).collect())
}

/// Blurs lines of pixels that are `step` apart, each of which lies in a block of `span`; beyond its ends there is nothing.
fn blur(from: &[i64], into: &mut [i64], step: usize, span: usize) {
    for (from, into) in from.chunks_exact(span).zip(into.chunks_exact_mut(span)) {
        for (at, sum) in into.iter_mut().enumerate() {
            *sum = BLUR[2] * from[at];
        }
        for (apart, weight) in [(step, BLUR[3]), (2 * step, BLUR[4])] {
            let reach = span.saturating_sub(apart);
            (0..reach).for_each(|at| into[at] += weight * from[at + apart]);
            (0..reach).for_each(|at| into[at + apart] += weight * from[at]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::fixture;
    use super::*;
    use crate::Images;

    #[test]
    fn distances_are_those_of_blurred_images() {
        let (dataset, _) = fixture();
        let (height, width) = (dataset.height() as isize, dataset.width() as isize);
        let blurred = |image: &[u8]| -> Vec<f64> {
            let level = |y: isize, x: isize| {
                let inside = (0..height).contains(&y) && (0..width).contains(&x);
                if inside { f64::from(image[(y * width + x) as usize]) / 255.0 } else { 0.0 }
            };
            let weights = || (-2..=2).zip([1.0, 4.0, 6.0, 4.0, 1.0].map(|weight| weight / 16.0));
            let sum = |y: isize, x: isize| -> f64 {
                weights().flat_map(|(dy, a)| weights().map(move |(dx, b)| a * b * level(y + dy, x + dx))).sum()
            };
            (0..height * width).map(|at| sum(at / width, at % width)).collect()
        };
        let image = dataset.image(3);
        let found = nearest(&dataset, image, dataset.len()).unwrap();
        assert_eq!((found.len(), found[0].index, found[0].distance), (dataset.len(), 3, 0.0));
        assert!(found.windows(2).all(|pair| pair[0].distance <= pair[1].distance));
        for neighbour in found {
            let other = blurred(dataset.image(neighbour.index as usize));
            let squares = blurred(image).iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
            let expected = (squares / (height * width) as f64).sqrt();
            assert!((neighbour.distance - expected).abs() < 1e-12, "{neighbour:?}: {expected}");
            assert_eq!(neighbour.label, dataset.label(neighbour.index as usize));
        }
    }

    #[test]
    fn a_stroke_one_pixel_aside_is_nearer_than_half_of_it() {
        let line = |column: usize, rows: usize| -> Vec<u8> {
            (0..81).map(|at| if at % 9 == column && at / 9 < rows { 255 } else { 0 }).collect()
        };
        let pixels = [line(4, 4), line(5, 9)].concat();
        let dataset = Dataset::new(Images { pixels: pixels.into(), height: 9, width: 9 }, vec![0, 1], 2).unwrap();
        assert_eq!(nearest(&dataset, &line(4, 9), 1).unwrap()[0].index, 1);
        assert!(matches!(nearest(&dataset, &[0; 80], 1), Err(Error::PixelCount { per_image: 81, found: 80 })));
    }
}
