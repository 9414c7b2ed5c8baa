//! IDX, the format of the MNIST files: a magic number, the dimensions, then one byte per pixel or label, or four per group.
//!
//! Numbers are 32 bits, most significant byte first. Images: `0x00000803`, count, height, width, pixels. Labels:
//! `0x00000801`, count, labels. Groups, as the writers of the images: `0x00000c01`, count, groups. Other element types and numbers of dimensions exist, but no MNIST-like data uses them.
//!
//! The parsers take bytes from anywhere: every number is checked against the bytes present before anything is copied.
//!
//! ```
//! use tenfold_dataset::{Dataset, Images, idx};
//!
//! let images = Images { pixels: vec![0, 255, 255, 0].into(), height: 1, width: 2 };
//! let dataset = Dataset::new(images, vec![1, 0], 2)?;
//! let (images, labels) = (idx::write_images(&dataset), idx::write_labels(&dataset));
//! assert_eq!(Dataset::new(idx::parse_images(&images)?, idx::parse_labels(&labels)?, 2)?, dataset);
//! # Ok::<(), tenfold_dataset::Error>(())
//! ```

use std::cmp::Ordering;

use tenfold_imaging::FileKind;

use crate::file::reserved;
use crate::{Dataset, Error, Images, MAX_SIDE_PX};

/// The first four bytes of a file of images: unsigned bytes (8), three dimensions (3).
pub const IMAGES_MAGIC: u32 = 0x0000_0803;
/// The first four bytes of a file of labels: unsigned bytes (8), one dimension (1).
pub const LABELS_MAGIC: u32 = 0x0000_0801;
/// The first four bytes of a file of groups: numbers of 32 bits (12), one dimension (1).
pub const GROUPS_MAGIC: u32 = 0x0000_0c01;

/// Reads an IDX file of images, not compressed.
///
/// # Errors
/// [`Error::Magic`], [`Error::Truncated`], [`Error::TrailingBytes`], [`Error::Side`] or [`Error::Memory`].
pub fn parse_images(bytes: &[u8]) -> Result<Images, Error> {
    let what = "images";
    let [count, height, width] = dimensions(what, IMAGES_MAGIC, bytes)?;
    if ![height, width].iter().all(|&side| (1..=MAX_SIDE_PX).contains(&(side as usize))) {
        return Err(Error::Side { height: height.into(), width: width.into() });
    }
    // Less than 2^56: the sides are known to be at most 2^12.
    let expected = u64::from(count) * u64::from(height) * u64::from(width);
    let pixels = copied(contents(what, bytes, 16, expected)?)?;
    Ok(Images { pixels: pixels.into(), height: height as usize, width: width as usize })
}

/// Reads an IDX file of labels, not compressed. Which labels are in range is for [`Dataset::new`] to say.
///
/// # Errors
/// [`Error::Magic`], [`Error::Truncated`], [`Error::TrailingBytes`] or [`Error::Memory`].
pub fn parse_labels(bytes: &[u8]) -> Result<Vec<u16>, Error> {
    let what = "labels";
    let [count] = dimensions(what, LABELS_MAGIC, bytes)?;
    collected(contents(what, bytes, 8, count.into())?.iter().copied().map(u16::from))
}

/// Reads an IDX file of groups, not compressed: any numbers of 32 bits, one for each image. In Python:
/// `struct.pack(">2I", 0xc01, len(groups)) + numpy.array(groups, ">i4").tobytes()`.
///
/// # Errors
/// [`Error::Magic`], [`Error::Truncated`], [`Error::TrailingBytes`] or [`Error::Memory`].
pub fn parse_groups(bytes: &[u8]) -> Result<Vec<u32>, Error> {
    let what = "groups";
    let [count] = dimensions(what, GROUPS_MAGIC, bytes)?;
    let (words, _) = contents(what, bytes, 8, 4 * u64::from(count))?.as_chunks();
    collected(words.iter().map(|&word| u32::from_be_bytes(word)))
}

