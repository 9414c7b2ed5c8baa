//! A run's event file for TensorBoard.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use tenfold_training::tensorboard::{self, Scalar};
use tenfold_training::{EVENTS, EpochMetrics};

use crate::date_time::now;
use crate::error::{Error, Result};

/// An event file that grows with the run. TensorBoard reads it meanwhile, so it is the one file that is not written whole;
/// a record that was cut short is one that TensorBoard leaves out.
pub(crate) struct EventFile {
    path: PathBuf,
}

impl EventFile {
    /// A new file in `folder`; TensorBoard takes all files of a folder for one run, so that each process has its own.
    pub(crate) fn create(folder: &Path) -> Result<Self> {
        let path = folder.join(format!("{EVENTS}{:.6}.tenfold", now()));
        File::create_new(&path).map_err(Error::io("make the file", &path))?;
        let events = Self { path };
        events.write(&tensorboard::head(now()))?;
        Ok(events)
    }

    pub(crate) fn append(&self, metrics: &EpochMetrics) -> Result<()> {
        let EpochMetrics { epoch, train, validation, test, seconds, learning_rate, .. } = metrics;
        let seconds_now = now();
        let mut records = Vec::new();
        let mut push = |tag: &str, value: f64| {
            let scalar = Scalar { tag, step: u64::from(*epoch), value: value as f32 };
            records.extend(tensorboard::scalar(seconds_now, scalar));
        };
        for (part, metrics) in [("train", &Some(*train)), ("validation", validation), ("test", test)] {
            if let Some(metrics) = metrics {
                push(&format!("loss/{part}"), metrics.loss);
                push(&format!("accuracy/{part}"), metrics.accuracy);
            }
        }
        if let Some(rate) = learning_rate {
            push("learning_rate", f64::from(*rate));
        }
        push("seconds", *seconds);
        self.write(&records)
    }

    fn write(&self, bytes: &[u8]) -> Result<()> {
        let file = File::options().append(true).open(&self.path);
        file.and_then(|mut file| file.write_all(bytes)).map_err(Error::io("write the file", &self.path))
    }
}
