//! One grey image in floats, so that nothing is rounded between two transformations.

/// An image of any sides; its values are brightnesses, 0 for background and 255 for ink, and may lie outside on the way.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Plane {
    pub(crate) height: usize,
    pub(crate) width: usize,
    /// `[height, width]`, row by row.
    pub(crate) values: Vec<f32>,
}

impl Plane {
    /// Background.
    pub(crate) fn new([height, width]: [usize; 2]) -> Self {
        Self { height, width, values: vec![0.0; height * width] }
    }

    /// Takes over the pixels of an image of the same sides.
    pub(crate) fn read(&mut self, pixels: &[u8]) {
        assert_eq!(pixels.len(), self.values.len(), "pixels of an image");
        for (value, &pixel) in self.values.iter_mut().zip(pixels) {
            *value = f32::from(pixel);
        }
    }

    /// Writes the image as pixels: rounded to the nearest, halves up, and what is outside 0 to 255 cut off.
    pub(crate) fn write(&self, pixels: &mut [u8]) {
        assert_eq!(pixels.len(), self.values.len(), "pixels of an image");
        for (pixel, &value) in pixels.iter_mut().zip(&self.values) {
            // As `round`, in arithmetic that every machine does on several values at once. Adding a half would not be
            // exact just below one; and what is not a number becomes 0.
            let value = value.clamp(0.0, 255.0);
            let below = value as i32;
            let up = value - below as f32 >= 0.5;
            *pixel = below.wrapping_add(i32::from(up)) as u8;
        }
    }

    /// The rows, from the top.
    pub(crate) fn rows_mut(&mut self) -> impl Iterator<Item = &mut [f32]> {
        self.values.chunks_exact_mut(self.width)
    }
}

/// Values after the last row of a [`Bordered`] plane.
pub(super) const SLACK: usize = 16;

/// A copy of a plane with background around it, so that what looks at neighbours need not ask where the image ends.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bordered {
    sides: [usize; 2],
    border: usize,
    values: Vec<f32>,
}

impl Bordered {
    /// Takes over an image, with `border` pixels around it.
    pub(crate) fn read(&mut self, image: &Plane, border: usize) {
        let sides = [image.height, image.width];
        if (sides, border) != (self.sides, self.border) || self.values.is_empty() {
            (self.sides, self.border) = (sides, border);
            self.values.clear();
            self.values.resize((image.height + 2 * border) * self.stride() + SLACK, 0.0);
        }
        let (stride, width) = (self.stride(), image.width);
        let inner = self.values.chunks_exact_mut(stride).skip(border);
        for (row, to) in image.values.chunks_exact(width).zip(inner) {
            to[border..][..width].copy_from_slice(row);
        }
    }

    /// Values in a row, the border's included.
    pub(crate) fn stride(&self) -> usize {
        self.sides[1] + 2 * self.border
    }

    /// A row; row `border` is the image's first.
    pub(crate) fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.stride()..][..self.stride()]
    }

    /// Every value, row by row, and some more after them, for who takes several at once.
    pub(crate) fn values(&self) -> &[f32] {
        &self.values
    }
}
