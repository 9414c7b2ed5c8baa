//! The folder of MNIST's four IDX files, and of sets like it.

use std::path::Path;

use crate::class_names::DIGITS;
use crate::file::{MAX_FILE_BYTES, read_file};
use crate::part::Part;
use crate::{Dataset, Error, ErrorKind, gzip, idx};

/// Whichever parts are there: training images, test images.
pub(super) fn both(directory: &Path) -> Result<(Option<Dataset>, Option<Dataset>), Error> {
    let part = |part| match load(directory, part) {
        Err(error @ Error::Missing { .. }) => Ok(Err(error)),
        Err(error) => Err(error),
        Ok(images) => Ok(Ok(images)),
    };
    match (part(Part::Train)?, part(Part::Test)?) {
        (Err(error), Err(_)) => Err(error),
        (train, test) => Ok((train.ok(), test.ok())),
    }
}

/// Reads one part.
pub(super) fn load(directory: &Path, part: Part) -> Result<Dataset, Error> {
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
