//! What may be removed with a run: only what the run has written.

use std::ffi::OsStr;
use std::fs::{self, FileType};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::marker::{MARKER, Marker};
use crate::run_file::{FOLD, RunFile, TRIAL, is_numbered};
use crate::run_kind::RunKind;
use crate::whole_file::{TEMPORARY, describe};

/// The files and folders of a run, in the order in which they can be removed.
pub(crate) struct Removal(Vec<Item>);

enum Item {
    File(PathBuf),
    Folder(PathBuf),
}

/// Something in a folder.
pub(crate) struct Entry {
    pub path: PathBuf,
    pub kind: FileType,
}

impl Entry {
    /// What is in a folder, by name.
    pub(crate) fn all(folder: &Path) -> Result<Vec<Self>, Error> {
        let entry = |entry: fs::DirEntry| Ok(Self { path: entry.path(), kind: entry.file_type()? });
        let entries = fs::read_dir(folder).and_then(|entries| entries.map(|it| entry(it?)).collect());
        let mut entries: Vec<Self> = entries.map_err(Error::io("list the folder", folder))?;
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(entries)
    }

    /// Names that are not UTF-8 are not the program's.
    fn name(&self) -> &str {
        self.path.file_name().and_then(OsStr::to_str).unwrap_or("")
    }

    /// That it is not the run's.
    pub(crate) fn foreign(&self) -> Error {
        let folder = self.path.parent().unwrap_or(&self.path).to_owned();
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let what = if self.kind.is_file() { String::new() } else { format!(", {}", describe(self.kind)) };
        Error::NotARun { path: folder, found: format!("{name}{what}") }
    }
}

impl Removal {
    /// Of everything in `folder`, a whole run's, but its marker.
    ///
    /// # Errors
    /// [`Error::NotARun`] for the first thing that the run has not written: in its folder, or in those of its parts.
    pub(crate) fn of(folder: &Path, marker: Marker) -> Result<Self, Error> {
        let mut removal = Self(Vec::new());
        let config = RunFile::Config.name();
        // The recipe goes first: a folder without it is not a run that could be resumed.
        let (first, rest): (Vec<Entry>, _) = Entry::all(folder)?.into_iter().partition(|it| it.name() == config);
        for entry in first.into_iter().chain(rest).filter(|it| it.name() != MARKER) {
            match marker.kind {
                RunKind::CrossValidate if entry.kind.is_dir() && is_numbered(entry.name(), FOLD) => {
                    removal.push_part(&entry, marker.kind)?;
                }
                RunKind::Explore | RunKind::Search if entry.kind.is_dir() => {
                    for trial in Entry::all(&entry.path)? {
                        if !trial.kind.is_dir() || !is_numbered(trial.name(), TRIAL) {
                            return Err(trial.foreign());
                        }
                        removal.push_part(&trial, marker.kind)?;
                    }
                    removal.0.push(Item::Folder(entry.path));
                }
                _ => removal.push_file(entry, marker)?,
            }
        }
        Ok(removal)
    }

    fn push_file(&mut self, entry: Entry, marker: Marker) -> Result<(), Error> {
        if !entry.kind.is_file() || !RunFile::is_of(entry.name(), marker) {
            return Err(entry.foreign());
        }
        self.0.push(Item::File(entry.path));
        Ok(())
    }

    /// The folder of a part, its marker after its other files. It may be killed before it is marked: then it is empty.
    fn push_part(&mut self, folder: &Entry, kind: RunKind) -> Result<(), Error> {
        let part = Marker { kind, part: true };
        let is_marked = match Marker::find(&folder.path)? {
            Some(found) if found == part => true,
            Some(_) => return Err(folder.foreign()),
            None => false,
        };
        let (marker, files): (Vec<Entry>, _) =
            Entry::all(&folder.path)?.into_iter().partition(|it| it.name() == MARKER);
        for entry in files.into_iter().chain(marker) {
            if !is_marked && !entry.name().starts_with(TEMPORARY) {
                return Err(entry.foreign());
            }
            self.push_file(entry, part)?;
        }
        self.0.push(Item::Folder(folder.path.clone()));
        Ok(())
    }

    /// Removes all of it.
    ///
    /// # Errors
    /// [`Error::Io`] for the first thing that the system refuses; what comes before it is gone.
    pub(crate) fn carry_out(self) -> Result<(), Error> {
        for item in self.0 {
            let (path, removed) = match item {
                Item::File(path) => (path.clone(), fs::remove_file(&path)),
                Item::Folder(path) => (path.clone(), fs::remove_dir(&path)),
            };
            match removed {
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                removed => removed.map_err(Error::io("remove the earlier run", &path))?,
            }
        }
        Ok(())
    }
}
