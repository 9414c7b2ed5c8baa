//! Tenfold's model files: a model that is read is written and read again as the same value, the same bytes each time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenfold_formats::safetensors::{read, write};

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    // A mutation that changes the header's length is refused at once; with the length put right it gets further. The
    // header ends with the last brace and the spaces after it: the seeds' values have neither.
    let Some(brace) = bytes.iter().rposition(|&byte| byte == b'}').filter(|&brace| brace >= 8) else { return };
    let end = brace + 1 + bytes[brace + 1..].iter().take_while(|&&byte| byte == b' ').count();
    check(&[&(end as u64 - 8).to_le_bytes(), &bytes[8..]].concat());
});

fn check(bytes: &[u8]) {
    let Ok(saved) = read(bytes) else { return };
    let written = write(&saved).expect("a model that was read can be written");
    let again = read(&written).expect("what was just written");
    assert_eq!(again, saved);
    assert_eq!(write(&again).expect("the same model"), written);
}
