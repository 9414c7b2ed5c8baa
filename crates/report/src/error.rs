//! What can be wrong with the values given to this crate: one type, each variant with the place and the remedy.

use tenfold_error_kind::ErrorKind;

/// Why a chart, a gallery or a block of a page could not be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is nothing to draw.
    #[error("nothing to draw: expected at least one {what}, found none")]
    Empty {
        /// What was missing, in the singular.
        what: &'static str,
    },

    /// Two inputs that describe the same things differ in length.
    #[error("expected {expected} {what}, found {found}")]
    Length {
        /// What was counted, in the plural.
        what: &'static str,
        /// How many the other input calls for.
        expected: usize,
        /// How many there are.
        found: usize,
    },

    /// A side of the images is 0 or over [`MAX_SIDE_PX`](crate::MAX_SIDE_PX).
    #[error("images of {height}x{width} pixels: expected sides of 1 to {}", crate::MAX_SIDE_PX)]
    Side {
        /// Height in pixels.
        height: usize,
        /// Width in pixels.
        width: usize,
    },

    /// The bytes are not a whole number of images.
    #[error("pixels are not a whole number of images: expected a multiple of {per_image} bytes, found {found}")]
    PixelCount {
        /// Bytes in one image.
        per_image: usize,
        /// Bytes found.
        found: usize,
    },

    /// A picture would be larger than this crate is willing to make.
    #[error("{what} would have {found} pixels, the limit is {limit}\nhint: {hint}")]
    LimitExceeded {
        /// Which picture.
        what: &'static str,
        /// Its pixels.
        found: u64,
        /// What is allowed.
        limit: u64,
        /// What to ask for instead.
        hint: &'static str,
    },

    /// The scale of a picture is not a positive number.
    #[error("expected a scale over 0, found {found}")]
    Scale {
        /// The scale asked for.
        found: f32,
    },

    /// The renderer refuses a chart: it has too many marks.
    #[error("the chart cannot be drawn as pixels: {0}\nhint: keep it as SVG, or draw fewer points")]
    Svg(String),

    /// The answers do not fit the classes.
    #[error(transparent)]
    Evaluation(#[from] tenfold_evaluation::Error),
}

impl Error {
    /// The kind of this error.
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Empty { .. } | Self::Length { .. } | Self::Side { .. } | Self::PixelCount { .. } => ErrorKind::Input,
            Self::Evaluation(error) => error.kind(),
            Self::Scale { .. } => ErrorKind::Setting,
            Self::LimitExceeded { .. } | Self::Svg(_) => ErrorKind::TooLarge,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ErrorKind;
    use crate::{DigitImages, Sprite};

    #[test]
    fn images_and_limits_are_told_apart() {
        let kind = |pixels: &[u8], height, width| {
            DigitImages::new(pixels, height, width).and_then(Sprite::new).err().map(|error| error.kind())
        };
        assert_eq!(kind(&[0; 3], 1, 2), Some(ErrorKind::Input));
        assert_eq!(kind(&vec![0; 2 * 4096 * 4096], 4096, 4096), Some(ErrorKind::TooLarge));
        assert_eq!(kind(&[0; 4], 1, 2), None);
    }
}
