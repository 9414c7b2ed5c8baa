//! Parquet tables of pictures and labels.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenfold_dataset::parquet;
use tenfold_imaging::Preparation;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(table) = parquet::parse(bytes, &Preparation::default()) {
        assert_eq!(table.images.pixels.len() % (28 * 28), 0);
    }
});
