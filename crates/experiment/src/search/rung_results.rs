//! How the variants of a rung stand: the table by which some go on, and the tests that tell the leader apart.

use serde::Serialize;
use tenfold_evaluation::{Comparison, Interval, Pair, Verdict, holm, pairs};

use super::answers::Answers;
use super::space::variant_name;
use crate::error::Result;
use crate::exploration::{Trial, TrialEnd};

/// Determines the bootstraps.
const SEED: u64 = 1;

/// The least that go on: one alone would have nothing to be told apart from.
const LEAST: usize = 2;

/// A rung of a search that is over.
#[derive(Clone, Debug, Serialize)]
pub struct RungResults {
    /// Counted from 1.
    pub rung: usize,
    /// Folds that judged: in the last rung fewer than planned if the leader was told apart by them.
    pub folds: usize,
    /// Images in these folds.
    pub images: usize,
    /// Of each recipe's epochs, above 0 and at most 1.
    pub share_of_epochs: f64,
    /// How often the leader may have been compared with the others, which their p-values are corrected for.
    pub looks: usize,
    /// The best first, those that diverged last.
    pub variants: Vec<RungVariant>,
}

/// A variant in a rung.
#[derive(Clone, Debug, Serialize)]
pub struct RungVariant {
    /// Its name.
    pub variant: String,
    /// Its position among the search's.
    #[serde(skip)]
    pub(super) index: usize,
    /// What it was trained for.
    pub epochs: u32,
    /// What it is worth; none if it diverged.
    pub figures: Option<RungFigures>,
    /// Where it diverged, in a sentence.
    pub diverged: Option<String>,
    /// What becomes of it.
    pub decision: Decision,
}

/// What a variant is worth on the images of a rung's folds, each by a model that was not trained on it.
#[derive(Clone, Debug, Serialize)]
pub struct RungFigures {
    /// `0..=1`.
    pub accuracy: f64,
    /// Images read wrong.
    pub errors: usize,
    /// Mean cross-entropy.
    pub loss: f64,
    /// Wall time of the steps of all folds.
    pub seconds: f64,
    /// Beside the leader; none for the leader.
    pub behind: Option<Behind>,
}

/// How far a variant is behind the leader on the same images.
#[derive(Clone, Debug, Serialize)]
pub struct Behind {
    /// The leader's accuracy less the variant's.
    pub difference: f64,
    /// Its 95 % interval by the paired bootstrap, as if images were independent.
    pub difference_95: Interval,
    /// Its 95 % interval by the scatter between groups, as those of a writer; none where groups are not known.
    pub difference_95_by_group: Option<Interval>,
    /// Of McNemar's exact test, corrected for the number of variants by Holm's method and, by Bonferroni's, for looks.
    pub p_value: f64,
    /// Whether the leader is better: by the p-value at 5 %, and by the interval between groups where these are known.
    pub told_apart: bool,
}

/// What becomes of a variant after a rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It is in the next rung; in JSON `goes_on`.
    GoesOn,
    /// It is not, whether or not it was told apart from those that are; in JSON `dropped`.
    Dropped,
    /// It leads the last rung; in JSON `best`.
    Best,
    /// The leader of the last rung is better; in JSON `worse`.
    Worse,
    /// The last rung does not tell the leader apart from it; in JSON `not_told_apart`.
    NotToldApart,
    /// It cannot be trained; in JSON `diverged`.
    Diverged,
}

/// What a rung's variants are judged by, and all that was trained of them.
pub(super) struct Standings<'a> {
    pub folds: usize,
    /// Of the images in these folds, fold by fold.
    pub labels: Vec<u16>,
    /// Of the same, where groups are known.
    pub groups: Option<Vec<u32>>,
    pub standings: Vec<Standing<'a>>,
}

/// What was trained of one variant, fold by fold.
pub(super) struct Standing<'a> {
    pub variant: usize,
    pub epochs: u32,
    pub trials: Vec<&'a (Trial, Option<Answers>)>,
}

/// How many of so many variants go on to the next rung.
pub(super) fn survivors(variants: usize, eta: usize) -> usize {
    variants.div_ceil(eta).max(LEAST).min(variants)
}

