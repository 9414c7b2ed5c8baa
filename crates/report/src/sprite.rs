//! Many digit images in one PNG, so that a page holds them all as one data URI.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::{DigitImages, Error};

/// The largest sprite: 16 million pixels, some twenty thousand digit images, and about what a browser decodes without
/// a pause.
pub const MAX_SPRITE_PIXELS: u64 = 1 << 24;

/// Images side by side, without gaps, in one grey PNG: dark ink on white paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sprite {
    png: Vec<u8>,
    count: usize,
    columns: usize,
    height: usize,
    width: usize,
}

impl Sprite {
    /// The sprite of `images`, row by row, about as high as wide.
    ///
    /// # Errors
    /// [`Error::Empty`] without images; [`Error::LimitExceeded`] over [`MAX_SPRITE_PIXELS`].
    pub fn new(images: DigitImages<'_>) -> Result<Self, Error> {
        let count = images.len();
        if count == 0 {
            return Err(Error::Empty { what: "image" });
        }
        let (height, width) = (images.height(), images.width());
        // columns * width is about rows * height.
        let columns = (((count * height) as f64 / width as f64).sqrt().ceil() as usize).clamp(1, count);
        let rows = count.div_ceil(columns);
        let (sheet_height, stride) = (rows * height, columns * width);
        let found = sheet_height as u64 * stride as u64;
        if found > MAX_SPRITE_PIXELS {
            let hint = "show fewer images";
            return Err(Error::LimitExceeded { what: "the sprite", found, limit: MAX_SPRITE_PIXELS, hint });
        }
        let mut sheet = vec![255; sheet_height * stride];
        for index in 0..count {
            let (top, left) = (index / columns * height, index % columns * width);
            for (y, row) in images.image(index).chunks_exact(width).enumerate() {
                for (pixel, ink) in sheet[(top + y) * stride + left..][..width].iter_mut().zip(row) {
                    *pixel = 255 - ink;
                }
            }
        }
        let png = encode(&sheet, png::ColorType::Grayscale, stride as u32, sheet_height as u32);
        Ok(Self { png, count, columns, height, width })
    }

    /// Number of images.
    #[expect(clippy::len_without_is_empty, reason = "a sprite is never empty")]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Images in a row.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Height of each image in pixels.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Width of each image in pixels.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Column and row of image `index`, from 0.
    pub fn position(&self, index: usize) -> (usize, usize) {
        (index % self.columns, index / self.columns)
    }

    /// The PNG, 8 bits of grey.
    pub fn png(&self) -> &[u8] {
        &self.png
    }

    /// The PNG as `data:image/png;base64,…`.
    pub fn data_uri(&self) -> String {
        format!("data:image/png;base64,{}", STANDARD.encode(&self.png))
    }
}

/// `pixels` as a PNG of 8 bits a channel.
pub(crate) fn encode(pixels: &[u8], colour: png::ColorType, width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(colour);
    encoder.set_depth(png::BitDepth::Eight);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(pixels)?;
        writer.finish()
    });
    written.expect("a picture of checked size is written to memory without error");
    bytes
}

#[cfg(test)]
mod tests {
    use super::Sprite;
    use crate::{DigitImages, Error};

    #[test]
    fn images_are_where_the_sprite_says() {
        let pixels: Vec<u8> = (0..5 * 2 * 3).collect();
        let images = DigitImages::new(&pixels, 2, 3).unwrap();
        let sprite = Sprite::new(images).unwrap();
        assert_eq!((sprite.len(), sprite.columns()), (5, 2));
        let mut reader = png::Decoder::new(std::io::Cursor::new(sprite.png())).read_info().unwrap();
        let mut sheet = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut sheet).unwrap();
        assert_eq!((info.width, info.height), (2 * 3, 3 * 2));
        for index in 0..5 {
            let (column, row) = sprite.position(index);
            for (at, ink) in images.image(index).iter().enumerate() {
                assert_eq!(
                    sheet[(row * 2 + at / 3) * 6 + column * 3 + at % 3],
                    255 - ink,
                    "pixel {at} of image {index}"
                );
            }
        }
        assert_eq!(sheet[2 * 6 * 2 + 3..][..3], [255; 3], "the place after the last image is paper");
    }

    #[test]
    fn impossible_sprites_are_refused() {
        assert_eq!(Sprite::new(DigitImages::new(&[], 2, 3).unwrap()), Err(Error::Empty { what: "image" }));
        let large = vec![0; (1 << 24) + (1 << 12)];
        let images = DigitImages::new(&large, 1, 1 << 12).unwrap();
        assert!(matches!(Sprite::new(images), Err(Error::LimitExceeded { .. })));
    }
}
