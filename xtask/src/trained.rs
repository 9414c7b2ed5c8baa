//! One run of `tenfold train` as a process, and what its files say that it has come to.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tenfold_evaluation::Summary;

/// What a run has come to; accuracies are shares.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Trained {
    pub seed: u64,
    pub train_accuracy: f64,
    pub test_accuracy: f64,
    /// Mean cross-entropy in nats.
    pub test_loss: f64,
    /// Expected calibration error on the test images.
    pub calibration_error: f64,
    pub train_seconds: f64,
}

impl Trained {
    /// That of the run of this seed whose `evaluation.json` this is.
    pub(crate) fn of(seed: u64, evaluation: &Value) -> anyhow::Result<Self> {
        let number = |path: &str| evaluation.pointer(path).and_then(Value::as_f64).with_context(|| path.to_owned());
        Ok(Self {
            seed,
            train_accuracy: number("/splits/train/accuracy")?,
            test_accuracy: number("/splits/test/accuracy")?,
            test_loss: number("/splits/test/loss")?,
            calibration_error: number("/splits/test/calibration_error")?,
            train_seconds: number("/train_seconds")?,
        })
    }
}

/// What a finished run's `evaluation.json` says.
pub(crate) fn evaluation(folder: &Path) -> anyhow::Result<Value> {
    let path = folder.join("evaluation.json");
    let bytes = fs::read(&path).with_context(|| path.display().to_string())?;
    serde_json::from_slice(&bytes).with_context(|| path.display().to_string())
}

/// Runs `tenfold train` with these arguments; of what it says only its progress and its errors are shown.
pub(crate) fn train(program: &Path, arguments: &[String]) -> anyhow::Result<()> {
    let status = Command::new(program).arg("train").args(arguments).stdout(Stdio::null()).status()?;
    ensure!(status.success(), "tenfold train {}: {status}", arguments.join(" "));
    Ok(())
}

/// `99.096 ± 0.096`, the mean and the deviation of some values; of a single one, itself.
pub(crate) fn mean_and_deviation(values: &[f64], digits: usize) -> anyhow::Result<String> {
    let Summary { mean, standard_deviation, .. } = Summary::new(values)?;
    Ok(match standard_deviation {
        Some(deviation) => format!("{mean:.digits$} ± {deviation:.digits$}"),
        None => format!("{mean:.digits$}"),
    })
}
