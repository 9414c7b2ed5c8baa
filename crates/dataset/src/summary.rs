//! What is in a data set, in numbers: to be looked at before anything is trained.

use serde::Serialize;

use crate::Dataset;

/// Counts and pixel statistics of a data set.
///
/// ```
/// use tenfold_dataset::{Dataset, Images, Summary};
///
/// let images = Images { pixels: vec![0, 255, 0, 0].into(), height: 1, width: 2 };
/// let summary = Summary::new(&Dataset::new(images, vec![1, 0], 2)?);
/// assert_eq!((summary.images, summary.classes[1].count), (2, 1));
/// assert_eq!((summary.pixels.max, summary.pixels.ink_share), (255, 0.25));
/// # Ok::<(), tenfold_dataset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// Number of images.
    pub images: usize,
    /// Height of each image in pixels.
    pub height: usize,
    /// Width of each image in pixels.
    pub width: usize,
    /// How many images each class has, by label.
    pub classes: Vec<ClassCount>,
    /// Statistics over every pixel of every image.
    pub pixels: PixelStatistics,
}

/// How many images one class has.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ClassCount {
    /// The class.
    pub label: u16,
    /// Number of images.
    pub count: usize,
    /// `count / images`, 0 to 1.
    pub share: f64,
}

/// Statistics over pixels. "Scaled" means divided by 255, as a network sees them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PixelStatistics {
    /// The darkest pixel, 0 to 255.
    pub min: u8,
    /// The brightest pixel, 0 to 255.
    pub max: u8,
    /// Mean, 0 to 255.
    pub mean: f64,
    /// Standard deviation of the pixels (not of a sample of them), 0 to 127.5.
    pub standard_deviation: f64,
    /// Mean, 0 to 1.
    pub mean_scaled: f64,
    /// Standard deviation, 0 to 0.5.
    pub standard_deviation_scaled: f64,
    /// Share of pixels that are not background (over 0), 0 to 1.
    pub ink_share: f64,
}

impl Summary {
    /// Counts everything, in one pass over the pixels.
    pub fn new(dataset: &Dataset) -> Self {
        let classes = (0..)
            .zip(dataset.class_counts())
            .map(|(label, count)| ClassCount { label, count, share: count as f64 / dataset.len() as f64 })
            .collect();
        Self {
            images: dataset.len(),
            height: dataset.height(),
            width: dataset.width(),
            classes,
            pixels: PixelStatistics::new(dataset.images()),
        }
    }
}

impl PixelStatistics {
    /// `pixels`: at least one. From a histogram of whole numbers, so the sums are exact.
    fn new(pixels: &[u8]) -> Self {
        let mut histogram = [0_u64; 256];
        pixels.iter().for_each(|&pixel| histogram[usize::from(pixel)] += 1);
        let levels = || (0..=u8::MAX).zip(histogram);
        let present = || levels().filter(|&(_, count)| count > 0).map(|(level, _)| level);
        let total = pixels.len() as f64;
        let mean = levels().map(|(level, count)| u64::from(level) * count).sum::<u64>() as f64 / total;
        let variance =
            levels().map(|(level, count)| (f64::from(level) - mean).powi(2) * count as f64).sum::<f64>() / total;
        let standard_deviation = variance.sqrt();
        Self {
            min: present().next().expect("a data set has pixels"),
            max: present().next_back().expect("a data set has pixels"),
            mean,
            standard_deviation,
            mean_scaled: mean / 255.0,
            standard_deviation_scaled: standard_deviation / 255.0,
            ink_share: 1.0 - histogram[0] as f64 / total,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Summary;
    use crate::{Dataset, Images, Part, Source};

    #[test]
    fn a_small_set_is_summed_up_by_hand() {
        let images = Images { pixels: vec![0, 0, 10, 30].into(), height: 1, width: 2 };
        let summary = Summary::new(&Dataset::new(images, vec![2, 2], 3).unwrap());
        assert_eq!(
            serde_json::to_value(&summary).unwrap(),
            serde_json::json!({
                "images": 2, "height": 1, "width": 2,
                "classes": [
                    { "label": 0, "count": 0, "share": 0.0 },
                    { "label": 1, "count": 0, "share": 0.0 },
                    { "label": 2, "count": 2, "share": 1.0 },
                ],
                "pixels": {
                    "min": 0, "max": 30, "mean": 10.0, "standard_deviation": 150_f64.sqrt(),
                    "mean_scaled": 10.0 / 255.0, "standard_deviation_scaled": 150_f64.sqrt() / 255.0, "ink_share": 0.5,
                },
            })
        );
    }

    /// 0.1307 and 0.3081 are the numbers that most programs normalise MNIST with.
    #[test]
    fn mnist_has_the_well_known_statistics() {
        let pixels = Summary::new(&Source::Embedded.load(Part::Train).unwrap()).pixels;
        assert_eq!(format!("{:.4} {:.4}", pixels.mean_scaled, pixels.standard_deviation_scaled), "0.1307 0.3081");
        assert_eq!((pixels.min, pixels.max), (0, 255));
    }
}
