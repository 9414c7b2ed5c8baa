//! All labelled images of a source, with the classes of all of them together.

use std::path::Path;

use tenfold_imaging::{FileKind, Preparation};

use super::found::{Found, Place, find};
use super::idx_folder;
use crate::file::{MAX_FILE_BYTES, read_file};
use crate::images::MAX_SET_BYTES;
use crate::labelled::{Sets, classes};
use crate::part::Part;
use crate::{Dataset, Error, Images, Labelled, Labels, csv, folder, gzip, hold_out, npz, parquet};

/// The share of a set without test images that is held out for them.
const TEST_SHARE: f64 = 0.2;
/// Which images these are.
const TEST_SEED: u64 = 0;

/// All labelled images of a source. Both parts have the same classes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Contents {
    /// Images that the source says are for training or for testing, at least one of the two.
    Parts {
        /// To learn from.
        train: Option<Dataset>,
        /// To be judged by.
        test: Option<Dataset>,
    },
    /// One set of which the source says neither, or training images alone.
    Whole(Dataset),
}

impl Contents {
    /// One part. A whole set is divided, always the same way: one image in five of each class, chosen at random, is for
    /// testing.
    ///
    /// # Errors
    /// [`Error::NoPart`] if the source has only the other.
    pub fn part(self, part: Part) -> Result<Dataset, Error> {
        let (train, test) = self.into_parts()?;
        match part {
            Part::Train => train.ok_or(Error::NoPart { part: "training" }),
            Part::Test => test.ok_or(Error::NoPart { part: "test" }),
        }
    }

    /// Both parts, as [`part`](Self::part) gives them.
    ///
    /// # Errors
    /// As there.
    pub fn both(self) -> Result<(Dataset, Dataset), Error> {
        let (train, test) = self.into_parts()?;
        Ok((train.ok_or(Error::NoPart { part: "training" })?, test.ok_or(Error::NoPart { part: "test" })?))
    }

    fn into_parts(self) -> Result<(Option<Dataset>, Option<Dataset>), Error> {
        match self {
            Self::Parts { train, test } => Ok((train, test)),
            Self::Whole(images) => {
                let division = hold_out(images.labels(), TEST_SHARE, TEST_SEED)?;
                // There is none to hold out of one or two.
                let test = images.subset(&division.validation).map_err(|_| Error::NoPart { part: "test" })?;
                Ok((Some(images.subset(&division.train)?), Some(test)))
            }
        }
    }

    /// What is at `path`; pictures are prepared as `preparation` says.
    pub(super) fn read(path: &Path, preparation: &Preparation) -> Result<Self, Error> {
        let sets = match find(path)? {
            Found::Idx => {
                let (train, test) = idx_folder::both(path)?;
                return Ok(Self::Parts { train, test });
            }
            Found::Npz(file) => {
                let bytes = read_file(&file, MAX_FILE_BYTES)?;
                npz::parse(&bytes).map_err(|error| error.at(file))?
            }
            Found::Sets(places) => read_sets(places, preparation)?,
        };
        let classes = classes(&sets)?;
        let (mut train, mut test, mut whole) = (None, None, None);
        for (part, set) in sets {
            let place = match part {
                Some(Part::Train) => &mut train,
                Some(Part::Test) => &mut test,
                None => &mut whole,
            };
            *place = Some(set.into_dataset(&classes)?);
        }
        match (train, test, whole) {
            (None, None, Some(images)) | (Some(images), None, _) => Ok(Self::Whole(images)),
            (train, test, _) => Ok(Self::Parts { train, test }),
        }
    }
}

fn read_sets(places: Vec<(Option<Part>, Place)>, preparation: &Preparation) -> Result<Sets, Error> {
    let has_training = places.iter().any(|(part, _)| *part == Some(Part::Train));
    let mut sets = Sets::new();
    for (part, place) in places {
        let set = match place {
            Place::Pictures(path) => folder::read(&path, preparation)?,
            Place::Tables(files) => {
                let tables = files.iter().map(|file| read_table(file, preparation).map_err(|error| error.at(file)));
                match tables.collect::<Result<Vec<_>, _>>() {
                    // Kaggle's test images have no labels: those are its secret.
                    Err(error) if part == Some(Part::Test) && has_training && error.is_without_labels() => continue,
                    tables => joined(tables?)?,
                }
            }
        };
        sets.push((part, set));
    }
    Ok(sets)
}

fn read_table(file: &Path, preparation: &Preparation) -> Result<Labelled, Error> {
    let bytes = read_file(file, MAX_FILE_BYTES)?;
    let bytes = gzip::decompress(&bytes, MAX_FILE_BYTES)?;
    match FileKind::of_bytes(&bytes) {
        FileKind::Parquet => parquet::parse(&bytes, preparation),
        FileKind::Csv => csv::parse(&bytes),
        found => Err(Error::NotADataSet { found }),
    }
}

/// Tables one after the other, as one.
fn joined(tables: Vec<Labelled>) -> Result<Labelled, Error> {
    let mut tables = tables.into_iter();
    let Some(first) = tables.next() else { return Err(Error::Empty) };
    let Labelled { images: Images { pixels, height, width }, mut labels } = first;
    let mut pixels = pixels.into_owned();
    for Labelled { images, labels: more } in tables {
        if (images.height, images.width) != (height, width) {
            let (expected, found) = ([height, width], [images.height, images.width]);
            return Err(Error::SizesDiffer { expected, found });
        }
        if pixels.len() as u64 + images.pixels.len() as u64 > MAX_SET_BYTES {
            return Err(Error::LimitExceeded { what: "bytes of all images", limit: MAX_SET_BYTES });
        }
        pixels.extend_from_slice(&images.pixels);
        more.iter().try_for_each(|label| Labels::push(&mut labels, label))?;
    }
    Ok(Labelled { images: Images { pixels: pixels.into(), height, width }, labels })
}