/// The images of a data set as an IDX file, not compressed; for `.gz`, see [`gzip::compress`](crate::gzip::compress).
pub fn write_images(dataset: &Dataset) -> Vec<u8> {
    write(IMAGES_MAGIC, &[dataset.len(), dataset.height(), dataset.width()], dataset.images())
}

/// The labels of a data set as an IDX file, not compressed; for `.gz`, see [`gzip::compress`](crate::gzip::compress).
///
/// # Panics
/// If a label is over 255: those of IDX files are bytes.
pub fn write_labels(dataset: &Dataset) -> Vec<u8> {
    write(LABELS_MAGIC, &[dataset.len()], label_bytes(dataset))
}

/// The labels of a data set of at most 256 classes, as bytes.
pub(crate) fn label_bytes(dataset: &Dataset) -> Vec<u8> {
    let byte = |&label: &u16| u8::try_from(label).expect("a label of at most 255");
    dataset.labels().iter().map(byte).collect()
}

/// Groups, one for each of at most `u32::MAX` images, as an IDX file, not compressed; for `.gz`, see
/// [`gzip::compress`](crate::gzip::compress).
pub fn write_groups(groups: &[u32]) -> Vec<u8> {
    write(GROUPS_MAGIC, &[groups.len()], groups.iter().flat_map(|group| group.to_be_bytes()).collect::<Vec<u8>>())
}

/// Checks the magic number and reads the `N` dimensions after it.
fn dimensions<const N: usize>(what: &'static str, expected: u32, bytes: &[u8]) -> Result<[u32; N], Error> {
    let header_len = 4 * (1 + N);
    let (words, _) = bytes[..bytes.len().min(header_len)].as_chunks::<4>();
    let mut words = words.iter().map(|&word| u32::from_be_bytes(word));
    // A wrong magic number says more than a short header, so it goes first.
    if let Some(found) = words.next()
        && found != expected
    {
        return Err(Error::Magic { what, expected, found, kind: FileKind::of_bytes(bytes) });
    }
    if bytes.len() < header_len {
        return Err(Error::Truncated { what, expected: header_len as u64, found: bytes.len() as u64 });
    }
    Ok(std::array::from_fn(|_| words.next().expect("the header is long enough")))
}

/// What follows the header, which must be exactly `expected` bytes.
fn contents<'a>(what: &'static str, bytes: &'a [u8], header_len: usize, expected: u64) -> Result<&'a [u8], Error> {
    let contents = &bytes[header_len..];
    let (present, found) = (contents.len() as u64, bytes.len() as u64);
    let announced = expected.saturating_add(header_len as u64);
    match present.cmp(&expected) {
        Ordering::Less => Err(Error::Truncated { what, expected: announced, found }),
        Ordering::Equal => Ok(contents),
        Ordering::Greater => Err(Error::TrailingBytes { what, expected: announced, found }),
    }
}

/// A copy, where the system has room for one.
fn copied(contents: &[u8]) -> Result<Vec<u8>, Error> {
    let mut copy = reserved(contents.len() as u64)?;
    copy.extend_from_slice(contents);
    Ok(copy)
}

/// Numbers as a vector, where the system has room for one.
fn collected<T>(numbers: impl ExactSizeIterator<Item = T>) -> Result<Vec<T>, Error> {
    let mut all = Vec::new();
    let bytes = (numbers.len() * size_of::<T>()) as u64;
    all.try_reserve_exact(numbers.len()).map_err(|_| Error::Memory { bytes })?;
    all.extend(numbers);
    Ok(all)
}

fn write(magic: u32, dimensions: &[usize], contents: impl AsRef<[u8]>) -> Vec<u8> {
    let contents = contents.as_ref();
    let mut bytes = Vec::with_capacity(4 * (1 + dimensions.len()) + contents.len());
    bytes.extend(magic.to_be_bytes());
    for &dimension in dimensions {
        let dimension = u32::try_from(dimension).expect("a data set's dimensions fit in 32 bits");
        bytes.extend(dimension.to_be_bytes());
    }
    bytes.extend(contents);
    bytes
}

#[cfg(test)]
mod tests;
