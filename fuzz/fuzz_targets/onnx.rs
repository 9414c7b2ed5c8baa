//! ONNX graphs: what is read is written and read again as the same model.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenfold_formats::onnx::Output;
use tenfold_formats::Format;
use tenfold_fuzz::comes_back;

fuzz_target!(|bytes: &[u8]| {
    // Weights in another file are looked for in this one, whatever name is given.
    let mut files = 4;
    let mut beside = |_: &str| {
        files -= 1;
        if files >= 0 { Ok(bytes.to_vec()) } else { Err("enough of them".to_owned()) }
    };
    // Bytes of another format are another target's.
    let Ok(format @ Format::Onnx(_)) = Format::of_bytes(bytes) else { return };
    let Ok(saved) = format.read(bytes, None, &mut beside) else { return };
    comes_back(&saved, Format::Onnx(Output::Probabilities));
    comes_back(&saved, Format::Onnx(Output::Logits));
});
