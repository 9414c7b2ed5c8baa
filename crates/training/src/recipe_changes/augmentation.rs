//! An augmentation in part.

use serde::Deserialize;
use tenfold_dataset::{Augmentation, Strength};

/// What differs from another augmentation; without one, from none, whose ranges are all 0.
///
/// ```
/// use tenfold_training::{AugmentationChanges, Recipe, RecipeChanges};
///
/// let augmentation: AugmentationChanges = toml::from_str("strength = 'mild'\nrotation_degrees = 15")?;
/// let changes = RecipeChanges { augmentation, ..RecipeChanges::default() };
/// let changed = changes.apply(&Recipe::paper())?.augmentation.expect("images are changed");
/// assert_eq!((changed.rotation_degrees, changed.shear_degrees), (15.0, 10.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AugmentationChanges {
    /// Start from the settings with this name instead of the other augmentation's.
    pub strength: Option<Strength>,
    /// See [`Augmentation::shift_px`].
    pub shift_px: Option<f32>,
    /// See [`Augmentation::rotation_degrees`].
    pub rotation_degrees: Option<f32>,
    /// See [`Augmentation::scale`].
    pub scale: Option<f32>,
    /// See [`Augmentation::stretch`].
    pub stretch: Option<f32>,
    /// See [`Augmentation::shear_degrees`].
    pub shear_degrees: Option<f32>,
    /// See [`Augmentation::elastic_alpha`].
    pub elastic_alpha: Option<f32>,
    /// See [`Augmentation::elastic_sigma_px`].
    pub elastic_sigma_px: Option<f32>,
    /// See [`Augmentation::stroke_px`].
    pub stroke_px: Option<f32>,
    /// See [`Augmentation::blur_px`].
    pub blur_px: Option<f32>,
    /// See [`Augmentation::brightness`].
    pub brightness: Option<f32>,
    /// See [`Augmentation::contrast`].
    pub contrast: Option<f32>,
    /// See [`Augmentation::noise`].
    pub noise: Option<f32>,
    /// See [`Augmentation::erase`].
    pub erase: Option<f32>,
    /// See [`Augmentation::erase_probability`].
    pub erase_probability: Option<f32>,
    /// See [`Augmentation::erase_ink`].
    pub erase_ink: Option<f32>,
    /// See [`Augmentation::background`].
    pub background: Option<f32>,
    /// See [`Augmentation::lines`].
    pub lines: Option<f32>,
    /// See [`Augmentation::specks`].
    pub specks: Option<f32>,
}

impl AugmentationChanges {
    pub(super) fn apply(self, base: Option<Augmentation>) -> Option<Augmentation> {
        let base = self.strength.map_or(base, Strength::augmentation);
        if (Self { strength: None, ..self }) == Self::default() {
            return base;
        }
        let start = base.unwrap_or_default();
        Some(Augmentation {
            shift_px: self.shift_px.unwrap_or(start.shift_px),
            rotation_degrees: self.rotation_degrees.unwrap_or(start.rotation_degrees),
            scale: self.scale.unwrap_or(start.scale),
            stretch: self.stretch.unwrap_or(start.stretch),
            shear_degrees: self.shear_degrees.unwrap_or(start.shear_degrees),
            elastic_alpha: self.elastic_alpha.unwrap_or(start.elastic_alpha),
            elastic_sigma_px: self.elastic_sigma_px.unwrap_or(start.elastic_sigma_px),
            stroke_px: self.stroke_px.unwrap_or(start.stroke_px),
            blur_px: self.blur_px.unwrap_or(start.blur_px),
            brightness: self.brightness.unwrap_or(start.brightness),
            contrast: self.contrast.unwrap_or(start.contrast),
            noise: self.noise.unwrap_or(start.noise),
            erase: self.erase.unwrap_or(start.erase),
            erase_probability: self.erase_probability.unwrap_or(start.erase_probability),
            erase_ink: self.erase_ink.unwrap_or(start.erase_ink),
            background: self.background.unwrap_or(start.background),
            lines: self.lines.unwrap_or(start.lines),
            specks: self.specks.unwrap_or(start.specks),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(changes: &str, base: Option<Augmentation>) -> Option<Augmentation> {
        toml::from_str::<AugmentationChanges>(changes).unwrap().apply(base)
    }

    #[test]
    fn what_is_not_said_stays_but_a_strength_starts_anew() {
        let moved = Augmentation { shift_px: 2.0, ..Augmentation::default() };
        assert_eq!(changed("", None), None);
        assert_eq!(changed("shift_px = 2", None), Some(moved));
        assert_eq!(changed("", Some(moved)), Some(moved));
        let turned = Augmentation { rotation_degrees: 5.0, ..moved };
        assert_eq!(changed("rotation_degrees = 5.0", Some(moved)), Some(turned));

        assert_eq!(changed("strength = 'mild'", Some(moved)), Strength::Mild.augmentation());
        let strong = Augmentation { noise: 0.0, ..Strength::Strong.augmentation().unwrap() };
        assert_eq!(changed("strength = 'strong'\nnoise = 0", None), Some(strong));
        assert_eq!(changed("strength = 'off'", Some(moved)), None);
        assert_eq!(changed("strength = 'off'\nshift_px = 2", Some(turned)), Some(moved));
    }
}
