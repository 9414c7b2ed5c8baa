//! Files that appear whole or not at all.

use std::io::{self, Write};
use std::path::Path;

/// How the names of temporary files begin: one is left behind when the program is killed while it writes.
pub(crate) const TEMPORARY: &str = ".tenfold-";

/// Writes `contents` to `path`, over what is there: to a temporary file in the same folder first, which takes the name
/// once it is complete and on the disk. The file gets the permissions that any new file would.
///
/// # Errors
/// What the system said; what was there before is there still, and nothing half-written.
pub fn write_whole(path: &Path, contents: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Less what the user's mask takes away; a temporary file's own default would be for nobody else to read.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut temporary = builder.tempfile_in(folder)?;
    temporary.write_all(contents)?;
    temporary.as_file().sync_all()?;
    temporary.persist(path).map_err(|error| error.error)?;
    Ok(())
}
