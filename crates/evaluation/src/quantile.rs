//! Quantiles as numpy computes them by default: on the straight line between two neighbouring values.

/// The `share`-quantile of `sorted` (ascending, at least one value), `share` from 0 to 1: the value at position `share
/// · (n − 1)`, number 7 of Hyndman and Fan, "Sample quantiles in statistical packages", The American Statistician 50
/// (1996) 361–365.
pub(crate) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len() - 1;
    let position = share * last as f64;
    let below = (position as usize).min(last);
    let (low, high) = (sorted[below], sorted[(below + 1).min(last)]);
    let fraction = position - below as f64;
    // From the nearer end, as numpy does it: then the quantile never leaves the two values.
    if fraction < 0.5 { low + (high - low) * fraction } else { high - (high - low) * (1.0 - fraction) }
}
