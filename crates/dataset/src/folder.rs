//! Folders of pictures: a folder for each class, named as the class is.

use std::path::{Path, PathBuf};

use tenfold_imaging::{Limits, Preparation};

use crate::class_names::natural_order;
use crate::pictures::Pictures;
use crate::{Error, Labelled, Labels, read_file};

/// Files that desktops leave in folders of pictures; so are hidden ones.
const LEFT_BY_DESKTOPS: [&str; 2] = ["Thumbs.db", "desktop.ini"];

/// The entries of a folder with their names, in natural order, without hidden ones.
///
/// # Errors
/// [`Error::Io`] if it cannot be read; [`Error::ClassName`] for a name that is not text.
pub(crate) fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>, Error> {
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(Error::Io)? {
        let path = entry.map_err(Error::Io)?.path();
        let name = path.file_name().unwrap_or_default();
        let name = name.to_str().ok_or_else(|| Error::ClassName {
            found: name.to_string_lossy().into_owned(),
            expected: "names that are UTF-8",
        })?;
        if !name.starts_with('.') && !LEFT_BY_DESKTOPS.contains(&name) {
            entries.push((name.to_owned(), path));
        }
    }
    entries.sort_by(|(one, _), (other, _)| natural_order(one, other));
    Ok(entries)
}

/// Reads the pictures of all folders in `folder`, class by class, each class in the order of names.
///
/// A file that is not a picture, or shows no digit, is an error that names it: a set that lacks images without a word is worse
/// than one that must be tidied first.
///
/// # Errors
/// Any of reading files and pictures, with the file.
pub(crate) fn read(folder: &Path, preparation: &Preparation) -> Result<Labelled, Error> {
    let (mut pictures, mut labels, mut paths) = (Pictures::new(preparation), Labels::default(), Vec::new());
    for (class, inside) in entries(folder)?.into_iter().filter(|(_, path)| path.is_dir()) {
        for (_, path) in entries(&inside).map_err(|error| error.at(&inside))? {
            let bytes = read_file(&path, Limits::default().bytes)?;
            let read = pictures.push(&bytes).and_then(|()| labels.push(&class));
            read.map_err(|error| error.at(&path))?;
            paths.push(path);
        }
    }
    let images = pictures.finish().map_err(|(index, error)| error.at(&paths[index]))?;
    Ok(Labelled { images, labels })
}
