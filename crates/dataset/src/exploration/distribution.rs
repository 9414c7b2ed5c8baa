//! How a number is spread over images: mean, deviation, extremes and a histogram, for all images and for each class.

use serde::Serialize;

use crate::split::label_count;

/// How a number is spread over images that have it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Distribution {
    /// Number of images, 1 or more.
    pub count: usize,
    /// Arithmetic mean.
    pub mean: f64,
    /// Standard deviation of these images (not of a sample of them).
    pub standard_deviation: f64,
    /// The least value.
    pub min: f64,
    /// The greatest value.
    pub max: f64,
    /// How many images have which values.
    pub histogram: Histogram,
}

/// Counts of values in bins of equal width, without empty bins at either end.
///
/// Edges are multiples of the width, so that histograms of two data sets can be laid over each other.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Histogram {
    /// Lower edge of the first bin.
    pub start: f64,
    /// Width of a bin. Bin `i` holds values from `start + i * bin_width` up to, but not with, the next edge.
    pub bin_width: f64,
    /// How many values are in each bin, at least one bin.
    pub counts: Vec<usize>,
}

/// A number's distribution over all images, and over those of each class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ByClass {
    /// All images that have it; none if every image is blank.
    pub all: Option<Distribution>,
    /// The classes that have images that have it, by label.
    pub classes: Vec<ClassDistribution>,
}

/// A number's distribution over the images of one class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassDistribution {
    /// The class.
    pub label: u16,
    /// Its images' values.
    pub distribution: Distribution,
}

impl Distribution {
    /// `values`: finite, and at most thousands of bins apart. None without values.
    fn new(values: &[f64], bin_width: f64) -> Option<Self> {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / n;
        let min = values.iter().copied().reduce(f64::min)?;
        let max = values.iter().copied().reduce(f64::max)?;

        let bin = |value: f64| (value / bin_width).floor();
        let mut counts = vec![0; (bin(max) - bin(min)) as usize + 1];
        values.iter().for_each(|&value| counts[(bin(value) - bin(min)) as usize] += 1);
        let histogram = Histogram { start: bin(min) * bin_width, bin_width, counts };
        Some(Self { count: values.len(), mean, standard_deviation: variance.sqrt(), min, max, histogram })
    }
}

impl ByClass {
    /// `values`: one per image, none where an image does not have it; finite, and at most thousands of bins apart.
    /// `labels`: the class of each image.
    pub(super) fn new(values: &[Option<f64>], labels: &[u16], bin_width: f64) -> Self {
        let mut by_label = vec![Vec::new(); label_count(labels)];
        for (&value, &label) in values.iter().zip(labels) {
            by_label[usize::from(label)].extend(value);
        }
        let distribution = |values: &[f64]| Distribution::new(values, bin_width);
        let classes = (0..).zip(&by_label).filter_map(|(label, values)| {
            let distribution = distribution(values)?;
            Some(ClassDistribution { label, distribution })
        });
        let all: Vec<f64> = values.iter().copied().flatten().collect();
        Self { classes: classes.collect(), all: distribution(&all) }
    }
}

#[cfg(test)]
mod tests {
    use super::{ByClass, Distribution, Histogram};

    #[test]
    fn values_by_hand() {
        let expected = Distribution {
            count: 4,
            mean: 1.0,
            standard_deviation: 2.5_f64.sqrt(),
            min: -1.0,
            max: 3.0,
            histogram: Histogram { start: -1.0, bin_width: 0.5, counts: vec![1, 0, 1, 0, 0, 0, 1, 0, 1] },
        };
        assert_eq!(Distribution::new(&[3.0, 0.0, -1.0, 2.0], 0.5), Some(expected));
        assert_eq!(Distribution::new(&[], 0.5), None);
    }

    #[test]
    fn an_edge_belongs_to_the_bin_above() {
        let histogram = |values: &[f64]| Distribution::new(values, 0.25).unwrap().histogram;
        assert_eq!(histogram(&[0.5, 0.75_f64.next_down(), 0.75]).counts, [2, 1]);
        assert_eq!(histogram(&[-0.1]), Histogram { start: -0.25, bin_width: 0.25, counts: vec![1] });
    }

    #[test]
    fn images_without_a_value_are_left_out() {
        let spread = ByClass::new(&[Some(1.0), None, Some(3.0), None], &[4, 4, 2, 9], 1.0);
        assert_eq!(spread.all.unwrap().mean, 2.0);
        let classes: Vec<_> = spread.classes.iter().map(|class| (class.label, class.distribution.mean)).collect();
        assert_eq!(classes, [(2, 3.0), (4, 1.0)]);
        assert_eq!(ByClass::new(&[None], &[0], 1.0), ByClass { all: None, classes: vec![] });
    }
}
