//! Files within a limit: the one place where files are read.

use std::fs::File;
use std::io::{ErrorKind as IoErrorKind, Read};
use std::path::Path;

use crate::Error;

/// The largest file, before and after decompression: 45 times the largest file of MNIST.
pub const MAX_FILE_BYTES: u64 = 2 << 30;

/// All bytes of a file, of which there may be at most `limit`. The size of a file that has one is looked at before anything
/// is read; of one that has none, as a FIFO, no more is read than one byte over the limit.
///
/// # Errors
/// [`Error::Open`], [`Error::Folder`], [`Error::FileTooLarge`], [`Error::Memory`] or [`Error::Io`], each with the path.
pub fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, Error> {
    read_path(path, limit).map_err(|error| error.at(path))
}

/// All bytes that `from` gives, at most `limit` of them.
///
/// # Errors
/// [`Error::FileTooLarge`] or [`Error::Io`].
pub fn read_within(from: impl Read, limit: u64) -> Result<Vec<u8>, Error> {
    read_into(Vec::new(), from, limit)
}

fn read_path(path: &Path, limit: u64) -> Result<Vec<u8>, Error> {
    let file = File::open(path).map_err(Error::Open)?;
    let metadata = file.metadata().map_err(Error::Io)?;
    if metadata.is_dir() {
        return Err(Error::Folder);
    }
    let size = if metadata.is_file() { metadata.len() } else { 0 };
    if size > limit {
        return Err(Error::FileTooLarge { found: size, limit });
    }
    read_into(reserved(size)?, file, limit)
}

fn read_into(mut bytes: Vec<u8>, from: impl Read, limit: u64) -> Result<Vec<u8>, Error> {
    let read = from.take(limit.saturating_add(1)).read_to_end(&mut bytes);
    match read {
        Err(error) if error.kind() == IoErrorKind::OutOfMemory => Err(Error::Memory { bytes: bytes.len() as u64 }),
        Err(error) => Err(Error::Io(error)),
        Ok(_) if bytes.len() as u64 > limit => Err(Error::FileTooLarge { found: bytes.len() as u64, limit }),
        Ok(_) => Ok(bytes),
    }
}

/// Room for `count` bytes, where the system has it.
pub(crate) fn reserved(count: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let room = usize::try_from(count).is_ok_and(|count| bytes.try_reserve_exact(count).is_ok());
    if room { Ok(bytes) } else { Err(Error::Memory { bytes: count }) }
}

#[cfg(test)]
mod tests {
    use super::{read_file, read_within, reserved};
    use crate::{Error, ErrorKind};

    #[test]
    fn a_file_is_read_up_to_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, [1, 2, 3]).unwrap();
        assert_eq!(read_file(&path, 3).unwrap(), [1, 2, 3]);
        assert_eq!(read_within([1, 2, 3].as_slice(), 3).unwrap(), [1, 2, 3]);
        let name = path.display();
        let check =
            |result: Result<Vec<u8>, Error>, message: String| assert_eq!(result.unwrap_err().to_string(), message);
        check(read_file(&path, 2), format!("{name}: file too large: expected at most 2 bytes, found 3 or more"));
        check(
            read_within(std::io::repeat(7), 2),
            "file too large: expected at most 2 bytes, found 3 or more".to_owned(),
        );
        check(read_file(folder.path(), 2), format!("{}: expected a file, found a folder", folder.path().display()));
        let missing = read_file(&folder.path().join("none"), 2).unwrap_err();
        assert!(
            missing.kind() == ErrorKind::NotFound && missing.to_string().contains("none: cannot open the file: "),
            "{missing}"
        );
    }

    #[test]
    fn what_the_system_has_no_room_for_is_an_error() {
        assert_eq!(reserved(10).unwrap().capacity(), 10);
        assert!(matches!(reserved(1 << 62), Err(Error::Memory { bytes }) if bytes == 1 << 62));
        assert!(matches!(reserved(u64::MAX), Err(Error::Memory { .. })));
    }
}
