//! A run's state as bytes, from which it goes on as if it had never stopped.
//!
//! The file is a safetensors file with the tensors `values`, `memory.0`, `memory.1` and, for a recipe with patience, `best`,
//! and one metadata entry: a JSON object with a `description` and the SHA-256 of the description and the tensors. A file that was cut short or changed, in
//! whatever way, is refused.

use std::collections::HashMap;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tenfold_dataset::Dataset;
use tenfold_network::TrainerState;

use crate::error::Error;
use crate::progress::Progress;
use crate::recipe::Recipe;

/// The version of what [`Checkpoint::to_bytes`] writes.
const VERSION: u64 = 2;

/// The first version that is read; it has no best model.
const FIRST_VERSION: u64 = 1;

/// The metadata entry.
const KEY: &str = "tenfold_checkpoint";

/// A run at one of its steps.
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
    /// With patience and after the first epoch, the values of the best model so far.
    pub best: Option<Vec<f32>>,
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
        let Self { recipe, data, progress, state, best } = self;
        let description = Description {
            version,
            recipe: recipe.clone(),
            data: data.clone(),
            progress: progress.clone(),
            steps: state.steps,
        };
        let description = serde_json::to_string(&description).map_err(damaged)?;
        let tensors = NAMES.into_iter().zip([&state.values, &state.memory[0], &state.memory[1]]);
        let tensors = tensors.chain(best.as_ref().map(|best| (BEST, best)));
        let bytes: Vec<(&str, Vec<u8>)> = tensors.map(|(name, values)| (name, to_bytes(values))).collect();
        let sha256 = hash(&description, bytes.iter().map(|(_, bytes)| &bytes[..]));
        let envelope = serde_json::to_string(&Envelope { sha256, description }).map_err(damaged)?;
        let mut views = Vec::new();
        for (name, bytes) in &bytes {
            views.push((*name, TensorView::new(Dtype::F32, vec![bytes.len() / 4], bytes).map_err(damaged)?));
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
        let file = SafeTensors::deserialize(bytes).map_err(damaged)?;
        let tensor = |name| -> Result<&[u8], Error> {
            let tensor = file.tensor(name).map_err(damaged)?;
            match tensor.dtype() {
                Dtype::F32 => Ok(tensor.data()),
                other => Err(damaged(format!("{name} is of type {other}, expected F32"))),
            }
        };
        let parts = [tensor(NAMES[0])?, tensor(NAMES[1])?, tensor(NAMES[2])?];
        let best = file.names().contains(&BEST).then(|| tensor(BEST)).transpose()?;
        if hash(&description, parts.into_iter().chain(best)) != sha256 {
            return Err(problem("is damaged: its contents do not have the hash it says"));
        }
        let Description { version, recipe, data, progress, steps } =
            serde_json::from_str(&description).map_err(damaged)?;
        if !(FIRST_VERSION..=VERSION).contains(&version) {
            return Err(problem(format!("is of version {version}, expected {FIRST_VERSION} to {VERSION}")));
        }
        let [values, first, second] = parts.map(from_bytes);
        let state = TrainerState { values, memory: [first, second], steps };
        Ok(Self { recipe, data, progress, state, best: best.map(from_bytes) })
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
        match (&self.best, recipe.patience.is_some() && !self.progress.history.is_empty()) {
            (Some(_), true) | (None, false) => {}
            (Some(_), false) => return Err(problem("has a best model, expected none")),
            (None, true) => return Err(problem("has no best model, as those of earlier versions, expected one")),
        }
        Ok(())
    }
}

const NAMES: [&str; 3] = ["values", "memory.0", "memory.1"];

const BEST: &str = "best";

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
    fn checkpoints_of_the_first_version_are_read_those_of_later_ones_not() {
        let state = TrainerState { values: vec![0.5; 3], memory: [vec![0.25; 3], Vec::new()], steps: 0 };
        let (recipe, progress) = (Recipe::paper(), Progress::default());
        let checkpoint = Checkpoint { recipe, data: "images".to_owned(), progress, state, best: None };
        for version in FIRST_VERSION..=VERSION {
            assert_eq!(Checkpoint::from_bytes(&checkpoint.to_bytes_of(version).unwrap()).unwrap(), checkpoint);
        }
        let best = Checkpoint { best: Some(vec![0.75; 3]), ..checkpoint.clone() };
        assert_eq!(Checkpoint::from_bytes(&best.to_bytes().unwrap()).unwrap(), best);
        let error = Checkpoint::from_bytes(&checkpoint.to_bytes_of(VERSION + 1).unwrap()).unwrap_err().to_string();
        assert_eq!(error, "the checkpoint is of version 3, expected 1 to 2");
    }
}
