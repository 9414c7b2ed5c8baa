//! The exponential function of numbers below zero, as plain arithmetic that the compiler vectorises, with the same bits at
//! every level.

/// The lowest exponent that is told from lower ones: `e^-87` is next to the smallest normal number.
const LOWEST: f32 = -87.0;
/// From here on floats are whole numbers: adding it rounds to the nearest one, which is then in the low bits of the sum.
const WHOLE: f32 = 12_582_912.0;
/// `ln 2` in two parts. The first has so few bits that its product with a whole number below 128 is exact (Cody and Waite).
const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];

/// `e^x`, for `x <= 0`.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    let (scale, rest) = parts(x);
    scale + scale * rest
}

/// `e^x - 1` without cancellation near 0, for `x <= 0`.
#[inline(always)]
pub(crate) fn exp_m1(x: f32) -> f32 {
    let (scale, rest) = parts(x);
    scale * rest + (scale - 1.0)
}

/// `2^n` and `e^r - 1`, where `x = n ln 2 + r` with a whole `n` and `r` within half of `ln 2`; NaN where `x` is.
#[inline(always)]
fn parts(x: f32) -> (f32, f32) {
    let x = if x < LOWEST { LOWEST } else { x };
    let shifted = x * std::f32::consts::LOG2_E + WHOLE;
    let n = shifted - WHOLE;
    let r = (x - n * LN_2[0]) - n * LN_2[1];
    // Taylor's series: what follows is below 2e-8 of the sum.
    let tail = 1.0 / 2.0 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0 + r / 5040.0))));
    // The low bits of `shifted` are `n`: added to the exponent of 1, they make `2^n`.
    let scale = f32::from_bits((shifted.to_bits() << 23).wrapping_add(1.0_f32.to_bits()));
    (scale, r + r * r * tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_to_the_function_everywhere() {
        for i in 0..=200_000 {
            let x = -(i as f32) * 4.5e-4;
            let expected = libm::exp(f64::from(x));
            let error = (f64::from(exp(x)) - expected).abs() / expected;
            assert!(error < 2e-7 || x < LOWEST, "e^{x}: relative error {error:e}");
            let expected = libm::expm1(f64::from(x));
            let error = (f64::from(exp_m1(x)) - expected).abs() / expected.abs().max(1e-30);
            assert!(error < 2e-7, "e^{x} - 1: relative error {error:e}");
        }
        assert_eq!((exp(0.0), exp_m1(0.0), exp_m1(-1e-30)), (1.0, 0.0, -1e-30));
        assert!(exp(f32::NEG_INFINITY) < 2e-38 && exp_m1(f32::NEG_INFINITY) == -1.0);
        assert!(exp(f32::NAN).is_nan() && exp_m1(f32::NAN).is_nan());
    }
}
