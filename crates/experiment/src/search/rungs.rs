//! The rungs of a search: how much of each variant is trained before the best of them go on.

use serde::Deserialize;
use tenfold_network::Schedule;
use tenfold_training::{Averaging, Recipe};

/// The most rungs of a search.
const MAX_RUNGS: usize = 20;

/// A rung as a file has it.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenRung {
    folds: Option<usize>,
    share_of_epochs: Option<f64>,
}

/// How much of each variant is trained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rung {
    /// The folds that judge, the first so many.
    pub folds: usize,
    /// Of each recipe's epochs, above 0 and at most 1.
    pub share: f64,
}

/// The rungs that are written, or without any: whole recipes on one fold, on two, and on all `folds`.
///
/// # Errors
/// For rungs of which one does not train more than the one before, or the last not whole recipes.
pub(super) fn rungs(written: Option<Vec<WrittenRung>>, folds: usize) -> Result<Vec<Rung>, String> {
    let Some(written) = written else {
        let counts = [1, 2, folds].into_iter().enumerate().filter(|&(index, count)| index == 2 || count < folds);
        return Ok(counts.map(|(_, folds)| Rung { folds, share: 1.0 }).collect());
    };
    if !(1..=MAX_RUNGS).contains(&written.len()) {
        return Err(format!("rungs: expected 1 to {MAX_RUNGS}, found {}", written.len()));
    }
    let mut all: Vec<Rung> = Vec::new();
    for (number, rung) in (1..).zip(written) {
        let rung = Rung { folds: rung.folds.unwrap_or(folds), share: rung.share_of_epochs.unwrap_or(1.0) };
        let wrong = |expected: &str, found: String| Err(format!("rung {number}: expected {expected}, found {found}"));
        if !(1..=folds).contains(&rung.folds) {
            return wrong(&format!("1 to {folds} folds"), rung.folds.to_string());
        }
        if !(rung.share > 0.0 && rung.share <= 1.0) {
            return wrong("a share_of_epochs above 0 and at most 1", rung.share.to_string());
        }
        if let Some(before) = all.last()
            && (rung.folds < before.folds || rung.share < before.share || rung == *before)
        {
            return wrong("more folds or a larger share_of_epochs than before, and less of neither", {
                format!("folds = {}, share_of_epochs = {}", rung.folds, rung.share)
            });
        }
        all.push(rung);
    }
    match all.last() {
        Some(last) if last.share < 1.0 => Err(format!(
            "rung {}: expected whole recipes in the last rung, found share_of_epochs = {}",
            all.len(),
            last.share
        )),
        _ => Ok(all),
    }
}

/// The same recipe for a share of its epochs, above 0 and at most 1: whatever it counts in epochs is as much shorter, so that a
/// learning rate that falls to the end does so.
pub(super) fn shortened(recipe: &Recipe, share: f64) -> Recipe {
    if share == 1.0 {
        return recipe.clone();
    }
    let epochs = ((f64::from(recipe.epochs) * share).ceil() as u32).max(1);
    let ratio = f64::from(epochs) / f64::from(recipe.epochs);
    let counted = |count: u32| (f64::from(count) * ratio).ceil() as u32;
    let shorter = |warm_up: f32| (f64::from(warm_up) * ratio) as f32;
    let mut schedule = recipe.schedule;
    match &mut schedule {
        Schedule::Constant { warm_up } | Schedule::Cosine { warm_up, .. } => *warm_up = shorter(*warm_up),
        // A factor of one epoch is that of a shorter one.
        Schedule::Exponential { factor, warm_up } => {
            (*factor, *warm_up) = (libm::pow(f64::from(*factor), 1.0 / ratio) as f32, shorter(*warm_up));
        }
        Schedule::Step { every, warm_up, .. } => (*every, *warm_up) = (counted(*every), shorter(*warm_up)),
        Schedule::Plateau { patience, warm_up, .. } => (*patience, *warm_up) = (counted(*patience), shorter(*warm_up)),
        Schedule::OneCycle { .. } => {}
    }
    let averaging = recipe.averaging.map(|averaging| match averaging {
        Averaging::Swa { epochs } => Averaging::Swa { epochs: counted(epochs) },
        ema => ema,
    });
    let (patience, clean_epochs) = (recipe.patience.map(counted), counted(recipe.clean_epochs));
    Recipe { epochs, schedule, averaging, patience, clean_epochs, ..recipe.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shorter_recipe_is_as_much_shorter_in_all_that_it_counts_in_epochs() {
        let recipe = Recipe {
            epochs: 20,
            schedule: Schedule::Step { every: 8, factor: 0.5, warm_up: 2.0 },
            averaging: Some(Averaging::Swa { epochs: 4 }),
            clean_epochs: 2,
            patience: Some(3),
            ..Recipe::paper()
        };
        assert_eq!(shortened(&recipe, 1.0), recipe);
        let expected = Recipe {
            epochs: 5,
            schedule: Schedule::Step { every: 2, factor: 0.5, warm_up: 0.5 },
            averaging: Some(Averaging::Swa { epochs: 1 }),
            clean_epochs: 1,
            patience: Some(1),
            ..recipe.clone()
        };
        assert_eq!(shortened(&recipe, 0.25), expected);
        let exponential = Schedule::Exponential { factor: 0.9, warm_up: 0.0 };
        let shorter = shortened(&Recipe { schedule: exponential, ..recipe.clone() }, 0.5).schedule;
        assert!(matches!(shorter, Schedule::Exponential { factor, .. } if (factor - 0.81).abs() < 1e-6), "{shorter:?}");
        assert_eq!(shortened(&recipe, 1e-9).epochs, 1);
        shortened(&recipe, 1e-9).check().unwrap();
    }
}
