//! A picture in the making, in floats: nothing is rounded between two degradations.

use tenfold_imaging::ColourImage;

/// Red, green and blue, 0 dark .. 255 light.
pub(crate) type Colour = [f32; 3];

/// A picture in colour; levels may lie outside 0 to 255 on the way.
pub(crate) struct Canvas {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Row by row from the top.
    pub(crate) pixels: Vec<Colour>,
}

impl Canvas {
    /// A picture of one colour.
    pub(crate) fn new([width, height]: [u32; 2], colour: Colour) -> Self {
        let [width, height] = [width, height].map(|side| side as usize);
        Self { width, height, pixels: vec![colour; width * height] }
    }

    /// Width and height in pixels.
    pub(crate) fn size(&self) -> [f32; 2] {
        [self.width as f32, self.height as f32]
    }

    /// Changes each pixel, by where its middle lies.
    pub(crate) fn change(&mut self, mut to: impl FnMut([f32; 2], &mut Colour)) {
        for (y, row) in self.pixels.chunks_exact_mut(self.width).enumerate() {
            for (x, pixel) in row.iter_mut().enumerate() {
                to([x as f32 + 0.5, y as f32 + 0.5], pixel);
            }
        }
    }

    /// Lays a colour over a rectangle from `least` to `greatest`; `cover` says how much of a pixel it covers, 0 to 1.
    pub(crate) fn cover(&mut self, [least, greatest]: [[f32; 2]; 2], colour: Colour, cover: impl Fn([f32; 2]) -> f32) {
        let range = |axis: usize, end: usize| {
            let from = (least[axis].floor().max(0.0) as usize).min(end);
            from..(greatest[axis].ceil().max(0.0) as usize).clamp(from, end)
        };
        let columns = range(0, self.width);
        for y in range(1, self.height) {
            let row = &mut self.pixels[y * self.width..][columns.clone()];
            for (x, pixel) in columns.clone().zip(row) {
                mix(pixel, colour, cover([x as f32 + 0.5, y as f32 + 0.5]));
            }
        }
    }

    /// The colour at a place, evenly between those of the four pixels around it; beyond the edge that of the nearest pixel.
    pub(crate) fn at(&self, [x, y]: [f32; 2]) -> Colour {
        let axis = |place: f32, len: usize| {
            let place = (place - 0.5).clamp(0.0, len as f32 - 1.0);
            let first = place as usize;
            (first, (first + 1).min(len - 1), place - first as f32)
        };
        let ((left, right, across), (above, below, down)) = (axis(x, self.width), axis(y, self.height));
        let pixel = |x: usize, y: usize| self.pixels[y * self.width + x];
        let [[a, b], [c, d]] = [above, below].map(|y| [pixel(left, y), pixel(right, y)]);
        std::array::from_fn(|i| {
            let (upper, lower) = (a[i] + (b[i] - a[i]) * across, c[i] + (d[i] - c[i]) * across);
            upper + (lower - upper) * down
        })
    }

    /// The picture in whole levels.
    pub(crate) fn picture(&self) -> ColourImage {
        let levels = self.pixels.iter().flatten().map(|level| level.round() as u8).collect();
        ColourImage::new(self.width as u32, self.height as u32, levels).expect("a colour for each pixel")
    }
}

/// Lays a colour over a pixel of which it covers so much, 0 to 1.
pub(crate) fn mix(pixel: &mut Colour, colour: Colour, cover: f32) {
    for (level, over) in pixel.iter_mut().zip(colour) {
        *level += (over - *level) * cover;
    }
}
