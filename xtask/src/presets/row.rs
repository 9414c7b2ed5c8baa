//! What is known of one run: a line of the record.

use std::fmt;
use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tenfold_dataset::{Part, Source};
use tenfold_network::{Engine, Model, Predictor};
use tenfold_training::Recipe;

use crate::machine;
use crate::trained::{Trained, evaluation};

/// Images that are predicted one by one to find how long one takes.
const TIMED: usize = 500;

/// One run of a preset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Row {
    pub preset: String,
    #[serde(flatten)]
    pub trained: Trained,
    /// For one image alone, on one thread: the median.
    pub predict_us: f64,
    pub commit: String,
    /// Processor, CPU level and threads.
    pub machine: String,
    /// What tells its recipe from that of a preset that has changed since.
    recipe: String,
}

impl Row {
    /// That of a finished run of `recipe` in its folder.
    pub(super) fn measured(preset: &str, recipe: &Recipe, commit: &str, folder: &Path) -> anyhow::Result<Self> {
        let file = folder.join("model.safetensors");
        let bytes = std::fs::read(&file).with_context(|| file.display().to_string())?;
        let saved = tenfold_formats::read(&bytes, None).with_context(|| file.display().to_string())?;
        Self::of(preset, recipe, commit, &evaluation(folder)?, predict_us(&saved.model)?)
    }

    /// That of a run with this `evaluation.json`.
    pub(super) fn of(
        preset: &str,
        recipe: &Recipe,
        commit: &str,
        evaluation: &Value,
        predict_us: f64,
    ) -> anyhow::Result<Self> {
        let cpu = evaluation["cpu"].as_str().context("/cpu")?;
        let threads = evaluation["threads"].as_u64().context("/threads")?;
        Ok(Self {
            preset: preset.to_owned(),
            trained: Trained::of(recipe.seed, evaluation)?,
            predict_us,
            commit: commit.to_owned(),
            machine: format!("{}, {cpu}, {threads} threads", machine::processor()),
            recipe: fingerprint(recipe)?,
        })
    }

    /// Whether its recipe is still that of its preset.
    pub(super) fn is_current(&self) -> bool {
        let recipe = Recipe::preset(&self.preset).map(|recipe| Recipe { seed: self.trained.seed, ..recipe });
        recipe.is_ok_and(|recipe| fingerprint(&recipe).is_ok_and(|current| current == self.recipe))
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { preset, trained: Trained { seed, test_accuracy, test_loss, train_seconds, .. }, .. } = self;
        let percent = 100.0 * test_accuracy;
        write!(f, "{preset}, seed {seed}: test {percent:.2} %, loss {test_loss:.4}, {train_seconds:.0} s")
    }
}

/// The beginning of the SHA-256 of a recipe's `config.toml`.
fn fingerprint(recipe: &Recipe) -> anyhow::Result<String> {
    let digest = Sha256::digest(toml::to_string(recipe)?);
    Ok(digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}

/// Microseconds in which one thread predicts an image alone.
fn predict_us(model: &Model) -> anyhow::Result<f64> {
    let images = Source::Embedded.load(Part::Train)?;
    let predictor = Predictor::new(model, Engine::single())?;
    let timed = |index| {
        let start = Instant::now();
        std::hint::black_box(predictor.probabilities(images.image(index)));
        1e6 * start.elapsed().as_secs_f64()
    };
    let mut times: Vec<f64> = (0..TIMED).map(timed).collect();
    times.sort_by(f64::total_cmp);
    Ok(times[TIMED / 2])
}
