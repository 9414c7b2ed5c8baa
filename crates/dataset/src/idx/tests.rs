//! IDX files that lie, one row each; files that do not, there and back.

use proptest::prelude::*;

use super::{
    GROUPS_MAGIC, IMAGES_MAGIC, LABELS_MAGIC, parse_groups, parse_images, parse_labels, write_groups, write_images,
    write_labels,
};
use crate::{Dataset, Error, Images};

/// Header words followed by `contents` bytes.
fn file(words: &[u32], contents: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
    bytes.resize(bytes.len() + contents, 7);
    bytes
}

#[track_caller]
fn check<T: std::fmt::Debug>(result: Result<T, Error>, message: &str) {
    assert_eq!(result.unwrap_err().to_string(), message);
}

#[test]
fn files_of_images_that_lie_are_refused() {
    let images = |words: &[u32], contents| parse_images(&file(words, contents));
    let magic = IMAGES_MAGIC;
    let short = |expected: &str, found: &str| {
        format!("IDX file of images is cut short: expected {expected} bytes, found {found}\nhint: fetch the file again")
    };
    check(images(&[], 0), &short("16", "0"));
    check(images(&[], 3), &short("16", "3"));
    check(images(&[magic, 1, 2], 3), &short("16", "15"));
    check(images(&[magic, 2, 2, 3], 11), &short("28", "27"));
    check(images(&[magic, u32::MAX, 28, 28], 784), &short("3367254359296", "800"));
    check(images(&[magic, u32::MAX, 4096, 4096], 0), &short("72057594021150736", "16"));
    check(images(&[magic, 2, 2, 3], 13), "IDX file of images is too long: expected 28 bytes, found 29");
    check(images(&[magic, 0, 2, 3], 1), "IDX file of images is too long: expected 16 bytes, found 17");
    check(images(&[magic, 1, 0, 3], 0), "images of 0x3 pixels: expected sides of 1 to 4096");
    check(images(&[magic, 1, 3, 0], 0), "images of 3x0 pixels: expected sides of 1 to 4096");
    check(images(&[magic, 1, 1, 4097], 4097), "images of 1x4097 pixels: expected sides of 1 to 4096");
    check(
        images(&[magic, u32::MAX, u32::MAX, u32::MAX], 9),
        "images of 4294967295x4294967295 pixels: expected sides of 1 to 4096",
    );
    check(
        images(&[LABELS_MAGIC, 1], 1),
        "not an IDX file of images: found an IDX file of labels\n\
         hint: images and labels are read from IDX files, as they are or compressed with gzip",
    );
    check(images(&[0x504b_0304], 0), "not an IDX file of images: found a zip archive\nhint: unpack it first");
    check(
        images(&[0x0000_0d03, 1, 1, 1], 4),
        "not an IDX file of images: expected magic number 0x00000803, found 0x00000d03",
    );
}

#[test]
fn groups_are_numbers_of_32_bits() {
    let groups = [7, 0, u32::MAX];
    assert_eq!(parse_groups(&write_groups(&groups)).unwrap(), groups);
    assert_eq!(write_groups(&[258]), [0, 0, 12, 1, 0, 0, 0, 1, 0, 0, 1, 2]);
    let groups = |words: &[u32], contents| parse_groups(&file(words, contents));
    let hint = "hint: fetch the file again";
    check(
        groups(&[GROUPS_MAGIC, u32::MAX], 4),
        &format!("IDX file of groups is cut short: expected 17179869188 bytes, found 12\n{hint}"),
    );
    check(groups(&[GROUPS_MAGIC, 1], 5), "IDX file of groups is too long: expected 12 bytes, found 13");
    check(
        groups(&[LABELS_MAGIC, 1], 1),
        "not an IDX file of groups: found an IDX file of labels\n\
         hint: images and labels are read from IDX files, as they are or compressed with gzip",
    );
}

#[test]
fn files_of_labels_that_lie_are_refused() {
    let labels = |words: &[u32], contents| parse_labels(&file(words, contents));
    let short = |expected: &str, found: &str| {
        format!("IDX file of labels is cut short: expected {expected} bytes, found {found}\nhint: fetch the file again")
    };
    check(labels(&[], 0), &short("8", "0"));
    check(labels(&[LABELS_MAGIC], 3), &short("8", "7"));
    check(labels(&[LABELS_MAGIC, 3], 2), &short("11", "10"));
    check(labels(&[LABELS_MAGIC, u32::MAX], 2), &short("4294967303", "10"));
    check(labels(&[LABELS_MAGIC, 3], 4), "IDX file of labels is too long: expected 11 bytes, found 12");
    check(
        labels(&[IMAGES_MAGIC, 1, 1, 1], 1),
        "not an IDX file of labels: found an IDX file of images\n\
         hint: images and labels are read from IDX files, as they are or compressed with gzip",
    );
}

#[test]
fn a_file_is_written_as_the_format_says() {
    let images = Images { pixels: vec![10, 20, 30, 40, 50, 60].into(), height: 1, width: 3 };
    let dataset = Dataset::new(images, vec![9, 4], 10).unwrap();
    assert_eq!(write_images(&dataset), [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 10, 20, 30, 40, 50, 60]);
    assert_eq!(write_labels(&dataset), [0, 0, 8, 1, 0, 0, 0, 2, 9, 4]);
}

fn any_dataset() -> impl Strategy<Value = Dataset> {
    (1_usize..5, 1_usize..6, 1_usize..6).prop_flat_map(|(count, height, width)| {
        let pixels = prop::collection::vec(any::<u8>(), count * height * width);
        let labels = prop::collection::vec(0_u16..10, count);
        (pixels, labels).prop_map(move |(pixels, labels)| {
            Dataset::new(Images { pixels: pixels.into(), height, width }, labels, 10).unwrap()
        })
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(dataset in any_dataset()) {
        let images = parse_images(&write_images(&dataset)).unwrap();
        let labels = parse_labels(&write_labels(&dataset)).unwrap();
        prop_assert_eq!(Dataset::new(images, labels, 10).unwrap(), dataset);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = parse_images(&bytes);
        let _ = parse_labels(&bytes);
    }

    /// Right magic number, anything after it: this reaches the checks behind the first one.
    #[test]
    fn what_is_read_is_what_the_header_announces(
        dimensions in prop::array::uniform3(prop_oneof![0_u32..5, any::<u32>()]),
        contents in 0_usize..70,
    ) {
        let [count, height, width] = dimensions;
        if let Ok(images) = parse_images(&file(&[IMAGES_MAGIC, count, height, width], contents)) {
            prop_assert_eq!(images.pixels.len(), contents);
            prop_assert_eq!(count as usize * images.height * images.width, contents);
        }
        if let Ok(labels) = parse_labels(&file(&[LABELS_MAGIC, count], contents)) {
            prop_assert_eq!((labels.len(), count as usize), (contents, contents));
        }
    }
}
