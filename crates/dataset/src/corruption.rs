//! Images made harder to read, to see what a network bears: the families of MNIST-C, and changes by any amount.
//!
//! The families and their severities are those of Mu and Gilmer, "MNIST-C: A robustness benchmark for computer vision"
//! (2019, arXiv:1906.02337), and of the program that made that set; the code is our own. Random numbers are other ones, so
//! images are not the published ones but have the same distribution, with these differences: values are rounded and not cut
//! off, blurs end at three standard deviations and not four, and the finest waves of fog are made only where the image is.
//!
//! ```
//! use tenfold_dataset::corruption::Corruption;
//! use tenfold_dataset::{Part, Source};
//!
//! let test = Source::Embedded.load(Part::Test)?.subset(&[0, 1, 2])?;
//! let noisy = Corruption::ShotNoise.of(&test, 5, 1)?;
//! assert_eq!(noisy.labels(), test.labels());
//! assert_ne!(noisy.image(0), test.image(0));
//! # Ok::<(), tenfold_dataset::Error>(())
//! ```

mod blur;
mod changed;
mod distortion;
mod edges;
mod geometry;
mod light;
mod noise;
mod overlay;

use serde::Serialize;
use tenfold_random::{Purpose, Stream};

use crate::transformation::Plane;
use crate::{Dataset, Error};

use changed::changed;

pub use distortion::Distortion;

/// A family of corruptions. The discriminant is part of what a seed means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Corruption {
    /// Few photons: each pixel is a Poisson variable, at full ink of 60, 25, 12, 5 or 3 photons.
    ShotNoise = 1,
    /// Pixels stuck at full ink or background: 3, 6, 9, 17 or 27 % of them.
    ImpulseNoise = 2,
    /// Frosted glass: blurred by 0.7, 0.9, 1.0, 1.1 or 1.5 pixels, pixels up to 1, 2, 2, 3 or 4 apart exchanged 2, 1, 3, 2 or
    /// 2 times, and blurred again.
    GlassBlur = 3,
    /// Moved while it was taken, within 45 degrees of the right: half a Gaussian of 3, 5, 8, 12 or 15 pixels, cut off after
    /// 20, 30, 30, 30 or 40.
    MotionBlur = 4,
    /// Slanted by 0.2, 0.4, 0.6, 0.8 or 1.0 radians, to the left or right.
    Shear = 5,
    /// 0.9, 0.8, 0.7, 0.6 or 0.5 times as large.
    Scale = 6,
    /// Turned by 0.2, 0.4, 0.6, 0.8 or 1.0 radians, to the left or right.
    Rotate = 7,
    /// Brighter by 0.1, 0.2, 0.3, 0.4 or 0.5 of full ink.
    Brightness = 8,
    /// Shifted along both axes by 1, 2, 3, 4 or 5 pixels, either way.
    Translate = 9,
    /// The left and the right quarter inverted.
    Stripe = 10,
    /// Fog of 1.5, 2, 2.5, 2.5 or 3 times full ink, whose waves decay by 2, 2, 1.7, 1.5 or 1.4 squared.
    Fog = 11,
    /// Spatters of mud: larger ones, then many small ones.
    Spatter = 12,
    /// A dotted line from the left to the right.
    DottedLine = 13,
    /// A zigzag from the left to the right.
    Zigzag = 14,
    /// Strokes replaced by their edges.
    CannyEdges = 15,
}

impl Corruption {
    /// Every family, in the order of the published list.
    pub const ALL: [Self; 15] = [
        Self::ShotNoise,
        Self::ImpulseNoise,
        Self::GlassBlur,
        Self::MotionBlur,
        Self::Shear,
        Self::Scale,
        Self::Rotate,
        Self::Brightness,
        Self::Translate,
        Self::Stripe,
        Self::Fog,
        Self::Spatter,
        Self::DottedLine,
        Self::Zigzag,
        Self::CannyEdges,
    ];

    /// Its name in the published set: `shot_noise`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ShotNoise => "shot_noise",
            Self::ImpulseNoise => "impulse_noise",
            Self::GlassBlur => "glass_blur",
            Self::MotionBlur => "motion_blur",
            Self::Shear => "shear",
            Self::Scale => "scale",
            Self::Rotate => "rotate",
            Self::Brightness => "brightness",
            Self::Translate => "translate",
            Self::Stripe => "stripe",
            Self::Fog => "fog",
            Self::Spatter => "spatter",
            Self::DottedLine => "dotted_line",
            Self::Zigzag => "zigzag",
            Self::CannyEdges => "canny_edges",
        }
    }

    /// Its severities are 1 to this: 5, or 1 for what there is in one way only.
    pub const fn severities(self) -> usize {
        match self {
            Self::Stripe | Self::DottedLine | Self::Zigzag | Self::CannyEdges => 1,
            _ => 5,
        }
    }

    /// The severity that the published set MNIST-C has.
    pub const fn published_severity(self) -> usize {
        match self {
            Self::GlassBlur | Self::MotionBlur => 1,
            Self::Shear | Self::Rotate => 2,
            Self::Scale | Self::Translate => 3,
            Self::ImpulseNoise | Self::Spatter => 4,
            Self::ShotNoise | Self::Brightness | Self::Fog => 5,
            Self::Stripe | Self::DottedLine | Self::Zigzag | Self::CannyEdges => 1,
        }
    }

    /// Every image of a set, corrupted: `[height, width]` each, as before. Each is a function of its pixels, the severity,
    /// `seed` and its index alone; the severities of a family are made of the same random numbers.
    ///
    /// # Errors
    /// [`Error::Severity`] unless it is 1 to [`severities`](Self::severities).
    pub fn of(self, images: &Dataset, severity: usize, seed: u64) -> Result<Dataset, Error> {
        if !(1..=self.severities()).contains(&severity) {
            let (corruption, severities) = (self.name(), self.severities());
            return Err(Error::Severity { corruption, severities, found: severity });
        }
        Ok(changed(images, |index, image| {
            self.change(image, severity, &mut Stream::new(seed, Purpose::Corruption, self as u32, index));
        }))
    }

    fn change(self, image: &mut Plane, severity: usize, stream: &mut Stream) {
        match self {
            Self::ShotNoise => noise::shot(image, severity, stream),
            Self::ImpulseNoise => noise::impulse(image, severity, stream),
            Self::GlassBlur => blur::glass(image, severity, stream),
            Self::MotionBlur => blur::motion(image, severity, stream),
            Self::Shear => geometry::shear(image, severity, stream),
            Self::Scale => geometry::scale(image, severity),
            Self::Rotate => geometry::rotate(image, severity, stream),
            Self::Brightness => light::brightness(image, severity),
            Self::Translate => geometry::translate(image, severity, stream),
            Self::Stripe => light::stripe(image),
            Self::Fog => light::fog(image, severity, stream),
            Self::Spatter => overlay::spatter(image, severity, stream),
            Self::DottedLine => overlay::dotted_line(image, stream),
            Self::Zigzag => overlay::zigzag(image, stream),
            Self::CannyEdges => edges::canny(image),
        }
    }
}

#[cfg(test)]
mod tests;
