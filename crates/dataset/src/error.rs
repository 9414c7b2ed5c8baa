//! What can go wrong with labelled images, and of what kind it is.

mod kind;

use std::path::PathBuf;

use tenfold_imaging::FileKind;

use kind::what_it_is;

/// Why labelled images could not be read, built, divided or drawn.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another error, with the file or folder it concerns.
    #[error("{}: {error}", path.display())]
    At {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        error: Box<Error>,
    },
    /// A file or folder could not be read.
    #[error("cannot read: {0}")]
    Io(std::io::Error),
    /// A file could not be opened.
    #[error("cannot open the file: {0}")]
    Open(std::io::Error),
    /// A folder is where a file should be.
    #[error("expected a file, found a folder")]
    Folder,
    /// A file that is not a data set, or only a part of one.
    #[error(
        "expected a data set (a CSV, NPZ or Parquet file, a folder of pictures for each class, or a folder with IDX files), \
         found {found}\nhint: {}",
        found.hint().unwrap_or("a folder is a data set by the files in it: name the folder")
    )]
    NotADataSet {
        /// What the file is.
        found: FileKind,
    },
    /// A folder without anything that belongs to a data set.
    #[error(
        "no data set in this folder: expected IDX files, train.csv, an NPZ file, Parquet files, or a folder of pictures for \
         each class, found none\nhint: name the folder that holds the files"
    )]
    NoDataSet,
    /// A folder with more than one data set.
    #[error("several data sets in this folder: expected one, found {found}\nhint: name one of these files")]
    Several {
        /// Their files.
        found: String,
    },
    /// The source has images for one purpose only.
    #[error("no {part} images: expected some, found none\nhint: those of the other part are all that is there")]
    NoPart {
        /// "training" or "test".
        part: &'static str,
    },
    /// A file that does not hold what its format promises, or not what is read of it.
    #[error("not a readable {format} file: {problem}")]
    Malformed {
        /// The format.
        format: &'static str,
        /// Where it is, what was expected and what was found.
        problem: String,
    },
    /// A table with images and nothing that says what they show.
    #[error("no labels: expected a column {}, found none", names.join(", "))]
    NoLabels {
        /// What the column may be called.
        names: &'static [&'static str],
    },
    /// An archive that cannot be read or written.
    #[error(transparent)]
    Archive(#[from] tenfold_archive::Error),
    /// A file that is not a picture.
    #[error(transparent)]
    Picture(#[from] tenfold_imaging::Error),
    /// A picture that shows no digit.
    #[error("no digit in the picture: {0}\nhint: take the file out of the folder")]
    NoDigit(#[from] tenfold_imaging::Refusal),
    /// A data set that a format has no way to say.
    #[error("{format} files cannot hold this data set: {problem}")]
    Inexpressible {
        /// The format.
        format: &'static str,
        /// What cannot be said.
        problem: String,
    },
    /// A file has more bytes than are read.
    #[error("file too large: expected at most {limit} bytes, found {found} or more")]
    FileTooLarge {
        /// How many there are at least.
        found: u64,
        /// How many may be.
        limit: u64,
    },
    /// The system has no room for so many bytes.
    #[error("not enough memory: {bytes} bytes are too many here")]
    Memory {
        /// How many were asked for, or had been read when there was no room for more.
        bytes: u64,
    },
    /// A folder has no file under any of the accepted names.
    #[error(
        "no {what} in this folder: expected one of {}, found none\nhint: name the folder that holds the four files",
        accepted.join(", ")
    )]
    Missing {
        /// What was looked for, such as "training images".
        what: String,
        /// Each name that would have been read.
        accepted: Vec<String>,
    },
    /// The first four bytes are not those of the expected kind of IDX file.
    #[error("not an IDX file of {what}: {}", what_it_is(*kind, *expected, *found))]
    Magic {
        /// "images", "labels" or "groups".
        what: &'static str,
        /// The magic number of such a file.
        expected: u32,
        /// The magic number found.
        found: u32,
        /// What the file is instead.
        kind: FileKind,
    },
    /// The file ends before its header, or before the contents that its header announces.
    #[error("IDX file of {what} is cut short: expected {expected} bytes, found {found}\nhint: fetch the file again")]
    Truncated {
        /// "images", "labels" or "groups".
        what: &'static str,
        /// The length that the header announces, or of the header itself.
        expected: u64,
        /// The length found.
        found: u64,
    },
    /// Bytes follow the contents that the header announces.
    #[error("IDX file of {what} is too long: expected {expected} bytes, found {found}")]
    TrailingBytes {
        /// "images", "labels" or "groups".
        what: &'static str,
        /// The length that the header announces.
        expected: u64,
        /// The length found.
        found: u64,
    },
    /// A side of the images is 0 or over [`MAX_SIDE_PX`](crate::MAX_SIDE_PX).
    #[error("images of {height}x{width} pixels: expected sides of 1 to {}", crate::MAX_SIDE_PX)]
    Side {
        /// Height in pixels.
        height: u64,
        /// Width in pixels.
        width: u64,
    },
    /// The bytes are not a whole number of images.
    #[error("pixels are not a whole number of images: expected a multiple of {per_image} bytes, found {found}")]
    PixelCount {
        /// Bytes in one image.
        per_image: usize,
        /// Bytes found.
        found: usize,
    },
    /// There are not as many labels as images.
    #[error("images and labels do not belong together: expected {images} labels, one per image, found {labels}")]
    CountMismatch {
        /// Number of images.
        images: usize,
        /// Number of labels.
        labels: usize,
    },
    /// There are not as many groups as images.
    #[error("images and groups do not belong together: expected {images} groups, one per image, found {groups}")]
    GroupCount {
        /// Number of images.
        images: usize,
        /// Number of groups.
        groups: usize,
    },
    /// Groups are to be kept whole, and nothing says which image is of which.
    #[error(
        "no groups of these images are known: expected the group of each, as its writer\n\
         hint: a folder of IDX files may have them in train-groups-idx1-int"
    )]
    NoGroups,
    /// A label is not one of the classes.
    #[error("label of image {index} is out of range: expected 0 to {}, found {label}", classes - 1)]
    Label {
        /// Position of the image, from 0.
        index: usize,
        /// The label found.
        label: u16,
        /// Number of classes.
        classes: usize,
    },
    /// There are not as many names as classes.
    #[error("expected {expected} names of classes, found {found}")]
    ClassNames {
        /// Number of classes.
        expected: usize,
        /// Number of names.
        found: usize,
    },
    /// A class cannot be called so.
    #[error("class name '{found}': expected {expected}")]
    ClassName {
        /// The name, perhaps shortened.
        found: String,
        /// What names are.
        expected: &'static str,
    },
    /// More different labels than a data set may have classes.
    #[error(
        "more than {limit} classes: expected at most as many different labels\nhint: look at which column is the label"
    )]
    ManyClasses {
        /// How many there may be.
        limit: usize,
    },
    /// A class that is not among those of a model or another set.
    #[error("class '{found}' is not one of those expected: {known}")]
    UnknownClass {
        /// The class.
        found: String,
        /// The classes that there are.
        known: String,
    },
    /// The number of classes is not from 1 to 1,000.
    #[error("number of classes is out of range: expected 1 to 1000, found {0}")]
    Classes(usize),
    /// There is nothing to work on.
    #[error("no images: expected at least one, found none")]
    Empty,
    /// A gzip file is damaged or cut short.
    #[error("damaged or cut short gzip file: {0}\nhint: fetch the file again")]
    Gzip(std::io::Error),
    /// More than this crate is willing to hold.
    #[error("{what} too large: the limit is {limit}")]
    LimitExceeded {
        /// What is too large, with its unit.
        what: &'static str,
        /// What is allowed.
        limit: u64,
    },
    /// The share of validation images leaves nothing to train on, or is not a fraction.
    #[error("validation fraction is out of range: expected 0 or more and less than 1, found {0}")]
    Fraction(f64),
    /// A range of an augmentation is impossible.
    #[error("augmentation: {name} is {found}, expected {expected}")]
    Augmentation {
        /// The setting.
        name: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        found: f32,
    },
    /// There cannot be so many folds of so few images.
    #[error("number of folds is out of range: expected 2 to {images}, the number of images, found {folds}")]
    Folds {
        /// Number of folds asked for.
        folds: usize,
        /// Number of images.
        images: usize,
    },
    /// Stratified folds like scikit-learn's need one class at least with an image for each fold.
    #[error(
        "number of folds is out of range: expected at most {largest}, the number of images of the largest class, \
         found {folds}\nhint: use plain folds, or Tenfold's own"
    )]
    FoldsOfClasses {
        /// Number of folds asked for.
        folds: usize,
        /// Number of images of the largest class.
        largest: usize,
    },
    /// There cannot be so many folds of so few groups.
    #[error("number of folds is out of range: expected 2 to {groups}, the number of groups, found {folds}")]
    FoldsOfGroups {
        /// Number of folds asked for.
        folds: usize,
        /// Number of different groups.
        groups: usize,
    },
    /// No group is small enough to be held out.
    #[error(
        "groups are too large to hold out: expected one of at most {most} images, found {smallest} or more in each\n\
         hint: hold out a larger share"
    )]
    LargeGroups {
        /// How many images may be held out.
        most: usize,
        /// How many the smallest group has.
        smallest: usize,
    },
    /// scikit-learn's folds have seeds of 32 bits.
    #[error("seed of scikit-learn's folds is out of range: expected 0 to {max}, found {0}", max = u32::MAX)]
    SklearnSeed(u64),
    /// An index is beyond the last image.
    #[error("index of image is out of range: expected 0 to {}, found {index}", len - 1)]
    Index {
        /// The index asked for.
        index: u32,
        /// Number of images.
        len: usize,
    },
    /// A distance between images that no two images can have.
    #[error("distance is out of range: expected 0 (the same) to 1 (black and white), found {0}")]
    Distance(f64),
    /// Two data sets are to be compared image by image, and their images are not of one size.
    #[error(
        "images of two sizes do not go together: expected {}x{} pixels in both, found {}x{}",
        expected[0], expected[1], found[0], found[1]
    )]
    SizesDiffer {
        /// Height and width in the first data set, in pixels.
        expected: [usize; 2],
        /// Height and width in the second.
        found: [usize; 2],
    },
    /// A severity that a family of corruptions does not have.
    #[error("severity of {corruption} is {found}, expected 1 to {severities}")]
    Severity {
        /// The family.
        corruption: &'static str,
        /// How many severities it has.
        severities: usize,
        /// What was given.
        found: usize,
    },
    /// An amount by which images cannot be distorted.
    #[error("amount of {distortion} is {found}, expected a finite number, and a size above 0")]
    Amount {
        /// What would change.
        distortion: &'static str,
        /// What was given.
        found: f32,
    },
    /// The data inside the program is damaged.
    #[error(transparent)]
    Embedded(#[from] tenfold_mnist::Error),
}
