//! Numpy archives of images and labels, as they are and with checksums put right.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenfold_dataset::npz;
use tenfold_fuzz::with_checksums;

fuzz_target!(|bytes: &[u8]| {
    let _ = npz::parse(bytes);
    if let Some(bytes) = with_checksums(bytes)
        && let Ok(sets) = npz::parse(&bytes)
    {
        for (_, set) in sets {
            assert_eq!(set.images.pixels.len() % (set.images.height * set.images.width), 0);
        }
    }
});
