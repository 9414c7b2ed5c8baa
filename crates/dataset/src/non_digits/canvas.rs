//! A rectangle of ink, and what is put together of several.

use tenfold_imaging::GreyImage;

/// Ink, 0 paper .. 255.
pub(super) struct Canvas {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<u8>,
}

/// Empty pixels around what is drawn, so that its edges are not those of the picture.
const MARGIN_PX: usize = 3;

/// Fainter ink does not count for where a digit begins.
const EDGE: u8 = 64;

impl Canvas {
    pub fn new(width: usize, height: usize, pixels: Vec<u8>) -> Self {
        assert_eq!(pixels.len(), width * height, "a canvas of {width}x{height}");
        Self { width, height, pixels }
    }

    pub fn empty(width: usize, height: usize) -> Self {
        Self::new(width, height, vec![0; width * height])
    }

    /// Each pixel from its place, [x, y] from 0 to 1.
    pub fn of_places(width: usize, height: usize, level: impl FnMut([f32; 2]) -> u8) -> Self {
        let places =
            (0..width * height).map(|i| [(i % width) as f32 / width as f32, (i / width) as f32 / height as f32]);
        Self::new(width, height, places.map(level).collect())
    }

    /// The part in rows `from` to `to` of all.
    pub fn rows(&self, from: usize, to: usize) -> Self {
        Self::new(self.width, to - from, self.pixels[from * self.width..to * self.width].to_vec())
    }

    /// The rectangle with all strong ink; `None` if there is none.
    pub fn cropped(&self) -> Option<Self> {
        let is_ink = |x: usize, y: usize| self.pixels[y * self.width + x] >= EDGE;
        let has_ink = |x: &usize| (0..self.height).any(|y| is_ink(*x, y));
        let rows_with_ink = |y: &usize| (0..self.width).any(|x| is_ink(x, *y));
        let (left, right) = ((0..self.width).find(has_ink)?, (0..self.width).rev().find(has_ink)?);
        let (top, bottom) = ((0..self.height).find(rows_with_ink)?, (0..self.height).rev().find(rows_with_ink)?);
        let pixels = (top..=bottom).flat_map(|y| self.pixels[y * self.width..][left..=right].to_vec()).collect();
        Some(Self::new(right + 1 - left, bottom + 1 - top, pixels))
    }

    /// Adds the ink of another, whose left upper corner lies at `[x, y]`; the darker of both stays.
    pub fn put(&mut self, other: &Self, [x, y]: [usize; 2]) {
        for (row, source) in other.pixels.chunks_exact(other.width).enumerate() {
            let target = &mut self.pixels[(y + row) * self.width + x..][..other.width];
            target.iter_mut().zip(source).for_each(|(pixel, &ink)| *pixel = (*pixel).max(ink));
        }
    }

    /// As a picture, with paper around it.
    pub fn picture(&self) -> GreyImage {
        let mut framed = Self::empty(self.width + 2 * MARGIN_PX, self.height + 2 * MARGIN_PX);
        framed.put(self, [MARGIN_PX; 2]);
        GreyImage::new(framed.width as u32, framed.height as u32, framed.pixels)
            .expect("as many pixels as its size has")
    }
}

impl From<GreyImage> for Canvas {
    fn from(image: GreyImage) -> Self {
        Self::new(image.width() as usize, image.height() as usize, image.pixels().to_vec())
    }
}
