//! Which epoch's model a run hands out, and what is to be said of it.

use tenfold_training::{Averaging, EpochMetrics, Recipe, RunFile, best_epoch};

/// What is to be known of figures by which epochs were chosen.
pub(crate) const PATIENCE: &str = "with patience each model is that of the epoch that is best on the very images that judge \
    it: the figures are somewhat better than on new images";

/// The epoch whose model a run hands out, counted from 1.
pub(crate) fn chosen_epoch(recipe: &Recipe, history: &[EpochMetrics]) -> u32 {
    let last = history.len() as u32;
    recipe.patience.map_or(last, |_| best_epoch(history).unwrap_or(last))
}

/// Which model a run hands out, in a sentence; none without patience or averaging, where it is the last epoch's.
pub fn chosen_sentence(recipe: &Recipe, history: &[EpochMetrics]) -> Option<String> {
    let (epoch, last) = (chosen_epoch(recipe, history), RunFile::Last.name());
    let is_averaged = history.get(epoch.saturating_sub(1) as usize).is_some_and(|metrics| metrics.averaged);
    let what = match recipe.averaging.filter(|_| is_averaged) {
        Some(Averaging::Ema { decay }) => format!("the moving average (decay {decay}) after epoch {epoch}"),
        Some(Averaging::Swa { epochs: averaged }) => {
            let first = (recipe.epochs + 1).saturating_sub(averaged);
            format!("the mean of the models after epochs {first} to {epoch}")
        }
        None => format!("that of epoch {epoch}"),
    };
    match recipe.patience {
        Some(_) => Some(format!("the model is {what}, with the lowest validation loss; the last is in {last}")),
        None => is_averaged.then(|| format!("the model is {what}, and so is what was validated")),
    }
}
