//! The JSON files of a run.

use serde::Serialize;
use serde::de::DeserializeOwned;
use tenfold_dataset::read_file;
use tenfold_training::{RunFile, RunFolder};

use crate::error::{Error, Result};

/// The largest JSON file of a run.
const MAX_BYTES: u64 = 256 << 20;

/// Writes a file of a run as JSON for people and programs: indented, with a line feed at its end.
///
/// # Errors
/// [`Error::Training`] if it cannot be written; [`Error::Json`] if the value has no form as JSON.
pub(crate) fn write_json(folder: &RunFolder, file: RunFile, value: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string_pretty(value)? + "\n";
    Ok(folder.write(file, text.as_bytes())?)
}

/// Reads a file of a run that is JSON, at most 256 MiB of it.
///
/// # Errors
/// [`Error::Data`] if it cannot be read; [`Error::File`] if it is not JSON of this type.
pub(crate) fn read_json<T: DeserializeOwned>(folder: &RunFolder, file: RunFile) -> Result<T> {
    let path = folder.file(file);
    let bytes = read_file(&path, MAX_BYTES)?;
    serde_json::from_slice(&bytes).map_err(|error| Error::file(path, error))
}
