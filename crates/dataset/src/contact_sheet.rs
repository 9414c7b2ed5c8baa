//! Many small images on one sheet, as a PNG: what the data looks like, or which digits were misread.
//!
//! ```
//! use tenfold_dataset::{Part, Source, contact_sheet};
//!
//! let test = Source::Embedded.load(Part::Test)?;
//! let png = contact_sheet::grid(&test, &[7, 18, 42], 3)?; // three images side by side
//! assert!(png.starts_with(b"\x89PNG"));
//! # Ok::<(), tenfold_dataset::Error>(())
//! ```

use tenfold_random::{Purpose, Stream};

use crate::corruption::Corruption;
use crate::exploration::MeanDigits;
use crate::pictures::png;
use crate::split::shuffled_by_class;
use crate::{Augmentation, Augmenter, Dataset, Error, Images};

/// The largest sheet: 256 million pixels, far over what a screen or a page can show.
pub const MAX_SHEET_PIXELS: u64 = 1 << 28;

/// Pixels between two images, and around the sheet.
const GAP_PX: usize = 2;
/// Grey between white and black, so that neither images on black nor images on white run into each other.
const GAP_GREY: u8 = 96;

/// A sheet with one row per class and `per_class` images in each, chosen at random by `seed`.
///
/// A class with fewer images leaves the rest of its row empty. Returns the bytes of a PNG, 8 bits of grey.
///
/// # Errors
/// [`Error::LimitExceeded`] if the sheet would have more than [`MAX_SHEET_PIXELS`] pixels.
pub fn samples(dataset: &Dataset, per_class: usize, seed: u64) -> Result<Vec<u8>, Error> {
    let classes = shuffled_by_class(dataset.labels(), Stream::new(seed, Purpose::Sample, 0, 0))?;
    let largest = classes.iter().map(Vec::len).max().unwrap_or(0);
    let columns = per_class.clamp(1, largest);
    let classes = (0..dataset.classes()).map(|class| classes.get(class).map_or(&[][..], Vec::as_slice));
    let cells = classes.flat_map(|class| (0..columns).map(|column| class.get(column).copied()));
    draw(dataset, &cells.collect::<Vec<_>>(), columns)
}

/// A sheet with the images at `indices`, row by row, `columns` in each row (0 counts as 1).
///
/// Returns the bytes of a PNG, 8 bits of grey.
///
/// # Errors
/// [`Error::Empty`] without indices; [`Error::Index`] if there is no such image; [`Error::LimitExceeded`] if the sheet
/// would have more than [`MAX_SHEET_PIXELS`] pixels.
pub fn grid(dataset: &Dataset, indices: &[u32], columns: usize) -> Result<Vec<u8>, Error> {
    check_indices(dataset, indices)?;
    draw(dataset, &indices.iter().copied().map(Some).collect::<Vec<_>>(), columns.clamp(1, indices.len()))
}

/// A sheet with a row for each of the images at `indices`: first as it is, and then as `augmentation` changes it in the
/// epochs 1 to `epochs` of a training with this seed.
///
/// Returns the bytes of a PNG, 8 bits of grey.
///
/// # Errors
/// [`Error::Augmentation`] for an impossible one; those of [`grid`].
pub fn augmented(
    dataset: &Dataset,
    indices: &[u32],
    augmentation: Augmentation,
    seed: u64,
    epochs: u32,
) -> Result<Vec<u8>, Error> {
    augmentation.check()?;
    check_indices(dataset, indices)?;
    let columns = 1 + epochs as usize;
    let [height, width] = [dataset.height(), dataset.width()];
    // Before the images are made.
    sheet_sides(dataset, indices.len(), columns)?;
    let mut augmenter = Augmenter::new(augmentation, [height, width]);
    let mut pixels = vec![0; indices.len() * columns * height * width];
    let mut cells = pixels.chunks_exact_mut(height * width);
    for &index in indices {
        let image = dataset.image(index as usize);
        for (epoch, cell) in (0..=epochs).zip(&mut cells) {
            match epoch {
                0 => cell.copy_from_slice(image),
                _ => augmenter.apply(image, seed, epoch, index, cell),
            }
        }
    }
    let labels = vec![0; indices.len() * columns];
    let versions = Dataset::new(Images { pixels: pixels.into(), height, width }, labels, 1)?;
    draw(&versions, &(0..versions.len() as u32).map(Some).collect::<Vec<_>>(), columns)
}

