//! What functions ask of their inputs before they read them: shapes that fit, labels that are classes, numbers.

use crate::{Error, MAX_CLASSES};

/// There are 1 to [`MAX_CLASSES`] classes.
pub(crate) fn check_class_count(classes: usize) -> Result<(), Error> {
    if (1..=MAX_CLASSES).contains(&classes) { Ok(()) } else { Err(Error::Classes { found: classes }) }
}

/// Scores `[N, classes]` and labels `[N]` fit each other: 1 to [`MAX_CLASSES`] classes, N at least 1, every label a class.
pub(crate) fn check_shape(scores: &[f32], classes: usize, labels: &[u16]) -> Result<(), Error> {
    check_class_count(classes)?;
    if scores.len() != labels.len() * classes {
        return Err(Error::Length { what: "scores", expected: labels.len() * classes, found: scores.len() });
    }
    if labels.is_empty() {
        return Err(Error::Empty { what: "label" });
    }
    check_classes("label", labels, classes)
}

/// As [`check_shape`], and every score is a probability.
pub(crate) fn check_probabilities(probabilities: &[f32], classes: usize, labels: &[u16]) -> Result<(), Error> {
    check_shape(probabilities, classes, labels)?;
    check_unit_range("probability", probabilities)
}

/// Every value is within 0 to 1.
pub(crate) fn check_unit_range(what: &'static str, values: &[f32]) -> Result<(), Error> {
    match values.iter().position(|value| !(0.0..=1.0).contains(value)) {
        Some(index) => Err(Error::Value { what, index, found: f64::from(values[index]), expected: "0 to 1" }),
        None => Ok(()),
    }
}

/// The first value of `values` that is not in `0..classes`, as an error.
pub(crate) fn check_classes(what: &'static str, values: &[u16], classes: usize) -> Result<(), Error> {
    match values.iter().position(|&value| usize::from(value) >= classes) {
        Some(index) => Err(Error::Class { what, index, found: values[index], classes }),
        None => Ok(()),
    }
}

/// No score is NaN.
pub(crate) fn check_not_nan(scores: &[f32]) -> Result<(), Error> {
    match scores.iter().position(|score| score.is_nan()) {
        Some(index) => Err(Error::Value { what: "score", index, found: f64::NAN, expected: "a number" }),
        None => Ok(()),
    }
}

/// Every value is a finite number, and there is at least one.
pub(crate) fn check_finite(values: &[f64]) -> Result<(), Error> {
    if values.is_empty() {
        return Err(Error::Empty { what: "value" });
    }
    match values.iter().position(|value| !value.is_finite()) {
        Some(index) => Err(Error::Value { what: "value", index, found: values[index], expected: "a finite number" }),
        None => Ok(()),
    }
}
