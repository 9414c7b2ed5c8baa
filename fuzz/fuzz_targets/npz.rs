//! Numpy archives: a model that is read is written and read again as the same value, the same bytes each time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenfold_formats::npz::{read, write};
use tenfold_fuzz::{small, with_checksums};

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    with_checksums(bytes).iter().for_each(|bytes| check(bytes));
});

fn check(bytes: &[u8]) {
    let Ok(saved) = read(bytes, Some(&small())) else { return };
    let written = write(&saved).expect("a model that was read can be written");
    let again = read(&written, None).expect("what was just written");
    assert_eq!(again, saved);
    assert_eq!(write(&again).expect("the same model"), written);
}
