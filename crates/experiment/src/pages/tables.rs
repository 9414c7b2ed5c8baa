//! The tables of pages.

use tenfold_evaluation::{Evaluation, Interval, Ranking, Scores};
use tenfold_report::page::{Block, Column, Table};
use tenfold_report::{grouped, percent};
use tenfold_training::EpochMetrics;

use crate::assessment::Assessment;
use crate::error::Result;

/// The figures of a whole set, in words.
pub(super) fn figures(evaluation: &Evaluation) -> Block {
    let optional = |value: Option<f64>| value.map_or("not defined".to_owned(), |value| format!("{value:.5}"));
    let interval = evaluation.accuracy_95;
    Block::key_values([
        ("images", grouped(evaluation.images)),
        ("read right", grouped(evaluation.correct)),
        ("accuracy", percent(evaluation.accuracy)),
        ("its 95 % interval (Wilson)", format!("{} to {}", percent(interval.low), percent(interval.high))),
        ("mean cross-entropy", format!("{:.5} nats", evaluation.loss)),
        ("Brier score", format!("{:.5}", evaluation.brier_score)),
        ("Cohen's kappa", optional(evaluation.cohens_kappa)),
        ("Matthews correlation", format!("{:.5}", evaluation.matthews_correlation)),
        ("ROC area (mean over classes)", optional(evaluation.roc_auc_macro)),
    ])
}

/// A row per class: scikit-learn's report, and how well the class is ranked against the rest.
pub(super) fn classes(assessment: &Assessment<'_>, part: &str) -> Result<Block> {
    let Evaluation { report, class_intervals: intervals, .. } = &assessment.evaluation;
    let labels = assessment.images.labels();
    let heads = ["precision", "recall", "95 % interval", "F1", "support", "ROC area", "average precision"];
    let columns = std::iter::once(Column::text("class")).chain(heads.map(Column::number));
    let mut table = Table::new(format!("Classification report, {part} images"), columns);
    let cells = |name: &str, scores: &Scores, recall_95: Option<Interval>, more: [String; 2]| {
        let Scores { precision, recall, f1, support } = *scores;
        let interval = recall_95.map_or(String::new(), |it| format!("{:.4} to {:.4}", it.low, it.high));
        let mut cells = vec![name.to_owned(), format!("{precision:.4}"), format!("{recall:.4}"), interval];
        cells.extend([format!("{f1:.4}"), grouped(support)]);
        cells.extend(more);
        cells
    };
    for (index, class) in report.classes.iter().enumerate() {
        let ranking = Ranking::of_class(&assessment.probabilities, assessment.images.classes(), labels, index)?;
        let figure = |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.5}"));
        let more =
            [figure(ranking.as_ref().map(Ranking::roc_auc)), figure(ranking.as_ref().map(Ranking::average_precision))];
        table = table.row(cells(&assessment.names[index], &class.scores, intervals[index].recall_95, more));
    }
    let averages = [("macro average", &report.macro_average), ("weighted average", &report.weighted_average)];
    for (name, scores) in averages {
        table = table.row(cells(name, scores, None, [String::new(), String::new()]));
    }
    Ok(Block::Table(table))
}

/// A row per epoch.
pub(super) fn epochs(history: &[EpochMetrics]) -> Block {
    let validates = history.iter().any(|epoch| epoch.validation.is_some());
    let mut heads = vec!["epoch", "train loss", "train accuracy"];
    if validates {
        heads.extend(["validation loss", "validation accuracy"]);
    }
    let varies = history.iter().any(|epoch| epoch.learning_rate.is_some());
    if varies {
        heads.push("learning rate");
    }
    heads.push("seconds");
    let mut table = Table::new("Epochs", heads.into_iter().map(Column::number));
    for EpochMetrics { epoch, train, validation, seconds, learning_rate, .. } in history {
        let mut cells = vec![epoch.to_string(), format!("{:.4}", train.loss), percent(train.accuracy)];
        if let Some(validation) = validation {
            cells.extend([format!("{:.4}", validation.loss), percent(validation.accuracy)]);
        }
        if varies {
            cells.push(learning_rate.map_or(String::new(), |rate| format!("{rate:.2e}")));
        }
        cells.push(format!("{seconds:.1}"));
        table = table.row(cells);
    }
    Block::Table(table)
}
