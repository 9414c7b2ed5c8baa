//! The table of an exploration.

use serde::Serialize;
use tenfold_dataset::Division;
use tenfold_evaluation::{Baseline, Interval, Summary};
use tenfold_report::percent;
use tenfold_training::{EpochMetrics, Metrics, Recipe};

use super::variants::Variant;
use crate::PROGRAM;
use crate::chosen_epoch::chosen_epoch;
use crate::error::{Error, Result};

/// What came of a trial.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The variant's position in the list.
    pub variant: usize,
    /// The trial's position among the variant's, from 0.
    pub number: usize,
    /// How it ended.
    pub end: TrialEnd,
}

/// How a trial ended.
#[derive(Clone, Debug)]
pub enum TrialEnd {
    /// Its model was judged.
    Judged(Judged),
    /// It did not get that far: where, in a sentence.
    Diverged(String),
}

/// What a trial's model is worth.
#[derive(Clone, Copy, Debug)]
pub struct Judged {
    /// Of the model that the run hands out, on the images held out.
    pub validation: Metrics,
    /// Wall time of an epoch's steps, on average.
    pub seconds_per_epoch: f64,
}

impl Judged {
    /// From what a run with images held out has measured.
    pub(super) fn new(recipe: &Recipe, history: &[EpochMetrics]) -> Result<Self> {
        let chosen = history.get(chosen_epoch(recipe, history) as usize - 1).and_then(|epoch| epoch.validation);
        let validation = chosen.ok_or(Error::NothingHeldOut)?;
        let seconds: f64 = history.iter().map(|epoch| epoch.seconds).sum();
        Ok(Self { validation, seconds_per_epoch: seconds / history.len() as f64 })
    }
}

impl Trial {
    /// What it is worth; none if it diverged.
    pub fn judged(&self) -> Option<Judged> {
        match self.end {
            TrialEnd::Judged(judged) => Some(judged),
            TrialEnd::Diverged(_) => None,
        }
    }
}

/// The `results.json` of an exploration.
#[derive(Clone, Debug, Serialize)]
pub struct ExplorationResults {
    /// The program with its version.
    pub program: String,
    /// In the order of the list.
    pub variants: Vec<VariantResults>,
    /// What to know before a variant is used.
    pub warnings: Vec<String>,
}

/// What the trials of one variant amount to; without figures if one of them diverged, for the others say too little.
#[derive(Clone, Debug, Serialize)]
pub struct VariantResults {
    /// Its name.
    pub name: String,
    /// Of its network.
    pub parameters: usize,
    /// On average over trials.
    pub seconds_per_epoch: Option<f64>,
    /// Over trials, on images held out.
    pub accuracy: Option<Summary>,
    /// Mean cross-entropy over trials, on the same images.
    pub loss: Option<Summary>,
    /// Mean over trials of the accuracy beyond the first variant's in the same trial; none if that diverged.
    pub gain: Option<f64>,
    /// Its 95 % interval; none for the first variant and with a single trial.
    pub gain_95: Option<Interval>,
    /// The trials that diverged.
    pub diverged: Vec<Diverged>,
}

/// A trial without figures.
#[derive(Clone, Debug, Serialize)]
pub struct Diverged {
    /// Counted from 1.
    pub trial: usize,
    /// Where, in a sentence.
    pub reason: String,
}

impl ExplorationResults {
    /// From all trials of all variants.
    pub(super) fn new(variants: &[Variant], divisions: &[Division], trials: &[Trial]) -> Result<Self> {
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
            VariantResults::new(variant, &of(index), first.as_deref(), gain_95)
        };
        let variants = variants.iter().enumerate().map(row).collect::<Result<_>>()?;
        Ok(Self { program: PROGRAM.to_owned(), variants, warnings: Vec::new() })
    }

    /// With `warnings` of the images and one of the variants that have learned nothing, where there are such. `labels`: of
    /// all images; `judging`: how many judged in each trial.
    pub(super) fn warned(self, mut warnings: Vec<String>, labels: &[u16], judging: usize) -> Result<Self> {
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
}

/// Of all trials; none if one diverged.
fn accuracies(trials: &[&Trial]) -> Option<Vec<f64>> {
    trials.iter().map(|trial| Some(trial.judged()?.validation.accuracy)).collect()
}

impl VariantResults {
    fn new(
        variant: &Variant,
        trials: &[&Trial],
        first: Option<&[f64]>,
        gain_95: impl Fn(&Summary) -> Option<Interval>,
    ) -> Result<Self> {
        let diverged = trials.iter().filter_map(|trial| match &trial.end {
            TrialEnd::Judged(_) => None,
            TrialEnd::Diverged(reason) => Some(Diverged { trial: trial.number + 1, reason: reason.clone() }),
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
}

/// An interval of a difference of accuracies without what no difference can be: the true one is not there, so the
/// promise stays.
fn within_possible(Interval { low, high }: Interval) -> Interval {
    Interval { low: low.max(-1.0), high: high.min(1.0) }
}
