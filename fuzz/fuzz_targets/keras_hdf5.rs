//! Keras' HDF5 files, whole models and values alone: a model that is read is written and read again with the same values.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenfold_formats::keras::{read_hdf5, write_hdf5};
use tenfold_fuzz::small;

fuzz_target!(|bytes: &[u8]| {
    let Ok(saved) = read_hdf5(bytes, Some(&small())) else { return };
    let written = write_hdf5(&saved).expect("a model that was read from Keras can be written for it");
    let again = read_hdf5(&written, None).expect("what was just written");
    assert_eq!(again.model.values(), saved.model.values());
});
