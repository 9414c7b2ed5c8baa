//! A run in its folder: what it measures, its best model and a checkpoint, kept after every epoch.

use std::ops::ControlFlow;

use tenfold_network::Model;

use crate::checkpoint::Checkpoint;
use crate::error::Error;
use crate::event::{Ending, Event};
use crate::metrics::{best_epoch, to_csv, to_json_lines};
use crate::run::{Observer, Run};
use crate::run_file::RunFile;
use crate::run_folder::RunFolder;

/// What is kept of a run besides its metrics and its last checkpoint.
#[derive(Clone, Copy, Default)]
pub struct Keep<'a> {
    /// After every so many epochs a checkpoint that later ones do not replace.
    pub every: Option<u32>,
    /// The model after the epoch with the lowest validation loss: how a model becomes a file's bytes.
    pub best: Option<&'a ModelFile<'a>>,
}

/// Makes the bytes of a model's file.
pub type ModelFile<'a> = dyn Fn(&Model) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> + 'a;

impl Run {
    /// Takes the run to where the checkpoint in `folder` was made; without one it stays at its beginning.
    ///
    /// # Errors
    /// [`Error::Checkpoint`] if the checkpoint is damaged or another run's; [`Error::Io`] if it cannot be read.
    pub fn restore_from(&mut self, folder: &RunFolder) -> Result<(), Error> {
        match folder.read(RunFile::Checkpoint)? {
            Some(bytes) => self.restore(&Checkpoint::from_bytes(&bytes)?),
            None => Ok(()),
        }
    }

    /// As [`Self::train`], keeping in `folder` after each epoch its metrics, what `keep` says and a checkpoint, from which
    /// [`Self::restore_from`] resumes. When `observe` breaks off, the checkpoint is of that very step.
    ///
    /// # Errors
    /// Those of [`Self::train`]; [`Error::Io`] or [`Error::ModelFile`] if a file cannot be written, which ends the run.
    pub fn train_in(
        &mut self,
        folder: &RunFolder,
        keep: Keep<'_>,
        observe: &mut Observer<'_>,
    ) -> Result<Ending, Error> {
        let mut kept = Ok(());
        let ending = self.train(&mut |run, event| {
            if let Event::Epoch(_) = event {
                kept = keep_epoch(folder, run, keep);
            }
            match kept {
                Ok(()) => observe(run, event),
                Err(_) => ControlFlow::Break(()),
            }
        })?;
        kept?;
        if ending == Ending::Interrupted {
            keep_progress(folder, self)?;
        }
        Ok(ending)
    }
}

/// Keeps an epoch that has just ended; the checkpoint last, from which a killed run is resumed: what comes before it is
/// written again then, and what came after it would not be.
fn keep_epoch(folder: &RunFolder, run: &Run, keep: Keep<'_>) -> Result<(), Error> {
    let history = &run.progress().history;
    let epoch = history.len() as u32;
    if let (Some(file), true) = (keep.best, best_epoch(history) == Some(epoch)) {
        folder.write(RunFile::Best, &file(run.model()).map_err(Error::ModelFile)?)?;
    }
    if keep.every.is_some_and(|every| epoch.is_multiple_of(every)) {
        folder.write(RunFile::Epoch(epoch), &run.checkpoint().to_bytes()?)?;
    }
    keep_progress(folder, run)
}

/// Writes the metrics, then the checkpoint: metrics follow from a checkpoint, not the other way.
fn keep_progress(folder: &RunFolder, run: &Run) -> Result<(), Error> {
    let history = &run.progress().history;
    folder.write(RunFile::Metrics, to_json_lines(history)?.as_bytes())?;
    folder.write(RunFile::Table, to_csv(history).as_bytes())?;
    folder.write(RunFile::Checkpoint, &run.checkpoint().to_bytes()?)
}
