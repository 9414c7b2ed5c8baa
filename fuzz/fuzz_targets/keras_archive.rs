//! Keras' archives: what is read is written and read again as the same model.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenfold_formats::Format;
use tenfold_formats::keras::read_archive;
use tenfold_fuzz::{comes_back, with_checksums};

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    with_checksums(bytes).iter().for_each(|bytes| check(bytes));
});

fn check(bytes: &[u8]) {
    if let Ok(saved) = read_archive(bytes) {
        comes_back(&saved, Format::Keras);
    }
}
