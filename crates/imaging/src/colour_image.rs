//! A picture in colour: what decoding gives to those who tell ink from paper by more than how dark it is.

use crate::{Error, GreyImage};

/// Red, green and blue of a pixel.
pub(crate) const CHANNELS: usize = 3;

/// BT.709's luma of a colour, as decoding takes it, in ten-thousandths.
const LUMA: [u32; CHANNELS] = [2126, 7152, 722];

/// A picture with the grey level of each pixel, and its colour where any pixel has one.
///
/// ```
/// use tenfold_imaging::ColourImage;
///
/// // A yellow pixel and a white one: nearly the same to who sees grey.
/// let picture = ColourImage::new(2, 1, vec![255, 255, 0, 255, 255, 255])?;
/// assert_eq!(picture.grey().pixels(), [236, 255]);
/// assert!(picture.colours().is_some());
/// # Ok::<(), tenfold_imaging::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ColourImage {
    grey: GreyImage,
    colours: Option<Vec<u8>>,
}

impl ColourImage {
    /// A picture of `width` by `height` pixels, given row by row from the top as red, green and blue, 0 dark .. 255 light.
    /// Its grey levels are BT.709 luma, `0.2126 R + 0.7152 G + 0.0722 B`, rounded down.
    ///
    /// # Errors
    /// [`Error::PixelCount`] if `colours` is empty or does not hold exactly `3 * width * height` bytes.
    pub fn new(width: u32, height: u32, colours: Vec<u8>) -> Result<Self, Error> {
        let (pixels, rest) = colours.as_chunks::<CHANNELS>();
        if !rest.is_empty() {
            let expected = u64::from(width) * u64::from(height);
            return Err(Error::PixelCount { width, height, expected, found: pixels.len() });
        }
        let luma = |pixel: &[u8; CHANNELS]| {
            (pixel.iter().zip(LUMA).map(|(&level, weight)| u32::from(level) * weight).sum::<u32>() / 10_000) as u8
        };
        Ok(Self::with_grey(GreyImage::new(width, height, pixels.iter().map(luma).collect())?, colours))
    }

    /// A picture whose grey levels are known: colours that are all grey are forgotten.
    pub(crate) fn with_grey(grey: GreyImage, colours: Vec<u8>) -> Self {
        let has_colour =
            colours.as_chunks::<CHANNELS>().0.iter().any(|[red, green, blue]| red != green || green != blue);
        Self { grey, colours: has_colour.then_some(colours) }
    }

    /// Its grey levels.
    pub fn grey(&self) -> &GreyImage {
        &self.grey
    }

    /// Red, green and blue of each pixel, `[height, width, 3]`; `None` if all pixels are grey.
    pub fn colours(&self) -> Option<&[u8]> {
        self.colours.as_deref()
    }
}

impl From<GreyImage> for ColourImage {
    fn from(grey: GreyImage) -> Self {
        Self { grey, colours: None }
    }
}

impl std::fmt::Debug for ColourImage {
    /// The size only, as of a [`GreyImage`].
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ColourImage({}x{})", self.grey.width(), self.grey.height())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_and_colours_must_agree() {
        assert!(ColourImage::new(2, 1, vec![0; 6]).is_ok());
        for count in [0, 3, 5, 7, 9] {
            let error = ColourImage::new(2, 1, vec![0; count]).unwrap_err();
            assert_eq!(error, Error::PixelCount { width: 2, height: 1, expected: 2, found: count / 3 });
        }
    }

    #[test]
    fn grey_pixels_have_no_colours() {
        let grey = GreyImage::new(2, 1, vec![7, 200]).unwrap();
        let picture = ColourImage::new(2, 1, vec![7, 7, 7, 200, 200, 200]).unwrap();
        assert_eq!(picture, grey.into());
        assert_eq!(picture.colours(), None);
    }
}
