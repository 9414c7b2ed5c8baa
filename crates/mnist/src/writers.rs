//! Who wrote each image.
//!
//! NIST gave every writer a number in Special Database 19, whose forms MNIST's digits were cut from: 0 to 2099 are employees
//! of the Census Bureau ("clerks", of whom MNIST has 0 to 373), 2100 to 2599 students of a high school, whose digits are
//! harder to read. No writer is in both halves of MNIST: 539 wrote the training images, 297 the test images.

use std::sync::OnceLock;

use crate::payload::decode_writers;
use crate::payloads::WRITERS;
use crate::{Error, TEST_LEN, TRAIN_LEN};

/// The first number of a student.
const FIRST_STUDENT: u32 = 2100;

/// NIST's number of the writer of each training image, `[60_000]`: 539 different ones, with 19 to 131 images each. The first
/// call decodes them; later calls return the same ones.
///
/// ```
/// let writers = tenfold_mnist::train_writers()?;
/// let by_students = writers.iter().filter(|&&writer| tenfold_mnist::is_student(writer)).count();
/// assert_eq!((writers[0], by_students), (2154, 29_050));
/// # Ok::<(), tenfold_mnist::Error>(())
/// ```
///
/// # Errors
/// [`Error`] if the data inside the program is damaged.
pub fn train_writers() -> Result<&'static [u32], Error> {
    writers().map(|all| &all[..TRAIN_LEN])
}

/// NIST's number of the writer of each test image, `[10_000]`: 297 different ones, none of whom wrote a training image.
/// The first 5,001 images are by students, the others by clerks.
///
/// # Errors
/// [`Error`] if the data inside the program is damaged.
pub fn test_writers() -> Result<&'static [u32], Error> {
    writers().map(|all| &all[TRAIN_LEN..])
}

/// Whether a writer is a student of a high school, and not an employee of the Census Bureau.
pub const fn is_student(writer: u32) -> bool {
    writer >= FIRST_STUDENT
}

/// Of the training images, then the test images.
fn writers() -> Result<&'static [u32], Error> {
    static ALL: OnceLock<Result<Vec<u32>, Error>> = OnceLock::new();
    ALL.get_or_init(|| decode_writers(&WRITERS, TRAIN_LEN + TEST_LEN)).as_deref().map_err(Error::clone)
}
