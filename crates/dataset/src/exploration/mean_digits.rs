//! What each class looks like on average, pixel by pixel, and where its images differ.

use serde::Serialize;

use crate::{Dataset, Error, Images, MAX_CLASSES};

/// The mean and the deviation of each class, pixel by pixel.
///
/// ```
/// use tenfold_dataset::{Dataset, Images, exploration::MeanDigits};
///
/// let images = Images { pixels: vec![0, 100, 0, 200].into(), height: 1, width: 2 };
/// let digits = MeanDigits::new(&Dataset::new(images, vec![3, 3], 10)?);
/// assert_eq!((digits.classes.len(), digits.classes[0].label), (1, 3));
/// assert_eq!(digits.classes[0].mean, [0.0, 150.0]);
/// assert_eq!(digits.classes[0].standard_deviation, [0.0, 50.0]);
/// # Ok::<(), tenfold_dataset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeanDigits {
    /// Height of each image in pixels.
    pub height: usize,
    /// Width of each image in pixels.
    pub width: usize,
    /// The classes that have images, by label.
    pub classes: Vec<MeanDigit>,
}

/// The mean and the deviation of one class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeanDigit {
    /// The class.
    pub label: u16,
    /// Number of images, 1 or more.
    pub count: usize,
    /// Mean of each pixel over the images, `[height, width]`, 0 (background) to 255 (ink).
    pub mean: Vec<f64>,
    /// Standard deviation of each pixel over the images (not of a sample of them), `[height, width]`, 0 to 127.5.
    pub standard_deviation: Vec<f64>,
}

/// Sums over the images of a class, one of each per pixel. Whole numbers, so they are exact.
#[derive(Clone, Default)]
struct Sums {
    count: usize,
    values: Vec<u64>,
    squares: Vec<u64>,
}

impl MeanDigits {
    /// Goes through the images once.
    pub fn new(dataset: &Dataset) -> Self {
        let mut classes = vec![Sums::default(); dataset.classes()];
        for (image, &label) in dataset.images().chunks_exact(dataset.height() * dataset.width()).zip(dataset.labels()) {
            classes[usize::from(label)].add(image);
        }
        let present = (0..).zip(&classes).filter(|(_, sums)| sums.count > 0);
        Self {
            height: dataset.height(),
            width: dataset.width(),
            classes: present.map(|(label, sums)| sums.finish(label)).collect(),
        }
    }

    /// The means and the deviations as images to be looked at: first the mean of each class, then, in the same order,
    /// the deviation of each class. Deviations are drawn twice as bright, so that black to white is 0 to 127.5, their
    /// whole range. Labels are the classes'.
    ///
    /// # Errors
    /// [`Error::Empty`] without classes, [`Error::PixelCount`] and the like if the sizes, which anyone can set, do not
    /// fit together: none of them after [`MeanDigits::new`].
    pub fn to_images(&self) -> Result<Dataset, Error> {
        let means = self.classes.iter().flat_map(|class| &class.mean).map(|&mean| mean.round() as u8);
        let deviations = self.classes.iter().flat_map(|class| &class.standard_deviation);
        let pixels: Vec<u8> = means.chain(deviations.map(|&deviation| (2.0 * deviation).round() as u8)).collect();
        let labels = self.classes.iter().chain(&self.classes).map(|class| class.label).collect::<Vec<u16>>();
        Dataset::new(Images { pixels: pixels.into(), height: self.height, width: self.width }, labels, MAX_CLASSES)
    }
}

impl Sums {
    fn add(&mut self, image: &[u8]) {
        self.count += 1;
        self.values.resize(image.len(), 0);
        self.squares.resize(image.len(), 0);
        for ((value, square), &pixel) in self.values.iter_mut().zip(&mut self.squares).zip(image) {
            let pixel = u64::from(pixel);
            *value += pixel;
            *square += pixel * pixel;
        }
    }

    /// The variance is `(n Σx² - (Σx)²) / n²`, whose numerator is exact here: less than 2^80, in 128 bits.
    fn finish(&self, label: u16) -> MeanDigit {
        let n = self.count as f64;
        let deviation = |(&sum, &squares): (&u64, &u64)| {
            let numerator = self.count as u128 * u128::from(squares) - u128::from(sum) * u128::from(sum);
            (numerator as f64).sqrt() / n
        };
        MeanDigit {
            label,
            count: self.count,
            mean: self.values.iter().map(|&sum| sum as f64 / n).collect(),
            standard_deviation: self.values.iter().zip(&self.squares).map(deviation).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MeanDigit, MeanDigits};
    use crate::{Dataset, Error, Images};

    fn digits() -> MeanDigits {
        let images = Images { pixels: vec![0, 255, 7, 9, 255, 255].into(), height: 1, width: 2 };
        MeanDigits::new(&Dataset::new(images, vec![3, 1, 3], 10).unwrap())
    }

    #[test]
    fn each_class_has_its_own_mean_and_deviation() {
        let classes = vec![
            MeanDigit { label: 1, count: 1, mean: vec![7.0, 9.0], standard_deviation: vec![0.0, 0.0] },
            MeanDigit { label: 3, count: 2, mean: vec![127.5, 255.0], standard_deviation: vec![127.5, 0.0] },
        ];
        assert_eq!(digits(), MeanDigits { height: 1, width: 2, classes });
    }

    #[test]
    fn images_are_means_then_deviations_at_full_strength() {
        let images = digits().to_images().unwrap();
        assert_eq!(images.images(), [7, 9, 128, 255, 0, 0, 255, 0]);
        assert_eq!(images.labels(), [1, 3, 1, 3]);
    }

    #[test]
    fn sizes_that_do_not_fit_are_refused() {
        assert!(matches!(MeanDigits { width: 3, ..digits() }.to_images(), Err(Error::PixelCount { .. })));
        assert!(matches!(MeanDigits { classes: vec![], ..digits() }.to_images(), Err(Error::Empty)));
    }
}
