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

use crate::exploration::MeanDigits;
use crate::pictures::png;
use crate::split::shuffled_by_class;
use crate::{Dataset, Error};

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
    let cells =
        classes[..dataset.classes()].iter().flat_map(|class| (0..columns).map(|column| class.get(column).copied()));
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
    if indices.is_empty() {
        return Err(Error::Empty);
    }
    if let Some(&index) = indices.iter().find(|&&index| index as usize >= dataset.len()) {
        return Err(Error::Index { index, len: dataset.len() });
    }
    draw(dataset, &indices.iter().copied().map(Some).collect::<Vec<_>>(), columns.clamp(1, indices.len()))
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

/// Draws `cells` row by row; `None` stays empty.
fn draw(dataset: &Dataset, cells: &[Option<u32>], columns: usize) -> Result<Vec<u8>, Error> {
    let (cell_height, cell_width) = (dataset.height() + GAP_PX, dataset.width() + GAP_PX);
    let rows = cells.len().div_ceil(columns);
    let [height, width] = [(rows, cell_height), (columns, cell_width)].map(|(n, side)| (n * side + GAP_PX) as u64);
    if height.checked_mul(width).is_none_or(|pixels| pixels > MAX_SHEET_PIXELS) {
        return Err(Error::LimitExceeded { what: "pixels of the contact sheet", limit: MAX_SHEET_PIXELS });
    }
    let stride = width as usize;
    let mut sheet = vec![GAP_GREY; height as usize * stride];
    for (cell, index) in cells.iter().enumerate().filter_map(|(cell, index)| Some((cell, (*index)?))) {
        let top = cell / columns * cell_height + GAP_PX;
        let left = cell % columns * cell_width + GAP_PX;
        for (y, row) in dataset.image(index as usize).chunks_exact(dataset.width()).enumerate() {
            sheet[(top + y) * stride + left..][..row.len()].copy_from_slice(row);
        }
    }
    Ok(png(&sheet, height as u32, width as u32))
}

#[cfg(test)]
mod tests {
    use super::{GAP_GREY as G, grid, mean_digits, samples};
    use crate::exploration::MeanDigits;
    use crate::{Dataset, Error, Images};

    /// Four images of 1x2 pixels: `[10 * index, 10 * index + 1]`, of classes 1, 0, 1, 1 of 3.
    fn dataset() -> Dataset {
        let images = Images { pixels: vec![0, 1, 10, 11, 20, 21, 30, 31].into(), height: 1, width: 2 };
        Dataset::new(images, vec![1, 0, 1, 1], 3).unwrap()
    }

    fn decode(bytes: &[u8]) -> (u32, u32, Vec<u8>) {
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Grayscale, png::BitDepth::Eight));
        (info.width, info.height, pixels)
    }

    #[test]
    fn a_grid_is_filled_row_by_row() {
        #[rustfmt::skip]
        let expected = [
            G, G, G, G, G, G, G, G, G, G,
            G, G, G, G, G, G, G, G, G, G,
            G, G, 30, 31, G, G, 0, 1, G, G,
            G, G, G, G, G, G, G, G, G, G,
            G, G, G, G, G, G, G, G, G, G,
            G, G, 10, 11, G, G, G, G, G, G,
            G, G, G, G, G, G, G, G, G, G,
            G, G, G, G, G, G, G, G, G, G,
        ];
        assert_eq!(decode(&grid(&dataset(), &[3, 0, 1], 2).unwrap()), (10, 8, expected.to_vec()));
    }

    #[test]
    fn samples_are_one_row_per_class() {
        let (width, height, pixels) = decode(&samples(&dataset(), 5, 7).unwrap());
        // Three rows of three: no class has more than three images, so the fourth and fifth column are left out.
        assert_eq!((width, height), (3 * 4 + 2, 3 * 3 + 2));
        let row = |y: usize| -> Vec<u8> {
            let mut cells: Vec<u8> = pixels[y * 14..][..14].iter().copied().filter(|&grey| grey != G).collect();
            cells.sort_unstable();
            cells
        };
        assert_eq!([2, 5, 8].map(row), [vec![10, 11], vec![0, 1, 20, 21, 30, 31], vec![]]);
    }

    #[test]
    fn deviations_are_below_means() {
        // Class 1 has the values 0, 20, 30 and one more of each: mean 16.7 and 17.7, deviation 12.5.
        #[rustfmt::skip]
        let expected = [
            G, G, G, G, G, G, G, G, G, G,
            G, G, G, G, G, G, G, G, G, G,
            G, G, 10, 11, G, G, 17, 18, G, G,
            G, G, G, G, G, G, G, G, G, G,
            G, G, G, G, G, G, G, G, G, G,
            G, G, 0, 0, G, G, 25, 25, G, G,
            G, G, G, G, G, G, G, G, G, G,
            G, G, G, G, G, G, G, G, G, G,
        ];
        assert_eq!(decode(&mean_digits(&MeanDigits::new(&dataset())).unwrap()), (10, 8, expected.to_vec()));
    }

    #[test]
    fn the_seed_chooses() {
        let sheet = |seed| samples(&dataset(), 1, seed).unwrap();
        assert_eq!(sheet(1), sheet(1));
        assert!((2..20).any(|seed| sheet(seed) != sheet(1)));
    }

    #[test]
    fn impossible_sheets_are_refused() {
        assert!(matches!(grid(&dataset(), &[], 3), Err(Error::Empty)));
        assert!(matches!(grid(&dataset(), &[0, 4], 3), Err(Error::Index { index: 4, len: 4 })));
        let images = Images { pixels: vec![0; 4096 * 4096].into(), height: 4096, width: 4096 };
        let large = Dataset::new(images, vec![0], 1).unwrap();
        assert!(matches!(grid(&large, &[0; 16], 4), Err(Error::LimitExceeded { .. })));
    }
}
