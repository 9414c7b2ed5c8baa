//! Batch normalisation per channel (Ioffe and Szegedy, 2015), in passes that can be split over parts of a batch.
//!
//! Forward: `y = gamma (x - mean) / sqrt(variance + epsilon) + beta`, with mean and (biased) variance over all N, H, W.
//! Backward, with `h = (x - mean) / sqrt(variance + epsilon)` and `m = N H W`:
//! `dbeta = sum dy`, `dgamma = sum dy h`, `dx = gamma / sqrt(variance + epsilon) (dy - dbeta / m - h dgamma / m)`.
//! Both directions therefore first add up two numbers per channel over the whole batch and then rewrite the elements.

use crate::level::{Cpu, for_each_level};

/// What a channel's mean and variance, or the two sums of its gradient, are made from.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    /// Forward: sum of `x`. Backward: sum of `dy`.
    pub first: f64,
    /// Forward: sum of `x^2`. Backward: sum of `dy h`.
    pub second: f64,
}

impl Moments {
    /// The mean and the biased variance of `count` values with these sums; the variance is never below 0.
    pub fn mean_and_variance(self, count: usize) -> (f64, f64) {
        let mean = self.first / count as f64;
        (mean, (self.second / count as f64 - mean * mean).max(0.0))
    }
}

/// Adds the sums of `x` and `x^2` over the rows of `input` (`[n, C]`) to `moments` (`[C]`), in double precision.
///
/// # Panics
/// If `input` is not whole rows.
pub fn add_moments(cpu: Cpu, input: &[f32], moments: &mut [Moments]) {
    #[inline(always)]
    fn body(input: &[f32], moments: &mut [Moments]) {
        let channels = moments.len();
        for (block, moments) in moments.chunks_mut(BLOCK).enumerate() {
            let (start, count) = (block * BLOCK, moments.len());
            let mut sums = [[0.0; BLOCK]; 2];
            for row in input.chunks_exact(channels) {
                let [first, second] = sums.each_mut().map(|sums| &mut sums[..count]);
                let x = &row[start..start + count];
                for c in 0..count {
                    let x = f64::from(x[c]);
                    first[c] += x;
                    second[c] += x * x;
                }
            }
            add_sums(moments, &sums);
        }
    }
    assert!(input.len().is_multiple_of(moments.len()), "whole rows of {} channels", moments.len());
    for_each_level!(cpu, body(input: &[f32], moments: &mut [Moments]))
}

/// Channels that are summed up at a time: few enough to stay in a first-level cache, with the two sums apart, as vectors
/// want them.
const BLOCK: usize = 64;

#[inline(always)]
fn add_sums(moments: &mut [Moments], [first, second]: &[[f64; BLOCK]; 2]) {
    for ((moments, first), second) in moments.iter_mut().zip(first).zip(second) {
        moments.first += first;
        moments.second += second;
    }
}

/// Adds the sums of `dy` and `dy h` over the rows of `output_gradient` (`[n, C]`) to `moments` (`[C]`), where
/// `h = (x - mean) inverse_deviation` from the forward `input` (`[n, C]`).
///
/// # Panics
/// If the lengths do not fit.
pub fn add_gradient_sums(
    cpu: Cpu,
    input: &[f32],
    output_gradient: &[f32],
    mean: &[f32],
    inverse_deviation: &[f32],
    moments: &mut [Moments],
) {
    #[inline(always)]
    fn body(input: &[f32], output_gradient: &[f32], statistics: [&[f32]; 2], moments: &mut [Moments]) {
        let channels = moments.len();
        for (block, moments) in moments.chunks_mut(BLOCK).enumerate() {
            let (start, count) = (block * BLOCK, moments.len());
            let [mean, inverse_deviation] = statistics.map(|statistic| &statistic[start..start + count]);
            let mut sums = [[0.0; BLOCK]; 2];
            for (x, dy) in input.chunks_exact(channels).zip(output_gradient.chunks_exact(channels)) {
                let [first, second] = sums.each_mut().map(|sums| &mut sums[..count]);
                let [x, dy] = [x, dy].map(|row| &row[start..start + count]);
                for c in 0..count {
                    let (h, dy) = ((x[c] - mean[c]) * inverse_deviation[c], f64::from(dy[c]));
                    first[c] += dy;
                    second[c] += dy * f64::from(h);
                }
            }
            add_sums(moments, &sums);
        }
    }
    let channels = moments.len();
    assert_eq!(input.len(), output_gradient.len(), "an input for each gradient");
    assert!(input.len().is_multiple_of(channels), "whole rows of {channels} channels");
    assert!(mean.len() == channels && inverse_deviation.len() == channels, "statistics of {channels} channels");
    let statistics = [mean, inverse_deviation];
    for_each_level!(
        cpu,
        body(input: &[f32], output_gradient: &[f32], statistics: [&[f32]; 2], moments: &mut [Moments])
    )
}

/// `output = input * scale + shift` per channel: normalisation with `scale = gamma / deviation` and
/// `shift = beta - mean * scale`. `input`, `output`: `[n, C]`; `scale`, `shift`: `[C]`.
///
/// # Panics
/// If the lengths do not fit.
pub fn normalize(cpu: Cpu, input: &[f32], scale: &[f32], shift: &[f32], output: &mut [f32]) {
    #[inline(always)]
    fn body(input: &[f32], scale: &[f32], shift: &[f32], output: &mut [f32]) {
        let channels = scale.len();
        let shift = &shift[..channels];
        for (input, output) in input.chunks_exact(channels).zip(output.chunks_exact_mut(channels)) {
            for c in 0..channels {
                output[c] = input[c] * scale[c] + shift[c];
            }
        }
    }
    assert_eq!(input.len(), output.len(), "input and output of a normalisation");
    assert_eq!(scale.len(), shift.len(), "a shift for each scale");
    assert!(input.len().is_multiple_of(scale.len()), "whole rows of {} channels", scale.len());
    for_each_level!(cpu, body(input: &[f32], scale: &[f32], shift: &[f32], output: &mut [f32]))
}

/// `dx = a dy + b x + c` per channel, which is the backward formula above with its terms collected. All of `[n, C]` and
/// `[C]`; `coefficients` holds `a`, `b`, `c`.
///
/// # Panics
/// If the lengths do not fit.
pub fn normalize_backward(
    cpu: Cpu,
    input: &[f32],
    output_gradient: &[f32],
    coefficients: [&[f32]; 3],
    input_gradient: &mut [f32],
) {
    #[inline(always)]
    fn body(input: &[f32], output_gradient: &[f32], coefficients: [&[f32]; 3], input_gradient: &mut [f32]) {
        let channels = coefficients[0].len();
        let [a, b, c] = coefficients.map(|coefficients| &coefficients[..channels]);
        for ((x, dy), dx) in input
            .chunks_exact(channels)
            .zip(output_gradient.chunks_exact(channels))
            .zip(input_gradient.chunks_exact_mut(channels))
        {
            for i in 0..channels {
                dx[i] = a[i] * dy[i] + b[i] * x[i] + c[i];
            }
        }
    }
    let channels = coefficients[0].len();
    assert!(input.len() == output_gradient.len() && input.len() == input_gradient.len(), "an input and two gradients");
    assert!(coefficients.iter().all(|c| c.len() == channels), "coefficients of {channels} channels");
    assert!(input.len().is_multiple_of(channels), "whole rows of {channels} channels");
    for_each_level!(
        cpu,
        body(input: &[f32], output_gradient: &[f32], coefficients: [&[f32]; 3], input_gradient: &mut [f32])
    )
}
