//! Gzip: decompressed bytes stay within the limit, and what comes out can be compressed and comes back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenfold_dataset::gzip::{compress, decompress};

const LIMIT: u64 = 1 << 16;

fuzz_target!(|bytes: &[u8]| {
    let Ok(contents) = decompress(bytes, LIMIT) else { return };
    let length = contents.len() as u64;
    assert!(length <= LIMIT || *contents == *bytes, "{length} bytes, the limit is {LIMIT}");
    assert_eq!(decompress(&compress(&contents), length).expect("what was just compressed"), contents);
    // One byte less must be refused, unless the bytes are not a gzip file and come back as they are.
    let refused = length == 0 || decompress(bytes, length - 1).is_err();
    assert!(refused || *contents == *bytes, "{length} bytes within a limit of {}", length - 1);
});
