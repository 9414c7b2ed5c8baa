//! The folder of a data set in JSON: readable, and the same again where its name is not UTF-8.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How it is written: for people, and the bytes too where these are not UTF-8.
#[derive(Serialize, Deserialize)]
struct Written {
    data: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    data_bytes: Option<Vec<u8>>,
}

/// Writes the keys `data` and, only where the name is not UTF-8, `data_bytes`.
pub(crate) fn serialize<S: Serializer>(data: &Option<PathBuf>, serializer: S) -> Result<S::Ok, S::Error> {
    let bytes = data.as_deref().filter(|path| path.to_str().is_none()).and_then(bytes_of);
    Written { data: data.as_deref().map(|path| path.to_string_lossy().into_owned()), data_bytes: bytes }
        .serialize(serializer)
}

/// Reads them.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PathBuf>, D::Error> {
    let Written { data, data_bytes } = Written::deserialize(deserializer)?;
    Ok(data_bytes.and_then(path_of).or_else(|| data.map(PathBuf::from)))
}

#[cfg(unix)]
fn bytes_of(path: &Path) -> Option<Vec<u8>> {
    use std::os::unix::ffi::OsStrExt;
    Some(path.as_os_str().as_bytes().to_vec())
}

#[cfg(unix)]
fn path_of(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Some(std::ffi::OsString::from_vec(bytes).into())
}

#[cfg(not(unix))]
fn bytes_of(_: &Path) -> Option<Vec<u8>> {
    None
}

#[cfg(not(unix))]
fn path_of(_: Vec<u8>) -> Option<PathBuf> {
    None
}
