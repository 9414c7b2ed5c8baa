//! Images without a digit that are not in `DIR`: letters, clothes, and what the generator makes up.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use tenfold_dataset::{Contents, Dataset, Export, MAX_FILE_BYTES, Part, Source, gzip, idx, non_digits_by_kind};
use tenfold_handwriting::LIKE_DIGITS;
use tenfold_recognizer::Recognizer;

use super::acceptance::Group;
use super::unless_refused;

/// The most images of a set that are read, evenly from all of it.
const MOST: usize = 5_000;
/// The seed of what is made up, which no training has: the largest.
const SEED: u64 = u64::MAX;
const MADE_UP: u32 = 2_000;

/// Labels of EMNIST's set "by class" begin with the digits.
const CLASSES: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A set of images without a digit.
pub(super) struct Others {
    name: &'static str,
    images: Dataset,
}

/// The sets that there are.
pub(super) fn all(letters: Option<&Path>, clothes: Option<&Path>) -> anyhow::Result<Vec<Others>> {
    let mut all = Vec::new();
    if let Some(folder) = letters {
        all.push(Others { name: "letters unlike digits", images: clear_letters(folder)? });
    }
    if let Some(folder) = clothes {
        all.push(Others { name: "clothes", images: Source::Path(folder.to_owned()).load(Part::Test)? });
    }
    let digits = Source::Embedded.load(Part::Train)?;
    all.push(Others { name: "made up", images: non_digits_by_kind(&digits, MADE_UP, SEED)? });
    Ok(all)
}

/// The letters that nobody takes for a digit.
fn clear_letters(folder: &Path) -> anyhow::Result<Dataset> {
    let images = idx::parse_images(&file_with(folder, "images-idx3-ubyte")?)?;
    let labels = idx::parse_labels(&file_with(folder, "labels-idx1-ubyte")?)?;
    let names: Vec<String> = CLASSES.chars().map(String::from).collect();
    let all = Dataset::new(images, labels, names.len())?.with_names(&names)?;
    let name = |index: &u32| CLASSES.as_bytes()[usize::from(all.label(*index as usize))] as char;
    let is_clear = |index: &u32| name(index).is_ascii_alphabetic() && !LIKE_DIGITS.contains(&name(index));
    Ok(all.subset(&(0..all.len() as u32).filter(is_clear).collect::<Vec<_>>())?)
}

/// The bytes of the one file with this in its name, decompressed.
fn file_with(folder: &Path, part: &str) -> anyhow::Result<Vec<u8>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut found: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    found.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().contains(part)));
    let place = folder.display();
    ensure!(found.len() == 1, "{place}: expected one file with '{part}' in its name, found {}", found.len());
    let bytes = fs::read(&found[0]).with_context(|| found[0].display().to_string())?;
    Ok(gzip::decompress(&bytes, MAX_FILE_BYTES)?.into_owned())
}

impl Others {
    /// Reads the images as pictures.
    pub fn read(&self, recognizer: &Recognizer) -> anyhow::Result<Group> {
        let step = self.images.len().div_ceil(MOST);
        let some = self.images.subset(&(0..self.images.len() as u32).step_by(step).collect::<Vec<_>>())?;
        let shows: Vec<&str> = some.labels().iter().map(|&label| some.names()[usize::from(label)].as_str()).collect();
        let pictures: Vec<Vec<u8>> =
            Export::Pictures.files(&Contents::Whole(some.clone()))?.into_iter().map(|(_, png)| png).collect();
        let answers = recognizer.predict_batch(&pictures).into_iter().map(unless_refused);
        let probabilities = answers.map(|answer| Ok(answer?.map(|prediction| prediction.probability)));
        Ok(Group::new(self.name, &shows, &probabilities.collect::<anyhow::Result<Vec<_>>>()?))
    }
}
