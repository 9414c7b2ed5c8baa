//! Keras' HDF5 files, whole models and values alone: what is read is written and read again as the same model.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenfold_formats::Format;
use tenfold_formats::keras::read_hdf5;
use tenfold_fuzz::{comes_back, small};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(saved) = read_hdf5(bytes, Some(&small())) {
        comes_back(&saved, Format::KerasHdf5);
    }
});
