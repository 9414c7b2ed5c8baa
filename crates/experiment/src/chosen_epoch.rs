//! Which epoch's model a run hands out, and what is to be said of it.

use tenfold_training::{EpochMetrics, Recipe, RunFile, best_epoch};

/// What is to be known of figures by which epochs were chosen.
pub(crate) const PATIENCE: &str = "with patience each model is that of the epoch that is best on the very images that judge \
    it: the figures are somewhat better than on new images";

/// The epoch whose model a run hands out, counted from 1.
pub(crate) fn chosen_epoch(recipe: &Recipe, history: &[EpochMetrics]) -> u32 {
    let last = history.len() as u32;
    recipe.patience.map_or(last, |_| best_epoch(history).unwrap_or(last))
}

/// Which model a run with patience hands out, in a sentence; none without patience, where it is the last epoch's.
pub fn chosen_sentence(recipe: &Recipe, history: &[EpochMetrics]) -> Option<String> {
    let (epoch, last) = (chosen_epoch(recipe, history), RunFile::Last.name());
    let sentence =
        || format!("the model is that of epoch {epoch}, with the lowest validation loss; the last is in {last}");
    recipe.patience.map(|_| sentence())
}
