//! Numbers as people and files read them: short, without a locale, the same on every machine.

/// How the numbers of an axis or a label are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// As it is: `0.25`.
    Plain,
    /// A fraction as a percentage: 0.25 is `25 %`.
    Percent,
    /// A whole number with commas: `1,121`.
    Count,
}

impl Format {
    /// `value` with `decimals` digits after the point; a percentage has two fewer, and a count none.
    ///
    /// Plain numbers from a million on and below a millionth have an exponent, and so has everything from 10^15 on.
    pub(crate) fn write(self, value: f64, decimals: usize) -> String {
        let size = value.abs();
        match self {
            _ if size >= 1e15 => format!("{value:e}"),
            Format::Plain if size != 0.0 && !(1e-6..1e6).contains(&size) => format!("{value:e}"),
            Format::Plain => without_minus_zero(format!("{value:.decimals$}")),
            Format::Percent => {
                without_minus_zero(format!("{:.*}", decimals.saturating_sub(2), value * 100.0)) + "\u{a0}%"
            }
            Format::Count => {
                let digits = format!("{size:.0}");
                let sign = if value < 0.0 && digits != "0" { "-" } else { "" };
                format!("{sign}{}", with_commas(&digits))
            }
        }
    }
}

/// A share as people read it: `0.98765` is `98.77 %`.
///
/// ```
/// assert_eq!(tenfold_report::percent(0.98765), "98.77 %");
/// ```
pub fn percent(share: f64) -> String {
    format!("{:.2} %", 100.0 * share)
}

/// A count in groups of three digits: `1234567` is `1,234,567`.
///
/// ```
/// assert_eq!(tenfold_report::grouped(159_254), "159,254");
/// ```
pub fn grouped(count: u64) -> String {
    with_commas(&count.to_string())
}

/// A coordinate: at most two digits after the point, a hundredth of a pixel.
pub(crate) fn coordinate(value: f64) -> String {
    let text = format!("{value:.2}");
    without_minus_zero(text.trim_end_matches('0').trim_end_matches('.').to_owned())
}

/// Decimal digits in groups of three: `1,234,567`.
fn with_commas(digits: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `-0.00` is `0.00`.
fn without_minus_zero(text: String) -> String {
    match text.strip_prefix('-') {
        Some(rest) if rest.chars().all(|character| matches!(character, '0' | '.')) => rest.to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::{Format, coordinate};

    #[test]
    fn coordinates_are_short() {
        for (value, text) in
            [(0.0, "0"), (-0.001, "0"), (12.0, "12"), (12.5, "12.5"), (1.0 / 3.0, "0.33"), (100.0, "100")]
        {
            assert_eq!(coordinate(value), text);
        }
    }

    #[test]
    fn numbers_are_written_for_people() {
        for (format, value, decimals, text) in [
            (Format::Plain, 0.25, 2, "0.25"),
            (Format::Plain, -0.001, 2, "0.00"),
            (Format::Plain, 3e-9, 2, "3e-9"),
            (Format::Plain, 2e7, 0, "2e7"),
            (Format::Percent, 0.9905, 4, "99.05\u{a0}%"),
            (Format::Percent, 0.5, 1, "50\u{a0}%"),
            (Format::Count, 999.0, 0, "999"),
            (Format::Count, 1121.0, 0, "1,121"),
            (Format::Count, -1_234_567.0, 0, "-1,234,567"),
            (Format::Count, -0.4, 0, "0"),
        ] {
            assert_eq!(format.write(value, decimals), text);
        }
    }
}
