//! Models in files of any format and in the folders of runs.

use std::path::{Path, PathBuf};

use tenfold_dataset::read_file;
use tenfold_formats::{Format, SavedModel};
use tenfold_network::Architecture;
use tenfold_training::{Distillation, RecipeChanges, RunFile, RunFolder, Start};

use crate::companions::{Companions, MAX_MODEL_BYTES};
use crate::error::{Error, Result};
use crate::run_toml::parse_toml;

/// Opens the model in a file of any format, at most 2 GiB, or in the folder of a run; with the file's format.
/// `architecture` is the network where a file holds values alone.
///
/// # Errors
/// [`Error::Data`] if the file cannot be read; [`Error::Model`] if it is not a model that can be.
pub fn open_model(path: &Path, architecture: Option<&Architecture>) -> Result<(SavedModel, Format)> {
    let path = model_path(path);
    read_model(&path, &read_file(&path, MAX_MODEL_BYTES)?, architecture, Companions::of(&path))
}

/// As [`open_model`], of a model to go on from, with what tells it from others.
///
/// # Errors
/// As [`open_model`].
pub fn open_start(path: &Path) -> Result<(SavedModel, Start)> {
    let path = model_path(path);
    let bytes = read_file(&path, MAX_MODEL_BYTES)?;
    let (saved, _) = read_model(&path, &bytes, None, Companions::of(&path))?;
    let name = path.file_name().unwrap_or(path.as_os_str());
    Ok((saved, Start::new(name.to_string_lossy(), &bytes)))
}

/// The model that the run in `folder` starts from, which it has kept.
pub(crate) fn open_start_file(folder: &RunFolder) -> Result<SavedModel> {
    Ok(open_model(&folder.file(RunFile::Start), None)?.0)
}

/// The model that the run in `folder` learns from, which it has kept.
///
/// # Errors
/// [`Error::File`] if it is not that of the recipe's distillation any more; as [`open_model`].
pub(crate) fn open_teacher_file(folder: &RunFolder, distillation: &Distillation) -> Result<SavedModel> {
    let path = folder.file(RunFile::Teacher);
    let bytes = read_file(&path, MAX_MODEL_BYTES)?;
    if !distillation.is_by(&bytes) {
        return Err(Error::file(&path, "is not the model that the run has learnt from: its SHA-256 is another"));
    }
    Ok(read_model(&path, &bytes, None, Companions::none())?.0)
}

/// The file of the model, which may be that of the run in a folder.
fn model_path(path: &Path) -> PathBuf {
    match RunFolder::open(path) {
        Ok(run) => run.file(RunFile::Model),
        Err(_) => path.to_owned(),
    }
}

/// As [`open_model`], of bytes that are already read; what the model names as holding its weights is looked for in
/// `companions`. Errors name `path`.
///
/// # Errors
/// [`Error::Model`] if the bytes are not a model that can be read.
pub fn read_model(
    path: &Path,
    bytes: &[u8],
    architecture: Option<&Architecture>,
    mut companions: Companions,
) -> Result<(SavedModel, Format)> {
    let failed = |error| Error::Model { path: path.to_owned(), error };
    let format = Format::of_bytes(bytes).map_err(failed)?;
    let saved = format.read(bytes, architecture, &mut |name| companions.read(name));
    Ok((saved.map_err(failed)?, format))
}

/// The network of the model in the file `path`, and what that says of how it was trained: all of it for a model of this
/// program, what Keras was compiled with, or nothing.
///
/// # Errors
/// [`Error::File`] if what it says is not a recipe.
pub fn recipe_of(saved: &SavedModel, path: &Path) -> Result<RecipeChanges> {
    let changes: RecipeChanges = parse_toml(path, saved.provenance.recipe.as_bytes())?;
    Ok(RecipeChanges { architecture: Some(saved.model.architecture().clone()), ..changes })
}

/// The bytes of a model's file: in the format that its name asks for, or else safetensors.
///
/// # Errors
/// [`Error::Model`] if the format has no room for the model.
pub fn model_bytes(saved: &SavedModel, path: &Path) -> Result<Vec<u8>> {
    let format = Format::of_name(path).unwrap_or(Format::Safetensors);
    tenfold_formats::write(saved, format).map_err(|error| Error::Model { path: path.to_owned(), error })
}
