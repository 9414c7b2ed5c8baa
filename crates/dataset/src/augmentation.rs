//! Training images a little changed, each time in another way, so that a network learns what does not matter.

mod augmenter;
mod blemishes;
mod changes;
mod strength;

use serde::{Deserialize, Serialize};

use crate::Error;
pub use augmenter::Augmenter;
pub use strength::Strength;

/// How far an image may be changed: each time by amounts that are drawn from these ranges, uniformly unless said. What is 0
/// changes nothing. As TOML every field may be left out; `docs/augmentation.md` has the formulas.
///
/// ```
/// use tenfold_dataset::Augmentation;
///
/// let augmentation = Augmentation { rotation_degrees: 10.0, elastic_alpha: 34.0, ..Augmentation::default() };
/// augmentation.check()?;
/// let error = Augmentation { scale: 1.5, ..augmentation }.check().unwrap_err();
/// assert_eq!(error.to_string(), "augmentation: scale is 1.5, expected 0 up to but not including 1");
/// # Ok::<(), tenfold_dataset::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Augmentation {
    /// The largest shift along each axis, in pixels, 0 or above.
    pub shift_px: f32,
    /// The largest rotation about the middle, in degrees, either way, 0 to 180.
    pub rotation_degrees: f32,
    /// The largest change of size, `0..1`: 0.1 for sides of 0.9 to 1.1 times the length.
    pub scale: f32,
    /// The largest change of height, and on its own of width, `0..1`: 0.1 for 0.9 to 1.1 times as high, and as wide.
    #[serde(skip_serializing_if = "is_zero")]
    pub stretch: f32,
    /// The largest angle by which upright strokes lean over, in degrees, either way, 0 to 80.
    #[serde(skip_serializing_if = "is_zero")]
    pub shear_degrees: f32,
    /// Elastic distortion: the factor of the smoothed random field, 0 to 100,000 (Simard et al. 2003 took 34). Every image has
    /// all of it: it is the field that is drawn.
    #[serde(skip_serializing_if = "is_zero")]
    pub elastic_alpha: f32,
    /// Standard deviation of the Gaussian that smooths the field, in pixels, 0.5 to 64; 4 by default.
    #[serde(skip_serializing_if = "is_default_sigma")]
    pub elastic_sigma_px: f32,
    /// The most by which strokes become wider or narrower, in pixels, 0 to 8.
    #[serde(skip_serializing_if = "is_zero")]
    pub stroke_px: f32,
    /// The largest standard deviation of a Gaussian blur, in pixels, 0 to 16; drawn from 0 up.
    #[serde(skip_serializing_if = "is_zero")]
    pub blur_px: f32,
    /// The largest change of brightness, `0..1`: 0.2 for 0.8 to 1.2 times as bright.
    #[serde(skip_serializing_if = "is_zero")]
    pub brightness: f32,
    /// The largest change of contrast, `0..1`: 0.2 for 0.8 to 1.2 times the difference from the image's mean.
    #[serde(skip_serializing_if = "is_zero")]
    pub contrast: f32,
    /// The largest standard deviation of noise, as a share of black to white, 0 to 1; drawn from 0 up.
    #[serde(skip_serializing_if = "is_zero")]
    pub noise: f32,
    /// The largest rectangle that becomes background, as a share of the image's area, `0..1`; drawn from 0 up.
    #[serde(skip_serializing_if = "is_zero")]
    pub erase: f32,
    /// The share of images in which a rectangle is erased, 0 to 1; a half by default.
    #[serde(skip_serializing_if = "is_default_probability")]
    pub erase_probability: f32,
    /// The most ink that an erased rectangle is filled with, as a share of full ink, 0 to 1; drawn from 0 up.
    #[serde(skip_serializing_if = "is_zero")]
    pub erase_ink: f32,
    /// The darkest that paper may be, as a share of full ink, `0..1`; drawn from 0 up, and uneven over the image.
    #[serde(skip_serializing_if = "is_zero")]
    pub background: f32,
    /// The share of images that a straight line crosses, 0 to 1.
    #[serde(skip_serializing_if = "is_zero")]
    pub lines: f32,
    /// The largest share of pixels that are specks, half of them full ink and half background, 0 to 1; drawn from 0 up.
    #[serde(skip_serializing_if = "is_zero")]
    pub specks: f32,
}

impl Default for Augmentation {
    /// Changes nothing.
    fn default() -> Self {
        Self {
            shift_px: 0.0,
            rotation_degrees: 0.0,
            scale: 0.0,
            stretch: 0.0,
            shear_degrees: 0.0,
            elastic_alpha: 0.0,
            elastic_sigma_px: 4.0,
            stroke_px: 0.0,
            blur_px: 0.0,
            brightness: 0.0,
            contrast: 0.0,
            noise: 0.0,
            erase: 0.0,
            erase_probability: 0.5,
            erase_ink: 0.0,
            background: 0.0,
            lines: 0.0,
            specks: 0.0,
        }
    }
}

impl Augmentation {
    /// Checks the ranges.
    ///
    /// # Errors
    /// [`Error::Augmentation`] for the first setting that is out of its range.
    pub fn check(self) -> Result<(), Error> {
        let share = "0 up to but not including 1";
        for (name, found, expected, in_range) in [
            ("shift_px", self.shift_px, "0 or above", (0.0..f32::INFINITY).contains(&self.shift_px)),
            ("rotation_degrees", self.rotation_degrees, "0 to 180", (0.0..=180.0).contains(&self.rotation_degrees)),
            ("scale", self.scale, share, (0.0..1.0).contains(&self.scale)),
            ("stretch", self.stretch, share, (0.0..1.0).contains(&self.stretch)),
            ("shear_degrees", self.shear_degrees, "0 to 80", (0.0..=80.0).contains(&self.shear_degrees)),
            ("elastic_alpha", self.elastic_alpha, "0 to 100000", (0.0..=1e5).contains(&self.elastic_alpha)),
            ("elastic_sigma_px", self.elastic_sigma_px, "0.5 to 64", (0.5..=64.0).contains(&self.elastic_sigma_px)),
            ("stroke_px", self.stroke_px, "0 to 8", (0.0..=8.0).contains(&self.stroke_px)),
            ("blur_px", self.blur_px, "0 to 16", (0.0..=16.0).contains(&self.blur_px)),
            ("brightness", self.brightness, share, (0.0..1.0).contains(&self.brightness)),
            ("contrast", self.contrast, share, (0.0..1.0).contains(&self.contrast)),
            ("noise", self.noise, "0 to 1", (0.0..=1.0).contains(&self.noise)),
            ("erase", self.erase, share, (0.0..1.0).contains(&self.erase)),
            ("erase_probability", self.erase_probability, "0 to 1", (0.0..=1.0).contains(&self.erase_probability)),
            ("erase_ink", self.erase_ink, "0 to 1", (0.0..=1.0).contains(&self.erase_ink)),
            ("background", self.background, share, (0.0..1.0).contains(&self.background)),
            ("lines", self.lines, "0 to 1", (0.0..=1.0).contains(&self.lines)),
            ("specks", self.specks, "0 to 1", (0.0..=1.0).contains(&self.specks)),
        ] {
            if !in_range {
                return Err(Error::Augmentation { name, expected, found });
            }
        }
        Ok(())
    }
}

fn is_zero(value: &f32) -> bool {
    *value == 0.0
}

fn is_default_sigma(value: &f32) -> bool {
    *value == Augmentation::default().elastic_sigma_px
}

fn is_default_probability(value: &f32) -> bool {
    *value == Augmentation::default().erase_probability
}

#[cfg(test)]
mod tests;
