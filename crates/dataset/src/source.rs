//! Where labelled images come from: the program itself, or a folder of IDX files.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use tenfold_imaging::FileKind;

use crate::{Dataset, Error, ErrorKind, Images, gzip, idx, read_file};

/// Number of classes of digits, 0 to 9.
pub const DIGITS: usize = 10;

/// The largest file, before and after decompression: 45 times the largest file of MNIST.
pub const MAX_FILE_BYTES: u64 = 2 << 30;

/// Where images of digits are read from.
///
/// ```
/// use tenfold_dataset::{ErrorKind, Part, Source};
///
/// let train = Source::Embedded.load(Part::Train)?;
/// assert_eq!((train.len(), train.classes()), (60_000, 10));
///
/// let error = Source::Directory("nowhere".into()).load(Part::Train).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::NotFound);
/// # Ok::<(), tenfold_dataset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// MNIST as it is embedded in the program.
    Embedded,
    /// A folder with four IDX files, named as MNIST's are: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`,
    /// `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`, or with `.idx3-ubyte` and `.idx1-ubyte` at the end; each
    /// as it is or with `.gz` added. Of several spellings the first in this order is read. Groups of the images, as their
    /// writers, are in `train-groups-idx1-int` and `t10k-groups-idx1-int`, spelt likewise, if there are such files.
    Directory(PathBuf),
}

/// Which half of a data set: the one to learn from, or the one to be judged by, once, at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The training images.
    Train,
    /// The test images.
    Test,
}

impl Source {
    /// Reads one part: ten classes, and images of any one size. The embedded images are borrowed, not copied.
    ///
    /// # Errors
    /// Any [`Error`] of reading, decompressing and parsing, with the file or the folder it concerns.
    pub fn load(&self, part: Part) -> Result<Dataset, Error> {
        match self {
            Source::Embedded => load_embedded(part),
            Source::Directory(directory) => load_directory(directory, part).map_err(|error| match error {
                Error::At { .. } => error,
                error => error.at(directory),
            }),
        }
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
    Dataset::new(images, split.labels.as_slice(), DIGITS)?.with_groups(writers)
}

fn load_directory(directory: &Path, part: Part) -> Result<Dataset, Error> {
    // So that a missing folder, a file and a folder without the four files give different errors.
    if std::fs::metadata(directory).map_err(Error::Io)?.is_file() {
        return Err(Error::NotAFolder { found: kind_of(directory)? });
    }
    std::fs::read_dir(directory).map_err(Error::Io)?;
    let (prefix, half) = match part {
        Part::Train => ("train", "training"),
        Part::Test => ("t10k", "test"),
    };
    let images =
        IdxFile { directory, what: format!("{half} images"), stem: format!("{prefix}-images"), ending: "idx3-ubyte" };
    let labels =
        IdxFile { directory, what: format!("{half} labels"), stem: format!("{prefix}-labels"), ending: "idx1-ubyte" };
    let groups =
        IdxFile { directory, what: format!("{half} groups"), stem: format!("{prefix}-groups"), ending: "idx1-int" };
    let dataset = Dataset::new(images.read(idx::parse_images)?, labels.read(idx::parse_labels)?, DIGITS)?;
    match groups.read(idx::parse_groups) {
        Err(Error::Missing { .. }) => Ok(dataset),
        groups => dataset.with_groups(groups?),
    }
}

/// One of the files, under any of its names.
struct IdxFile<'a> {
    directory: &'a Path,
    what: String,
    stem: String,
    ending: &'static str,
}

impl IdxFile<'_> {
    /// Reads and parses the first name that exists.
    fn read<T>(self, parse: fn(&[u8]) -> Result<T, Error>) -> Result<T, Error> {
        let accepted: Vec<String> = ["-", "."]
            .iter()
            .flat_map(|joint| ["", ".gz"].map(|gz| format!("{}{joint}{}{gz}", self.stem, self.ending)))
            .collect();
        for name in &accepted {
            let path = self.directory.join(name);
            match read_file(&path, MAX_FILE_BYTES) {
                Ok(bytes) => {
                    let contents = gzip::decompress(&bytes, MAX_FILE_BYTES).and_then(|bytes| parse(&bytes));
                    return contents.map_err(|error| error.at(path));
                }
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Missing { what: self.what, accepted })
    }
}

/// What a file is, by its beginning.
fn kind_of(path: &Path) -> Result<FileKind, Error> {
    let mut start = Vec::new();
    File::open(path).and_then(|file| file.take(FileKind::BYTES as u64).read_to_end(&mut start)).map_err(Error::Io)?;
    Ok(FileKind::of_bytes(&start))
}

#[cfg(test)]
mod tests;
