//! Augmentations with a name.

use serde::{Deserialize, Serialize};

use super::Augmentation;

/// An augmentation for those who do not want to choose its settings. None of them was tuned on MNIST's test images.
///
/// ```
/// use tenfold_dataset::Strength;
///
/// let mild = Strength::Mild.augmentation().expect("changes images");
/// assert_eq!((mild.rotation_degrees, mild.elastic_alpha), (10.0, 0.0));
/// assert_eq!(Strength::Off.augmentation(), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Images as they are.
    Off,
    /// Moved, turned, resized and slanted a little, as no one would call it another digit.
    Mild,
    /// More of that, and also elastic, with wider and narrower strokes, blur, noise, other brightness and contrast, and
    /// pieces missing: for digits that are less tidy than MNIST's.
    Strong,
}

impl Strength {
    /// The settings; none if images stay as they are.
    pub fn augmentation(self) -> Option<Augmentation> {
        let mild = Augmentation {
            shift_px: 2.0,
            rotation_degrees: 10.0,
            scale: 0.1,
            stretch: 0.1,
            shear_degrees: 10.0,
            ..Augmentation::default()
        };
        match self {
            Self::Off => None,
            Self::Mild => Some(mild),
            Self::Strong => Some(Augmentation {
                rotation_degrees: 15.0,
                shear_degrees: 15.0,
                elastic_alpha: 34.0,
                stroke_px: 1.0,
                blur_px: 0.5,
                brightness: 0.2,
                contrast: 0.1,
                noise: 0.05,
                erase: 0.1,
                ..mild
            }),
        }
    }
}
