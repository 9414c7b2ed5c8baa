//! Temperature scaling: one number that makes confidences honest and leaves every answer as it is.

use serde::Serialize;

use crate::{
    Error, arg_max,
    check::{check_shape, check_unit_range},
    predictions,
};

/// The lowest temperature that is fitted or taken.
const LOWEST: f64 = 0.05;
/// The highest temperature that is fitted or taken.
const HIGHEST: f64 = 20.0;

/// A temperature T for softmax: logits are divided by it, or probabilities raised to 1/T and made to sum to 1 again,
/// which is the same. Above 1 it makes a classifier less confident, below 1 more. As JSON it is the number.
///
/// Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", ICML 2017.
///
/// ```
/// use tenfold_evaluation::Temperature;
///
/// // Odds of e² to 1 for every answer, and one answer in three is wrong.
/// let logits = [2.0, 0.0, 2.0, 0.0, 2.0, 0.0];
/// let temperature = Temperature::fit(&logits, 2, &[0, 0, 1])?;
/// assert!((temperature.value() - 2.0 / 2f64.ln()).abs() < 1e-9); // then it is 2 to 1
/// assert!((temperature.apply(&[0.880_797, 0.119_203], 2)?[0] - 2.0 / 3.0).abs() < 1e-6);
/// # Ok::<(), tenfold_evaluation::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Temperature(f64);

impl Temperature {
    /// The temperature `value`, 0.05 to 20.
    ///
    /// # Errors
    /// `Setting` when it is outside.
    pub fn new(value: f64) -> Result<Self, Error> {
        if (LOWEST..=HIGHEST).contains(&value) {
            return Ok(Self(value));
        }
        Err(Error::Setting { what: "temperature", found: value, expected: "0.05 to 20" })
    }

    /// The temperature, within 0.05 to 20, at which the mean of `-ln p(label)` over the images is least.
    ///
    /// `logits`: `[N, classes]` row by row, finite; `labels`: `[N]`, N at least 1. Logarithms of probabilities do as
    /// well, since a number added to a whole row changes nothing; [`ln_probabilities`] takes them. The images must not
    /// be those that the network was trained on, on which it is more confident than on others.
    ///
    /// The loss is convex in β = 1/T, with derivative `mean(E_p[z] − z_label)` and second derivative `mean(Var_p[z])`
    /// for logits z and p = softmax(β z). Its minimum is found by halving an interval, then by Newton's method within
    /// it: about 15 passes over the logits. Where every answer is right the loss falls without end, and the temperature
    /// is the lowest; where it does not depend on β, as for equal logits, the temperature is 1.
    ///
    /// # Errors
    /// `Classes`, `Length`, `Empty` or `Class` when shapes or labels do not fit; `Value` when a logit is not finite.
    pub fn fit(logits: &[f32], classes: usize, labels: &[u16]) -> Result<Self, Error> {
        check_shape(logits, classes, labels)?;
        if let Some(index) = logits.iter().position(|logit| !logit.is_finite()) {
            let found = f64::from(logits[index]);
            return Err(Error::Value { what: "logit", index, found, expected: "a finite number" });
        }
        let derivatives = |beta| derivatives(logits, classes, labels, beta);
        let slope = |beta| derivatives(beta).0;
        let (mut low, mut high) = (1.0 / HIGHEST, 1.0 / LOWEST);
        match (slope(low), slope(high)) {
            (0.0, 0.0) => return Ok(Self(1.0)),
            (_, ..=0.0) => return Ok(Self(LOWEST)),
            (0.0.., _) => return Ok(Self(HIGHEST)),
            _ => {}
        }
        // Far from the minimum Newton's steps are as short as the logits are large; near it they square the error.
        while high / low > 1.05 {
            let middle = (low * high).sqrt();
            *(if slope(middle) > 0.0 { &mut high } else { &mut low }) = middle;
        }
        let mut beta = (low * high).sqrt();
        for _ in 0..50 {
            let (slope, curvature) = derivatives(beta);
            *(if slope > 0.0 { &mut high } else { &mut low }) = beta;
            let newton = beta - slope / curvature;
            let next = if low <= newton && newton <= high { newton } else { (low * high).sqrt() };
            let step = (next - beta).abs();
            beta = next;
            if step <= 1e-13 * beta {
                break;
            }
        }
        Ok(Self(1.0 / beta))
    }

    /// The number, 0.05 to 20.
    pub fn value(self) -> f64 {
        self.0
    }

    /// `probabilities` at this temperature: each row raised to 1/T and made to sum to 1, as `[N, classes]` again. Every
    /// row keeps its answer by [`arg_max`]: where rounding would tie the best with another, it stays ahead by one unit
    /// in the last place.
    ///
    /// `probabilities`: `[N, classes]` row by row, each 0 to 1, in each row one above 0; N may be 0.
    ///
    /// # Errors
    /// `Classes` unless 1 to [`MAX_CLASSES`](crate::MAX_CLASSES), `Length` when they are not a whole number of rows, `Value`
    /// when a number is NaN or outside 0 to 1 or a row is all 0.
    pub fn apply(self, probabilities: &[f32], classes: usize) -> Result<Vec<f32>, Error> {
        let answers = predictions(probabilities, classes)?;
        check_unit_range("probability", probabilities)?;
        let mut scaled = Vec::with_capacity(probabilities.len());
        for (index, (row, answer)) in probabilities.chunks_exact(classes).zip(answers).enumerate() {
            let answer = usize::from(answer);
            if row[answer] == 0.0 {
                let (what, expected) = ("greatest probability of row", "a number above 0");
                return Err(Error::Value { what, index, found: 0.0, expected });
            }
            scaled.extend(self.scaled_row(row, answer));
        }
        Ok(scaled)
    }

