//! Pictures of any size become the images of a data set: by the preparation that whoever reads pictures uses.

use tenfold_imaging::{ColourImage, Limits, Preparation, decode_colour};

use crate::{Error, Images, MAX_SET_BYTES};

/// Pictures that are read one after the other.
pub(crate) struct Pictures<'a> {
    preparation: &'a Preparation,
    limits: Limits,
    pictures: Vec<Picture>,
    /// The sum of the levels of all pictures that may be images already, and how many pixels these have.
    levels: (u64, u64),
}

enum Picture {
    /// It has the size of an image: whether it is one is known once all are read.
    Sized(ColourImage),
    Prepared(Vec<u8>),
}

impl<'a> Pictures<'a> {
    pub fn new(preparation: &'a Preparation) -> Self {
        Self { preparation, limits: Limits::default(), pictures: Vec::new(), levels: (0, 0) }
    }

    /// Reads the next picture.
    ///
    /// # Errors
    /// [`Error::Picture`] for what is not a picture; [`Error::NoDigit`] for one without a digit; [`Error::LimitExceeded`] for more
    /// than a data set may have.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let side = self.preparation.side();
        let all = (self.pictures.len() as u64 + 1) * u64::from(side) * u64::from(side);
        if all > MAX_SET_BYTES {
            return Err(Error::LimitExceeded { what: "bytes of all images", limit: MAX_SET_BYTES });
        }
        let picture = decode_colour(bytes, &self.limits)?;
        let grey = picture.grey();
        self.pictures.push(if (grey.width(), grey.height()) == (side, side) {
            self.levels.0 += grey.pixels().iter().map(|&level| u64::from(level)).sum::<u64>();
            self.levels.1 += grey.pixels().len() as u64;
            Picture::Sized(picture)
        } else {
            Picture::Prepared(self.prepare(&picture)?)
        });
        Ok(())
    }

    /// All images. If every picture had the size of one and most of it all is dark, these are images already, and stay as they
    /// are; else all are prepared.
    ///
    /// # Errors
    /// [`Error::NoDigit`], with the place of the picture.
    pub fn finish(self) -> Result<Images, (usize, Error)> {
        let side = self.preparation.side() as usize;
        let are_sized = self.pictures.iter().all(|picture| matches!(picture, Picture::Sized(_)));
        let are_dark = self.levels.0 < 128 * self.levels.1;
        let mut pixels = Vec::with_capacity(self.pictures.len() * side * side);
        for (index, picture) in self.pictures.iter().enumerate() {
            match picture {
                Picture::Prepared(image) => pixels.extend_from_slice(image),
                Picture::Sized(image) if are_sized && are_dark => pixels.extend_from_slice(image.grey().pixels()),
                Picture::Sized(picture) => pixels.extend(self.prepare(picture).map_err(|error| (index, error))?),
            }
        }
        Ok(Images { pixels: pixels.into(), height: side, width: side })
    }

    fn prepare(&self, picture: &ColourImage) -> Result<Vec<u8>, Error> {
        Ok(self.preparation.prepare_colour(picture)?.pixels)
    }
}

/// An image as a PNG of 8 bits of grey.
pub(crate) fn png(grey: &[u8], height: u32, width: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(grey)?;
        writer.finish()
    });
    written.expect("an image within the limits is written to memory without error");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stroke on `side` pixels, as ink of this level on paper of that.
    fn stroke(side: usize, ink: u8, paper: u8) -> Vec<u8> {
        let is_ink =
            |x: usize, y: usize| (side / 4..side * 3 / 4).contains(&y) && (side * 2 / 5..side * 3 / 5).contains(&x);
        let pixels: Vec<u8> =
            (0..side * side).map(|at| if is_ink(at % side, at / side) { ink } else { paper }).collect();
        png(&pixels, side as u32, side as u32)
    }

    fn images(pictures: &[Vec<u8>]) -> Images {
        let preparation = Preparation::default();
        let mut all = Pictures::new(&preparation);
        pictures.iter().for_each(|picture| all.push(picture).unwrap());
        all.finish().unwrap()
    }

    #[test]
    fn images_stay_and_pictures_are_prepared() {
        let (light, dark, large) = (stroke(28, 250, 3), stroke(28, 3, 250), stroke(100, 20, 200));
        let kept = images(std::slice::from_ref(&light));
        assert!(kept.pixels.contains(&3) && kept.pixels.contains(&250), "as it is");
        // On paper, or beside a picture of another size: every one is prepared.
        for pictures in [vec![dark], vec![light, large]] {
            let prepared = images(&pictures);
            assert_eq!(prepared.pixels.len(), pictures.len() * 784);
            assert!(prepared.pixels.chunks(784).all(|image| image[0] == 0 && image.iter().any(|&pixel| pixel > 128)));
        }
    }

    #[test]
    fn what_is_no_digit_is_refused() {
        let preparation = Preparation::default();
        let mut all = Pictures::new(&preparation);
        assert!(matches!(all.push(b"GIF89a"), Err(Error::Picture(_))));
        assert!(matches!(all.push(&stroke(40, 9, 9)), Err(Error::NoDigit(_))));
        all.push(&stroke(28, 255, 255)).unwrap();
        assert!(matches!(all.finish(), Err((0, Error::NoDigit(_)))));
    }
}
