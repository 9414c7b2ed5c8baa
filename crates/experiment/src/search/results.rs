//! What a search has found, and the files that say so.

use std::collections::BTreeMap;

use serde::Serialize;
use tenfold_report::grouped;
use toml::Value;

use super::Search;
use super::rung_results::{Decision, RungResults};
use crate::PROGRAM;
use crate::environment::FoldPlan;
use crate::error::Result;
use crate::warnings;

/// The `results.json` of a search.
#[derive(Clone, Debug, Serialize)]
pub struct SearchResults {
    /// The program with its version.
    pub program: String,
    /// How the images are divided into folds.
    pub plan: FoldPlan,
    /// All that the search began with, in their order.
    pub variants: Vec<SearchedVariant>,
    /// The first first.
    pub rungs: Vec<RungResults>,
    /// The name of the variant that leads the last rung; none if all have diverged.
    pub best: Option<String>,
    /// Whether it is told apart from all others of that rung.
    pub told_apart: bool,
    /// What was found, in a sentence.
    pub verdict: String,
    /// What to know before the best is used.
    pub warnings: Vec<String>,
}

/// A recipe of the space that was searched.
#[derive(Clone, Debug, Serialize)]
pub struct SearchedVariant {
    /// Its name: `v1`, `v2` and so on.
    pub name: String,
    /// What each axis is called, and its value or the name of it.
    pub settings: BTreeMap<String, Value>,
    /// Of its network.
    pub parameters: usize,
}

impl SearchResults {
    /// Of rungs of which the last is decided.
    pub(super) fn new(search: &Search, rungs: Vec<RungResults>) -> Result<Self> {
        let variants = search.variants.clone();
        let last = rungs.last();
        let best = last.and_then(RungResults::best).map(|row| row.variant.clone());
        let (told_apart, verdict) = (last.is_some_and(RungResults::is_told_apart), verdict(search, last));
        let mut warnings = search.exploration.warnings.clone();
        if let Some((last, row)) = last.and_then(|last| Some((last, last.best()?.figures.as_ref()?))) {
            let labels = search.exploration.images.labels();
            let (right, images) = ((last.images - row.errors) as u64, last.images as u64);
            warnings.extend(warnings::of_counts("held out", labels, right, images)?);
        }
        Ok(Self {
            program: PROGRAM.to_owned(),
            plan: search.plan,
            variants,
            rungs,
            best,
            told_apart,
            verdict,
            warnings,
        })
    }
}

/// What the last rung shows, in a sentence.
fn verdict(search: &Search, last: Option<&RungResults>) -> String {
    let Some((last, best)) = last.and_then(|last| Some((last, last.best()?))) else {
        return "all variants diverged".to_owned();
    };
    let (name, images) = (&best.variant, grouped(last.images as u64));
    let others = |decision| last.variants.iter().filter(move |row| row.decision == decision);
    let same: Vec<&str> = others(Decision::NotToldApart).map(|row| row.variant.as_str()).collect();
    let planned = search.space.rungs.last().map_or(0, |rung| rung.folds);
    let folds = match last.folds < planned {
        true => format!("{} of {planned} folds", last.folds),
        false => format!("{} folds", last.folds),
    };
    if !same.is_empty() {
        let same = same.join(", ");
        return format!(
            "{name} has the fewest errors, but {images} images of {folds} do not tell it apart from {same}"
        );
    }
    match others(Decision::Worse).count() {
        0 => format!("{name} is the only one left"),
        _ => format!("{name} is the best, told apart from all others of the last rung by {images} images of {folds}"),
    }
}
