//! The MNIST database of handwritten digits: 60,000 training and 10,000 test images and who wrote each of them, inside the
//! crate.
//!
//! Nothing is downloaded and no file is opened: the images are compressed in the program, checked by SHA-256, and
//! decoded on first use, on several threads.
//!
//! ```
//! let test = tenfold_mnist::test()?;
//! assert_eq!(test.labels[0], 7);
//! let first = &test.images[..tenfold_mnist::PIXELS_PER_IMAGE];
//! assert_eq!(first[7 * tenfold_mnist::SIDE + 6], 84); // row 7, column 6
//! # Ok::<(), tenfold_mnist::Error>(())
//! ```
//!
//! # Licence of the data
//!
//! MNIST was made by Yann LeCun, Corinna Cortes and Christopher J. C. Burges from NIST's Special Databases 1 and 3, and
//! is available under the Creative Commons Attribution-ShareAlike 3.0 licence (CC-BY-SA-3.0). The files here hold the
//! same pixels and labels, compressed differently. The writers are taken from QMNIST's extended labels, by Chhavi Yadav and
//! Léon Bottou ("Cold Case: The Lost MNIST Digits", NeurIPS 2019), BSD-3-Clause (`LICENSE-QMNIST`). The code around them is
//! MIT OR Apache-2.0.

#![forbid(unsafe_code)]

mod payload;
mod payloads;
mod writers;

pub use writers::{is_student, test_writers, train_writers};

use std::sync::OnceLock;

pub use tenfold_error_kind::ErrorKind;

/// Height and width of an image, in pixels.
pub const SIDE: usize = 28;
/// Pixels, and bytes, in one image.
pub const PIXELS_PER_IMAGE: usize = SIDE * SIDE;
/// Number of digits, and of different labels.
pub const CLASSES: usize = 10;
/// Number of training images.
pub const TRAIN_LEN: usize = 60_000;
/// Number of test images.
pub const TEST_LEN: usize = 10_000;

/// Test images, by their index from 0, whose label most of five people did not confirm: Northcutt, Athalye and Mueller,
/// "Pervasive label errors in test sets destabilize machine learning benchmarks" (NeurIPS 2021), data at
/// <https://github.com/cleanlab/label-errors>. MNIST's labels are what they are; these are for reporting results with and
/// without them.
pub const DOUBTFUL_TEST_LABELS: [usize; 15] =
    [947, 1621, 1901, 2130, 2462, 2597, 2654, 3520, 3558, 5937, 6651, 6783, 8527, 9679, 9729];

/// The images of one half of MNIST, and what each one shows, in the order of the published files.
#[derive(Debug)]
pub struct Split {
    /// Pixels, `[count, 28, 28]`, row by row: 0 is background, 255 is ink.
    pub images: Vec<u8>,
    /// The digit in each image, `[count]`, 0 to 9.
    pub labels: Vec<u8>,
}

/// The training images: 60,000 of them. The first call decodes them; later calls return the same ones.
///
/// # Errors
/// [`Error`] if the data inside the program is damaged.
pub fn train() -> Result<&'static Split, Error> {
    static TRAIN: OnceLock<Result<Split, Error>> = OnceLock::new();
    TRAIN.get_or_init(|| payload::decode_all(&payloads::TRAIN, TRAIN_LEN)).as_ref().map_err(Error::clone)
}

/// The test images: 10,000 of them. The first call decodes them; later calls return the same ones.
///
/// # Errors
/// [`Error`] if the data inside the program is damaged.
pub fn test() -> Result<&'static Split, Error> {
    static TEST: OnceLock<Result<Split, Error>> = OnceLock::new();
    TEST.get_or_init(|| payload::decode_all(&payloads::TEST, TEST_LEN)).as_ref().map_err(Error::clone)
}

/// Why the embedded data cannot be used. Either way the program itself is damaged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A payload is not the one the crate was published with.
    #[error(
        "embedded MNIST file {name} is damaged: expected sha-256 {expected}, found {found}\n\
         hint: build or install the program again"
    )]
    Digest {
        /// The payload's file name.
        name: &'static str,
        /// The digest it should have, in hexadecimal.
        expected: &'static str,
        /// The digest it has.
        found: String,
    },
    /// A payload does not decode to the images and labels, or the writers, it should hold.
    #[error("embedded MNIST file {name} does not decode to {expected} {what}: {reason}")]
    Decode {
        /// The payload's file name.
        name: &'static str,
        /// "images and labels", or "writers".
        what: &'static str,
        /// How many images or writers it should hold.
        expected: usize,
        /// What the decoder said.
        reason: String,
    },
}

impl Error {
    /// The kind of this error.
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Digest { .. } | Self::Decode { .. } => ErrorKind::Input,
        }
    }
}
