//! The table of an exploration.

use serde::Serialize;
use tenfold_dataset::Division;
use tenfold_evaluation::{Baseline, Interval, Summary};
use tenfold_experiment::PROGRAM;
use tenfold_training::RunFolder;

use super::trial::{End, Judged, Trial};
use super::variants::Variant;
use crate::cli::output::{Output, grouped, percent};

/// The `results.json` of an exploration.
#[derive(Serialize)]
pub(super) struct Results {
    program: String,
    /// In the order of the list.
    variants: Vec<Row>,
    /// What to know before a variant is used.
    warnings: Vec<String>,
}

/// What the trials of one variant amount to; without figures if one of them diverged, for the others say too little.
#[derive(Serialize)]
struct Row {
    name: String,
    parameters: usize,
    /// On average over trials.
    seconds_per_epoch: Option<f64>,
    /// Over trials, on images held out.
    accuracy: Option<Summary>,
    loss: Option<Summary>,
    /// Mean over trials of the accuracy beyond the first variant's in the same trial; none if that diverged.
    gain: Option<f64>,
    /// Its 95 % interval; none for the first variant and with a single trial.
    gain_95: Option<Interval>,
    /// The trials that diverged.
    diverged: Vec<Diverged>,
}

/// A trial without figures.
#[derive(Serialize)]
struct Diverged {
    /// Counted from 1.
    trial: usize,
    /// Where, in a sentence.
    reason: String,
}

impl Results {
    /// From all trials of all variants.
    pub(super) fn new(variants: &[Variant], divisions: &[Division], trials: &[Trial]) -> anyhow::Result<Self> {
        let of = |variant: usize| {
            let mut own: Vec<&Trial> = trials.iter().filter(|trial| trial.variant == variant).collect();
            own.sort_by_key(|trial| trial.number);
            own
        };
        let first = accuracies(&of(0));
        // Trials share training images, so the plain interval of a mean is too narrow.
        let overlap = divisions[0].validation.len() as f64 / divisions[0].train.len() as f64;
        let row = |(index, variant): (usize, &Variant)| {
            let gain_95 =
                |gain: &Summary| if index == 0 { None } else { gain.resampled_mean_95(overlap).map(within_possible) };
            Row::new(variant, &of(index), first.as_deref(), gain_95)
        };
        let variants = variants.iter().enumerate().map(row).collect::<anyhow::Result<_>>()?;
        Ok(Self { program: PROGRAM.to_owned(), variants, warnings: Vec::new() })
    }

    /// With `warnings` of the images and one of the variants that have learned nothing, where there are such. `labels`: of
    /// all images; `judging`: how many judged in each trial.
    pub(super) fn warned(self, mut warnings: Vec<String>, labels: &[u8], judging: usize) -> anyhow::Result<Self> {
        let baseline = Baseline::of_labels(labels)?;
        let mut stuck = Vec::new();
        for row in &self.variants {
            let Some(accuracy) = &row.accuracy else { continue };
            // Folds have as many images each, give or take one.
            let judged = (accuracy.n * judging) as u64;
            let correct = (accuracy.mean * judged as f64).round() as u64;
            if !baseline.is_beaten_by(correct.min(judged), judged)? {
                stuck.push(row.name.as_str());
            }
        }
        if !stuck.is_empty() {
            warnings.push(format!(
                "no better than always answering the commonest class ({}): {}\n\
                 hint: try another learning rate for these variants",
                percent(baseline.accuracy),
                stuck.join(", ")
            ));
        }
        Ok(Self { warnings, ..self })
    }

    /// The table, best variant first, those without figures last.
    pub(super) fn print(&self, folder: &RunFolder, output: &mut Output) -> anyhow::Result<()> {
        if output.json {
            return output.finished(folder.path(), self);
        }
        let mut rows: Vec<&Row> = self.variants.iter().collect();
        let mean = |row: &Row| row.accuracy.as_ref().map_or(f64::NEG_INFINITY, |accuracy| accuracy.mean);
        rows.sort_by(|one, other| mean(other).total_cmp(&mean(one)));
        let width = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
        output.line(format!(
            "\n{:width$}  {:>19}  {:>7}  {:>26}  {:>10}  {:>9}",
            "variant", "accuracy", "loss", "gain in points (95 %)", "parameters", "s / epoch"
        ))?;
        for row in rows {
            output.line(row.line(width))?;
        }
        output.line("\n* the interval leaves out 0; of twenty variants that change nothing, one has such a star")?;
        output.line(format!("results  {}", folder.path().display()))
    }

    /// What to know before a variant is used.
    pub(super) fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

/// Of all trials; none if one diverged.
fn accuracies(trials: &[&Trial]) -> Option<Vec<f64>> {
    trials.iter().map(|trial| Some(trial.judged()?.validation.accuracy)).collect()
}

impl Row {
    fn new(
        variant: &Variant,
        trials: &[&Trial],
        first: Option<&[f64]>,
        gain_95: impl Fn(&Summary) -> Option<Interval>,
    ) -> anyhow::Result<Self> {
        let diverged = trials.iter().filter_map(|trial| match &trial.end {
            End::Judged(_) => None,
            End::Diverged(reason) => Some(Diverged { trial: trial.number + 1, reason: reason.clone() }),
        });
        let mut row = Self {
            name: variant.name.clone(),
            parameters: variant.recipe.architecture.outline()?.parameters,
            seconds_per_epoch: None,
            accuracy: None,
            loss: None,
            gain: None,
            gain_95: None,
            diverged: diverged.collect(),
        };
        let judged: Option<Vec<Judged>> = trials.iter().map(|trial| trial.judged()).collect();
        if let (Some(judged), Some(accuracies)) = (judged, accuracies(trials)) {
            let losses: Vec<f64> = judged.iter().map(|trial| trial.validation.loss).collect();
            let seconds: f64 = judged.iter().map(|trial| trial.seconds_per_epoch).sum();
            row.seconds_per_epoch = Some(seconds / judged.len() as f64);
            row.accuracy = Some(Summary::of_rates(&accuracies)?);
            row.loss = Some(Summary::new(&losses)?);
            if let Some(first) = first {
                let gains: Vec<f64> = accuracies.iter().zip(first).map(|(own, first)| own - first).collect();
                let gain = Summary::new(&gains)?;
                (row.gain, row.gain_95) = (Some(gain.mean), gain_95(&gain));
            }
        }
        Ok(row)
    }

    /// The row, with a name of `width` characters.
    fn line(&self, width: usize) -> String {
        let Self { name, parameters, seconds_per_epoch, accuracy, loss, gain, gain_95, diverged } = self;
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

/// An interval of a difference of accuracies without what no difference can be: the true one is not there, so the
/// promise stays.
fn within_possible(Interval { low, high }: Interval) -> Interval {
    Interval { low: low.max(-1.0), high: high.min(1.0) }
}
