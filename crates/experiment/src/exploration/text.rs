//! The table of an exploration as text for a terminal.

use tenfold_evaluation::Interval;
use tenfold_report::{grouped, percent};

use super::results::{ExplorationResults, VariantResults};

impl ExplorationResults {
    /// A table, best variant first, those without figures last; and what its stars mean.
    pub fn to_text(&self) -> String {
        let mut rows: Vec<&VariantResults> = self.variants.iter().collect();
        let mean = |row: &VariantResults| row.accuracy.as_ref().map_or(f64::NEG_INFINITY, |accuracy| accuracy.mean);
        rows.sort_by(|one, other| mean(other).total_cmp(&mean(one)));
        let width = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
        let mut text = format!(
            "{:width$}  {:>19}  {:>7}  {:>26}  {:>10}  {:>9}\n",
            "variant", "accuracy", "loss", "gain in points (95 %)", "parameters", "s / epoch"
        );
        for row in rows {
            text += &format!("{}\n", row.line(width));
        }
        text + "\n* the interval excludes 0; about one in twenty variants without effect gets a star by chance"
    }
}

impl VariantResults {
    /// The row of the table, with a name of `width` characters.
    fn line(&self, width: usize) -> String {
        let VariantResults { name, parameters, seconds_per_epoch, accuracy, loss, gain, gain_95, diverged } = self;
        let parameters = grouped(*parameters as u64);
        let (Some(accuracy), Some(loss), Some(seconds)) = (accuracy, loss, seconds_per_epoch) else {
            let trials: Vec<String> = diverged.iter().map(|it| it.trial.to_string()).collect();
            let said = format!("diverged in trial {}", trials.join(", "));
            return format!("{name:width$}  {said:<56}  {parameters:>10}");
        };
        let deviation = accuracy.standard_deviation.map_or(String::new(), |it| format!(" +- {}", percent(it)));
        let accuracy = format!("{}{deviation}", percent(accuracy.mean));
        let points = |share: f64| format!("{:+.2}", 100.0 * share);
        let gain = match (gain, gain_95) {
            (Some(gain), Some(Interval { low, high })) => {
                let clear = if *low > 0.0 || *high < 0.0 { "*" } else { " " };
                format!("{} ({} to {}){clear}", points(*gain), points(*low), points(*high))
            }
            _ => String::new(),
        };
        let loss = loss.mean;
        format!("{name:width$}  {accuracy:>19}  {loss:>7.4}  {gain:>26}  {parameters:>10}  {seconds:>9.1}")
    }
}
