//! The table of an exploration.

use serde::Serialize;
use tenfold_dataset::Division;
use tenfold_evaluation::{Interval, Summary};
use tenfold_training::RunFolder;

use super::trial::Trial;
use super::variants::Variant;
use crate::cli::environment::program;
use crate::cli::output::{Output, grouped, percent};

/// The `results.json` of an exploration.
#[derive(Serialize)]
pub(super) struct Results {
    program: String,
    /// In the order of the list.
    variants: Vec<Row>,
}

/// What the trials of one variant amount to.
#[derive(Serialize)]
struct Row {
    name: String,
    parameters: usize,
    /// On average over trials.
    seconds_per_epoch: f64,
    /// Over trials, on images held out.
    accuracy: Summary,
    loss: Summary,
    /// Mean over trials of the accuracy beyond the first variant's in the same trial.
    gain: f64,
    /// Its 95 % interval; none for the first variant and with a single trial.
    gain_95: Option<Interval>,
}

impl Results {
    /// From all trials of all variants.
    pub(super) fn new(variants: &[Variant], divisions: &[Division], trials: &[Trial]) -> anyhow::Result<Self> {
        let of = |variant: usize| {
            let mut own: Vec<&Trial> = trials.iter().filter(|trial| trial.variant == variant).collect();
            own.sort_by_key(|trial| trial.number);
            own
        };
        let first: Vec<f64> = of(0).iter().map(|trial| trial.validation.accuracy).collect();
        // Trials share training images, so the plain interval of a mean is too narrow.
        let overlap = divisions[0].validation.len() as f64 / divisions[0].train.len() as f64;
        let row = |(index, variant): (usize, &Variant)| -> anyhow::Result<Row> {
            let own = of(index);
            let accuracies: Vec<f64> = own.iter().map(|trial| trial.validation.accuracy).collect();
            let losses: Vec<f64> = own.iter().map(|trial| trial.validation.loss).collect();
            let gains: Vec<f64> = accuracies.iter().zip(&first).map(|(own, first)| own - first).collect();
            let gain = Summary::new(&gains)?;
            Ok(Row {
                name: variant.name.clone(),
                parameters: variant.recipe.architecture.outline()?.parameters,
                seconds_per_epoch: own.iter().map(|trial| trial.seconds_per_epoch).sum::<f64>() / own.len() as f64,
                accuracy: Summary::new(&accuracies)?,
                loss: Summary::new(&losses)?,
                gain: gain.mean,
                gain_95: if index == 0 { None } else { gain.resampled_mean_95(overlap) },
            })
        };
        let variants = variants.iter().enumerate().map(row).collect::<anyhow::Result<_>>()?;
        Ok(Self { program: program(), variants })
    }

    /// The table, best variant first.
    pub(super) fn print(&self, folder: &RunFolder, output: &mut Output) -> anyhow::Result<()> {
        if output.json {
            return output.finished(folder.path(), self);
        }
        let mut rows: Vec<&Row> = self.variants.iter().collect();
        rows.sort_by(|one, other| other.accuracy.mean.total_cmp(&one.accuracy.mean));
        let width = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
        output.line(format!(
            "\n{:width$}  {:>19}  {:>7}  {:>26}  {:>10}  {:>9}",
            "variant", "accuracy", "loss", "gain in points (95 %)", "parameters", "s / epoch"
        ))?;
        for Row { name, parameters, seconds_per_epoch, accuracy, loss, gain, gain_95 } in rows {
            let deviation = accuracy.standard_deviation.map_or(String::new(), |it| format!(" +- {}", percent(it)));
            let accuracy = format!("{}{deviation}", percent(accuracy.mean));
            let points = |share: f64| format!("{:+.2}", 100.0 * share);
            let gain = match gain_95 {
                Some(Interval { low, high }) => {
                    let clear = if *low > 0.0 || *high < 0.0 { "*" } else { " " };
                    format!("{} ({} to {}){clear}", points(*gain), points(*low), points(*high))
                }
                None => String::new(),
            };
            let parameters = grouped(*parameters as u64);
            output.line(format!(
                "{name:width$}  {accuracy:>19}  {:>7.4}  {gain:>26}  {parameters:>10}  {seconds_per_epoch:>9.1}",
                loss.mean
            ))?;
        }
        output.line("\n* the interval leaves out 0; of twenty variants that change nothing, one has such a star")?;
        output.line(format!("results  {}", folder.path().display()))
    }
}
