//! ONNX graphs: a model that is read is written and read again as the same value, the same bytes each time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenfold_formats::onnx::{Output, read, write};

fuzz_target!(|bytes: &[u8]| {
    let Ok(saved) = read(bytes) else { return };
    for output in [Output::Probabilities, Output::Logits] {
        let written = write(&saved, output).expect("a model that was read from a graph can be written as one");
        let again = read(&written).expect("what was just written");
        assert_eq!(again.model.values(), saved.model.values());
    }
});
