//! Files that commands read and write: within limits, and whole or not at all.

use std::fs;
use std::io::ErrorKind as IoErrorKind;
use std::path::Path;

use anyhow::{Context, anyhow, bail};
use serde::de::DeserializeOwned;
use tenfold_dataset::{Source, read_file, read_within};
use tenfold_experiment::{
    Companions, Error, MAX_MODEL_BYTES, MAX_TOML_BYTES, open_model, open_start, parse_toml, read_model,
};
use tenfold_formats::{Format, SavedModel};
use tenfold_network::Architecture;
use tenfold_recognizer::EmbeddedModel;
use tenfold_training::{ErrorKind, Start, describe, folder_of, sweep, write_new, write_whole};

use super::names;

/// What stands for standard input where a file is expected.
pub(crate) const STANDARD_INPUT: &str = "-";

/// All bytes of a file, or of standard input for `-`; at most `limit` of them.
pub(crate) fn read(path: &Path, limit: u64) -> anyhow::Result<Vec<u8>> {
    match path.as_os_str() == STANDARD_INPUT {
        true => read_within(std::io::stdin().lock(), limit).context("standard input"),
        false => Ok(read_file(path, limit)?),
    }
}

/// Writes a new file, or with `replace` over an old one; whole or not at all. What killed processes have left half-written
/// in the same folder goes away.
pub(crate) fn write(path: &Path, contents: &[u8], replace: bool) -> anyhow::Result<()> {
    check_free(path, replace)?;
    // A folder that cannot be listed keeps it.
    let _ = sweep(folder_of(path));
    let written = if replace { write_whole(path, contents) } else { write_new(path, contents) };
    match written {
        Err(error) if error.kind() == IoErrorKind::AlreadyExists => Err(taken(path)),
        written => written.with_context(|| format!("{}: cannot write the file", path.display())),
    }
}

/// As [`check_free`], for a file whose folder must be there already: for commands that work long before they write.
pub(crate) fn check_target(path: &Path, replace: bool) -> anyhow::Result<()> {
    check_free(path, replace)?;
    let (name, folder) = (path.display(), folder_of(path));
    if !folder.is_dir() {
        bail!("{name}: expected a name in a folder, found no folder {}", folder.display());
    }
    try_writing(folder).with_context(|| format!("{name}: cannot write the file"))
}

/// Makes a file without a name, which is gone at once: the one way to know whether there can be one.
fn try_writing(folder: &Path) -> std::io::Result<()> {
    tempfile::tempfile_in(folder).map(drop)
}

/// Refuses a name that is taken, unless a file is there that may be replaced. Nothing else is ever replaced: no folder, no
/// device, and no link, which would go while what it leads to stays as it was.
pub(crate) fn check_free(path: &Path, replace: bool) -> anyhow::Result<()> {
    let name = path.display();
    match fs::symlink_metadata(path) {
        Err(error) if matches!(error.kind(), IoErrorKind::NotFound | IoErrorKind::NotADirectory) => Ok(()),
        Err(error) => Err(error).with_context(|| format!("{name}: cannot look at the file")),
        Ok(found) if !found.is_file() => {
            let found = describe(found.file_type());
            bail!(
                "{name}: expected the name of a file, found {found}\nhint: files are written whole, under a name of their own"
            )
        }
        Ok(_) if !replace => Err(taken(path)),
        Ok(_) => Ok(()),
    }
}

fn taken(path: &Path) -> anyhow::Error {
    anyhow!("{}: already exists\nhint: choose another name, or replace the file with --force", path.display())
}

/// Refuses a name for a folder of files that is taken by something else, or in which nothing can be written; the folder
/// itself may be made later.
pub(crate) fn check_folder(path: &Path) -> anyhow::Result<()> {
    let name = path.display();
    let found = path.ancestors().find_map(|folder| Some((folder, fs::metadata(folder).ok()?)));
    match found {
        Some((_, found)) if !found.is_dir() => {
            bail!("{name}: expected a folder or a free name, found {}", describe(found.file_type()))
        }
        Some((folder, _)) => try_writing(folder).with_context(|| format!("{name}: cannot write in the folder")),
        // A name in the working folder.
        None => try_writing(Path::new(".")).with_context(|| format!("{name}: cannot make the folder")),
    }
}

/// Makes a folder, if it is not there, and those around it.
pub(crate) fn make_folder(path: &Path) -> anyhow::Result<()> {
    tenfold_training::make_folder(path).with_context(|| format!("{}: cannot make the folder", path.display()))
}

/// A value from a TOML file.
pub(crate) fn toml<T: DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    Ok(parse_toml(path, &read(path, MAX_TOML_BYTES)?)?)
}

/// The model in a file of any format or in the folder of a run, or one inside the program: that of a name, or the paper's.
pub(crate) fn model(path: Option<&Path>) -> anyhow::Result<SavedModel> {
    Ok(opened_model(path, None)?.0)
}

/// As [`model`], for reading pictures: the one inside the program that reads them best where no path is given.
pub(crate) fn reader(path: Option<&Path>) -> anyhow::Result<SavedModel> {
    path.map_or_else(|| Ok(names::READER.read()), |path| model(Some(path)))
}

/// As [`model`], with the format of its file. `architecture` is the network where a file holds values alone.
pub(crate) fn opened_model(
    path: Option<&Path>,
    architecture: Option<&Architecture>,
) -> anyhow::Result<(SavedModel, Format)> {
    let inside = |model: EmbeddedModel| Ok((model.read(), Format::Safetensors));
    let Some(path) = path else { return inside(names::DEFAULT_MODEL) };
    if let Some(model) = names::model(path) {
        return inside(model);
    }
    let opened = match path.as_os_str() == STANDARD_INPUT {
        true => read_model(path, &read(path, MAX_MODEL_BYTES)?, architecture, Companions::none()),
        false => open_model(path, architecture),
    };
    opened.map_err(|error| hinted(path, error))
}

/// The model to go on from, as [`model`] finds it, with what tells it from others.
pub(crate) fn start(path: &Path) -> anyhow::Result<(SavedModel, Start)> {
    match names::model(path) {
        Some(model) => Ok((model.read(), Start::new(model.name, model.bytes))),
        None => open_start(path).map_err(|error| hinted(path, error)),
    }
}

/// The error for a `path` at which no model was found, with a hint.
fn hinted(path: &Path, error: Error) -> anyhow::Error {
    match error {
        Error::Model { path, error: tenfold_formats::Error::Foreign { format } } => anyhow!(
            "{}: this {format} file does not say what network its values are of\n\
             hint: convert it, and say what the network is with --architecture, or use a file that holds a whole model",
            path.display()
        ),
        error => match names::hint(path).filter(|_| error.kind() == ErrorKind::NotFound) {
            Some(hint) => anyhow!("{error}\nhint: {hint}"),
            None => error.into(),
        },
    }
}

/// The network of a preset's name or in a TOML file.
pub(crate) fn architecture(preset_or_path: &Path) -> anyhow::Result<Architecture> {
    let preset = preset_or_path.to_str().and_then(Architecture::preset);
    preset.map_or_else(|| toml(preset_or_path), Ok)
}

/// The images in a folder, or those inside the program.
pub(crate) fn source(folder: Option<&Path>) -> Source {
    folder.map_or(Source::Embedded, |folder| Source::Path(folder.to_owned()))
}
