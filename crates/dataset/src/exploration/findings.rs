//! What is wrong with images that can be trained on all the same: dark ink on bright ground, and digits that lie on their
//! side or are mirrored. A network learns such images as well as any, and then misreads every upright picture.

use std::fmt;

use serde::Serialize;

use super::MeanDigits;
use crate::{Dataset, Error, Part, Source};

/// Something about a data set that its user should know before training on it.
///
/// ```
/// use tenfold_dataset::{Dataset, Images, exploration::{Finding, findings}};
///
/// let page = vec![255, 255, 255, 255, 0, 255, 255, 255, 255]; // a dark point on white
/// let images = Images { pixels: page.into(), height: 3, width: 3 };
/// let found = findings(&Dataset::new(images, vec![0], 10)?)?;
/// assert!(matches!(found[..], [Finding::BrightGround { .. }]));
/// # Ok::<(), tenfold_dataset::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Finding {
    /// The ground is bright and the ink dark, where networks are used on light ink on dark ground.
    BrightGround {
        /// Mean of the pixels along the border of all images, as a share of full ink.
        border: f64,
        /// Mean of all pixels, as a share of full ink.
        ink: f64,
    },
    /// The digits are not upright.
    NotUpright {
        /// How they are instead.
        placement: Placement,
        /// How well their mean digits agree with MNIST's once they are set upright; see [`findings`].
        correlation: f64,
        /// The same as they are.
        correlation_as_they_are: f64,
    },
}

/// How an image lies that should be upright.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    /// As it should.
    Upright,
    /// Rows and columns are exchanged, as in files written column by column.
    Transposed,
    /// Left and right are exchanged.
    MirroredLeftRight,
    /// Top and bottom are exchanged.
    MirroredTopBottom,
    /// Turned by 180 degrees.
    UpsideDown,
    /// Turned by 90 degrees clockwise.
    QuarterClockwise,
    /// Turned by 90 degrees counter-clockwise.
    QuarterCounterClockwise,
    /// Transposed along the other diagonal.
    TransposedOtherWay,
}

/// The border is brighter than all pixels together by at least this share of full ink, or the ground is not what differs.
const GROUND_STANDS_OUT: f64 = 0.02;

/// The correlation from which mean digits are taken for those of MNIST. Of MNIST's training images 60 have 0.76, 600 have
/// 0.96; noise, shuffled labels and labels that are off by one have less than 0.25 in every placement.
const AGREES: f64 = 0.6;

/// By how much one placement must agree better than the images as they are. MNIST's ten digits agree upright by 0.99 and
/// otherwise by 0.53 at most; zeros and ones alone, which look alike however they lie, by 1.00 and 0.69.
const AGREES_BETTER: f64 = 0.2;

/// What is wrong with the images of `dataset`; nothing of most data sets.
///
/// The ground is judged by its border, in images of any size. Whether digits are upright is judged in images of MNIST's size
/// and classes only: the mean image of each class less the mean of them all is compared with the same of MNIST's
/// test images, in all eight placements, by the correlation of these differences over all classes and pixels. They are
/// found not to be upright if they agree with MNIST clearly better in another placement; images that show something else
/// agree in none.
///
/// # Errors
/// [`Error::Embedded`] if MNIST inside the program is damaged.
pub fn findings(dataset: &Dataset) -> Result<Vec<Finding>, Error> {
    Ok(bright_ground(dataset).into_iter().chain(not_upright(dataset)?).collect())
}

fn bright_ground(dataset: &Dataset) -> Option<Finding> {
    let (height, width) = (dataset.height(), dataset.width());
    let (mut border, mut all) = ([0_u64; 2], 0_u64);
    for image in dataset.images().chunks_exact(height * width) {
        for (y, row) in image.chunks_exact(width).enumerate() {
            all += row.iter().map(|&pixel| u64::from(pixel)).sum::<u64>();
            let is_border = |x: usize| y == 0 || y == height - 1 || x == 0 || x == width - 1;
            for (_, &pixel) in row.iter().enumerate().filter(|(x, _)| is_border(*x)) {
                border[0] += u64::from(pixel);
                border[1] += 1;
            }
        }
    }
    let share = |sum: u64, count: u64| sum as f64 / (255.0 * count as f64);
    let (border, ink) = (share(border[0], border[1]), share(all, dataset.images().len() as u64));
    (border > 0.5 && border > ink + GROUND_STANDS_OUT).then_some(Finding::BrightGround { border, ink })
}

