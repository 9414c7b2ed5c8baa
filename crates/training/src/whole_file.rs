//! Files and folders that appear whole or not at all, and are there still after a power cut.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// How the names of temporary files begin: one is left behind when the program is killed while it writes.
pub(crate) const TEMPORARY: &str = ".tenfold-partial-";

/// Writes `contents` to `path`, over what is there: to a temporary file in the same folder first, which takes the name
/// once it is complete and on the disk. The file gets the permissions that any new file would.
///
/// # Errors
/// What the system said; what was there before is there still, and nothing half-written.
pub fn write_whole(path: &Path, contents: &[u8]) -> io::Result<()> {
    let temporary = complete(path, contents)?;
    temporary.persist(path).map_err(|error| error.error)?;
    sync_folder(folder_of(path))
}

/// As [`write_whole`], for a name that must be free.
///
/// # Errors
/// Of the kind [`ErrorKind::AlreadyExists`] if it is not; or what else the system said.
pub fn write_new(path: &Path, contents: &[u8]) -> io::Result<()> {
    let temporary = complete(path, contents)?;
    temporary.persist_noclobber(path).map_err(|error| error.error)?;
    sync_folder(folder_of(path))
}

/// A temporary file beside `path` that holds `contents`, on the disk.
fn complete(path: &Path, contents: &[u8]) -> io::Result<NamedTempFile> {
    let mut temporary = temporary_in(folder_of(path))?;
    temporary.write_all(contents)?;
    temporary.as_file().sync_all()?;
    Ok(temporary)
}

/// A new temporary file that [`sweep`] leaves alone as long as this process lives.
fn temporary_in(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Less what the user's mask takes away; a temporary file's own default would be for nobody else to read.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    loop {
        let temporary = builder.tempfile_in(folder)?;
        // Another process may sweep between the two lines: then it has the lock, or the file has gone.
        if try_lock(temporary.as_file()) && temporary.path().exists() {
            return Ok(temporary);
        }
    }
}

/// Removes the temporary files in `folder` whose processes were killed while they wrote; those of processes that live are
/// locked by them, and stay.
///
/// # Errors
/// What the system said.
pub fn sweep(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(TEMPORARY)
            || !entry.file_type().is_ok_and(|kind| kind.is_file())
        {
            continue;
        }
        // To write, though nothing is: over a network only such a file can be locked.
        let abandoned = match File::options().write(true).open(entry.path()) {
            Ok(file) => file.try_lock().map(|()| fs::remove_file(entry.path())),
            Err(error) => Ok(Err(error)),
        };
        match abandoned {
            // In use, or on a file system that cannot say.
            Err(_) => {}
            Ok(Err(error)) if error.kind() == ErrorKind::NotFound => {}
            Ok(removed) => removed?,
        }
    }
    Ok(())
}

/// Whether nobody else holds the lock of `file`, which this process holds from now on. A file system without locks has no
/// other holders either.
pub(crate) fn try_lock(file: &File) -> bool {
    !matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}

/// Makes the folder `path` and those around it that are missing.
///
/// # Errors
/// What the system said; not that the folder is there already.
pub fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        make_folder(parent)?;
    }
    match fs::create_dir(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        made => made.and_then(|()| sync_folder(folder_of(path))),
    }
}

/// The folder that holds `path`.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        // The root holds itself.
        parent => parent.unwrap_or(path),
    }
}

/// Has the names in a folder written to the disk, where the system does that for folders.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        // A folder that may be written but not listed, and file systems that know no such thing.
        Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::InvalidInput) => Ok(()),
        synced => synced,
    }
}

/// What something is that is not a file, for messages: `a folder`, `a symbolic link`.
pub fn describe(found: fs::FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if found.is_fifo() {
            return "a FIFO";
        }
        if found.is_socket() {
            return "a socket";
        }
    }
    match (found.is_file(), found.is_dir(), found.is_symlink()) {
        (true, ..) => "a file",
        (_, true, _) => "a folder",
        (.., true) => "a symbolic link",
        _ => "a device",
    }
}