/// The numbers of up to `per_class` images of each class, as [`samples`] chooses them by `seed`, class by class.
///
/// # Errors
/// [`Error::LimitExceeded`] for more images than a `u32` counts.
pub fn sample_indices(dataset: &Dataset, per_class: usize, seed: u64) -> Result<Vec<u32>, Error> {
    let classes = shuffled_by_class(dataset.labels(), Stream::new(seed, Purpose::Sample, 0, 0))?;
    Ok(classes.into_iter().flat_map(|class| class.into_iter().take(per_class)).collect())
}

fn check_indices(dataset: &Dataset, indices: &[u32]) -> Result<(), Error> {
    if indices.is_empty() {
        return Err(Error::Empty);
    }
    match indices.iter().find(|&&index| index as usize >= dataset.len()) {
        Some(&index) => Err(Error::Index { index, len: dataset.len() }),
        None => Ok(()),
    }
}

/// A sheet with the mean of each class in one row, in the order of labels, and its deviation below it, drawn twice
/// as bright.
///
/// Returns the bytes of a PNG, 8 bits of grey.
///
/// # Errors
/// Those of [`MeanDigits::to_images`]; [`Error::LimitExceeded`] if the sheet would have more than [`MAX_SHEET_PIXELS`]
/// pixels.
pub fn mean_digits(digits: &MeanDigits) -> Result<Vec<u8>, Error> {
    let images = digits.to_images()?;
    let cells: Vec<Option<u32>> = (0..images.len() as u32).map(Some).collect();
    draw(&images, &cells, digits.classes.len())
}

/// A sheet with a row per family of corruptions: the image at `index` as it is, then at each severity.
///
/// Returns the bytes of a PNG, 8 bits of grey.
///
/// # Errors
/// [`Error::Index`] if there is no such image; [`Error::LimitExceeded`] if the sheet would have more than
/// [`MAX_SHEET_PIXELS`] pixels.
pub fn corruptions(dataset: &Dataset, index: u32, seed: u64) -> Result<Vec<u8>, Error> {
    const COLUMNS: usize = 6;
    check_indices(dataset, &[index])?;
    let image = dataset.subset(&[index])?;
    let (mut pixels, mut cells) = (image.images().to_vec(), Vec::new());
    for corruption in Corruption::ALL {
        cells.push(Some(0));
        for severity in 1..COLUMNS {
            let has_it = severity <= corruption.severities();
            cells.push(has_it.then_some((pixels.len() / image.images().len()) as u32));
            if has_it {
                pixels.extend_from_slice(corruption.of(&image, severity, seed)?.images());
            }
        }
    }
    let images = Images { pixels: pixels.into(), height: image.height(), width: image.width() };
    let labels = vec![0; images.pixels.len() / image.images().len()];
    draw(&Dataset::new(images, labels, 1)?, &cells, COLUMNS)
}

/// Draws `cells` row by row; `None` stays empty.
fn draw(dataset: &Dataset, cells: &[Option<u32>], columns: usize) -> Result<Vec<u8>, Error> {
    let (cell_height, cell_width) = (dataset.height() + GAP_PX, dataset.width() + GAP_PX);
    let [height, stride] = sheet_sides(dataset, cells.len().div_ceil(columns), columns)?;
    let mut sheet = vec![GAP_GREY; height * stride];
    for (cell, index) in cells.iter().enumerate().filter_map(|(cell, index)| Some((cell, (*index)?))) {
        let top = cell / columns * cell_height + GAP_PX;
        let left = cell % columns * cell_width + GAP_PX;
        for (y, row) in dataset.image(index as usize).chunks_exact(dataset.width()).enumerate() {
            sheet[(top + y) * stride + left..][..row.len()].copy_from_slice(row);
        }
    }
    Ok(png(&sheet, height as u32, stride as u32))
}

/// Height and width of a sheet, in pixels.
fn sheet_sides(dataset: &Dataset, rows: usize, columns: usize) -> Result<[usize; 2], Error> {
    let sides = [(rows, dataset.height()), (columns, dataset.width())]
        .map(|(count, side)| (count as u64).saturating_mul((side + GAP_PX) as u64).saturating_add(GAP_PX as u64));
    if sides[0].saturating_mul(sides[1]) > MAX_SHEET_PIXELS {
        return Err(Error::LimitExceeded { what: "pixels of the contact sheet", limit: MAX_SHEET_PIXELS });
    }
    Ok(sides.map(|side| side as usize))
}

#[cfg(test)]
mod tests;
