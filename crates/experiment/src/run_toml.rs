//! The TOML files of a run.

use std::path::Path;

use serde::de::DeserializeOwned;
use tenfold_dataset::read_file;
use tenfold_training::{Recipe, RunFile, RunFolder};

use crate::error::{Error, Result};

/// The largest TOML file: a network or a recipe has some kilobytes.
pub const MAX_TOML_BYTES: u64 = 4 << 20;

/// The value in the TOML text `bytes`, which are those of the file `path`.
///
/// # Errors
/// [`Error::File`] if they are not text, or not TOML of this type.
///
/// ```
/// use std::path::Path;
/// use tenfold_experiment::parse_toml;
/// use tenfold_network::Architecture;
///
/// let text = "input = [28, 28, 1]\nlayers = [{ type = 'flatten' }, { type = 'dense', units = 10 }]";
/// let architecture: Architecture = parse_toml(Path::new("linear.toml"), text.as_bytes())?;
/// assert_eq!(Some(architecture), Architecture::preset("linear"));
/// assert!(parse_toml::<Architecture>(Path::new("linear.toml"), b"input = 28").is_err());
/// # Ok::<(), tenfold_experiment::Error>(())
/// ```
pub fn parse_toml<T: DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T> {
    let text = str::from_utf8(bytes).map_err(|error| Error::file(path, format!("not a text file: {error}")))?;
    toml::from_str(text).map_err(|error| Error::file(path, error))
}

/// Reads a file of a run that is TOML, at most 4 MiB of it.
pub(crate) fn read_toml<T: DeserializeOwned>(folder: &RunFolder, file: RunFile) -> Result<T> {
    let path = folder.file(file);
    parse_toml(&path, &read_file(&path, MAX_TOML_BYTES)?)
}

/// Reads a run's `config.toml`.
///
/// # Errors
/// [`Error::Data`] if it cannot be read; [`Error::File`] if it is not a recipe.
pub(crate) fn read_recipe(folder: &RunFolder) -> Result<Recipe> {
    read_toml(folder, RunFile::Config)
}

/// Writes a run's `config.toml`.
pub(crate) fn write_recipe(recipe: &Recipe, folder: &RunFolder) -> Result<()> {
    Ok(folder.write(RunFile::Config, toml::to_string(recipe)?.as_bytes())?)
}
