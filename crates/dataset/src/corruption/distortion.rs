//! One thing that changes by a little more each time, for curves of the error against the amount.

use serde::Serialize;
use tenfold_random::{Purpose, Stream};

use super::changed::changed;
use super::geometry::warp;
use crate::transformation::{Affine, Strokes};
use crate::{Dataset, Error};

/// A change of an image by any amount.
///
/// ```
/// use tenfold_dataset::corruption::Distortion;
/// use tenfold_dataset::{Part, Source};
///
/// let test = Source::Embedded.load(Part::Test)?.subset(&[0])?;
/// assert_eq!(Distortion::Rotation.of(&test, 0.0, 1)?, test);
/// assert_eq!(Distortion::Rotation.amounts()[0], -60.0); // degrees
/// # Ok::<(), tenfold_dataset::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Distortion {
    /// A shift by so many pixels, for each image in a direction of its own.
    Shift,
    /// A rotation about the middle by so many degrees, clockwise.
    Rotation,
    /// So many times as high and as wide, about the middle.
    Scale,
    /// Strokes that are so many pixels wider, or narrower below 0.
    StrokeWidth,
}

impl Distortion {
    /// Every distortion.
    pub const ALL: [Self; 4] = [Self::Shift, Self::Rotation, Self::Scale, Self::StrokeWidth];

    /// Its name, as in JSON: `stroke_width`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shift => "shift",
            Self::Rotation => "rotation",
            Self::Scale => "scale",
            Self::StrokeWidth => "stroke_width",
        }
    }

    /// What its amounts are: pixels, degrees, times the size.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Shift | Self::StrokeWidth => "pixels",
            Self::Rotation => "degrees",
            Self::Scale => "times the size",
        }
    }

    /// The amounts of a curve, from the least to the most; among them the one that changes nothing.
    pub const fn amounts(self) -> &'static [f32] {
        match self {
            Self::Shift => &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
            Self::Rotation => &[-60.0, -45.0, -30.0, -20.0, -10.0, 0.0, 10.0, 20.0, 30.0, 45.0, 60.0],
            Self::Scale => &[0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4],
            Self::StrokeWidth => &[-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0],
        }
    }

    /// Every image of a set, distorted: `[height, width]` each, as before. Each is a function of its pixels, the amount,
    /// `seed` and its index alone.
    ///
    /// # Errors
    /// [`Error::Amount`] for an amount that is not finite, or a size that is not above 0.
    pub fn of(self, images: &Dataset, amount: f32, seed: u64) -> Result<Dataset, Error> {
        if !amount.is_finite() || (self == Self::Scale && amount <= 0.0) {
            return Err(Error::Amount { distortion: self.name(), found: amount });
        }
        Ok(changed(images, |index, image| {
            let mut stream = Stream::new(seed, Purpose::Corruption, 0, index);
            match self {
                Self::Shift => {
                    let angle = std::f32::consts::TAU * stream.uniform();
                    let shift_px = [amount * libm::sinf(angle), amount * libm::cosf(angle)];
                    warp(image, Affine { shift_px, ..Affine::IDENTITY });
                }
                Self::Rotation => warp(image, Affine { radians: amount.to_radians(), ..Affine::IDENTITY }),
                Self::Scale => warp(image, Affine { scale: [amount; 2], ..Affine::IDENTITY }),
                Self::StrokeWidth => Strokes::default().apply(image, amount),
            }
        }))
    }
}
