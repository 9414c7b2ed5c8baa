//! A run's state as bytes, from which it resumes as if it had never stopped.
//!
//! The file is a safetensors file with the tensors `values`, `memory.NAME` for each thing that the optimiser remembers and
//! `values.NAME` for each other model, and one metadata entry: a JSON object with a `description`, which lists the tensors,
//! and the SHA-256 of the description and the tensors. A file that was cut short or changed, in whatever way, is refused.
//!
//! In versions 1 and 2 the optimiser's memory was `memory.0` and `memory.1`, and the best model, in version 2, `best`.

use std::collections::{BTreeMap, HashMap};

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tenfold_dataset::Dataset;
use tenfold_network::{Optimizer, TrainerState};

use crate::error::Error;
use crate::progress::Progress;
use crate::recipe::Recipe;

/// The version of what [`Checkpoint::to_bytes`] writes.
const VERSION: u64 = 3;

/// The first version whose description lists the tensors.
const FIRST_WITH_NAMES: u64 = 3;

/// The first version that is read.
const FIRST_VERSION: u64 = 1;

/// The metadata entry.
const KEY: &str = "tenfold_checkpoint";

/// The name of the best model so far among [`Checkpoint::models`].
pub(crate) const BEST: &str = "best";

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
/// let recipe = Recipe { epochs: 2, ..Recipe::preset("linear").expect("a preset") };
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
    /// The values of other models of the run, by name: with patience and after the first epoch, `best`.
    pub models: BTreeMap<String, Vec<f32>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    sha256: String,
    description: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    version: u64,
    recipe: Recipe,
    data: String,
    progress: Progress,
    steps: u32,
    /// The names of the tensors.
    #[serde(default)]
    tensors: Vec<String>,
}

impl Checkpoint {
    /// The checkpoint as a file's bytes.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] for numbers that JSON cannot hold, which no run has.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        self.to_bytes_of(VERSION)
    }

    fn to_bytes_of(&self, version: u64) -> Result<Vec<u8>, Error> {
        let Self { recipe, data, progress, state, models } = self;
        let memory = state.memory.iter().map(|(name, values)| (format!("{MEMORY}{name}"), values));
        let models = models.iter().map(|(name, values)| (format!("{MODEL}{name}"), values));
        let tensors = [(VALUES.to_owned(), &state.values)].into_iter().chain(memory).chain(models);
        let tensors: Vec<(String, Vec<u8>)> = tensors.map(|(name, values)| (name, to_bytes(values))).collect();
        let description = Description {
            version,
            recipe: recipe.clone(),
            data: data.clone(),
            progress: progress.clone(),
            steps: state.steps,
            tensors: tensors.iter().map(|(name, _)| name.clone()).collect(),
        };
        let description = serde_json::to_string(&description).map_err(damaged)?;
        let sha256 = hash(&description, tensors.iter().map(|(_, bytes)| &bytes[..]));
        let envelope = serde_json::to_string(&Envelope { sha256, description }).map_err(damaged)?;
        let mut views = Vec::new();
        for (name, bytes) in &tensors {
            views.push((name, TensorView::new(Dtype::F32, vec![bytes.len() / 4], bytes).map_err(damaged)?));
        }
        safetensors::serialize(views, Some(HashMap::from([(KEY.to_owned(), envelope)]))).map_err(damaged)
    }

    /// The checkpoint in a file's bytes, which may be anything.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] for anything but what [`Self::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(damaged)?;
        let envelope = metadata.metadata().as_ref().and_then(|entries| entries.get(KEY));
        let envelope = envelope.ok_or_else(|| problem("is no checkpoint of a run"))?;
        let Envelope { sha256, description } = serde_json::from_str(envelope).map_err(damaged)?;
        let parsed = serde_json::from_str(&description).map_err(damaged)?;
        let Description { version, recipe, data, progress, steps, mut tensors } = parsed;
        if !(FIRST_VERSION..=VERSION).contains(&version) {
            return Err(problem(format!("is of version {version}, expected {FIRST_VERSION} to {VERSION}")));
        }
        let file = SafeTensors::deserialize(bytes).map_err(damaged)?;
        if version < FIRST_WITH_NAMES {
            let best = file.names().contains(&BEST).then_some(BEST);
            tensors = EARLIER_NAMES.into_iter().chain(best).map(str::to_owned).collect();
        }
        if tensors.len() != file.len() {
            return Err(damaged(format!("it has {} tensors, expected {}", file.len(), tensors.len())));
        }
        let mut parts = Vec::new();
        for name in &tensors {
            let tensor = file.tensor(name).map_err(damaged)?;
            match tensor.dtype() {
                Dtype::F32 => parts.push(tensor.data()),
                other => return Err(damaged(format!("{name} is of type {other}, expected F32"))),
            }
        }
        if hash(&description, parts.iter().copied()) != sha256 {
            return Err(problem("is damaged: its contents do not have the hash it says"));
        }
        let mut values = None;
        let (mut memory, mut models) = (BTreeMap::new(), BTreeMap::new());
        for (name, bytes) in tensors.iter().zip(parts) {
            let name = if version < FIRST_WITH_NAMES { renamed(name, recipe.optimizer) } else { name.clone() };
            if name == VALUES {
                values = Some(from_bytes(bytes));
            } else if let Some(name) = name.strip_prefix(MEMORY) {
                memory.insert(name.to_owned(), from_bytes(bytes));
            } else if let Some(name) = name.strip_prefix(MODEL) {
                models.insert(name.to_owned(), from_bytes(bytes));
            } else {
                return Err(damaged(format!("it has a tensor {name}, which no checkpoint has")));
            }
        }
        // Where a rule remembered one thing, the other was there and empty.
        memory.retain(|_, values: &mut Vec<f32>| version >= FIRST_WITH_NAMES || !values.is_empty());
        let values = values.ok_or_else(|| damaged("it has no values"))?;
        Ok(Self { recipe, data, progress, state: TrainerState { values, memory, steps }, models })
    }

    /// Checks that it is of this recipe, but for the number of epochs, and these images: `train` of them.
    pub(crate) fn check(&self, recipe: &Recipe, data: &str, train: usize) -> Result<(), Error> {
        if self.recipe != (Recipe { epochs: self.recipe.epochs, ..recipe.clone() }) {
            return Err(problem("is of a run with another recipe"));
        }
        if self.data != data {
            return Err(problem("is of a run on other images"));
        }
        if !self.progress.is_possible(train, recipe.batch, self.state.steps) {
            return Err(problem("says what cannot be about how far the run is"));
        }
        if let Some(name) = self.models.keys().find(|name| *name != BEST) {
            return Err(problem(format!("has a model '{name}', which no run has")));
        }
        match (self.models.get(BEST), recipe.patience.is_some() && !self.progress.history.is_empty()) {
            (Some(_), true) | (None, false) => {}
            (Some(_), false) => return Err(problem("has a best model, expected none")),
            (None, true) => return Err(problem("has no best model, as those of earlier versions, expected one")),
        }
        Ok(())
    }
}

