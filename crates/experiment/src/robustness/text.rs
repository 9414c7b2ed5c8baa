//! A measurement of robustness as text.

use std::fmt::Write as _;

use tenfold_report::{grouped, percent};

use super::{CorruptionErrors, Robustness};

impl Robustness {
    /// A row per family with its error rates, those of MNIST-C marked with `*`; the mean corruption error; a row per amount of
    /// each distortion.
    pub fn to_text(&self) -> String {
        let mut text = format!(
            "error rates on {} corrupted images, and in percent of the reference's where MNIST-C has its severity (*)\n\n",
            grouped(self.images as u64)
        );
        write_row(&mut text, "severity", (1..=5).map(|severity| format!("{severity} ")), "relative");
        for family in &self.corruptions {
            write_row(&mut text, family.corruption.name(), family.cells(), &relative(family.corruption_error));
        }
        let [at_published, at_all] =
            [self.mean_corruption_error, self.mean_corruption_error_all_severities].map(relative);
        let (own, reference) = (percent(self.error_rate), percent(self.reference_error_rate));
        text += &format!(
            "\nmean corruption error  {at_published} (reference: 100), over all severities {at_all}\n\
             as they are            {own}, the reference {reference}\n"
        );
        for curve in &self.distortions {
            text += &format!("\n{} ({}), error rate, the reference's\n", spaced(curve.distortion.name()), curve.unit);
            for ((amount, rate), reference) in
                curve.amounts.iter().zip(&curve.error_rates).zip(&curve.reference_error_rates)
            {
                let _ = writeln!(text, "{amount:>8} {:>10} {:>10}", percent(*rate), percent(*reference));
            }
        }
        text
    }
}

impl CorruptionErrors {
    /// The error rate at each severity, the published one marked.
    pub(super) fn cells(&self) -> impl Iterator<Item = String> {
        (1..).zip(&self.error_rates).map(|(severity, &rate)| {
            let mark = if severity == self.published_severity { "*" } else { " " };
            percent(rate) + mark
        })
    }
}

/// A row of the table of families; cells that are missing stay empty.
fn write_row(text: &mut String, name: &str, cells: impl Iterator<Item = String>, last: &str) {
    let mut cells: Vec<String> = cells.collect();
    cells.resize(5, String::new());
    let cells: String = cells.iter().map(|cell| format!(" {cell:>10}")).collect();
    let _ = writeln!(text, "{name:<14}{cells} {last:>9}");
}

/// A corruption error, in percent of the reference's.
pub(super) fn relative(error: Option<f64>) -> String {
    error.map_or("-".to_owned(), |error| format!("{error:.1}"))
}

/// A name as people read it.
pub(super) fn spaced(name: &str) -> String {
    name.replace('_', " ")
}
