//! Numpy archives of images and labels, as Keras has MNIST: `x_train`, `y_train`, `x_test` and `y_test`.
//!
//! Also read are `train_images`, `train_labels`, `test_images` and `test_labels` (MedMNIST's names), and a set whose part
//! nothing names, `x` and `y` or `images` and `labels`. Images are bytes, 0 (background) to 255 (ink), `[count, height,
//! width]`, `[count, height, width, 1]`, or `[count, pixels]` of square images. Labels are whole numbers or texts, `[count]`
//! or `[count, 1]`.

mod labels;

use tenfold_archive::npy::{self, Npy};
use tenfold_archive::{Archive, write as write_archive};

use crate::file::MAX_FILE_BYTES;
use crate::images::square_side;
use crate::part::Part;
use crate::{Dataset, Error, Images, Labelled, MAX_SIDE_PX};

const FORMAT: &str = "NPZ";
/// The names of two arrays that belong together, and which part they are.
const NAMES: [(Option<Part>, &str, &str); 6] = [
    (Some(Part::Train), "x_train", "y_train"),
    (Some(Part::Test), "x_test", "y_test"),
    (Some(Part::Train), "train_images", "train_labels"),
    (Some(Part::Test), "test_images", "test_labels"),
    (None, "x", "y"),
    (None, "images", "labels"),
];

/// Reads all sets of an archive, each with its part, or with none where its name says none.
///
/// Memory is taken as entries unpack, up to [`MAX_FILE_BYTES`] for each array.
///
/// # Errors
/// [`Error::Archive`] for what is not an archive or an array too large; [`Error::Malformed`] for one without such arrays, or with
/// arrays of other types or shapes; as [`Labels::push`](crate::Labels::push).
pub fn parse(bytes: &[u8]) -> Result<Vec<(Option<Part>, Labelled)>, Error> {
    let mut archive = Archive::open(bytes, FORMAT)?;
    let mut sets = Vec::new();
    for (part, images, labels) in NAMES {
        if let (Some(pixels), Some(answers)) = (entry(&mut archive, images)?, entry(&mut archive, labels)?) {
            let images = read_images(Npy::parse(FORMAT, images, &pixels)?)?;
            let labels = labels::read(&Npy::parse(FORMAT, labels, &answers)?)?;
            sets.push((part, Labelled { images, labels }));
        }
    }
    if sets.is_empty() {
        let found = crate::class_names::list(&archive.names());
        return Err(malformed(format!(
            "expected arrays x_train and y_train, x_test and y_test, or x and y, found {found}"
        )));
    }
    Ok(sets)
}

/// Writes sets under Keras' names, those without a part under `x` and `y`. Classes that are ten digits are bytes, others the
/// texts of their names.
///
/// # Errors
/// [`Error::Archive`] if they are too large for the format.
pub fn write(sets: &[(Option<Part>, &Dataset)]) -> Result<Vec<u8>, Error> {
    let mut entries = Vec::new();
    for &(part, set) in sets {
        let (images, labels) = match part {
            Some(Part::Train) => ("x_train.npy", "y_train.npy"),
            Some(Part::Test) => ("x_test.npy", "y_test.npy"),
            None => ("x.npy", "y.npy"),
        };
        let shape = [set.len(), set.height(), set.width()];
        entries.push((images.to_owned(), npy::write("|u1", &shape, set.images())));
        entries.push((labels.to_owned(), labels::write(set)));
    }
    Ok(write_archive(&entries, FORMAT)?)
}

fn entry(archive: &mut Archive<'_>, name: &str) -> Result<Option<Vec<u8>>, Error> {
    Ok(archive.entry(&format!("{name}.npy"), MAX_FILE_BYTES)?)
}

fn read_images(array: Npy<'_>) -> Result<Images, Error> {
    let name = array.name();
    if array.descr() != "|u1" || array.is_fortran_order() {
        let order = if array.is_fortran_order() { " in Fortran order" } else { "" };
        let hint = "in Python, x.astype(numpy.uint8, order=\"C\") of pixels from 0 to 255";
        return Err(malformed(format!("{name}: expected bytes (|u1), found {}{order}\nhint: {hint}", array.descr())));
    }
    let sides = match *array.shape() {
        [count, pixels] => square_side(pixels).map(|side| [count, side, side]),
        [count, height, width] | [count, height, width, 1] => Some([count, height, width]),
        _ => None,
    };
    let sides = sides.filter(|[_, sides @ ..]| sides.iter().all(|side| (1..=MAX_SIDE_PX).contains(side)));
    let Some([count, height, width]) = sides else {
        let found = array.shape();
        return Err(malformed(format!("{name}: expected images [count, height, width], found {found:?}")));
    };
    if count.checked_mul(height * width) != Some(array.numbers().len()) {
        let found = array.numbers().len();
        return Err(malformed(format!(
            "{name}: expected {count} images of {height}x{width} bytes, found {found} bytes"
        )));
    }
    Ok(Images { pixels: array.numbers().to_vec().into(), height, width })
}

fn malformed(problem: String) -> Error {
    Error::Malformed { format: FORMAT, problem }
}

#[cfg(test)]
mod tests;