/// The tensor of the model's values.
const VALUES: &str = "values";

/// What the names of tensors that the optimiser remembers start with.
const MEMORY: &str = "memory.";

/// What the names of other models start with.
const MODEL: &str = "values.";

/// The tensors that every checkpoint had before there were names.
const EARLIER_NAMES: [&str; 3] = [VALUES, "memory.0", "memory.1"];

/// What a tensor of an earlier version is called now.
fn renamed(name: &str, optimizer: Optimizer) -> String {
    let remembered = EARLIER_NAMES[1..].iter().position(|earlier| *earlier == name);
    match remembered.and_then(|index| optimizer.memory().get(index)) {
        Some(remembered) => format!("{MEMORY}{remembered}"),
        None if name == BEST => format!("{MODEL}{BEST}"),
        None => name.to_owned(),
    }
}

fn to_bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn from_bytes(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

fn hash<'a>(description: &'a str, tensors: impl Iterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for part in [description.as_bytes()].into_iter().chain(tensors) {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hex(&hasher.finalize())
}

/// A SHA-256, in hexadecimal digits, of a data set and the numbers of the images in it that train.
pub(crate) fn fingerprint(dataset: &Dataset, train: &[u32]) -> String {
    let mut hasher = Sha256::new();
    for number in [dataset.len(), dataset.height(), dataset.width(), dataset.classes(), train.len()] {
        hasher.update((number as u64).to_le_bytes());
    }
    hasher.update(dataset.images());
    hasher.update(dataset.labels());
    train.iter().for_each(|index| hasher.update(index.to_le_bytes()));
    hex(&hasher.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn problem(problem: impl Into<String>) -> Error {
    Error::Checkpoint { problem: problem.into() }
}

fn damaged(error: impl std::fmt::Display) -> Error {
    problem(format!("is damaged: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checkpoints_have_room_for_what_is_named_and_those_of_later_versions_are_refused() {
        let named = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), vec![0.25; 3])).collect();
        let memory = named(&["mean", "square", "average"]);
        let state = TrainerState { values: vec![0.5; 3], memory, steps: 0 };
        let (recipe, progress, models) = (Recipe::paper(), Progress::default(), named(&["average", "best"]));
        let checkpoint = Checkpoint { recipe, data: "images".to_owned(), progress, state, models };
        assert_eq!(Checkpoint::from_bytes(&checkpoint.to_bytes().unwrap()).unwrap(), checkpoint);
        let error = Checkpoint::from_bytes(&checkpoint.to_bytes_of(VERSION + 1).unwrap()).unwrap_err().to_string();
        assert_eq!(error, "the checkpoint is of version 4, expected 1 to 3");
    }
}
