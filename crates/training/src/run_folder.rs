//! The folder in which a run leaves its files, each whole or not at all.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::whole_file::write_whole;

/// The files of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunFile {
    /// The recipe, as TOML; written first.
    Config,
    /// One JSON object per epoch and line.
    Metrics,
    /// The model after the last epoch.
    Model,
    /// What the model does on the training and the test images, and what it took; written last.
    Evaluation,
}

impl RunFile {
    const ALL: [Self; 4] = [Self::Config, Self::Metrics, Self::Model, Self::Evaluation];

    /// The file's name in the folder.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Config => "config.toml",
            Self::Metrics => "metrics.jsonl",
            Self::Model => "model.safetensors",
            Self::Evaluation => "evaluation.json",
        }
    }
}

/// A folder that belongs to one run.
#[derive(Debug)]
pub struct RunFolder {
    path: PathBuf,
}

impl RunFolder {
    /// Makes the folder `path`, or takes one that is there and empty. With `replace`, an earlier run in it is removed:
    /// its own files only, and only if nothing else is there.
    ///
    /// # Errors
    /// [`Error::FolderExists`], [`Error::NotARun`], or [`Error::Io`] if the system refuses; nothing has changed then.
    pub fn create(path: &Path, replace: bool) -> Result<Self, Error> {
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries.collect::<Result<Vec<_>, _>>().map_err(Error::io("list the folder", path))?,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                fs::create_dir_all(path).map_err(Error::io("make the folder", path))?;
                Vec::new()
            }
            Err(error) if error.kind() == ErrorKind::NotADirectory => {
                return Err(Error::NotARun { path: path.to_owned(), found: "a file".to_owned() });
            }
            Err(error) => return Err(Error::io("list the folder", path)(error)),
        };
        if !entries.is_empty() && !replace {
            return Err(Error::FolderExists { path: path.to_owned() });
        }
        let is_ours = |name: &std::ffi::OsStr| RunFile::ALL.iter().any(|file| name == file.name());
        if let Some(entry) = entries.iter().find(|entry| !is_ours(&entry.file_name())) {
            let found = entry.file_name().to_string_lossy().into_owned();
            return Err(Error::NotARun { path: path.to_owned(), found });
        }
        for entry in entries {
            fs::remove_file(entry.path()).map_err(Error::io("remove the earlier run", &entry.path()))?;
        }
        Ok(Self { path: path.to_owned() })
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

    /// The folder's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where `file` is, or will be.
    pub fn file(&self, file: RunFile) -> PathBuf {
        self.path.join(file.name())
    }

    /// Writes a file of the run, over an earlier one, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`]; what was there before is there still, and nothing half-written.
    pub fn write(&self, file: RunFile, contents: &[u8]) -> Result<(), Error> {
        let path = self.file(file);
        write_whole(&path, contents).map_err(Error::io("write the file", &path))
    }
}
