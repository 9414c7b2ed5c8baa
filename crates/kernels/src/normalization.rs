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
pub fn add_moments(input: &[f32], moments: &mut [Moments]) {
    assert!(input.len().is_multiple_of(moments.len()), "whole rows of {} channels", moments.len());
    for row in input.chunks_exact(moments.len()) {
        for (moments, &x) in moments.iter_mut().zip(row) {
            let x = f64::from(x);
            moments.first += x;
            moments.second += x * x;
        }
    }
}

/// Adds the sums of `dy` and `dy h` over the rows of `output_gradient` (`[n, C]`) to `moments` (`[C]`), where
/// `h = (x - mean) inverse_deviation` from the forward `input` (`[n, C]`).
///
/// # Panics
/// If the lengths do not fit.
pub fn add_gradient_sums(
    input: &[f32],
    output_gradient: &[f32],
    mean: &[f32],
    inverse_deviation: &[f32],
    moments: &mut [Moments],
) {
    let channels = moments.len();
    assert_eq!(input.len(), output_gradient.len(), "an input for each gradient");
    assert!(input.len().is_multiple_of(channels), "whole rows of {channels} channels");
    assert!(mean.len() == channels && inverse_deviation.len() == channels, "statistics of {channels} channels");
    for (x, dy) in input.chunks_exact(channels).zip(output_gradient.chunks_exact(channels)) {
        for c in 0..channels {
            let h = (x[c] - mean[c]) * inverse_deviation[c];
            moments[c].first += f64::from(dy[c]);
            moments[c].second += f64::from(dy[c]) * f64::from(h);
        }
    }
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
        let [a, b, c] = coefficients;
        let channels = a.len();
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
