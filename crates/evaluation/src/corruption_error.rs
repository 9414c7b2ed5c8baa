//! How much worse a classifier reads corrupted images than a reference does.

/// The corruption error of one family, in percent: the sum of a classifier's error rates at each severity, over that of the
/// reference's; 100 for the reference itself. None if the reference makes no errors.
///
/// `rates`, `reference`: the error rates at the same severities, 0 to 1. With all severities it is that of Hendrycks and
/// Dietterich, "Benchmarking neural network robustness to common corruptions and perturbations" (ICLR 2019); with one, that of
/// Mu and Gilmer, "MNIST-C" (2019).
///
/// ```
/// use tenfold_evaluation::{corruption_error, mean_corruption_error};
///
/// let noise = corruption_error(&[0.01, 0.03], &[0.02, 0.06]);
/// assert_eq!(noise, Some(50.0));
/// assert_eq!(corruption_error(&[0.01], &[0.0]), None);
/// assert_eq!(mean_corruption_error([noise, Some(100.0), None]), Some(75.0));
/// ```
pub fn corruption_error(rates: &[f64], reference: &[f64]) -> Option<f64> {
    let of_reference: f64 = reference.iter().sum();
    (of_reference > 0.0).then(|| 100.0 * rates.iter().sum::<f64>() / of_reference)
}

/// The mean of the corruption errors of several families, those left out that have none; none if no family has one.
pub fn mean_corruption_error(families: impl IntoIterator<Item = Option<f64>>) -> Option<f64> {
    let errors: Vec<f64> = families.into_iter().flatten().collect();
    (!errors.is_empty()).then(|| errors.iter().sum::<f64>() / errors.len() as f64)
}
