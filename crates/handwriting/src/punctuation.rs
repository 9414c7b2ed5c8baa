//! The forms of the signs in numbers: a decimal point, a comma, a minus, a slash, a colon.

use crate::form::{Form, form};

/// All of these forms; those of a sign one after the other, in the order `.`, `,`, `-`, `/`, `:`. They lie on the line of digits
/// as they are written there, but for a comma, which is to hang below it.
///
/// ```
/// let signs: Vec<char> = tenfold_handwriting::punctuation().chunk_by(|a, b| a.sign == b.sign).map(|of| of[0].sign).collect();
/// assert_eq!(signs, ['.', ',', '-', '/', ':']);
/// ```
pub fn punctuation() -> &'static [Form] {
    PUNCTUATION
}

#[rustfmt::skip]
const PUNCTUATION: &[Form] = &[
    form('.', "a point", 2.0, &[&[[0.03, 0.96], [0.05, 0.97]]]),
    form('.', "a short stroke", 1.0, &[&[[0.07, 0.91], [0.04, 0.98]]]),
    form('.', "a small ring", 0.5, &[&[[0.06, 0.92], [0.02, 0.95], [0.06, 0.99], [0.10, 0.95], [0.06, 0.92]]]),
    form(',', "a stroke", 2.0, &[&[[0.10, 0.82], [0.07, 0.91], [0.01, 1.00]]]),
    form(',', "a hook", 1.0, &[&[[0.05, 0.82], [0.09, 0.83], [0.10, 0.89], [0.06, 0.95], [0.00, 1.00]]]),
    form(',', "a long stroke", 0.7, &[&[[0.16, 0.70], [0.10, 0.86], [0.02, 1.00]]]),
    form('-', "of a usual length", 2.0, &[&[[0.00, 0.52], [0.22, 0.51], [0.44, 0.51]]]),
    form('-', "short", 1.0, &[&[[0.00, 0.50], [0.12, 0.50], [0.24, 0.50]]]),
    form('-', "long", 1.0, &[&[[0.00, 0.54], [0.38, 0.52], [0.76, 0.52]]]),
    form('/', "of a usual slope", 2.0, &[&[[0.46, 0.00], [0.24, 0.50], [0.02, 1.00]]]),
    form('/', "steep", 1.0, &[&[[0.30, 0.00], [0.16, 0.50], [0.01, 1.00]]]),
    form('/', "flat", 0.7, &[&[[0.72, 0.00], [0.36, 0.50], [0.02, 1.00]]]),
    form('/', "bent", 0.5, &[&[[0.42, 0.00], [0.18, 0.46], [0.02, 1.00]]]),
    form(':', "two points", 2.0, &[&[[0.05, 0.32], [0.07, 0.33]], &[[0.03, 0.88], [0.05, 0.89]]]),
    form(':', "two points, low", 1.0, &[&[[0.05, 0.48], [0.06, 0.49]], &[[0.03, 0.95], [0.05, 0.96]]]),
    form(':', "two short strokes", 0.7, &[&[[0.08, 0.26], [0.05, 0.35]], &[[0.05, 0.82], [0.02, 0.91]]]),
];
