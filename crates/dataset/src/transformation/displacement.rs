//! Elastic distortion: places moved by a smooth random field (Simard, Steinkraus and Platt, "Best practices for
//! convolutional neural networks applied to visual document analysis", ICDAR 2003).

use tenfold_random::Stream;

use super::blur::Blur;
use super::plane::Plane;

/// A random field: how far each pixel's place is moved.
#[derive(Clone, Debug, Default)]
pub(crate) struct Displacement {
    down: Plane,
    right: Plane,
    blur: Blur,
    alpha: f32,
}

impl Displacement {
    /// Draws a field for an image of these sides: uniform between -1 and 1 for each pixel and direction, smoothed by a
    /// Gaussian with a standard deviation of `sigma_px` pixels, and multiplied by `alpha`. In the middle of an image moves
    /// then have a standard deviation of about `0.163 * alpha / sigma_px` pixels; beyond its edges the field is 0.
    pub(crate) fn draw(&mut self, sides: [usize; 2], alpha: f32, sigma_px: f32, stream: &mut Stream) {
        if [self.down.height, self.down.width] != sides {
            (self.down, self.right) = (Plane::new(sides), Plane::new(sides));
        }
        self.alpha = alpha;
        for (down, right) in self.down.values.iter_mut().zip(&mut self.right.values) {
            // Sixteen bits for each: the sum of hundreds of them has no steps that one could see.
            let bits = stream.next_u32();
            [*down, *right] = [bits >> 16, bits & 0xFFFF].map(|it| (it as f32 + 0.5) * (1.0 / 32_768.0) - 1.0);
        }
        self.blur.apply(&mut self.down, sigma_px);
        self.blur.apply(&mut self.right, sigma_px);
    }

    /// Moves the places of a row, see [`Warp`](super::Warp).
    pub(crate) fn add_to(&self, row: usize, down: &mut [f32], right: &mut [f32]) {
        for (to, field) in [(down, &self.down), (right, &self.right)] {
            for (to, value) in to.iter_mut().zip(&field.values[row * field.width..]) {
                *to += self.alpha * value;
            }
        }
    }
}
