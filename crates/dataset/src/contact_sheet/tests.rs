use super::{GAP_GREY as G, augmented, grid, mean_digits, sample_indices, samples};
use crate::exploration::MeanDigits;
use crate::{Augmentation, Augmenter, Dataset, Error, ErrorKind, Images, Strength};

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

#[test]
fn an_augmented_row_is_the_image_and_what_epochs_make_of_it() {
    let augmentation = Augmentation { brightness: 0.9, noise: 0.5, ..Augmentation::default() };
    let (width, height, pixels) = decode(&augmented(&dataset(), &[2, 0], augmentation, 5, 3).unwrap());
    assert_eq!((width, height), (4 * 4 + 2, 2 * 3 + 2));
    let cell = |row: usize, column: usize| pixels[(2 + 3 * row) * 18 + 2 + 4 * column..][..2].to_vec();
    for (row, index) in [2u8, 0].into_iter().enumerate() {
        let image = [10 * index, 10 * index + 1];
        assert_eq!(cell(row, 0), image);
        for epoch in 1..=3 {
            let mut expected = [0; 2];
            Augmenter::new(augmentation, [1, 2]).apply(&image, 5, epoch, u32::from(index), &mut expected);
            assert_eq!(cell(row, epoch as usize), expected, "image {index}, epoch {epoch}");
        }
    }
    let impossible = Augmentation { noise: 2.0, ..augmentation };
    assert_eq!(augmented(&dataset(), &[0], impossible, 1, 1).unwrap_err().kind(), ErrorKind::Setting);
    let mild = Strength::Mild.augmentation().unwrap();
    assert!(matches!(augmented(&dataset(), &[4], mild, 1, 1), Err(Error::Index { index: 4, len: 4 })));
    assert!(matches!(augmented(&dataset(), &[0], mild, 1, u32::MAX), Err(Error::LimitExceeded { .. })));
}

#[test]
fn sample_indices_are_of_every_class() {
    assert_eq!(sample_indices(&dataset(), 9, 1).unwrap()[0], 1, "class 0 has one image");
    let mut all = sample_indices(&dataset(), 9, 1).unwrap();
    all.sort_unstable();
    assert_eq!(all, [0, 1, 2, 3]);
    assert_eq!(sample_indices(&dataset(), 1, 1).unwrap().len(), 2);
}
