//! The model that a run starts from.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::fingerprint::hex;

/// Which model a run starts from in place of initial values, so that it can be told from others.
///
/// ```
/// use tenfold_training::Start;
///
/// let start = Start::new("mine.h5", b"its bytes");
/// assert_eq!((start.name.as_str(), start.sha256.len()), ("mine.h5", 64));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// What its file is called, for people.
    pub name: String,
    /// The SHA-256 of its file, in hexadecimal digits.
    pub sha256: String,
}

impl Start {
    /// That of a model in a file of this name and these bytes.
    pub fn new(name: impl Into<String>, bytes: &[u8]) -> Self {
        Self { name: name.into(), sha256: hex(&Sha256::digest(bytes)) }
    }
}
