//! A run's state, from which it resumes as if it had never stopped, and whether it is the one that a run needs.

mod file;

use std::collections::BTreeMap;

use tenfold_network::TrainerState;

use crate::error::Error;
use crate::progress::Progress;
use crate::recipe::Recipe;

/// The name of the best model so far among [`Checkpoint::models`].
pub(crate) const BEST: &str = "best";

/// The name of the average of models so far among [`Checkpoint::models`].
pub(crate) const AVERAGE: &str = "average";

/// A run at one of its steps.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use tenfold_dataset::{Part, Source, hold_out};
/// use tenfold_training::{Checkpoint, Engine, Event, Recipe, Run};
///
/// let images = Source::Embedded.load(Part::Test)?;
/// let some = images.subset(&hold_out(images.labels(), 0.01, 1)?.validation)?;
/// let recipe = Recipe { epochs: 2, ..Recipe::preset("linear")? };
/// let mut run = Run::new(recipe.clone(), some.clone(), Engine::default())?;
/// run.train(&mut |_, event| match event {
///     Event::Step { images: 32, .. } => ControlFlow::Break(()),
///     _ => ControlFlow::Continue(()),
/// })?;
/// let bytes = run.checkpoint().to_bytes()?;
///
/// let mut resumed = Run::new(recipe, some, Engine::default())?;
/// resumed.restore(&Checkpoint::from_bytes(&bytes)?)?;
/// assert_eq!(resumed.progress().partial.images, 32);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// What is carried out.
    pub recipe: Recipe,
    /// A hash of the images trained on, with their labels.
    pub data: String,
    /// How far the run is.
    pub progress: Progress,
    /// The model and the optimiser's memory.
    pub state: TrainerState,
    /// The values of other models of the run, by name: with patience and after the first epoch, `best`; with averaging, once it
    /// has begun, `average`, in which statistics of batch normalisations are averages too.
    pub models: BTreeMap<String, Vec<f32>>,
}

impl Checkpoint {
    /// Checks that it is of this recipe, but for the number of epochs where no step depends on it, and these images: `train`
    /// of them.
    pub(crate) fn check(&self, recipe: &Recipe, data: &str, train: usize) -> Result<(), Error> {
        if self.recipe != (Recipe { epochs: self.recipe.epochs, ..recipe.clone() }) {
            return Err(problem("is of a run with another recipe"));
        }
        if self.recipe.epochs != recipe.epochs && recipe.looks_ahead() {
            let (expected, found) = (recipe.epochs, self.recipe.epochs);
            let why = "which its steps depend on";
            return Err(problem(format!("is of a run of {found} epochs, {why}, expected {expected}")));
        }
        if self.data != data {
            return Err(problem("is of a run on other images"));
        }
        if !self.progress.is_possible(train, recipe.batch, self.state.steps) {
            return Err(problem("records impossible progress"));
        }
        if let Some(name) = self.models.keys().find(|name| ![BEST, AVERAGE].contains(&name.as_str())) {
            return Err(problem(format!("has a model '{name}', which no run has")));
        }
        match (self.models.get(BEST), recipe.patience.is_some() && !self.progress.history.is_empty()) {
            (Some(_), true) | (None, false) => {}
            (Some(_), false) => return Err(problem("has a best model, expected none")),
            (None, true) => return Err(problem("has no best model, as those of earlier versions, expected one")),
        }
        let done = self.progress.history.len() as u32;
        let averages = recipe.averaging.is_some_and(|averaging| averaging.has_begun(done, recipe.epochs));
        match (self.models.contains_key(AVERAGE), averages) {
            (true, false) => return Err(problem("has an average of models, expected none")),
            (false, true) => return Err(problem("has no average of models, expected one")),
            (true, true) | (false, false) => {}
        }
        Ok(())
    }
}

/// An error that says what is wrong with a checkpoint.
fn problem(problem: impl Into<String>) -> Error {
    Error::Checkpoint { problem: problem.into() }
}
