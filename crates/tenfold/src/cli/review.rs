//! Pictures that have no sure answer, put aside for a person to say what they show: a folder for each class, as `--data` takes them.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{bail, ensure};

use super::files;

/// The most pictures of one name in a folder.
const MOST_OF_A_NAME: u32 = 1_000;

/// A folder of pictures to be looked at.
pub(crate) struct Review {
    folder: PathBuf,
    kept: u32,
}

impl Review {
    pub(crate) fn new(folder: &Path) -> anyhow::Result<Self> {
        files::check_folder(folder)?;
        Ok(Self { folder: folder.to_owned(), kept: 0 })
    }

    /// Copies a picture to the folder of its likeliest class, unless it is there already.
    pub(crate) fn keep(&mut self, picture: &Path, bytes: &[u8], class: &str) -> anyhow::Result<()> {
        ensure!(
            !class.starts_with('.') && !class.contains(['/', '\\']),
            "class '{class}', expected the name of a folder for --review"
        );
        let folder = self.folder.join(class);
        files::make_folder(&folder)?;
        let Some(path) = free_place(&folder, picture, bytes)? else { return Ok(()) };
        files::write(&path, bytes, false)?;
        self.kept += 1;
        Ok(())
    }

    /// What a person can do now.
    pub(crate) fn advice(&self) -> Option<String> {
        (self.kept > 0).then(|| {
            let (folder, pictures) = (self.folder.display(), if self.kept == 1 { "picture is" } else { "pictures are" });
            format!(
                "{} {pictures} in {folder} for review\nhint: move each to the folder of what it shows, remove those without a digit, and then \
                 train --data {folder} --from MODEL --rehearse 5000",
                self.kept
            )
        })
    }
}

/// A name in a folder for a picture, its own or with a number; none if the same picture has it.
fn free_place(folder: &Path, picture: &Path, bytes: &[u8]) -> anyhow::Result<Option<PathBuf>> {
    for number in 1..=MOST_OF_A_NAME {
        let path = folder.join(name(picture, number));
        match fs::metadata(&path) {
            Err(_) => return Ok(Some(path)),
            Ok(found) if found.len() == bytes.len() as u64 && fs::read(&path).is_ok_and(|other| other == bytes) => {
                return Ok(None);
            }
            Ok(_) => {}
        }
    }
    bail!("{}: more than {MOST_OF_A_NAME} pictures are called {}", folder.display(), name(picture, 1).display())
}

/// `photo.png`, or with a number above 1 `photo-2.png`; that of standard input is `stdin`.
fn name(picture: &Path, number: u32) -> PathBuf {
    let is_input = picture.as_os_str() == files::STANDARD_INPUT;
    let stem = picture.file_stem().filter(|_| !is_input).map_or_else(|| OsString::from("stdin"), OsString::from);
    let mut name = stem;
    if number > 1 {
        name.push(format!("-{number}"));
    }
    if let Some(extension) = picture.extension() {
        name.push(".");
        name.push(extension);
    }
    name.into()
}
