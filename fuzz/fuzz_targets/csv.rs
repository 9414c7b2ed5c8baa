//! Tables as text: what is read has the pixels of its images.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenfold_dataset::csv;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(table) = csv::parse(bytes) {
        assert_eq!(table.images.pixels.len(), table.labels.len() * table.images.height * table.images.width);
    }
});
