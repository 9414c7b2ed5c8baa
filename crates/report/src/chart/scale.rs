//! From values to places along an axis: the range shown, and ticks at round numbers.

use crate::number::Format;

/// Values beyond this are not measurements, and their differences would overflow; charts leave them out like NaN.
const LARGEST: f64 = 1e100;
/// A range smaller than this part of its values shows rounding, not data.
const SMALLEST_SPAN: f64 = 1e-9;
/// Nothing is measured this finely, and a step below it could not be divided further.
const SMALLEST: f64 = 1e-100;

/// What an axis shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// What is measured, with its unit if it has one.
    pub label: String,
    /// From where to where; None takes the range of the data.
    pub range: Option<(f64, f64)>,
    /// How its numbers are written; [`Format::Count`] also keeps its ticks at whole numbers.
    pub format: Format,
}

impl Axis {
    /// Numbers as they are, over the range of the data.
    pub fn value(label: impl Into<String>) -> Self {
        Self { label: label.into(), range: None, format: Format::Plain }
    }

    /// Fractions as percentages, over the range of the data.
    pub fn percent(label: impl Into<String>) -> Self {
        Self { format: Format::Percent, ..Self::value(label) }
    }

    /// Whole numbers, over the range of the data.
    pub fn count(label: impl Into<String>) -> Self {
        Self { format: Format::Count, ..Self::value(label) }
    }

    /// The same axis, from `low` to `high`.
    pub fn over(self, low: f64, high: f64) -> Self {
        Self { range: Some((low, high)), ..self }
    }
}

/// Whether a value can be drawn: neither NaN nor infinite nor absurdly large.
pub(crate) fn is_drawable(value: f64) -> bool {
    value.abs() <= LARGEST
}

/// An axis with its range worked out.
pub(crate) struct Scale {
    low: f64,
    high: f64,
    /// Value and label of each tick, in rising order, all within the range.
    pub(crate) ticks: Vec<(f64, String)>,
}

/// Whether the range of an axis reaches to the next tick beyond the data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ends {
    Tight,
    Round,
}

impl Scale {
    /// The scale of `axis` for `values`, with at most about `most_ticks` ticks. A range given by the axis is kept.
    pub(crate) fn new(axis: &Axis, values: impl Iterator<Item = f64>, most_ticks: usize, ends: Ends) -> Self {
        let fixed = axis.range.filter(|&(low, high)| is_drawable(low) && is_drawable(high) && low < high);
        let (low, high) = fixed.or_else(|| span(values)).unwrap_or((0.0, 1.0));
        let (mut low, mut high) = widened(low, high);
        let step = Step::new((high - low) / most_ticks.max(1) as f64, axis.format == Format::Count);
        if ends == Ends::Round && fixed.is_none() {
            (low, high) = ((low / step.size()).floor() * step.size(), (high / step.size()).ceil() * step.size());
        }
        // A thousandth of a step forgives the rounding of the quotients.
        let first = (low / step.size() - 1e-3).ceil();
        let last = (high / step.size() + 1e-3).floor();
        let count = (last - first + 1.0).max(0.0) as usize;
        let ticks = (0..count).map(|index| step.multiple(first + index as f64));
        let ticks = ticks.map(|value| (value, axis.format.write(value, step.decimals()))).collect();
        Self { low, high, ticks }
    }

    /// Where `value` is, as a fraction of the axis: 0 at its low end, 1 at its high end.
    pub(crate) fn fraction(&self, value: f64) -> f64 {
        (value - self.low) / (self.high - self.low)
    }
}

/// The smallest and the largest drawable value.
fn span(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let mut values = values.filter(|&value| is_drawable(value));
    let first = values.next()?;
    Some(values.fold((first, first), |(low, high), value| (low.min(value), high.max(value))))
}

/// The range, made wide enough to draw where all values are the same: zeros stand at the foot of the axis, anything else
/// in its middle.
fn widened(low: f64, high: f64) -> (f64, f64) {
    let size = low.abs().max(high.abs());
    if size < SMALLEST {
        return (0.0, 1.0);
    }
    if high - low > (size * SMALLEST_SPAN).max(SMALLEST) {
        return (low, high);
    }
    let half = if (0.5..1e6).contains(&size) { 0.5 } else { size / 2.0 };
    (low - half, high + half)
}

