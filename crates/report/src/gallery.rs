//! A gallery: digit images with captions as one PNG, for right, wrong, doubtful and often confused digits.

use crate::chart::{Anchor, Canvas, TEXT_PX, Theme, text};
use crate::raster::{MAX_PICTURE_PIXELS, Picture, draw};
use crate::sprite::encode;
use crate::{Caption, DigitImages, Error};

/// Between two images, and around the gallery.
const GAP_PX: usize = 12;
/// Below an image, for its caption.
const CAPTION_PX: usize = 20;

/// How a gallery is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Images in a row; 0 counts as 1.
    pub columns: usize,
    /// Pixels of the PNG, across and down, for one pixel of an image; 0 counts as 1.
    pub scale: usize,
}

/// `images`, dark ink on white paper, each with its caption below, as a PNG of 8-bit RGB.
///
/// `captions` are one per image, or none at all.
///
/// # Errors
/// [`Error::Empty`] without images; [`Error::Length`] unless there are as many captions or none;
/// [`Error::LimitExceeded`] over [`MAX_PICTURE_PIXELS`]; [`Error::Svg`] if the renderer refuses the captions.
pub fn png(images: DigitImages<'_>, captions: &[Caption], layout: Layout) -> Result<Vec<u8>, Error> {
    if images.is_empty() {
        return Err(Error::Empty { what: "image" });
    }
    if !captions.is_empty() && captions.len() != images.len() {
        return Err(Error::Length { what: "captions", expected: images.len(), found: captions.len() });
    }
    let grid = Grid::new(images, captions, layout)?;
    let mut canvas = Canvas::new(Theme::Light, grid.width as f64, grid.height as f64, "", "");
    for (index, caption) in captions.iter().enumerate() {
        let (left, top) = grid.place(index);
        let x = left as f64 + grid.image_width as f64 / 2.0;
        let y = (top + grid.image_height) as f64 + CAPTION_PX as f64 * 0.8;
        canvas.label((x, y), Anchor::Middle, caption.colour, &caption.text);
    }
    let mut picture = draw(&canvas.finish(), 1.0)?;
    for index in 0..images.len() {
        paste(&mut picture, images.image(index), images.width(), grid.place(index), grid.scale);
    }
    Ok(encode(&picture.rgb, ::png::ColorType::Rgb, picture.width, picture.height))
}

/// Where the images are, in pixels of the gallery.
struct Grid {
    columns: usize,
    scale: usize,
    image_width: usize,
    image_height: usize,
    cell_width: usize,
    cell_height: usize,
    width: usize,
    height: usize,
}

impl Grid {
    fn new(images: DigitImages<'_>, captions: &[Caption], layout: Layout) -> Result<Self, Error> {
        // A larger scale would be refused below in any case, and smaller ones cannot overflow the products.
        let scale = layout.scale.clamp(1, MAX_PICTURE_PIXELS as usize);
        let (image_width, image_height) = (images.width() * scale, images.height() * scale);
        let widest =
            captions.iter().map(|caption| text::width(&caption.text, TEXT_PX)).fold(0.0, f64::max).ceil() as usize;
        let cell_width = image_width.max(widest) + GAP_PX;
        let cell_height = image_height + GAP_PX + if captions.is_empty() { 0 } else { CAPTION_PX };
        let columns = layout.columns.clamp(1, images.len());
        let (rows, columns_px) = (images.len().div_ceil(columns), columns.saturating_mul(cell_width));
        let (width, height) =
            (columns_px.saturating_add(GAP_PX), rows.saturating_mul(cell_height).saturating_add(GAP_PX));
        let found = (width as u64).saturating_mul(height as u64);
        if found > MAX_PICTURE_PIXELS {
            let hint = "show fewer images or choose a smaller scale";
            return Err(Error::LimitExceeded { what: "the gallery", found, limit: MAX_PICTURE_PIXELS, hint });
        }
        Ok(Self { columns, scale, image_width, image_height, cell_width, cell_height, width, height })
    }

    /// Left and top of image `index`, in the middle of its cell.
    fn place(&self, index: usize) -> (usize, usize) {
        let aside = (self.cell_width - GAP_PX - self.image_width) / 2;
        let left = GAP_PX + index % self.columns * self.cell_width + aside;
        (left, GAP_PX + index / self.columns * self.cell_height)
    }
}

/// Copies `image` to (left, top) of `picture`, each of its pixels a square of `scale`.
fn paste(picture: &mut Picture, image: &[u8], image_width: usize, (left, top): (usize, usize), scale: usize) {
    let stride = picture.width as usize * 3;
    for (y, row) in image.chunks_exact(image_width).enumerate() {
        let line: Vec<u8> = row.iter().flat_map(|ink| std::iter::repeat_n(255 - ink, 3 * scale)).collect();
        for repeat in 0..scale {
            let start = (top + y * scale + repeat) * stride + left * 3;
            picture.rgb[start..start + line.len()].copy_from_slice(&line);
        }
    }
}
