//! IDX files of images and labels: what is read and written again is the file, byte for byte.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenfold_dataset::{Dataset, idx};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(images) = idx::parse_images(bytes) {
        let count = images.pixels.len() / (images.height * images.width);
        // No images make no data set, and there is nothing to write.
        if count > 0 {
            let dataset = Dataset::new(images, vec![0; count], 1).expect("images that were read make a data set");
            assert_eq!(idx::write_images(&dataset), bytes);
        }
    }
    if let Ok(labels) = idx::parse_labels(bytes) {
        assert!(labels.iter().copied().eq(bytes[8..].iter().copied().map(u16::from)));
    }
    if let Ok(groups) = idx::parse_groups(bytes) {
        assert_eq!(idx::write_groups(&groups), bytes);
    }
});
