//! The folder in which a run leaves its files, each whole or not at all.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::run_file::RunFile;
use crate::whole_file::{TEMPORARY, write_whole};

/// The largest file of a run that is read.
const MAX_BYTES: u64 = 2 << 30;

/// A folder that belongs to one run.
#[derive(Debug)]
pub struct RunFolder {
    path: PathBuf,
}

impl RunFolder {
    /// Makes the folder `path`, or takes one that is there and empty. With `replace`, an earlier run in it is removed:
    /// its own files only, and only if nothing else is there, in folders of further runs within it neither.
    ///
    /// # Errors
    /// [`Error::FolderExists`], [`Error::NotARun`], or [`Error::Io`] if the system refuses; nothing has changed then.
    pub fn create(path: &Path, replace: bool) -> Result<Self, Error> {
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {
                fs::create_dir_all(path).map_err(Error::io("make the folder", path))?;
            }
            // It, or a part of the way to it.
            Ok(_) => return Err(Error::NotARun { path: path.to_owned(), found: "a file".to_owned() }),
            Err(error) if error.kind() == ErrorKind::NotADirectory => {
                return Err(Error::NotARun { path: path.to_owned(), found: "a file".to_owned() });
            }
            Err(error) => return Err(Error::io("look at the folder", path)(error)),
        }
        let entries = entries(path)?;
        if !entries.is_empty() && !replace {
            return Err(Error::FolderExists { path: path.to_owned() });
        }
        check_ours(path)?;
        for entry in entries {
            match entry.is_dir() {
                true => fs::remove_dir_all(&entry),
                false => fs::remove_file(&entry),
            }
            .map_err(Error::io("remove the earlier run", &entry))?;
        }
        Ok(Self { path: path.to_owned() })
    }

    /// The folder of a run that belongs to this one, made if it is not there.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be made.
    pub fn child(&self, name: &str) -> Result<Self, Error> {
        let path = self.path.join(name);
        fs::create_dir_all(&path).map_err(Error::io("make the folder", &path))?;
        Ok(Self { path })
    }

    /// The folder `base/name-1`, or with the first higher number that is free.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be made.
    pub fn create_numbered(base: &Path, name: &str) -> Result<Self, Error> {
        fs::create_dir_all(base).map_err(Error::io("make the folder", base))?;
        for number in 1u32.. {
            let path = base.join(format!("{name}-{number}"));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Self { path }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(Error::io("make the folder", &path)(error)),
            }
        }
        unreachable!("a folder has fewer entries than there are numbers")
    }

    /// The folder of a run that was started before.
    ///
    /// # Errors
    /// [`Error::NoRun`] without a recipe in it.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let folder = Self { path: path.to_owned() };
        match folder.file(RunFile::Config).is_file() {
            true => Ok(folder),
            false => Err(Error::NoRun { path: path.to_owned() }),
        }
    }

    /// Removes what a run that was killed while it wrote has left unfinished. No other process may be writing.
    ///
    /// # Errors
    /// [`Error::Io`] if the system refuses.
    pub fn tidy(&self) -> Result<(), Error> {
        for path in entries(&self.path)? {
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(TEMPORARY)) {
                fs::remove_file(&path).map_err(Error::io("remove the unfinished file", &path))?;
            }
        }
        Ok(())
    }

    /// The folder's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where `file` is, or will be.
    pub fn file(&self, file: RunFile) -> PathBuf {
        self.path.join(&*file.name())
    }

    /// Writes a file of the run, over an earlier one, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`]; what was there before is there still, and nothing half-written.
    pub fn write(&self, file: RunFile, contents: &[u8]) -> Result<(), Error> {
        let path = self.file(file);
        write_whole(&path, contents).map_err(Error::io("write the file", &path))
    }

    /// The bytes of a file of the run, up to 2 GiB of them; none if it is not there.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be read.
    pub fn read(&self, file: RunFile) -> Result<Option<Vec<u8>>, Error> {
        let path = self.file(file);
        let mut bytes = Vec::new();
        match File::open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened.and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes)),
        }
        .map_err(Error::io("read the file", &path))?;
        Ok(Some(bytes))
    }
}

/// The paths of what is in a folder.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    entries.map_err(Error::io("list the folder", folder))
}

/// Checks that a folder holds nothing but files of runs, and folders of which the same is true.
fn check_ours(folder: &Path) -> Result<(), Error> {
    for path in entries(folder)? {
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        if path.is_dir() && !path.is_symlink() {
            check_ours(&path)?;
        } else if !RunFile::is_name(&name) {
            return Err(Error::NotARun { path: folder.to_owned(), found: name.into_owned() });
        }
    }
    Ok(())
}
