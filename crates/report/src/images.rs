//! Digit images as they come: one size, one byte a pixel.

use crate::{Error, MAX_SIDE_PX};

/// Grey images of one size, borrowed: a whole number of them, perhaps none.
///
/// ```
/// use tenfold_report::DigitImages;
///
/// let images = DigitImages::new(&[0, 255, 255, 0], 1, 2)?;
/// assert_eq!((images.len(), images.image(1)), (2, &[255, 0][..]));
/// # Ok::<(), tenfold_report::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigitImages<'a> {
    pixels: &'a [u8],
    height: usize,
    width: usize,
}

impl<'a> DigitImages<'a> {
    /// The images in `pixels`, `[N, height, width]` row by row: 0 is paper, 255 is ink.
    ///
    /// # Errors
    /// [`Error::Side`] unless both sides are 1 to [`MAX_SIDE_PX`]; [`Error::PixelCount`] unless the pixels are a whole
    /// number of images.
    pub fn new(pixels: &'a [u8], height: usize, width: usize) -> Result<Self, Error> {
        if ![height, width].iter().all(|side| (1..=MAX_SIDE_PX).contains(side)) {
            return Err(Error::Side { height, width });
        }
        let per_image = height * width;
        if !pixels.len().is_multiple_of(per_image) {
            return Err(Error::PixelCount { per_image, found: pixels.len() });
        }
        Ok(Self { pixels, height, width })
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.pixels.len() / (self.height * self.width)
    }

    /// Whether there is no image.
    pub fn is_empty(&self) -> bool {
        self.pixels.is_empty()
    }

    /// Height of each image in pixels.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Width of each image in pixels.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The pixels of image `index`, `[height, width]`.
    ///
    /// # Panics
    /// If `index` is not less than [`len`](Self::len).
    pub fn image(&self, index: usize) -> &'a [u8] {
        let per_image = self.height * self.width;
        &self.pixels[index * per_image..][..per_image]
    }
}

#[cfg(test)]
mod tests {
    use super::DigitImages;
    use crate::{Error, MAX_SIDE_PX};

    #[test]
    fn shapes_that_lie_are_refused() {
        assert_eq!(DigitImages::new(&[], 0, 28), Err(Error::Side { height: 0, width: 28 }));
        assert_eq!(DigitImages::new(&[], 28, MAX_SIDE_PX + 1), Err(Error::Side { height: 28, width: MAX_SIDE_PX + 1 }));
        assert_eq!(DigitImages::new(&[0; 7], 2, 3), Err(Error::PixelCount { per_image: 6, found: 7 }));
        assert!(DigitImages::new(&[], 2, 3).unwrap().is_empty());
    }
}
