//! Keras' archives: a model that is read is written and read again with the same values.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenfold_formats::keras::{read_archive, write_archive};
use tenfold_fuzz::with_checksums;

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    with_checksums(bytes).iter().for_each(|bytes| check(bytes));
});

fn check(bytes: &[u8]) {
    let Ok(saved) = read_archive(bytes) else { return };
    let written = write_archive(&saved).expect("a model that was read from Keras can be written for it");
    let again = read_archive(&written).expect("what was just written");
    assert_eq!(again.model.values(), saved.model.values());
}
