//! A run in its folder: what it measures and where it can go on from, kept after every epoch.

use std::ops::ControlFlow;

use crate::checkpoint::Checkpoint;
use crate::error::Error;
use crate::event::{Ending, Event, Observer};
use crate::metrics::{to_csv, to_json_lines};
use crate::run::Run;
use crate::run_file::RunFile;
use crate::run_folder::RunFolder;

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

/// As [`Run::go_on`], keeping in `folder` after each epoch its metrics and a checkpoint, from which [`restore_from`] goes
/// on; after every `keep_every` epochs also a checkpoint that later ones do not replace. When `observe` breaks off, the
/// checkpoint is of that very step.
///
/// # Errors
/// Those of [`Run::go_on`]; [`Error::Io`] if a file cannot be written, which ends the run.
pub fn go_on_in(
    folder: &RunFolder,
    run: &mut Run<'_>,
    keep_every: Option<u32>,
    observe: &mut Observer<'_>,
) -> Result<Ending, Error> {
    let mut kept = Ok(());
    let ending = run.go_on(&mut |run, event| {
        if let Event::Epoch(metrics) = event {
            kept = keep(folder, run, keep_every.is_some_and(|every| metrics.epoch.is_multiple_of(every)));
        }
        match kept {
            Ok(()) => observe(run, event),
            Err(_) => ControlFlow::Break(()),
        }
    })?;
    kept?;
    if ending == Ending::Interrupted {
        keep(folder, run, false)?;
    }
    Ok(ending)
}

/// Writes the metrics, then the checkpoint: metrics follow from a checkpoint, not the other way.
fn keep(folder: &RunFolder, run: &Run<'_>, for_good: bool) -> Result<(), Error> {
    let history = &run.progress().history;
    folder.write(RunFile::Metrics, to_json_lines(history)?.as_bytes())?;
    folder.write(RunFile::Table, to_csv(history).as_bytes())?;
    let checkpoint = run.checkpoint().to_bytes()?;
    if for_good {
        folder.write(RunFile::Epoch(history.len() as u32), &checkpoint)?;
    }
    folder.write(RunFile::Checkpoint, &checkpoint)
}
