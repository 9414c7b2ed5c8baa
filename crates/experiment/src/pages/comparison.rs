//! The page that compares runs.

use tenfold_evaluation::Pair;
use tenfold_report::chart::{Chart, Theme};
use tenfold_report::page::{Block, Column, Page, Table};
use tenfold_report::{grouped, percent};

use crate::charts;
use crate::comparison::{Contestant, comparison_text, letter};
use crate::error::Result;
use crate::record::Record;

/// What the page that compares several runs is made of.
#[derive(Clone, Copy, Debug)]
pub struct ComparisonPage<'a> {
    /// The runs.
    pub runs: &'a [Record],
    /// The models of these runs, in the same order, on the same test images.
    pub contestants: &'a [Contestant<'a>],
    /// Each of them compared with each.
    pub pairs: &'a [Pair],
}

impl ComparisonPage<'_> {
    /// The page as one HTML file, which loads nothing: accuracy and cost of each run, which is better, and learning curves.
    ///
    /// # Errors
    /// [`Error::Network`](crate::Error::Network) if a recipe has an impossible network.
    pub fn to_html(&self) -> Result<String> {
        let verdicts = self.pairs.iter().map(|pair| Block::Code(comparison_text(pair))).collect();
        let curves = self.runs.iter().map(|run| charts::curves(&[&run.history]).svg(Theme::Page)).collect();
        let about = "Each pair is tested by McNemar's exact test, with Holm's correction for the number of pairs.";
        Ok(Page::new(format!("{} runs", self.runs.len()))
            .lead(about)
            .section("table", "Accuracy and cost", vec![Block::Table(self.table()?)])
            .section("pairs", "Which is better", verdicts)
            .section("curves", "Learning curves, in the order of the table", vec![Block::Charts(curves)])
            .to_html())
    }

    fn table(&self) -> Result<Table> {
        let heads = ["accuracy", "95 % interval", "loss", "parameters", "training time"];
        let columns = [Column::text(""), Column::text("run")].into_iter().chain(heads.map(Column::number));
        let images = self.contestants.first().map_or(0, |contestant| contestant.assessment.images.len());
        let mut table = Table::new(format!("On {} test images", grouped(images as u64)), columns);
        for (index, (run, contestant)) in self.runs.iter().zip(self.contestants).enumerate() {
            let evaluation = &contestant.assessment.evaluation;
            let interval = evaluation.accuracy_95;
            let seconds: f64 = run.history.iter().map(|epoch| epoch.seconds).sum();
            table = table.row([
                letter(index),
                contestant.path.to_string_lossy().into_owned(),
                percent(evaluation.accuracy),
                format!("{} to {}", percent(interval.low), percent(interval.high)),
                format!("{:.4}", evaluation.loss),
                grouped(run.recipe.architecture.outline()?.parameters as u64),
                format!("{seconds:.1} s"),
            ]);
        }
        Ok(table)
    }
}
