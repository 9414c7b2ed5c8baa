//! Several comparisons at once: p-values corrected so that together they keep one level.

use crate::Error;

/// Holm's correction: p-values made comparable with one level when several hypotheses are tested together.
///
/// Of m values, the k-th smallest is multiplied by m − k + 1, and is then at least the one before it and at most 1. To
/// reject every hypothesis that stays below 0.05 is wrong anywhere with a chance of at most 5 %, however the tests
/// depend on each other (Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
/// Statistics 6 (1979) 65–70; statsmodels' `multipletests(method="holm")`).
///
/// `p_values`: `[m]`, in any order; returns `[m]` in the same order.
///
/// ```
/// assert_eq!(tenfold_evaluation::holm(&[0.0625, 0.25, 0.125])?, [0.1875, 0.25, 0.25]);
/// # Ok::<(), tenfold_evaluation::Error>(())
/// ```
///
/// # Errors
/// `Value` when one is NaN or outside 0 to 1.
pub fn holm(p_values: &[f64]) -> Result<Vec<f64>, Error> {
    if let Some(index) = p_values.iter().position(|p| !(0.0..=1.0).contains(p)) {
        return Err(Error::Value { what: "p-value", index, found: p_values[index], expected: "0 to 1" });
    }
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut corrected = vec![0.0; p_values.len()];
    let mut least: f64 = 0.0;
    for (rank, index) in order.into_iter().enumerate() {
        least = least.max(p_values[index] * (p_values.len() - rank) as f64).min(1.0);
        corrected[index] = least;
    }
    Ok(corrected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values() {
        assert!(holm(&[]).unwrap().is_empty());
        assert_eq!(holm(&[0.03]).unwrap(), [0.03]);
        assert_eq!(holm(&[0.75, 0.75]).unwrap(), [1.0, 1.0]);
        assert_eq!(holm(&[0.25, 0.0, 0.25]).unwrap(), [0.5, 0.0, 0.5]);
    }

    #[test]
    fn refuses_what_is_no_chance() {
        for p in [-0.1, 1.1, f64::NAN] {
            assert!(matches!(holm(&[0.5, p]), Err(Error::Value { index: 1, .. })), "{p}");
        }
    }
}
