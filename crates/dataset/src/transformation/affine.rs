//! Affine maps of an image about its middle.

/// An image resized, then slanted, then turned about its middle, then shifted. Every linear map that mirrors nothing is a
/// resizing, a slant and a rotation, in this order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Affine {
    /// How many times as high and as wide, `[down, right]`, above 0.
    pub(crate) scale: [f32; 2],
    /// The slant to the right: the tangent of the angle by which upright strokes lean over.
    pub(crate) slant: f32,
    /// The rotation, clockwise as it is seen with rows going down.
    pub(crate) radians: f32,
    /// The shift in pixels, `[down, right]`.
    pub(crate) shift_px: [f32; 2],
}

impl Affine {
    /// Changes nothing.
    pub(crate) const IDENTITY: Self = Self { scale: [1.0; 2], slant: 0.0, radians: 0.0, shift_px: [0.0; 2] };

    /// The inverse of all but the shift, for `[down, right]` from the middle: of `R K S` it is `S^-1 K^-1 R^-1`, where
    /// `S` resizes, `K` slants and `R` turns.
    pub(crate) fn inverse(self) -> [[f32; 2]; 2] {
        let (cosine, sine) = (libm::cosf(self.radians), libm::sinf(self.radians));
        let (down, right) = ([cosine, -sine], [sine, cosine]);
        let right = [right[0] + self.slant * down[0], right[1] + self.slant * down[1]];
        [down.map(|it| it / self.scale[0]), right.map(|it| it / self.scale[1])]
    }

    /// Where the pixels of a row come from in an image of these sides, for [`Warp`](super::Warp): given the number of the
    /// row, writes the row and the column of each pixel's place.
    pub(crate) fn places(self, [height, width]: [usize; 2]) -> impl Fn(usize, &mut [f32], &mut [f32]) {
        let inverse = self.inverse();
        let middle = [height, width].map(|side| (side as f32 - 1.0) / 2.0);
        let [shift_down, shift_right] = self.shift_px;
        move |row, down, right| {
            let y = row as f32 - middle[0] - shift_down;
            for (column, (down, right)) in down.iter_mut().zip(right).enumerate() {
                let x = column as i32 as f32 - middle[1] - shift_right;
                *down = inverse[0][0] * y + inverse[0][1] * x + middle[0];
                *right = inverse[1][0] * y + inverse[1][1] * x + middle[1];
            }
        }
    }
}
