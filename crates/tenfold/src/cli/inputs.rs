//! What the arguments of a command that reads pictures stand for: files, folders of them, patterns, and standard input.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail, ensure};
use tenfold_recognizer::FileKind;

use super::files::STANDARD_INPUT;

/// Kinds of files that a folder has besides pictures, each with how many there are.
pub(super) type Skipped = BTreeMap<String, usize>;

/// The files and folders that an argument names: itself, or where nothing is called so and it is a pattern, as shells that do
/// not know patterns leave it, what the pattern matches, in the order of names.
pub(super) fn named(argument: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let itself = || Ok(vec![argument.to_owned()]);
    let pattern = argument.to_str().filter(|text| text.contains(['*', '?', '['])).filter(|_| !argument.exists());
    let Some(Ok(matches)) = pattern.map(glob::glob) else { return itself() };
    let found = matches.collect::<Result<Vec<_>, _>>().with_context(|| argument.display().to_string())?;
    ensure!(!found.is_empty(), "{}: no file matches", argument.display());
    Ok(found)
}

/// The files of a folder, in the order of their names, without hidden ones.
pub(super) fn files_of(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let list = || -> std::io::Result<Vec<PathBuf>> {
        let entries = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
        let mut paths = entries.collect::<Result<Vec<_>, _>>()?;
        paths.retain(|path| !path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".")));
        paths.sort();
        Ok(paths)
    };
    list().with_context(|| format!("{}: cannot read the folder", folder.display()))
}

/// Whether a file of a folder is to be read: one that cannot be opened is, for that is to be said. Otherwise it is counted.
pub(super) fn is_picture(path: &Path, skipped: &mut Skipped) -> bool {
    let kind = if path.is_dir() {
        "a folder".to_owned()
    } else {
        let mut start = Vec::new();
        let read = File::open(path).and_then(|file| file.take(FileKind::BYTES as u64).read_to_end(&mut start));
        match FileKind::of_bytes(&start) {
            kind if read.is_err() || kind.is_read() => return true,
            kind => kind.to_string(),
        }
    };
    *skipped.entry(kind).or_default() += 1;
    false
}

/// What was skipped in a folder, in a sentence; none if nothing was.
pub(super) fn sentence(folder: &Path, skipped: &Skipped) -> Option<String> {
    let count: usize = skipped.values().sum();
    let kinds: Vec<String> = skipped.iter().map(|(kind, count)| format!("{kind} ({count})")).collect();
    (count > 0).then(|| format!("{}: skipped {count} that are not pictures: {}", folder.display(), kinds.join(", ")))
}

/// Checks that the arguments name one file, for an option that is about one picture.
pub(super) fn check_single(arguments: &[PathBuf], option: &str) -> anyhow::Result<()> {
    let named: Vec<PathBuf> = arguments.iter().map(|argument| named(argument)).collect::<Result<Vec<_>, _>>()?.concat();
    match &named[..] {
        [path] if path.is_dir() => bail!("{option}: expected one picture, found a folder"),
        [_] => Ok(()),
        all => Err(anyhow!("{option}: expected one picture, found {}", all.len())),
    }
}

/// Whether it is a folder, of whose files those that are pictures are meant.
pub(super) fn is_folder(path: &Path) -> bool {
    path.as_os_str() != STANDARD_INPUT && path.is_dir()
}