/// The distance between two ticks: `digit * 10^exponent` with a digit of 1, 2 or 5.
struct Step {
    digit: f64,
    exponent: i32,
}

impl Step {
    /// The smallest step that is at least `least`, and at least 1 if it must be `whole`.
    fn new(least: f64, whole: bool) -> Self {
        let least = if whole { least.max(1.0) } else { least };
        let exponent = libm::floor(libm::log10(least)) as i32;
        let mantissa = least / libm::pow(10.0, f64::from(exponent));
        // A step that is right but for its rounding is not to be doubled.
        match [1.0, 2.0, 5.0].into_iter().find(|&digit| mantissa <= digit * (1.0 + 1e-9)) {
            Some(digit) => Self { digit, exponent },
            None => Self { digit: 1.0, exponent: exponent + 1 },
        }
    }

    fn size(&self) -> f64 {
        self.multiple(1.0)
    }

    /// `count` steps. A division for negative exponents: 3 / 10 is 0.3, but 3 * 0.1 is not.
    fn multiple(&self, count: f64) -> f64 {
        let power = libm::pow(10.0, f64::from(self.exponent.abs()));
        if self.exponent < 0 { count * self.digit / power } else { count * self.digit * power }
    }

    /// Digits after the point in which two ticks differ.
    fn decimals(&self) -> usize {
        usize::try_from(-self.exponent).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Axis, Ends, Scale};

    fn labels(axis: &Axis, values: &[f64], ends: Ends) -> Vec<String> {
        Scale::new(axis, values.iter().copied(), 5, ends).ticks.into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_are_round_numbers() {
        let (value, percent, count) = (Axis::value(""), Axis::percent(""), Axis::count(""));
        let tight = |axis: &Axis, values: &[f64]| labels(axis, values, Ends::Tight).join(" ");
        assert_eq!(tight(&value, &[0.0, 1.0]), "0.0 0.2 0.4 0.6 0.8 1.0");
        assert_eq!(tight(&value, &[0.013, 0.31]), "0.1 0.2 0.3");
        assert_eq!(tight(&value, &[-3.0, 3.0]), "-2 0 2");
        assert_eq!(tight(&value, &[1e-12, 9e-12]), "2e-12 4e-12 6e-12 8e-12");
        assert_eq!(tight(&percent, &[0.985, 0.9905]), "98.6\u{a0}% 98.8\u{a0}% 99.0\u{a0}%");
        assert_eq!(tight(&count, &[1.0, 3.0]), "1 2 3");
        assert_eq!(tight(&count, &[0.0, 60_000.0]), "0 20,000 40,000 60,000");
        assert_eq!(labels(&value, &[0.013, 0.31], Ends::Round).join(" "), "0.0 0.1 0.2 0.3 0.4");
    }

    #[test]
    fn every_input_has_a_scale() {
        for values in [
            &[][..],
            &[f64::NAN],
            &[f64::INFINITY, f64::NEG_INFINITY],
            &[0.0],
            &[1.0, 1.0 + f64::EPSILON],
            &[7.0; 3],
            &[-1e100, 1e100],
            &[f64::MIN_POSITIVE],
            &[5e-324, 0.0],
            &[1e-200],
        ] {
            for axis in [
                Axis::value(""),
                Axis::count(""),
                Axis::percent("").over(1.0, 0.0),
                Axis::value("").over(f64::NAN, 2.0),
            ] {
                for ends in [Ends::Tight, Ends::Round] {
                    let scale = Scale::new(&axis, values.iter().copied(), 5, ends);
                    assert!((1..=12).contains(&scale.ticks.len()), "{values:?} {axis:?}: {:?}", scale.ticks);
                    for &value in values.iter().filter(|value| value.abs() <= 1e100) {
                        assert!((-1e-9..=1.0 + 1e-9).contains(&scale.fraction(value)), "{value} on {axis:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_given_range_is_kept() {
        let scale = Scale::new(&Axis::value("").over(0.0, 1.0), [-3.0, 0.2].into_iter(), 5, Ends::Round);
        assert_eq!((scale.fraction(0.0), scale.fraction(1.0)), (0.0, 1.0));
    }
}
