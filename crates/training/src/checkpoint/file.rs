//! A checkpoint as a file.
//!
//! It is a safetensors file with the tensors `values`, `memory.NAME` for each thing that the optimiser remembers and
//! `values.NAME` for each other model, and one metadata entry: a JSON object with a `description`, which lists the tensors,
//! and the SHA-256 of the description and the tensors. A file that was cut short or changed, in whatever way, is refused.
//!
//! In versions 1 and 2 the optimiser's memory was `memory.0` and `memory.1`, the second empty where a rule remembers one
//! thing, and the best model, in version 2, `best`.

use std::collections::{BTreeMap, HashMap};

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tenfold_network::{Optimizer, TrainerState};

use super::{BEST, Checkpoint, problem};
use crate::error::Error;
use crate::fingerprint::hex;
use crate::progress::Progress;
use crate::recipe::Recipe;

/// The version that is written.
const VERSION: u64 = 3;

/// The first version that is read.
const FIRST_VERSION: u64 = 1;

/// The first version whose description lists the tensors.
const FIRST_WITH_NAMES: u64 = 3;

/// The metadata entry.
const KEY: &str = "tenfold_checkpoint";

/// The tensor of the model's values.
const VALUES: &str = "values";

/// What the names of tensors that the optimiser remembers start with.
const MEMORY: &str = "memory.";

/// What the names of other models start with.
const MODEL: &str = "values.";

/// The tensors that every file of a version without names has.
const EARLIER_NAMES: [&str; 3] = [VALUES, "memory.0", "memory.1"];

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
    /// The names of the tensors, in the order in which they are hashed.
    #[serde(default)]
    tensors: Vec<String>,
}

/// The part of a description that every version has, and can be read in those that are not known yet.
#[derive(Deserialize)]
struct Versioned {
    version: u64,
}

impl Checkpoint {
    /// The checkpoint as a file's bytes.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] for numbers that JSON cannot hold, which no run has.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        write(self, VERSION)
    }

    /// The checkpoint in a file's bytes, which may be anything.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] for anything but what [`Self::to_bytes`] wrote, here or in an earlier version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        read(bytes)
    }
}

/// The bytes of `checkpoint`, which say that they are of `version`.
fn write(checkpoint: &Checkpoint, version: u64) -> Result<Vec<u8>, Error> {
    let Checkpoint { recipe, data, progress, state, models } = checkpoint;
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

/// The checkpoint in `bytes`, of this version or an earlier one.
fn read(bytes: &[u8]) -> Result<Checkpoint, Error> {
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(damaged)?;
    let envelope = metadata.metadata().as_ref().and_then(|entries| entries.get(KEY));
    let envelope = envelope.ok_or_else(|| problem("is not a checkpoint of a run"))?;
    let Envelope { sha256, description: text } = serde_json::from_str(envelope).map_err(damaged)?;
    let Versioned { version } = serde_json::from_str(&text).map_err(damaged)?;
    if !(FIRST_VERSION..=VERSION).contains(&version) {
        return Err(problem(format!("is of version {version}, expected {FIRST_VERSION} to {VERSION}")));
    }
    let mut description: Description = serde_json::from_str(&text).map_err(damaged)?;
    let mut names = std::mem::take(&mut description.tensors);
    let file = SafeTensors::deserialize(bytes).map_err(damaged)?;
    if version < FIRST_WITH_NAMES {
        let best = file.names().contains(&BEST).then_some(BEST);
        names = EARLIER_NAMES.into_iter().chain(best).map(str::to_owned).collect();
    }
    let tensors = listed(&file, &names)?;
    if hash(&text, tensors.iter().map(|(_, bytes)| *bytes)) != sha256 {
        return Err(problem("is damaged: its contents do not have the hash it says"));
    }
    let optimizer = description.recipe.optimizer;
    let tensors = tensors.into_iter().map(|(name, bytes)| match version < FIRST_WITH_NAMES {
        true => (renamed(name, optimizer), bytes),
        false => (name.to_owned(), bytes),
    });
    // Where a rule remembers one thing, an earlier version's second is empty and has no other name.
    checkpoint(description, tensors.filter(|(name, bytes)| name != EARLIER_NAMES[2] || !bytes.is_empty()))
}

/// The tensors of `file` by these names, which must be all that there are.
fn listed<'a>(file: &SafeTensors<'a>, names: &'a [String]) -> Result<Vec<(&'a str, &'a [u8])>, Error> {
    if names.len() != file.len() {
        return Err(damaged(format!("it has {} tensors, expected {}", file.len(), names.len())));
    }
    let tensor = |name: &'a String| {
        let tensor = file.tensor(name).map_err(damaged)?;
        match tensor.dtype() {
            Dtype::F32 => Ok((name.as_str(), tensor.data())),
            other => Err(damaged(format!("{name} is of type {other}, expected F32"))),
        }
    };
    names.iter().map(tensor).collect()
}

/// What a description and the tensors say.
fn checkpoint<'a>(
    description: Description,
    tensors: impl Iterator<Item = (String, &'a [u8])>,
) -> Result<Checkpoint, Error> {
    let Description { recipe, data, progress, steps, .. } = description;
    let (mut own, mut memory, mut models) = (None, BTreeMap::new(), BTreeMap::new());
    for (name, bytes) in tensors {
        let values = from_bytes(bytes);
        if name == VALUES {
            own = Some(values);
        } else if let Some(name) = name.strip_prefix(MEMORY) {
            memory.insert(name.to_owned(), values);
        } else if let Some(name) = name.strip_prefix(MODEL) {
            models.insert(name.to_owned(), values);
        } else {
            return Err(damaged(format!("it has a tensor {name}, which no checkpoint has")));
        }
    }
    let values = own.ok_or_else(|| damaged(format!("it has no tensor {VALUES}")))?;
    Ok(Checkpoint { recipe, data, progress, state: TrainerState { values, memory, steps }, models })
}

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
        let error = Checkpoint::from_bytes(&write(&checkpoint, VERSION + 1).unwrap()).unwrap_err().to_string();
        assert_eq!(error, "the checkpoint is of version 4, expected 1 to 3");
    }
}
