//! A grey picture in memory, the input of every stage after decoding.

use crate::Error;

/// A grey picture: rows from the top, 0 black .. 255 white, at least one pixel.
#[derive(Clone, PartialEq, Eq)]
pub struct GreyImage {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl GreyImage {
    /// A picture of `width` by `height` pixels, given row by row from the top.
    ///
    /// # Errors
    /// [`Error::PixelCount`] if `pixels` is empty or does not hold exactly `width * height` bytes.
    pub fn new(width: u32, height: u32, pixels: Vec<u8>) -> Result<Self, Error> {
        let expected = u64::from(width) * u64::from(height);
        if pixels.is_empty() || expected != pixels.len() as u64 {
            return Err(Error::PixelCount { width, height, expected, found: pixels.len() });
        }
        Ok(Self { width, height, pixels })
    }

    /// Width in pixels, at least 1.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels, at least 1.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// All pixels, `[height, width]`, row by row from the top.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The rows from the top, each `width` bytes.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &[u8]> + ExactSizeIterator {
        self.pixels.chunks_exact(self.width as usize)
    }

    /// The picture with each level replaced.
    pub(crate) fn map(mut self, mut level: impl FnMut(u8) -> u8) -> Self {
        self.pixels.iter_mut().for_each(|pixel| *pixel = level(*pixel));
        self
    }
}

impl std::fmt::Debug for GreyImage {
    /// The size only: millions of pixels would drown the message that carries them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "GreyImage({}x{})", self.width, self.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_and_pixels_must_agree() {
        assert!(GreyImage::new(2, 3, vec![0; 6]).is_ok());
        for (width, height, count) in [(2, 3, 5), (2, 3, 7), (0, 0, 0), (0, 5, 0), (u32::MAX, u32::MAX, 1)] {
            let error = GreyImage::new(width, height, vec![0; count]).unwrap_err();
            let expected = u64::from(width) * u64::from(height);
            assert_eq!(error, Error::PixelCount { width, height, expected, found: count });
        }
    }

    #[test]
    fn rows_come_from_the_top() {
        let image = GreyImage::new(2, 2, vec![1, 2, 3, 4]).unwrap();
        assert_eq!(image.rows().collect::<Vec<_>>(), [[1, 2], [3, 4]]);
    }
}
