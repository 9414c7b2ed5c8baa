//! Where labelled images come from: the program itself, or what is at a path.

mod contents;
mod found;
mod idx_folder;

use std::path::{Path, PathBuf};

use tenfold_imaging::Preparation;

use crate::class_names::DIGITS;
use crate::part::Part;
use crate::{Dataset, Error, Images};
pub use contents::Contents;
use found::{Found, find};

/// Where images of digits, or of anything else that has classes, are read from.
///
/// ```
/// use tenfold_dataset::{ErrorKind, Part, Source};
///
/// let train = Source::Embedded.load(Part::Train)?;
/// assert_eq!((train.len(), train.classes()), (60_000, 10));
///
/// let error = Source::Path("nowhere".into()).load(Part::Train).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::NotFound);
/// # Ok::<(), tenfold_dataset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// MNIST as it is embedded in the program.
    Embedded,
    /// What is at a path, known by the content of the files:
    ///
    /// - a folder with four IDX files, named as MNIST's are: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`,
    ///   `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`, or with `.idx3-ubyte` and `.idx1-ubyte` at the end; each as
    ///   it is or with `.gz` added. Of several spellings the first in this order is read. They are of ten
    ///   classes. Groups of the images, as their writers, are in `train-groups-idx1-int` and `t10k-groups-idx1-int`, spelt
    ///   likewise, if there are such files;
    /// - a [table](crate::csv) as text (CSV), as it is or compressed with gzip, or a folder with `train.csv` and `test.csv`;
    /// - a [numpy archive](crate::npz), or a folder with one;
    /// - a [Parquet table](crate::parquet), or a folder with files whose names begin with `train` and `test`;
    /// - a folder with a folder of pictures (PNG, JPEG) for each class, named as the class is; or two such, `train` and `test`.
    Path(PathBuf),
}

impl Source {
    /// Reads one part, of images of any one size; pictures are prepared by MNIST's rule. The embedded images are borrowed, not
    /// copied. A set that does not say which images are for testing is [divided](Contents::part).
    ///
    /// # Errors
    /// Any [`Error`] of reading, decompressing and parsing, with the file or the folder it concerns.
    pub fn load(&self, part: Part) -> Result<Dataset, Error> {
        self.load_prepared(part, &Preparation::default())
    }

    /// As [`Self::load`], with pictures prepared as a model has it.
    ///
    /// # Errors
    /// As there.
    pub fn load_prepared(&self, part: Part, preparation: &Preparation) -> Result<Dataset, Error> {
        match self {
            Source::Embedded => load_embedded(part),
            Source::Path(path) => load_path(path, part, preparation).map_err(|error| error.at(path)),
        }
    }

    /// Reads all that is there.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn contents(&self, preparation: &Preparation) -> Result<Contents, Error> {
        match self {
            Source::Embedded => {
                Ok(Contents::Parts { train: Some(load_embedded(Part::Train)?), test: Some(load_embedded(Part::Test)?) })
            }
            Source::Path(path) => Contents::read(path, preparation).map_err(|error| error.at(path)),
        }
    }
}

fn load_path(path: &Path, part: Part, preparation: &Preparation) -> Result<Dataset, Error> {
    match find(path)? {
        // Only the files of this part are read.
        Found::Idx => idx_folder::load(path, part),
        _ => Contents::read(path, preparation)?.part(part),
    }
}

fn load_embedded(part: Part) -> Result<Dataset, Error> {
    let split = match part {
        Part::Train => tenfold_mnist::train()?,
        Part::Test => tenfold_mnist::test()?,
    };
    let side = tenfold_mnist::SIDE;
    let images = Images { pixels: split.images.as_slice().into(), height: side, width: side };
    let writers = match part {
        Part::Train => tenfold_mnist::train_writers()?,
        Part::Test => tenfold_mnist::test_writers()?,
    };
    let labels: Vec<u16> = split.labels.iter().copied().map(u16::from).collect();
    Dataset::new(images, labels, DIGITS)?.with_groups(writers)
}

#[cfg(test)]
mod kinds_tests;
#[cfg(test)]
mod tests;
