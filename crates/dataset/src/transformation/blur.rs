//! Gaussian blur, by columns and then by rows.

use super::plane::{Bordered, Plane, SLACK};

/// The Gaussian is cut off at so many standard deviations, beyond which it has 0.3 % of its weight.
const CUT_SIGMAS: f32 = 3.0;

/// Blurs images, with room to do so.
#[derive(Clone, Debug, Default)]
pub(crate) struct Blur {
    /// Of this standard deviation in pixels is the kernel.
    sigma_px: f32,
    /// The weights at distances 0, 1, 2... to either side, half of it for 0; those of both sides together are 1.
    kernel: Vec<f32>,
    source: Bordered,
    /// One row blurred by columns, with its border.
    line: Vec<f32>,
}

impl Blur {
    /// Blurs `image` by a Gaussian with a standard deviation of `sigma_px` pixels, above 0; outside the image all is
    /// background.
    pub(crate) fn apply(&mut self, image: &mut Plane, sigma_px: f32) {
        if sigma_px != self.sigma_px {
            self.sigma_px = sigma_px;
            self.kernel = kernel(sigma_px);
        }
        let (radius, width) = (self.kernel.len() - 1, image.width);
        self.source.read(image, radius);
        let stride = self.source.stride();
        self.line.clear();
        self.line.resize(stride + LANES, 0.0);
        for (row, to) in image.rows_mut().enumerate() {
            let middle = (row + radius) * stride + radius;
            weigh(&mut self.line[radius..][..width], &self.kernel, self.source.values(), middle, stride);
            weigh(to, &self.kernel, &self.line, radius, 1);
        }
    }
}

/// Values that are summed up at once; the last of them may lie behind a row's end.
const LANES: usize = SLACK;

/// Writes to `to` the weighted sums around each of the values from `middle` on, over their neighbours at distances of
/// `step`.
fn weigh(to: &mut [f32], kernel: &[f32], values: &[f32], middle: usize, step: usize) {
    for (first, to) in (middle..).step_by(LANES).zip(to.chunks_mut(LANES)) {
        let mut sums = [0.0; LANES];
        for (distance, &weight) in kernel.iter().enumerate() {
            let [one, other] =
                [first - distance * step, first + distance * step].map(|start| &values[start..][..LANES]);
            for (sum, (one, other)) in sums.iter_mut().zip(one.iter().zip(other)) {
                *sum += weight * (one + other);
            }
        }
        to.copy_from_slice(&sums[..to.len()]);
    }
}

/// The right half of a Gaussian's weights, from the middle.
fn kernel(sigma_px: f32) -> Vec<f32> {
    let radius = libm::ceilf(CUT_SIGMAS * sigma_px) as usize;
    let weight = |distance: usize| libm::expf(-0.5 * (distance as f32 / sigma_px) * (distance as f32 / sigma_px));
    let mut weights: Vec<f32> = (0..=radius).map(weight).collect();
    weights[0] /= 2.0;
    let sum = 2.0 * weights.iter().sum::<f32>();
    weights.into_iter().map(|weight| weight / sum).collect()
}