    fn scaled_row(self, row: &[f32], answer: usize) -> Vec<f32> {
        let greatest = libm::log(f64::from(row[answer]));
        let powers: Vec<f64> = row.iter().map(|&p| libm::exp((libm::log(f64::from(p)) - greatest) / self.0)).collect();
        let sum: f64 = powers.iter().sum();
        let mut scaled: Vec<f32> = powers.iter().map(|power| (power / sum) as f32).collect();
        if arg_max(&scaled) != Some(answer) {
            scaled[answer] = scaled[answer].next_up();
        }
        scaled
    }
}

/// The natural logarithms of `probabilities`, 0 taken as the least positive `f32` so that all are finite: what
/// [`Temperature::fit`] takes where there are no logits, as for the mean of several networks.
///
/// ```
/// assert_eq!(tenfold_evaluation::ln_probabilities(&[1.0, 0.0]), [0.0, -87.33655]);
/// ```
pub fn ln_probabilities(probabilities: &[f32]) -> Vec<f32> {
    probabilities.iter().map(|&p| libm::log(f64::from(p.max(f32::MIN_POSITIVE))) as f32).collect()
}

/// First and second derivative by β of the mean of `-ln softmax(β z)_label`.
fn derivatives(logits: &[f32], classes: usize, labels: &[u16], beta: f64) -> (f64, f64) {
    let (mut slope, mut curvature) = (0.0, 0.0);
    for (row, &label) in logits.chunks_exact(classes).zip(labels) {
        // Relative to the greatest logit, so that no exponential overflows and one is 1.
        let greatest = f64::from(row.iter().copied().fold(f32::NEG_INFINITY, f32::max));
        let (mut sum, mut first, mut second) = (0.0, 0.0, 0.0);
        for &logit in row {
            let z = f64::from(logit) - greatest;
            let weight = libm::exp(beta * z);
            sum += weight;
            first += weight * z;
            second += weight * z * z;
        }
        let mean = first / sum;
        slope += mean - (f64::from(row[usize::from(label)]) - greatest);
        curvature += second / sum - mean * mean;
    }
    let n = labels.len() as f64;
    (slope / n, curvature / n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_and_flat_losses() {
        // All right: lowest. All wrong: highest. No preference: 1.
        for (logits, labels, expected) in
            [([1.0, 0.0, 0.0, 1.0], [0, 1], LOWEST), ([1.0, 0.0, 0.0, 1.0], [1, 0], HIGHEST), ([3.0; 4], [0, 1], 1.0)]
        {
            let found = Temperature::fit(&logits, 2, &labels).unwrap().value();
            assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
            assert!((LOWEST..=HIGHEST).contains(&found));
        }
    }

    #[test]
    fn an_answer_never_changes() {
        let hot = Temperature::new(HIGHEST).unwrap();
        let close = [0.499_999_97, 0.5, 0.0];
        let scaled = hot.apply(&close, 3).unwrap();
        assert_eq!((arg_max(&close), arg_max(&scaled)), (Some(1), Some(1)));
        assert!(scaled[1] > scaled[0] && scaled[1] - scaled[0] < 1e-7 && scaled[2] == 0.0, "{scaled:?}");
        let cold = Temperature::new(LOWEST).unwrap();
        assert_eq!(cold.apply(&[1e-30, 1e-40, 0.0], 3).unwrap(), [1.0, 0.0, 0.0]);
    }

    #[test]
    fn refuses_what_has_no_temperature() {
        assert!(matches!(Temperature::fit(&[0.0, f32::INFINITY], 2, &[0]), Err(Error::Value { index: 1, .. })));
        assert!(matches!(Temperature::fit(&[], 2, &[]), Err(Error::Empty { .. })));
        assert_eq!(Temperature::new(0.0).unwrap_err().to_string(), "temperature is 0, expected 0.05 to 20");
        assert!(matches!(Temperature::new(f64::NAN), Err(Error::Setting { .. })));
        let one = Temperature::new(1.0).unwrap();
        assert!(matches!(one.apply(&[0.5, 0.5, 0.0, 0.0], 2), Err(Error::Value { index: 1, .. })));
        assert!(matches!(one.apply(&[0.5, 0.5, 0.5, 1.5], 2), Err(Error::Value { index: 3, .. })));
        assert!(matches!(one.apply(&[0.5; 3], 2), Err(Error::Length { .. })));
        assert!(matches!(one.apply(&[], 0), Err(Error::Classes { found: 0 })));
    }
}
