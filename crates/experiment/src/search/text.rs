//! What a search has found as text: the tables of its rungs, and the log to be kept.

use tenfold_evaluation::Interval;
use tenfold_report::percent;

use super::axis::written;
use super::results::{SearchResults, SearchedVariant};
use super::rung_results::{Behind, Decision, RungFigures, RungResults, RungVariant};

/// What a search's own figures of the best are worth.
const FLATTERED: &str = "The accuracy of what was chosen is a little flattered by the choice: judge it again on folds that are \
    drawn otherwise, or once on the test images. That two recipes are told apart is said of these trainings; how much a result \
    depends on its seed is not in it.";

impl SearchResults {
    /// The log: what was searched, each rung with all its variants, and the best. As Markdown.
    pub fn to_markdown(&self) -> String {
        let Self { program, plan, variants, rungs, verdict, .. } = self;
        let mut text = format!("# A search among {} variants\n\n{verdict}.\n\n{plan}. {program}.\n", variants.len());
        for rung in rungs {
            text += &format!("\n## {}\n\n{}", rung.heading(), markdown(&rung.table(variants)));
        }
        text += &format!("\n{FLATTERED}\n");
        if let Some(best) = self.best() {
            text += &format!("\nThe best: {}.\n", best.to_text());
        }
        text
    }

    /// The best, if there is one.
    pub fn best(&self) -> Option<&SearchedVariant> {
        self.variants.iter().find(|variant| Some(&variant.name) == self.best.as_ref())
    }
}

impl SearchedVariant {
    /// `v3 with batch = 32, optimizer.learning_rate = 0.0125`
    pub fn to_text(&self) -> String {
        let settings: Vec<String> =
            self.settings.iter().map(|(name, value)| format!("{name} = {}", written(value))).collect();
        format!("{} with {}", self.name, settings.join(", "))
    }
}

impl RungResults {
    /// `Rung 2: 2 folds (24,000 images), whole recipes`
    pub fn heading(&self) -> String {
        let Self { rung, folds, images, share_of_epochs, .. } = self;
        let folds = if *folds == 1 { "1 fold".to_owned() } else { format!("{folds} folds") };
        let length = match share_of_epochs {
            1.0 => "whole recipes".to_owned(),
            share => format!("{} of their epochs", percent(*share)),
        };
        format!("Rung {rung}: {folds} ({} images), {length}", tenfold_report::grouped(*images as u64))
    }

    /// The heads of the table, and a row per variant, the best first.
    pub(crate) fn table(&self, variants: &[SearchedVariant]) -> Vec<Vec<String>> {
        let axes: Vec<&String> = variants.first().map_or(Vec::new(), |first| first.settings.keys().collect());
        let figures = ["epochs", "accuracy", "errors", "loss", "seconds", "points behind (95 %)", "p", "decision"];
        let heads = std::iter::once("variant").chain(axes.iter().map(|axis| axis.as_str())).chain(figures);
        let mut rows = vec![heads.map(str::to_owned).collect()];
        for row in &self.variants {
            let settings = &variants[row.index].settings;
            let mut cells = vec![row.variant.clone()];
            cells.extend(axes.iter().map(|axis| settings.get(*axis).map_or(String::new(), written)));
            cells.extend(row.cells());
            rows.push(cells);
        }
        rows
    }

    /// The table for a terminal.
    pub fn to_text(&self, variants: &[SearchedVariant]) -> String {
        markdown(&self.table(variants))
    }
}

impl RungVariant {
    fn cells(&self) -> Vec<String> {
        let decision = match (&self.decision, &self.diverged) {
            (_, Some(reason)) => format!("diverged in {reason}"),
            (Decision::GoesOn, _) => "goes on".to_owned(),
            (Decision::Dropped, _) => "dropped".to_owned(),
            (Decision::Best, _) => "best".to_owned(),
            (Decision::Worse, _) => "worse".to_owned(),
            (Decision::NotToldApart, _) => "not told apart".to_owned(),
            (Decision::Diverged, None) => "diverged".to_owned(),
        };
        let mut cells = vec![self.epochs.to_string()];
        match &self.figures {
            None => cells.extend(vec![String::new(); 6]),
            Some(RungFigures { accuracy, errors, loss, seconds, behind }) => {
                cells.extend([percent(*accuracy), errors.to_string(), format!("{loss:.4}"), format!("{seconds:.1}")]);
                let [difference, p_value] = behind.as_ref().map_or(Default::default(), Behind::cells);
                cells.extend([difference, p_value]);
            }
        }
        cells.push(decision);
        cells
    }
}

impl Behind {
    fn cells(&self) -> [String; 2] {
        let Interval { low, high } = self.difference_95_by_group.unwrap_or(self.difference_95);
        let points = |share: f64| format!("{:.2}", 100.0 * share);
        let p_value = if self.p_value < 0.001 { "< 0.001".to_owned() } else { format!("{:.3}", self.p_value) };
        [format!("{} ({} to {})", points(self.difference), points(low), points(high)), p_value]
    }
}

/// A table of which the first row has the heads, as Markdown that can be read as it is.
fn markdown(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &[String]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!(" {cell:width$} |"));
        format!("|{}\n", cells.collect::<String>())
    };
    let rule: Vec<String> = widths.iter().map(|&width| "-".repeat(width)).collect();
    let (head, rest) = rows.split_at(1.min(rows.len()));
    let lines = head.iter().chain([&rule]).chain(rest);
    lines.map(|row| line(row)).collect()
}
