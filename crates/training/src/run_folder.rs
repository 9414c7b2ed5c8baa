//! The folder in which a run leaves its files, each whole or not at all.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use tenfold_dataset::read_file;

use crate::error::Error;
use crate::marker::{MARKER, Marker};
use crate::removal::{Entry, Removal};
use crate::run_file::RunFile;
use crate::run_kind::RunKind;
use crate::whole_file::{describe, make_folder, sweep, write_whole};

/// The largest file of a run that is read.
const MAX_BYTES: u64 = 2 << 30;

/// A folder that belongs to one run. As long as a process has it to write in, no other process can have it so.
#[derive(Debug)]
pub struct RunFolder {
    path: PathBuf,
    /// The marker's lock, which ends with the process in any case.
    _lock: Option<File>,
}

impl RunFolder {
    /// Makes the folder `path`, or takes one that is there and empty, or in which a run was killed before it had a recipe.
    /// With `replace`, an earlier run in it is removed: what a marked run has written, and only if nothing else is there.
    ///
    /// # Errors
    /// [`Error::FolderExists`], [`Error::NotARun`], [`Error::Unmarked`], [`Error::InUse`]; or [`Error::Io`] if the system
    /// refuses. Unless it refuses to remove a file, nothing is removed then.
    pub fn create(path: &Path, kind: RunKind, replace: bool) -> Result<Self, Error> {
        let refusal = |found: fs::FileType| Error::NotARun { path: path.to_owned(), found: describe(found).to_owned() };
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => {}
            Ok(found) => return Err(refusal(found.file_type())),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                make_folder(path).map_err(Error::io("make the folder", path))?;
            }
            Err(error) if error.kind() == ErrorKind::NotADirectory => {
                return Err(Error::NotARun { path: path.to_owned(), found: "a file".to_owned() });
            }
            Err(error) => return Err(Error::io("look at the folder", path)(error)),
        }
        // Held until the new marker is: in between, the folder is nobody's.
        let earlier = Marker::hold(path)?;
        match &earlier {
            None => check_empty(path, replace)?,
            Some((marker, _)) => {
                // Without a slash at the end, which would follow a link.
                let itself = fs::symlink_metadata(path.components().collect::<PathBuf>());
                let itself = itself.map_err(Error::io("look at the folder", path))?;
                if path.join(&*RunFile::Config.name()).exists() {
                    if !replace {
                        return Err(Error::FolderExists { path: path.to_owned() });
                    }
                    if itself.is_symlink() {
                        return Err(refusal(itself.file_type()));
                    }
                }
                if marker.part {
                    return Err(Error::NotARun { path: path.to_owned(), found: "a part of a run".to_owned() });
                }
                Removal::of(path, *marker)?.carry_out()?;
                let marker = path.join(MARKER);
                fs::remove_file(&marker).map_err(Error::io("remove the earlier run", &marker))?;
            }
        }
        let lock = Marker { kind, part: false }.put(path)?;
        Ok(Self { path: path.to_owned(), _lock: Some(lock) })
    }

    /// The folder `base/name-1`, or with the first higher number that [`Self::create`] takes without replacing anything.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be made.
    pub fn create_numbered(base: &Path, name: &str, kind: RunKind) -> Result<Self, Error> {
        for number in 1u32.. {
            match Self::create(&base.join(format!("{name}-{number}")), kind, false) {
                Err(Error::FolderExists { .. } | Error::NotARun { .. } | Error::InUse { .. }) => {}
                created => return created,
            }
        }
        unreachable!("a folder has fewer entries than there are numbers")
    }

    /// The folder of a run that was started before, to read in.
    ///
    /// # Errors
    /// [`Error::NoRun`] without a recipe in it.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let folder = Self { path: path.to_owned(), _lock: None };
        match folder.file(RunFile::Config).is_file() {
            true => Ok(folder),
            false => Err(Error::NoRun { path: path.to_owned() }),
        }
    }

    /// The folder of a run of this kind that was started before, to resume it. What a killed process has left half-written
    /// is removed; a run of a version that did not mark its folders gets its marker.
    ///
    /// # Errors
    /// [`Error::NoRun`], [`Error::InUse`], [`Error::NotARun`] for a marker of another version, [`Error::Io`].
    pub fn resume(path: &Path, kind: RunKind) -> Result<Self, Error> {
        let folder = Self::open(path)?;
        let lock = match Marker::hold(path)? {
            Some((_, lock)) => lock,
            None => Marker { kind, part: false }.put(path)?,
        };
        sweep(path).map_err(Error::io("tidy up the folder", path))?;
        Ok(Self { _lock: Some(lock), ..folder })
    }

    /// The folder of a part of this run, which is of this kind; made if it is not there. `name` may be of several folders.
    ///
    /// # Errors
    /// [`Error::NotARun`] if another run has it, [`Error::Io`] if it cannot be made.
    pub fn part(&self, kind: RunKind, name: impl AsRef<Path>) -> Result<Self, Error> {
        let path = self.path.join(name);
        make_folder(&path).map_err(Error::io("make the folder", &path))?;
        let marker = Marker { kind, part: true };
        match Marker::find(&path)? {
            Some(found) if found == marker => {}
            Some(_) => return Err(Error::NotARun { path, found: "another run".to_owned() }),
            None => drop(marker.put(&path)?),
        }
        sweep(&path).map_err(Error::io("tidy up the folder", &path))?;
        Ok(Self { path, _lock: None })
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

    /// The bytes of a file of the run, at most 2 GiB of them; none if it is not there.
    ///
    /// # Errors
    /// [`Error::Data`] if it cannot be read or is larger.
    pub fn read(&self, file: RunFile) -> Result<Option<Vec<u8>>, Error> {
        match read_file(&self.file(file), MAX_BYTES) {
            Err(error) if error.kind() == tenfold_dataset::ErrorKind::NotFound => Ok(None),
            read => Ok(Some(read?)),
        }
    }
}

/// Checks that an unmarked folder is empty, but for what a process has left that was killed while it marked it.
fn check_empty(path: &Path, replace: bool) -> Result<(), Error> {
    sweep(path).map_err(Error::io("tidy up the folder", path))?;
    let Some(first) = Entry::all(path)?.into_iter().next() else { return Ok(()) };
    let looks_like_a_run = [RunFile::Config, RunFile::Environment].map(|file| path.join(&*file.name()).is_file());
    Err(match (replace, looks_like_a_run) {
        (false, _) => Error::FolderExists { path: path.to_owned() },
        (true, [true, true]) => Error::Unmarked { path: path.to_owned(), marker: MARKER },
        (true, _) => first.foreign(),
    })
}
