//! What may become of a digit on its way into a picture.

use crate::kind::Kind;

/// One thing that makes a picture harder to read. Lengths are pixels of the picture, levels of 0 to 255, angles radians; those
/// of directions from the right to below.
///
/// ```
/// use tenfold_photograph::{Degradation, Kind};
///
/// assert_eq!(Degradation::Blur { sigma: 1.5 }.kind(), Kind::Blur);
/// assert_eq!(Kind::Blur.name(), "blur");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Degradation {
    /// The paper has this colour, and not the page's.
    ColouredPaper {
        /// Red, green and blue.
        colour: [u8; 3],
    },
    /// Rough paper, with flecks of several sizes.
    Texture {
        /// The standard deviation of its levels, 0 to 50.
        deviation: f32,
    },
    /// What is written on the other side of the sheet, mirrored.
    ShowThrough {
        /// How much of the ink's strength comes through, 0 to 1.
        strength: f32,
    },
    /// Lines across the paper.
    Ruled {
        /// From one line to the next, at least 2.
        spacing: f32,
        /// How wide a line is, above 0.
        line: f32,
        /// Of pale blue print, 0 to 1.
        strength: f32,
    },
    /// Lines across and down the paper.
    Squared {
        /// From one line to the next, at least 2.
        spacing: f32,
        /// How wide a line is, above 0.
        line: f32,
        /// Of pale blue print, 0 to 1.
        strength: f32,
    },
    /// A printed box around the digit.
    Boxed {
        /// From the digit's image to the line, at least 0.
        gap: f32,
        /// How wide a line is, above 0.
        line: f32,
        /// Of black print, 0 to 1.
        strength: f32,
    },
    /// The ink has this colour, and not the page's.
    ColouredInk {
        /// Red, green and blue.
        colour: [u8; 3],
    },
    /// Dark specks.
    Speckle {
        /// For each million pixels, 0 to 10,000.
        specks: f32,
        /// The largest radius of one, above 0.
        radius: f32,
    },
    /// The paper ends, and a table begins.
    PaperEdge {
        /// From the digit's middle to where the paper ends.
        direction: f32,
        /// How far that is.
        distance: f32,
        /// The table's red, green and blue.
        table: [u8; 3],
    },
    /// A finger that holds the paper reaches into the picture.
    Finger {
        /// The middle of its round tip.
        tip: [f32; 2],
        /// Half of its width.
        radius: f32,
        /// Its red, green and blue.
        colour: [u8; 3],
    },
    /// Seen from the side: what lies at one side of the digit is smaller than what lies at the other.
    Perspective {
        /// How much smaller things are at the right (and below) by the picture's side, -0.5 to 0.5.
        tilt: [f32; 2],
    },
    /// Turned about the digit's middle.
    Rotation {
        /// Clockwise.
        radians: f32,
    },
    /// Light that falls off evenly from one side to the other.
    Gradient {
        /// To the dark side.
        direction: f32,
        /// What is left of the light there, 0 to 1.
        least: f32,
    },
    /// Corners darker than the middle.
    Vignette {
        /// What is left of the light in the corners, 0 to 1.
        least: f32,
    },
    /// Something stands in the light.
    ShadowEdge {
        /// To the shadow.
        direction: f32,
        /// From the picture's middle to the edge, in shares of the picture's shorter side.
        offset: f32,
        /// What is left of the light in the shadow, 0 to 1.
        least: f32,
        /// Over how many pixels the light changes, at least 1.
        softness: f32,
    },
    /// Light through a gap: a strip of it on paper in shadow.
    LitStrip {
        /// Across the strip.
        direction: f32,
        /// From the picture's middle to the strip's, in shares of the picture's shorter side.
        offset: f32,
        /// How wide the strip is, in the same shares.
        width: f32,
        /// What is left of the light beside it, 0 to 1.
        least: f32,
    },
    /// Out of focus: a Gaussian, made of three means.
    Blur {
        /// Its standard deviation, 0 to 100.
        sigma: f32,
    },
    /// A sensor's noise, of each colour by itself.
    Noise {
        /// Its standard deviation in levels.
        deviation: f32,
    },
    /// Saved as JPEG.
    Jpeg {
        /// 1 to 100.
        quality: u8,
    },
}

impl Degradation {
    /// Which one it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::ColouredPaper { .. } => Kind::ColouredPaper,
            Self::Texture { .. } => Kind::Texture,
            Self::ShowThrough { .. } => Kind::ShowThrough,
            Self::Ruled { .. } => Kind::Ruled,
            Self::Squared { .. } => Kind::Squared,
            Self::Boxed { .. } => Kind::Boxed,
            Self::ColouredInk { .. } => Kind::ColouredInk,
            Self::Speckle { .. } => Kind::Speckle,
            Self::PaperEdge { .. } => Kind::PaperEdge,
            Self::Finger { .. } => Kind::Finger,
            Self::Perspective { .. } => Kind::Perspective,
            Self::Rotation { .. } => Kind::Rotation,
            Self::Gradient { .. } => Kind::Gradient,
            Self::Vignette { .. } => Kind::Vignette,
            Self::ShadowEdge { .. } => Kind::ShadowEdge,
            Self::LitStrip { .. } => Kind::LitStrip,
            Self::Blur { .. } => Kind::Blur,
            Self::Noise { .. } => Kind::Noise,
            Self::Jpeg { .. } => Kind::Jpeg,
        }
    }
}
