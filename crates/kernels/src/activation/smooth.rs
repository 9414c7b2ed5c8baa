//! Activations by way of exponentials, and their derivatives, as plain arithmetic that the compiler vectorises, with the same
//! bits at every level.
//!
//! Functions of the form `x` times a factor that goes to 0 hold on to `x` where that factor is the smallest that there is:
//! infinity times 0 would not be a number.

use crate::exponential::{exp, exp_m1};

/// From here on down a sigmoid is as small as it gets.
const FLAT: f32 = -87.0;
/// From here on GELU is 0 or its input, and its derivative 0 or 1.
const GELU_FLAT: f32 = 13.0;
/// `2 sqrt(2 / pi)` and 0.044715: GELU by tanh.
const GELU_STEEPNESS: f32 = 1.595_769;
const GELU_CUBE: f32 = 0.044_715;

#[inline(always)]
pub(super) fn tanh(x: f32) -> f32 {
    let below = exp_m1(-2.0 * x.abs());
    (-below / (below + 2.0)).copysign(x)
}

#[inline(always)]
pub(super) fn sigmoid(x: f32) -> f32 {
    let below = exp(-x.abs());
    (if x < 0.0 { below } else { 1.0 }) / (1.0 + below)
}

#[inline(always)]
pub(super) fn elu(alpha: f32, x: f32) -> f32 {
    let below = alpha * exp_m1(if x < 0.0 { x } else { 0.0 });
    if x < 0.0 { below } else { x }
}

#[inline(always)]
pub(super) fn silu(x: f32) -> f32 {
    at_least(FLAT, x) * sigmoid(x)
}

#[inline(always)]
pub(super) fn silu_slope(x: f32) -> f32 {
    sigmoid(x) * (1.0 + at_least(FLAT, at_most(-FLAT, x)) * sigmoid(-x))
}

#[inline(always)]
pub(super) fn gelu(x: f32) -> f32 {
    at_least(-GELU_FLAT, x) * share_below(x)
}

#[inline(always)]
pub(super) fn gelu_slope(x: f32) -> f32 {
    let x = at_least(-GELU_FLAT, at_most(GELU_FLAT, x));
    share_below(x) + x * (exp(-0.5 * (x * x)) * 0.398_942_3)
}

#[inline(always)]
pub(super) fn gelu_by_tanh(x: f32) -> f32 {
    let near = at_least(-GELU_FLAT, at_most(GELU_FLAT, x));
    at_least(-GELU_FLAT, x) * sigmoid(GELU_STEEPNESS * (near + GELU_CUBE * (near * near * near)))
}

#[inline(always)]
pub(super) fn gelu_by_tanh_slope(x: f32) -> f32 {
    let x = at_least(-GELU_FLAT, at_most(GELU_FLAT, x));
    let steep = GELU_STEEPNESS * (x + GELU_CUBE * (x * x * x));
    let rise = GELU_STEEPNESS * (1.0 + 3.0 * GELU_CUBE * (x * x));
    sigmoid(steep) * (1.0 + x * rise * sigmoid(-steep))
}

#[inline(always)]
pub(super) fn softplus(x: f32) -> f32 {
    at_least(0.0, x) + ln_1p(exp(-x.abs()))
}

/// The derivative where [`softplus`] is `y`.
#[inline(always)]
pub(super) fn softplus_slope(y: f32) -> f32 {
    -exp_m1(-y)
}

/// `x`, or `low` if that is larger; NaN where `x` is.
#[inline(always)]
fn at_least(low: f32, x: f32) -> f32 {
    if x < low { low } else { x }
}

/// `x`, or `high` if that is smaller; NaN where `x` is.
#[inline(always)]
fn at_most(high: f32, x: f32) -> f32 {
    if x > high { high } else { x }
}

/// The share of a normal distribution that is below `x`: `erfc(-x / sqrt 2) / 2`.
///
/// With `z = |x| / sqrt 2` and `t = 1 / (1 + z / 2)`, `erfc(z)` is `e^(-z^2) t` times a polynomial in `t`, which was fitted to
/// `z` up to 9.3; its largest error is 4.2e-8 of the value.
#[inline(always)]
fn share_below(x: f32) -> f32 {
    let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + 0.5 * z);
    let high = 0.274_918_8 + t * (-0.484_465_46 + t * (0.283_261_72 + t * -0.058_801_11));
    let low =
        0.282_088_33 + t * (0.282_342_2 + t * (0.243_341_8 + t * (0.201_754_43 + t * (-0.024_440_72 + t * high))));
    let beyond = 0.5 * exp(-0.5 * (x * x)) * t * low;
    if x < 0.0 { beyond } else { 1.0 - beyond }
}

/// `ln(1 + x)`, for `x` of 0 to 1, by the series of the inverse hyperbolic tangent; what follows its last term is below 2e-9
/// of the sum.
#[inline(always)]
fn ln_1p(x: f32) -> f32 {
    let s = x / (2.0 + x);
    let q = s * s;
    let high = 1.0 / 9.0 + q * (1.0 / 11.0 + q * (1.0 / 13.0 + q * (1.0 / 15.0)));
    2.0 * s * (1.0 + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * high))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_to_the_functions_everywhere() {
        for i in -100_000..=100_000 {
            let x = i as f32 * 1.3e-4;
            let share = libm::erfc(-f64::from(x) * std::f64::consts::FRAC_1_SQRT_2) / 2.0;
            let error = (f64::from(share_below(x)) - share).abs() / share;
            // The square in the exponent is rounded.
            assert!(error < 5e-7 + 6e-8 * f64::from(x * x), "the share below {x}: relative error {error:e}");
            let y = (x / 13.0).abs();
            let expected = libm::log1p(f64::from(y));
            let error = (f64::from(ln_1p(y)) - expected).abs() / expected.max(1e-30);
            assert!(error < 3e-7, "ln(1 + {y}): relative error {error:e}");
        }
    }
}
