//! What must hold of the repository as a whole: imports without rings, texts without flags, one kind of error for all, and
//! documents that say what manifests and records say.

mod arrows;
mod features;
mod figures;
mod flags;
mod kinds;
mod links;
mod modules;
mod rings;
mod tokens;

use std::fs;
use std::path::{Path, PathBuf};

/// The repository's folder.
fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The folder of each crate, `xtask` too.
fn crates() -> Vec<PathBuf> {
    let folders = fs::read_dir(repository().join("crates")).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = folders.filter(|folder| folder.join("Cargo.toml").is_file()).collect();
    folders.push(repository().join("xtask"));
    folders.sort();
    folders
}
