//! ONNX graphs: what is read is written and read again as the same model.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenfold_formats::Format;
use tenfold_formats::onnx::{Output, read};
use tenfold_fuzz::comes_back;

fuzz_target!(|bytes: &[u8]| {
    let Ok(saved) = read(bytes) else { return };
    comes_back(&saved, Format::Onnx(Output::Probabilities));
    comes_back(&saved, Format::Onnx(Output::Logits));
});
