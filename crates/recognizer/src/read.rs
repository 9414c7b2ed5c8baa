//! All digits of a page.

use tenfold_imaging::{ColourImage, GreyImage};
use tenfold_reading::{Page, Reading};

use crate::error::Error;
use crate::recognizer::{Recognizer, check_finite};

impl Recognizer {
    /// Opens the bytes of a PNG or JPEG file and reads all digits in it: lines from the top, and in each fields from left to right.
    ///
    /// ```
    /// use tenfold_recognizer::Recognizer;
    ///
    /// let reading = Recognizer::embedded().read(&std::fs::read("testdata/seven.png")?)?;
    /// assert_eq!(reading.lines[0].text, "7");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Self::decode`] and [`Self::read_image`].
    pub fn read(&self, bytes: &[u8]) -> Result<Reading, Error> {
        self.read_colour(&self.decode_colour(bytes)?)
    }

    /// Reads all digits in a picture.
    ///
    /// # Errors
    /// [`Error::Refused`] if there are none; [`Error::NotFinite`] if the model gives no numbers.
    pub fn read_image(&self, image: &GreyImage) -> Result<Reading, Error> {
        self.read_colour(&image.clone().into())
    }

    /// As [`Self::read_image`] for a picture in colour.
    ///
    /// # Errors
    /// As [`Self::read_image`].
    pub fn read_colour(&self, image: &ColourImage) -> Result<Reading, Error> {
        let page = Page::find(image, &self.preparation)?;
        let probabilities = self.probabilities(page.glyphs())?;
        check_finite(&probabilities)?;
        Ok(page.read(&probabilities, &self.labels)?)
    }
}