impl RungResults {
    /// Of which one in `eta` goes on; without one it is the last, in which the leader is compared at most so many times.
    pub(super) fn new(
        rung: usize,
        share_of_epochs: f64,
        judged: Standings<'_>,
        looks: usize,
        eta: Option<usize>,
    ) -> Result<Self> {
        let Standings { folds, labels, groups, standings } = judged;
        let mut rows: Vec<(RungVariant, Vec<u16>)> = standings.iter().map(|it| it.row(&labels)).collect();
        // Errors first: those without figures have none, and come last.
        rows.sort_by(|(one, _), (other, _)| {
            let key =
                |row: &RungVariant| row.figures.as_ref().map_or((usize::MAX, f64::MAX), |it| (it.errors, it.loss));
            let ((one_errors, one_loss), (other_errors, other_loss)) = (key(one), key(other));
            one_errors.cmp(&other_errors).then(one_loss.total_cmp(&other_loss)).then(one.index.cmp(&other.index))
        });
        let (mut variants, answers): (Vec<RungVariant>, Vec<Vec<u16>>) = rows.into_iter().unzip();
        let with_figures = variants.iter().filter(|row| row.figures.is_some()).count();
        let behind = behind(&labels, groups.as_deref(), &answers[..with_figures], looks)?;
        // The first is the leader, which is behind nobody.
        for (figures, behind) in variants.iter_mut().skip(1).filter_map(|row| row.figures.as_mut()).zip(behind) {
            figures.behind = Some(behind);
        }
        // One that is left alone has no need of another rung.
        let going = eta.filter(|_| with_figures >= LEAST).map(|eta| survivors(with_figures, eta));
        for (place, row) in variants.iter_mut().enumerate() {
            row.decision = row.decided(place, going);
        }
        Ok(Self { rung, folds, images: labels.len(), share_of_epochs, looks, variants })
    }

    /// The positions of the variants that go on, in the order of their numbers; none after the last rung.
    pub(super) fn going_on(&self) -> Vec<usize> {
        let mut all: Vec<usize> =
            self.variants.iter().filter(|row| row.decision == Decision::GoesOn).map(|row| row.index).collect();
        all.sort_unstable();
        all
    }

    /// The leader of the last rung.
    pub(super) fn best(&self) -> Option<&RungVariant> {
        self.variants.iter().find(|row| row.decision == Decision::Best)
    }

    /// Whether the leader, if there is one, is better than all others.
    pub(super) fn is_told_apart(&self) -> bool {
        let mut figures = self.variants.iter().filter_map(|row| row.figures.as_ref());
        figures.next().is_some() && figures.all(|it| it.behind.as_ref().is_some_and(|behind| behind.told_apart))
    }
}

impl RungVariant {
    fn decided(&self, place: usize, going: Option<usize>) -> Decision {
        match (&self.figures, going) {
            (None, _) => Decision::Diverged,
            (Some(_), Some(going)) if place < going => Decision::GoesOn,
            (Some(_), Some(_)) => Decision::Dropped,
            (Some(RungFigures { behind: None, .. }), None) => Decision::Best,
            (Some(RungFigures { behind: Some(behind), .. }), None) if behind.told_apart => Decision::Worse,
            (Some(_), None) => Decision::NotToldApart,
        }
    }
}

impl Standing<'_> {
    /// Its row, not yet decided, and its answers to all images.
    fn row(&self, labels: &[u16]) -> (RungVariant, Vec<u16>) {
        let (mut classes, mut loss, mut seconds, mut diverged) = (Vec::new(), 0.0, 0.0, None);
        for (trial, answers) in &self.trials {
            match (&trial.end, answers) {
                (TrialEnd::Judged(judged), Some(answers)) => {
                    loss += judged.validation.loss * answers.classes.len() as f64;
                    seconds += answers.seconds;
                    classes.extend(&answers.classes);
                }
                (TrialEnd::Diverged(reason), _) => diverged = Some(format!("trial {}: {reason}", trial.number + 1)),
                (TrialEnd::Judged(_), None) => {}
            }
        }
        let figures = diverged.is_none().then(|| {
            let (images, errors) =
                (labels.len(), classes.iter().zip(labels).filter(|(one, other)| one != other).count());
            let accuracy = (images - errors) as f64 / images as f64;
            RungFigures { accuracy, errors, loss: loss / images as f64, seconds, behind: None }
        });
        let (variant, decision) = (variant_name(self.variant + 1), Decision::Diverged);
        (RungVariant { variant, index: self.variant, epochs: self.epochs, figures, diverged, decision }, classes)
    }
}

/// How far each but the first of `answers` is behind the first.
fn behind(labels: &[u16], groups: Option<&[u32]>, answers: &[Vec<u16>], looks: usize) -> Result<Vec<Behind>> {
    let Some((leader, others)) = answers.split_first() else { return Ok(Vec::new()) };
    let pair = |other: &Vec<u16>| -> Result<Pair> { Ok(pairs(labels, &[leader, other], groups, SEED)?[0]) };
    let pairs = others.iter().map(pair).collect::<Result<Vec<Pair>>>()?;
    let corrected = holm(&pairs.iter().map(|pair| pair.p_value).collect::<Vec<f64>>())?;
    let row = |(pair, p_value): (Pair, f64)| {
        let Comparison { difference, difference_95, .. } = pair.comparison;
        let (by_group, p_value) = (pair.difference_95_by_group, (p_value * looks as f64).min(1.0));
        let is_better = pair.comparison.verdict_given(p_value) == Verdict::FirstBetter;
        let told_apart = is_better && by_group.is_none_or(|interval| interval.low > 0.0);
        Behind { difference, difference_95, difference_95_by_group: by_group, p_value, told_apart }
    };
    Ok(pairs.into_iter().zip(corrected).map(row).collect())
}