fn not_upright(dataset: &Dataset) -> Result<Option<Finding>, Error> {
    let sides = [dataset.height(), dataset.width()];
    if sides != [tenfold_mnist::SIDE; 2] || !dataset.is_of_digits() {
        return Ok(None);
    }
    let (ours, mnist) = (MeanDigits::new(dataset), MeanDigits::new(&Source::Embedded.load(Part::Test)?));
    let classes: Vec<u16> = ours.classes.iter().map(|class| class.label).collect();
    let [ours, mnist] = [ours, mnist].map(|digits| differences(&digits, &classes));
    // Light ink on dark ground or the other way round: the sign says which, and does not matter here.
    let agreement = |placement: Placement| correlation(&ours, &mnist, placement).abs();
    let as_they_are = agreement(Placement::Upright);
    let best = Placement::ALL.into_iter().map(|placement| (agreement(placement), placement));
    let Some((correlation, placement)) = best.max_by(|one, other| one.0.total_cmp(&other.0)) else { return Ok(None) };
    let found = correlation >= AGREES && correlation - as_they_are >= AGREES_BETTER;
    Ok(found.then_some(Finding::NotUpright { placement, correlation, correlation_as_they_are: as_they_are }))
}

/// The mean image of each of `classes`, one after the other, less the mean of these images.
fn differences(digits: &MeanDigits, classes: &[u16]) -> Vec<f64> {
    let chosen = digits.classes.iter().filter(|class| classes.contains(&class.label));
    let means: Vec<&[f64]> = chosen.map(|class| &class.mean[..]).collect();
    let pixels = digits.height * digits.width;
    let mean_of = |pixel: usize| means.iter().map(|mean| mean[pixel]).sum::<f64>() / means.len() as f64;
    let common: Vec<f64> = (0..pixels).map(mean_of).collect();
    means.iter().flat_map(|mean| mean.iter().zip(&common).map(|(mean, common)| mean - common)).collect()
}

/// The correlation of `ours`, images that lie as `placement` says, with upright ones. 0 where nothing varies.
fn correlation(ours: &[f64], upright: &[f64], placement: Placement) -> f64 {
    let side = tenfold_mnist::SIDE;
    let mut product = 0.0;
    for (ours, upright) in ours.chunks_exact(side * side).zip(upright.chunks_exact(side * side)) {
        for (at, value) in upright.iter().enumerate() {
            let [y, x] = placement.place([at / side, at % side], side);
            product += ours[y * side + x] * value;
        }
    }
    let squares = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>();
    let norm = (squares(ours) * squares(upright)).sqrt();
    if norm > 0.0 { product / norm } else { 0.0 }
}

impl Placement {
    /// All of them: the symmetries of a square.
    pub const ALL: [Self; 8] = [
        Self::Upright,
        Self::Transposed,
        Self::MirroredLeftRight,
        Self::MirroredTopBottom,
        Self::UpsideDown,
        Self::QuarterClockwise,
        Self::QuarterCounterClockwise,
        Self::TransposedOtherWay,
    ];

    /// Where the pixel in row and column `[y, x]` of an upright image is in one that lies so; both of `side` pixels.
    fn place(self, [y, x]: [usize; 2], side: usize) -> [usize; 2] {
        let last = side - 1;
        match self {
            Self::Upright => [y, x],
            Self::Transposed => [x, y],
            Self::MirroredLeftRight => [y, last - x],
            Self::MirroredTopBottom => [last - y, x],
            Self::UpsideDown => [last - y, last - x],
            Self::QuarterClockwise => [x, last - y],
            Self::QuarterCounterClockwise => [last - x, y],
            Self::TransposedOtherWay => [last - x, last - y],
        }
    }
}

impl fmt::Display for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Upright => "upright",
            Self::Transposed => "transposed (rows and columns exchanged)",
            Self::MirroredLeftRight => "mirrored left to right",
            Self::MirroredTopBottom => "mirrored top to bottom",
            Self::UpsideDown => "turned by 180 degrees",
            Self::QuarterClockwise => "turned by 90 degrees clockwise",
            Self::QuarterCounterClockwise => "turned by 90 degrees counter-clockwise",
            Self::TransposedOtherWay => "transposed along the diagonal from bottom left to top right",
        })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BrightGround { border, ink } => write!(
                f,
                "the images have a bright ground (the border {border:.2} of full ink, all pixels {ink:.2}), expected \
                 light ink on dark ground: a model trained on them misreads prepared pictures\n\
                 hint: invert the images, 255 less each pixel"
            ),
            Self::NotUpright { placement, correlation, correlation_as_they_are } => write!(
                f,
                "the digits are {placement}, expected upright ones (mean digits correlate with MNIST's by \
                 {correlation:.2} so, by {correlation_as_they_are:.2} as they are): a model trained on them misreads \
                 upright pictures\n\
                 hint: set the images upright, and store them row by row"
            ),
        }
    }
}

#[cfg(test)]
mod tests;
