//! The file that says that a folder is a run's, and whose lock says that a process works in it.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::Path;

use crate::error::Error;
use crate::run_kind::RunKind;
use crate::whole_file::{describe, try_lock, write_new};

/// The file's name. It is the first file in a run's folder, and the last to go.
pub(crate) const MARKER: &str = ".tenfold-run";

/// How the file begins: with the version of what is known of such folders.
const HEAD: &str = "tenfold run 1: ";

/// What stands before the kind in the folder of a part.
const PART: &str = "part of ";

/// What a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Marker {
    /// What it is a run of; for a part, what the run is that it is a part of.
    pub kind: RunKind,
    /// Whether the run is another's part: its folder lies in the other's.
    pub part: bool,
}

impl Marker {
    /// Marks `folder`, which must not be marked, and holds the lock as long as the file is open.
    ///
    /// # Errors
    /// [`Error::InUse`] if another process was faster; [`Error::Io`].
    pub(crate) fn put(self, folder: &Path) -> Result<File, Error> {
        let path = folder.join(MARKER);
        match write_new(&path, self.text().as_bytes()) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(Error::InUse { path: folder.to_owned() }),
            written => written.map_err(Error::io("write the file", &path)),
        }?;
        match Self::hold(folder)? {
            Some((_, lock)) => Ok(lock),
            // Another process took it for a killed one's.
            None => Err(Error::InUse { path: folder.to_owned() }),
        }
    }

    /// The marker of `folder`, and its lock as long as the file is open; none without a marker.
    ///
    /// # Errors
    /// [`Error::InUse`] if another process has the lock; [`Error::NotARun`] for another file of the name; [`Error::Io`].
    pub(crate) fn hold(folder: &Path) -> Result<Option<(Self, File)>, Error> {
        // To write, though nothing is: over a network only such a file can be locked.
        match open(folder, File::options().read(true).write(true))? {
            None => Ok(None),
            Some(file) => {
                let mut file = lock(folder, file)?;
                Ok(Some((read(folder, &mut file)?, file)))
            }
        }
    }

    /// The marker of `folder`, whoever works there; none without one.
    ///
    /// # Errors
    /// [`Error::NotARun`] for another file of the name; [`Error::Io`].
    pub(crate) fn find(folder: &Path) -> Result<Option<Self>, Error> {
        open(folder, File::options().read(true))?.map(|mut file| read(folder, &mut file)).transpose()
    }

    fn text(self) -> String {
        format!("{HEAD}{}{}\n", if self.part { PART } else { "" }, self.kind)
    }

    fn parse(text: &str) -> Option<Self> {
        let all = RunKind::ALL.into_iter().flat_map(|kind| [false, true].map(|part| Self { kind, part }));
        all.into_iter().find(|marker| marker.text() == text)
    }
}

fn open(folder: &Path, how: &OpenOptions) -> Result<Option<File>, Error> {
    let path = folder.join(MARKER);
    match fs::symlink_metadata(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::io("look at the file", &path)(error)),
        Ok(found) if !found.is_file() => {
            return Err(Error::NotARun { path, found: describe(found.file_type()).to_owned() });
        }
        Ok(_) => {}
    }
    how.open(&path).map(Some).map_err(Error::io("open the file", &path))
}

fn lock(folder: &Path, file: File) -> Result<File, Error> {
    match try_lock(&file) {
        true => Ok(file),
        false => Err(Error::InUse { path: folder.to_owned() }),
    }
}

fn read(folder: &Path, file: &mut File) -> Result<Marker, Error> {
    let path = folder.join(MARKER);
    let mut bytes = Vec::new();
    file.take(100).read_to_end(&mut bytes).map_err(Error::io("read the file", &path))?;
    let found = || format!("a {MARKER} of another version");
    let marker = str::from_utf8(&bytes).ok().and_then(Marker::parse);
    marker.ok_or_else(|| Error::NotARun { path: folder.to_owned(), found: found() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_read_back_and_nothing_else_is_one() {
        for kind in RunKind::ALL {
            for part in [false, true] {
                let marker = Marker { kind, part };
                assert_eq!(Marker::parse(&marker.text()), Some(marker));
            }
        }
        for text in ["", "train", "tenfold run 2: train\n", "tenfold run 1: train", "tenfold run 1: part of train\n\n"]
        {
            assert_eq!(Marker::parse(text), None, "{text}");
        }
    }
}
