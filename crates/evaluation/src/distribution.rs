//! The distribution functions behind intervals and tests: binomial, incomplete beta, Student's t.
//!
//! All logarithms and exponentials come from `libm`: the same interval on every machine. The incomplete beta function
//! and what is made of it have a relative error of about 1e-15 times (a + b), from the cancellation of log-gammas.

/// The regularised incomplete beta function `I_x(a, b)` for positive a and b, and x from 0 to 1: 0 at 0, 1 at 1.
///
/// By the continued fraction of the NIST Handbook of Mathematical Functions, 8.17.22, on that side of the mean where it
/// converges quickly, and `I_x(a, b) = 1 − I_{1−x}(b, a)` (8.17.4) on the other.
pub(crate) fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        0.0
    } else if x >= 1.0 {
        1.0
    } else if x < (a + 1.0) / (a + b + 2.0) {
        incomplete_beta_fraction(a, b, x)
    } else {
        1.0 - incomplete_beta_fraction(b, a, 1.0 - x)
    }
}

/// `x^a (1 − x)^b / (a B(a, b)) · 1/(1 + d₁/(1 + d₂/(1 + …)))`, the fraction by Lentz's method ("Generating Bessel
/// functions in Mie scattering calculations using continued fractions", Applied Optics 15 (1976) 668–671).
fn incomplete_beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    // Convergence takes about √max(a, b) terms; these suffice for any set of images that fits into memory.
    const MOST_TERMS: u32 = 1_000_000;
    // A denominator of exactly 0 is replaced, as Lentz proposes, by one too small to change the result.
    let nonzero = |value: f64| if value == 0.0 { 1e-300 } else { value };

    let (mut fraction, mut numerator, mut denominator) = (1.0, 1.0, 0.0);
    for term in 1..=MOST_TERMS {
        let m = f64::from(term / 2);
        let d = match term % 2 {
            0 => m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m)),
            _ => -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0)),
        };
        denominator = 1.0 / nonzero(1.0 + d * denominator);
        numerator = nonzero(1.0 + d / numerator);
        let change = numerator * denominator;
        fraction *= change;
        if (change - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    let ln_beta = libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b);
    libm::exp(a * libm::log(x) + b * libm::log1p(-x) - ln_beta) / (a * fraction)
}

/// The x with `I_x(a, b) = p`, by bisection down to neighbouring floats: some 60 evaluations, and no case to go wrong.
pub(crate) fn inverse_incomplete_beta(a: f64, b: f64, p: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return middle;
        }
        if incomplete_beta(a, b, middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// The chance of at most `k` successes in `n` trials of chance `p`, 0 < p < 1.
pub(crate) fn binomial_cdf(k: u64, n: u64, p: f64) -> f64 {
    if k >= n { 1.0 } else { incomplete_beta((n - k) as f64, (k + 1) as f64, 1.0 - p) }
}

/// The chance of exactly `k <= n` successes in `n` trials of chance `p`, 0 < p < 1.
pub(crate) fn binomial_pmf(k: u64, n: u64, p: f64) -> f64 {
    let ln_factorial = |count: u64| libm::lgamma(count as f64 + 1.0);
    let ln_ways = ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k);
    libm::exp(ln_ways + k as f64 * libm::log(p) + (n - k) as f64 * libm::log1p(-p))
}

/// The t that Student's distribution with `degrees` >= 1 degrees of freedom exceeds, in either direction, with a chance
/// of 5 %.
pub(crate) fn student_t_95(degrees: usize) -> f64 {
    let degrees = degrees as f64;
    // P(|T| <= t) = I_y(1/2, degrees/2) with y = t² / (degrees + t²).
    let y = inverse_incomplete_beta(0.5, 0.5 * degrees, 0.95);
    (degrees * y / (1.0 - y)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scipy.special.betainc`, on both sides of the mean and in both tails.
    const SCIPY: &str = include_str!("../../../testdata/evaluation/incomplete_beta.csv");

    #[test]
    fn incomplete_beta_equals_scipy_and_its_inverse_inverts() {
        let mut rows = 0;
        for line in SCIPY.lines().skip(1) {
            let [a, b, x, expected] =
                line.split(',').map(|number| number.parse::<f64>().unwrap()).collect::<Vec<_>>().try_into().unwrap();
            let found = incomplete_beta(a, b, x);
            assert!((found - expected).abs() <= 1e-10 * expected, "I_{x}({a}, {b}) = {found:e}, not {expected:e}");
            let again = incomplete_beta(a, b, inverse_incomplete_beta(a, b, expected));
            assert!((again - expected).abs() <= 1e-10 * expected, "the inverse for {line} gives {again:e}");
            rows += 1;
        }
        assert_eq!(rows, 20);
    }

    #[test]
    fn ends() {
        assert_eq!((incomplete_beta(2.0, 3.0, 0.0), incomplete_beta(2.0, 3.0, 1.0)), (0.0, 1.0));
        assert_eq!((binomial_cdf(5, 5, 0.3), binomial_cdf(0, 0, 0.3)), (1.0, 1.0));
        assert!((binomial_cdf(0, 3, 0.5) - 0.125).abs() < 1e-15);
    }

    #[test]
    fn binomial_chances_add_up() {
        for (n, p) in [(1, 0.5), (7, 0.1), (40, 0.9), (1000, 0.01)] {
            let mut sum = 0.0;
            for k in 0..=n {
                sum += binomial_pmf(k, n, p);
                assert!((sum - binomial_cdf(k, n, p)).abs() < 1e-12, "at most {k} of {n}, each {p}");
            }
        }
    }
}
