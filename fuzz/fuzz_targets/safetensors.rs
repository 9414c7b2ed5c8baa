//! safetensors files, Tenfold's own and PyTorch's state dicts: what is read is written and read again as the same model.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenfold_formats::{Format, read};
use tenfold_fuzz::{comes_back, small};

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    // A mutation that changes the header's length is refused at once; with the length put right it gets further. The
    // header ends with the last brace and the spaces after it: the seeds' values have neither.
    let Some(brace) = bytes.iter().rposition(|&byte| byte == b'}').filter(|&brace| brace >= 8) else { return };
    let end = brace + 1 + bytes[brace + 1..].iter().take_while(|&&byte| byte == b' ').count();
    check(&[&(end as u64 - 8).to_le_bytes(), &bytes[8..]].concat());
});

fn check(bytes: &[u8]) {
    let Ok(saved) = read(bytes, Some(&small())) else { return };
    comes_back(&saved, Format::Safetensors);
    if saved.model.quantization().is_none() {
        comes_back(&saved, Format::StateDict);
    }
}
