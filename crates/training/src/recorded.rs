//! A run in its folder: what it measures, its best model and where it can go on from, kept after every epoch.

use std::ops::ControlFlow;

use tenfold_network::Model;

use crate::checkpoint::Checkpoint;
use crate::error::Error;
use crate::event::{Ending, Event, Observer};
use crate::metrics::{best_epoch, to_csv, to_json_lines};
use crate::run::Run;
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

/// Takes `run` to where the checkpoint in `folder` was made; without one it stays at its beginning.
///
/// # Errors
/// [`Error::Checkpoint`] if the checkpoint is damaged or another run's; [`Error::Io`] if it cannot be read.
pub fn restore_from(folder: &RunFolder, run: &mut Run<'_>) -> Result<(), Error> {
    match folder.read(RunFile::Checkpoint)? {
        Some(bytes) => run.restore(&Checkpoint::from_bytes(&bytes)?),
        None => Ok(()),
    }
}

/// As [`Run::go_on`], keeping in `folder` after each epoch its metrics, what `keep` says and a checkpoint, from which
/// [`restore_from`] goes on. When `observe` breaks off, the checkpoint is of that very step.
///
/// # Errors
/// Those of [`Run::go_on`]; [`Error::Io`] or [`Error::ModelFile`] if a file cannot be written, which ends the run.
pub fn go_on_in(
    folder: &RunFolder,
    run: &mut Run<'_>,
    keep: Keep<'_>,
    observe: &mut Observer<'_>,
) -> Result<Ending, Error> {
    let mut kept = Ok(());
    let ending = run.go_on(&mut |run, event| {
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
        keep_progress(folder, run)?;
    }
    Ok(ending)
}

/// Keeps an epoch that has just ended; the checkpoint last, which a killed run goes on from: what comes before it is
/// written again then, and what came after it would not be.
fn keep_epoch(folder: &RunFolder, run: &Run<'_>, keep: Keep<'_>) -> Result<(), Error> {
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
fn keep_progress(folder: &RunFolder, run: &Run<'_>) -> Result<(), Error> {
    let history = &run.progress().history;
    folder.write(RunFile::Metrics, to_json_lines(history)?.as_bytes())?;
    folder.write(RunFile::Table, to_csv(history).as_bytes())?;
    folder.write(RunFile::Checkpoint, &run.checkpoint().to_bytes()?)
}
